"""What every `JobAnnouncer` promises: the queue in the process, and the one on RabbitMQ."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import timedelta
from functools import partial

import pytest
from taskiq import AsyncBroker
from taskiq.receiver import Receiver

from adapters.jobs.in_process import InProcessQueue
from adapters.jobs.rabbitmq import TASK, AnnouncementBroker, announcing
from application.errors import ServiceUnavailable
from application.ports.jobs import JobAnnouncer
from domain.ids import GenerationId
from real_servers.rabbitmq import RabbitMqVhost

QUEUE = "voice2face.test"
LIMIT = timedelta(minutes=1)
PATIENCE = 40
"""Seconds after which an announcement counts as lost."""

Run = Callable[[], Awaitable[None]]
OpenQueue = Callable[[Run], AbstractAsyncContextManager[JobAnnouncer]]


@asynccontextmanager
async def in_process(run: Run) -> AsyncIterator[JobAnnouncer]:
    queue = InProcessQueue()
    worker = asyncio.create_task(queue.work(run, concurrency=1))
    yield queue
    worker.cancel()
    await asyncio.wait({worker})


@asynccontextmanager
async def consuming(broker: AsyncBroker, run: Run) -> AsyncIterator[None]:
    """Consume as a `taskiq worker` process does."""

    async def task(_generation_id: str) -> None:
        await run()

    broker.is_worker_process = True
    broker.register_task(task, task_name=TASK)
    stop = asyncio.Event()
    listening = asyncio.create_task(Receiver(broker, max_async_tasks=1).listen(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(listening, PATIENCE)
        await broker.shutdown()


async def until(answer: Callable[[], Awaitable[object]]) -> None:
    """Repeat until it no longer raises `ServiceUnavailable`, as it may on a slow disk."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await answer()
            except ServiceUnavailable:
                await asyncio.sleep(0.1)
            else:
                return


def on_rabbitmq(vhost: RabbitMqVhost) -> OpenQueue:
    @asynccontextmanager
    async def open_queue(run: Run) -> AsyncIterator[JobAnnouncer]:
        async with (
            announcing(AnnouncementBroker(vhost.url, QUEUE, LIMIT)) as announcer,
            consuming(AnnouncementBroker(vhost.url, QUEUE, LIMIT), run),
        ):
            yield announcer

    return open_queue


@pytest.fixture(params=["in process", "RabbitMQ"])
def open_queue(request: pytest.FixtureRequest) -> OpenQueue:
    if request.param == "in process":
        return in_process
    return on_rabbitmq(request.getfixturevalue("rabbitmq_vhost"))


async def test_a_job_is_run_for_each_announcement(open_queue: OpenQueue) -> None:
    ran = asyncio.Semaphore(0)

    async def run() -> None:
        ran.release()

    async with open_queue(run) as announcer, asyncio.timeout(PATIENCE):
        await until(announcer.check)
        for name in ("a", "b", "c"):
            await until(partial(announcer.announce, GenerationId(name)))
        for _ in range(3):
            await ran.acquire()


async def test_one_worker_runs_one_job_at_a_time(open_queue: OpenQueue) -> None:
    at_once: list[int] = []
    ran = asyncio.Semaphore(0)
    running = 0

    async def run() -> None:
        nonlocal running
        running += 1
        at_once.append(running)
        await asyncio.sleep(0.01)
        running -= 1
        ran.release()

    async with open_queue(run) as announcer, asyncio.timeout(PATIENCE):
        for number in range(5):
            await until(partial(announcer.announce, GenerationId(str(number))))
        for _ in range(5):
            await ran.acquire()
    assert set(at_once) == {1}


async def test_announcements_that_no_worker_has_taken_are_counted(open_queue: OpenQueue) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        begun.set()
        await may_end.wait()

    async with open_queue(run) as announcer, asyncio.timeout(PATIENCE):
        await until(announcer.check)
        assert await announcer.waiting() == 0
        for name in ("a", "b", "c"):
            await until(partial(announcer.announce, GenerationId(name)))
        await begun.wait()
        while await announcer.waiting() != 2:  # the one of the job that runs is not counted
            await asyncio.sleep(0.1)
        may_end.set()
        while await announcer.waiting():
            await asyncio.sleep(0.1)


async def test_the_queue_in_process_ends_when_it_is_cancelled_even_if_a_job_swallows_the_cancellation() -> (
    None
):
    begun = asyncio.Event()

    async def run() -> None:
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    queue = InProcessQueue()
    await queue.announce(GenerationId("a"))
    working = asyncio.create_task(queue.work(run, concurrency=1))
    await begun.wait()
    working.cancel()
    await asyncio.wait_for(asyncio.wait({working}), PATIENCE)
