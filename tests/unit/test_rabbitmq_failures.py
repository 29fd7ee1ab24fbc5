import asyncio

import pytest
from aio_pika.exceptions import AMQPConnectionError

from adapters.jobs.rabbitmq import translated_outages
from application.errors import ServiceUnavailable


@pytest.mark.parametrize(
    "error", [AMQPConnectionError(), ConnectionResetError(), StopAsyncIteration(), asyncio.CancelledError()]
)
async def test_whatever_aio_pika_raises_of_a_server_that_is_away_is_an_outage(error: BaseException) -> None:
    with pytest.raises(ServiceUnavailable), translated_outages():
        raise error


async def test_who_is_cancelled_in_earnest_stays_cancelled() -> None:
    async def wait() -> None:
        with translated_outages():
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
