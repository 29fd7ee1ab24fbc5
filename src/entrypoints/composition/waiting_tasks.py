"""Where tasks wait: for a log that must explain why a process does not stop."""

import asyncio
import gc
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def where_it_waits(task: asyncio.Task[Any]) -> str:
    """Return the calls in which a task waits, outermost first: `run.py:57 _run > attempt.py:176 hand_back`.

    asyncio's own `get_stack` returns the outermost one only.
    """
    calls = (
        f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno} {frame.f_code.co_name}"
        for frame in _frames(task.get_coro())
    )
    return " > ".join(calls)


def _frames(awaited: object) -> Iterator[types.FrameType]:
    while awaited is not None:
        match awaited:
            case types.CoroutineType():
                frame, awaited = awaited.cr_frame, awaited.cr_await
            case types.GeneratorType():
                frame, awaited = awaited.gi_frame, awaited.gi_yieldfrom
            case types.AsyncGeneratorType():
                frame, awaited = awaited.ag_frame, awaited.ag_await
            case _:
                # What stands between two of them, such as a wrapper of `__await__`, shows the next one to the garbage
                # collector only.
                frame, awaited = None, next(filter(_is_call, gc.get_referents(awaited)), None)
        if frame is not None:
            yield frame


def _is_call(found: object) -> bool:
    return isinstance(found, types.CoroutineType | types.GeneratorType | types.AsyncGeneratorType)
