"""The pause that a network between application and database would cause."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
Answer = TypeVar("Answer")


def pausing(read: Callable[P, Awaitable[Answer]]) -> Callable[P, Coroutine[Any, Any, Answer]]:
    """Let other tasks run before the answer is returned: it may then be out of date, unless it is locked."""

    @wraps(read)
    async def answered(*args: P.args, **kwargs: P.kwargs) -> Answer:
        answer = await read(*args, **kwargs)
        await asyncio.sleep(0)
        return answer

    return answered
