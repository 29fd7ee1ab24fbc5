"""What a network between an application and its database makes possible."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
Answer = TypeVar("Answer")


def pausing(read: Callable[P, Awaitable[Answer]]) -> Callable[P, Coroutine[Any, Any, Answer]]:
    """Let others go on while an answer is on its way: it may be out of date when it arrives, unless it is locked."""

    @wraps(read)
    async def answered(*args: P.args, **kwargs: P.kwargs) -> Answer:
        answer = await read(*args, **kwargs)
        await asyncio.sleep(0)
        return answer

    return answered
