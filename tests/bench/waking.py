"""From the commit of a job to a worker's claim, beside a raw publish and consume on a quorum queue."""

import asyncio
import os
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aio_pika
from aio_pika import DeliveryMode, Message
from taskiq import AsyncBroker

from adapters.jobs.rabbitmq import announcing
from adapters.jobs.rabbitmq import create_broker as create_rabbitmq_broker
from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, ProgressReport
from application.requests.announce import Announce
from bench.consumer import QUEUE_ARGUMENTS
from bench.rig import Rig
from bench.table import Line
from databases.database import sql_database
from databases.examples import new_request, stored_user
from doubles.faces import FastFaces
from e2e.worker import Worker, working
from entrypoints.composition.container import Container, utc_now
from entrypoints.composition.settings import AmqpSettings
from entrypoints.worker import create_broker as create_real_broker

BELL = "BENCH_BELL"
TIMES = 60
"""How many wake-up calls a round has."""
PAUSE_SECONDS = 0.05
"""So that the worker has done with the last call before the next one comes."""
MOST_MILLISECONDS = 25.0
BAR = 3.0

Wake = Callable[[], Awaitable[int]]
"""Calls a worker and returns the moment from which to count, in nanoseconds."""


class RingingFaces:
    """Implements `FaceMaker`: says that the job was claimed, and gives up."""

    def __init__(self, bell: str) -> None:
        self._bell = bell
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Ring."""
        self._socket.sendto(str(time.time_ns()).encode(), self._bell)
        raise FaceFailed("It was only measured how fast this came.", retryable=False)


def create_broker() -> AsyncBroker:
    """Return the real worker's broker, over faces that ring."""
    Container.voice_faces.override(RingingFaces(os.environ[BELL]))
    Container.condition_faces.override(FastFaces(60))
    return create_real_broker()


async def measure_waking(rig: Rig) -> list[Line]:
    """Measure milliseconds."""
    path = str(rig.cluster.folder / "bell")
    worker = Worker(
        log=rig.cluster.folder / "ringing.log",
        environment=rig.cluster.environment(**{BELL: path}),
        factory="bench.waking:create_broker",
    )
    async with AsyncExitStack() as stack:
        ear = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        ear.bind(path)
        ear.settimeout(30)
        stack.enter_context(working(worker))
        ours = await stack.enter_async_context(job_waker(rig))
        raw = await stack.enter_async_context(raw_waker(rig, path))
        await medians_of(ours, raw, ear, times=TIMES // 3)
        figure, floor = await medians_of(ours, raw, ear, times=TIMES * rig.rounds)
    name = "From commit to claim, median"
    return [
        Line(
            what=f"{name}, beside a raw publish and consume",
            figure=figure,
            floor=floor,
            unit="ms",
            bar=BAR,
            kind="at most",
        ),
        Line(what=name, figure=figure, unit="ms", bar=MOST_MILLISECONDS, kind="at most"),
    ]


async def medians_of(ours: Wake, raw: Wake, ear: socket.socket, times: int) -> tuple[float, float]:
    """Return the medians of many calls in turns, in milliseconds."""
    pairs = [(await milliseconds_of(ours, ear), await milliseconds_of(raw, ear)) for _ in range(times)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


async def milliseconds_of(wake: Wake, ear: socket.socket) -> float:
    """Return how long one call took to be followed."""
    called_at = await wake()
    rung_at = int(await asyncio.to_thread(ear.recv, 64))
    assert rung_at > called_at, "somebody else's call was followed"
    await asyncio.sleep(PAUSE_SECONDS)
    return (rung_at - called_at) / 1e6


@asynccontextmanager
async def job_waker(rig: Rig) -> AsyncIterator[Wake]:
    """Give a way to call a worker as the API does after a commit."""
    amqp = AmqpSettings(url=rig.cluster.vhost.url)
    broker = create_rabbitmq_broker(amqp.url, amqp.queue, timedelta(minutes=10))
    async with sql_database(rig.cluster.database.url) as database, announcing(broker) as announcer:
        announce = Announce(announcer)
        user = await stored_user(database)

        async def wake() -> int:
            request, generation = new_request(user, utc_now())
            async with database.unit_of_work() as uow:
                await uow.requests.add(request)
                await uow.generations.add(generation)
                await uow.commit()
            committed_at = time.time_ns()
            await announce(generation.id)
            return committed_at

        yield wake


@asynccontextmanager
async def raw_waker(rig: Rig, path: str) -> AsyncIterator[Wake]:
    """Give a way to call a consumer that does nothing else, through the same kind of queue."""
    url, queue = rig.cluster.vhost.url, "raw"
    consumer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.consumer", url, queue, path, stdout=asyncio.subprocess.PIPE
    )
    assert consumer.stdout is not None
    await consumer.stdout.readline()
    try:
        async with await aio_pika.connect(url) as connection:
            channel = await connection.channel(publisher_confirms=True)
            await channel.declare_queue(queue, durable=True, arguments=QUEUE_ARGUMENTS)

            async def wake() -> int:
                called_at = time.time_ns()
                message = Message(b"x" * 200, delivery_mode=DeliveryMode.PERSISTENT)
                await channel.default_exchange.publish(message, routing_key=queue)
                return called_at

            yield wake
    finally:
        consumer.terminate()
        await consumer.wait()
