"""What workers and announcers do while RabbitMQ is away, and when it is back."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from adapters.jobs.rabbitmq import announcing, create_broker
from application.errors import ServiceUnavailable
from contracts.test_jobs import LIMIT, QUEUE, consuming
from domain.ids import GenerationId
from real_servers.rabbitmq import RabbitMqServer


async def until(answer: Callable[[], Awaitable[object]], seconds: float = 40) -> None:
    """Try again and again until the call no longer raises `ServiceUnavailable`."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                await answer()
            except ServiceUnavailable:
                await asyncio.sleep(0.1)
            else:
                return


async def test_a_job_that_outlives_a_restart_of_the_server_does_not_end_the_worker(
    own_rabbitmq: RabbitMqServer,
) -> None:
    vhost = own_rabbitmq.create_vhost()
    started: asyncio.Queue[GenerationId] = asyncio.Queue()
    may_end = asyncio.Event()

    async def run(generation_id: GenerationId) -> None:
        await started.put(generation_id)
        await may_end.wait()

    async with (
        announcing(create_broker(vhost.url, QUEUE, LIMIT)) as announcer,
        consuming(create_broker(vhost.url, QUEUE, LIMIT), run),
    ):
        await announcer.announce(GenerationId("first"))
        assert await asyncio.wait_for(started.get(), 10) == "first"
        await asyncio.to_thread(own_rabbitmq.stop)
        with pytest.raises(ServiceUnavailable):
            await announcer.announce(GenerationId("while it is away"))
        may_end.set()  # the job ends, and its call cannot be acknowledged
        await asyncio.to_thread(own_rabbitmq.start)
        await until(lambda: announcer.announce(GenerationId("second")))
        async with asyncio.timeout(40):
            while await started.get() != "second":
                pass


async def test_an_announcer_that_finds_the_server_away_connects_when_it_is_back(
    own_rabbitmq: RabbitMqServer,
) -> None:
    vhost = own_rabbitmq.create_vhost()
    await asyncio.to_thread(own_rabbitmq.stop)
    async with announcing(create_broker(vhost.url, QUEUE, LIMIT)) as announcer:
        with pytest.raises(ServiceUnavailable):
            await announcer.announce(GenerationId("early"))
        await asyncio.to_thread(own_rabbitmq.start)
        await until(lambda: announcer.announce(GenerationId("late")))
