"""From the commit of a job to a worker's claim, compared with a raw publish and consume on a quorum queue."""

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

from adapters.jobs.rabbitmq import AnnouncementBroker, announcing
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
from entrypoints.composition.setting_sections import AmqpSettings
from entrypoints.worker import create_broker as create_real_broker

SIGNAL_SOCKET = "BENCH_SIGNAL_SOCKET"
"""The environment variable with the path of the socket to which the worker sends its signals."""
TIMES = 60
"""How many announcements a round has."""
PAUSE_SECONDS = 0.05
"""So that the worker has finished the last job before the next announcement."""
MOST_MILLISECONDS = 25.0
BAR = 3.0

Publish = Callable[[], Awaitable[int]]
"""Publishes a message to a worker, and returns the time from which to count, in nanoseconds."""


class SignallingFaces:
    """Implements `FaceMaker`: sends a signal when the job is claimed, and fails."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Send the present time to the socket, and fail."""
        self._socket.sendto(str(time.time_ns()).encode(), self._path)
        raise FaceFailed("Only the time until the claim is measured.", retryable=False)


def create_broker() -> AsyncBroker:
    """Return the broker of the real worker, with a face maker that signals."""
    Container.voice_faces.override(SignallingFaces(os.environ[SIGNAL_SOCKET]))
    Container.condition_faces.override(FastFaces(60))
    return create_real_broker()


async def measure_claiming(rig: Rig) -> list[Line]:
    """Measure milliseconds."""
    path = str(rig.cluster.folder / "signals")
    worker = Worker(
        log=rig.cluster.folder / "signalling.log",
        environment=rig.cluster.environment(**{SIGNAL_SOCKET: path}),
        factory="bench.claiming:create_broker",
    )
    async with AsyncExitStack() as stack:
        receiver = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        receiver.bind(path)
        receiver.settimeout(30)
        stack.enter_context(working(worker))
        ours = await stack.enter_async_context(job_publisher(rig))
        raw = await stack.enter_async_context(raw_publisher(rig, path))
        await medians_of(ours, raw, receiver, times=TIMES // 3)
        figure, floor = await medians_of(ours, raw, receiver, times=TIMES * rig.rounds)
    name = "From commit to claim, median"
    return [
        Line(
            what=f"{name}; floor: a raw publish and consume",
            figure=figure,
            floor=floor,
            unit="ms",
            bar=BAR,
            kind="at most",
        ),
        Line(what=name, figure=figure, unit="ms", bar=MOST_MILLISECONDS, kind="at most"),
    ]


async def medians_of(ours: Publish, raw: Publish, receiver: socket.socket, times: int) -> tuple[float, float]:
    """Measure both in turns, many times, and return the medians in milliseconds."""
    pairs = [
        (await milliseconds_of(ours, receiver), await milliseconds_of(raw, receiver)) for _ in range(times)
    ]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


async def milliseconds_of(publish: Publish, receiver: socket.socket) -> float:
    """Return the time from publishing a message to the signal of the worker."""
    published_at = await publish()
    signalled_at = int(await asyncio.to_thread(receiver.recv, 64))
    assert signalled_at > published_at, "the signal belongs to another announcement"
    await asyncio.sleep(PAUSE_SECONDS)
    return (signalled_at - published_at) / 1e6


@asynccontextmanager
async def job_publisher(rig: Rig) -> AsyncIterator[Publish]:
    """Give a function that stores a job and announces it, as the API does."""
    amqp = AmqpSettings(url=rig.cluster.vhost.url)
    broker = AnnouncementBroker(amqp.url, amqp.queue, timedelta(minutes=10))
    async with sql_database(rig.cluster.database.url) as database, announcing(broker) as announcer:
        announce = Announce(announcer)
        user = await stored_user(database)

        async def publish() -> int:
            request, generation = new_request(user, utc_now())
            async with database.unit_of_work() as uow:
                await uow.requests.add(request)
                await uow.generations.add(generation)
                await uow.commit()
            committed_at = time.time_ns()
            await announce(generation.id)
            return committed_at

        yield publish


@asynccontextmanager
async def raw_publisher(rig: Rig, path: str) -> AsyncIterator[Publish]:
    """Give a function that publishes a message to a bare consumer, through the same kind of queue."""
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

            async def publish() -> int:
                published_at = time.time_ns()
                message = Message(b"x" * 200, delivery_mode=DeliveryMode.PERSISTENT)
                await channel.default_exchange.publish(message, routing_key=queue)
                return published_at

            yield publish
    finally:
        consumer.terminate()
        await consumer.wait()
