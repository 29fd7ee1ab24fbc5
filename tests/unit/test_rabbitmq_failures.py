import asyncio

import pytest
from aio_pika.exceptions import AMQPConnectionError

from adapters.jobs.rabbitmq import translated_outages
from application.errors import ServiceUnavailable


@pytest.mark.parametrize(
    "error", [AMQPConnectionError(), ConnectionResetError(), StopAsyncIteration(), asyncio.CancelledError()]
)
async def test_all_that_aio_pika_raises_when_the_server_is_away_means_unavailable(
    error: BaseException,
) -> None:
    with pytest.raises(ServiceUnavailable), translated_outages():
        raise error


async def test_a_task_that_is_really_cancelled_stays_cancelled() -> None:
    async def wait() -> None:
        with translated_outages():
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
