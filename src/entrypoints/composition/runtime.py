"""What lives as long as the process: opened in order, closed in reverse order."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Collection, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

from adapters.blobs.local_folder import LocalFolderBlobs
from adapters.blobs.minio_connection import MinioServer, open_minio
from adapters.faces.studio.maker import StudioFaces
from adapters.jobs.in_process import InProcessQueue
from adapters.jobs.rabbitmq import AnnouncementBroker, announcing
from adapters.sql import create_engine, create_reading_engine, upgrade
from application.ports.blobs import BlobStorage
from application.ports.jobs import JobAnnouncer
from entrypoints.composition.container import Container, folder_of_mails
from entrypoints.composition.settings import Settings
from entrypoints.composition.waiting_tasks import where_it_waits

log = logging.getLogger(__name__)

STOP_SECONDS = 45.0
"""How long work may go on after the process was told to stop: longer than SQLite's file may take to be rewritten."""


@asynccontextmanager
async def open_resources(container: Container, announcer: JobAnnouncer) -> AsyncIterator[None]:
    """Open database and blobs for a process of any role, and hand them to the container."""
    settings = container.settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    say_where_mails_go(settings)
    async with AsyncExitStack() as stack:
        workspaces = container.workspaces()
        workspaces.open()
        stack.callback(workspaces.close)
        if settings.database.is_embedded:
            await asyncio.to_thread(upgrade, settings.database.url)
        for create, dependency in (
            (create_engine, container.engine),
            (create_reading_engine, container.reading_engine),
        ):
            engine = create(settings.database.url, settings.database.pool_size)
            stack.push_async_callback(engine.dispose)
            dependency.override(engine)
        container.blobs.override(await stack.enter_async_context(open_blobs(settings)))
        container.announcer.override(announcer)
        yield


@asynccontextmanager
async def open_blobs_only(container: Container) -> AsyncIterator[None]:
    """Open workspaces and blobs for a command that opens the database by itself; what a killed one has left goes."""
    settings = container.settings()
    async with open_blobs(settings) as blobs:
        workspaces = container.workspaces()
        workspaces.open()
        try:
            await workspaces.remove_abandoned()
            container.blobs.override(blobs)
            yield
        finally:
            workspaces.close()


def say_where_mails_go(settings: Settings) -> None:
    """Log where mails are left without a mail server; a service that others use should have one."""
    if settings.mail.backend == "folder":
        level = logging.INFO if settings.is_private else logging.WARNING
        folder = folder_of_mails(settings)
        log.log(level, "mails stay in %s and reach no user: V2F_MAIL_SERVER is not set", folder)


@asynccontextmanager
async def open_blobs(settings: Settings) -> AsyncIterator[BlobStorage]:
    """Open the bucket, or the folder where no bucket is set."""
    if not settings.s3.endpoint:
        yield LocalFolderBlobs(settings.data / "blobs")
        return
    server = MinioServer(
        endpoint=settings.s3.endpoint,
        public_endpoint=settings.s3.public_endpoint or None,
        access_key=settings.s3.access_key,
        secret_key=settings.s3.secret_key,
        bucket=settings.s3.bucket,
        region=settings.s3.region,
    )
    async with open_minio(server) as blobs:
        yield blobs


def rabbitmq_broker(settings: Settings) -> AnnouncementBroker:
    """Return a new broker of the queue in the settings, not yet connected."""
    time_limit = timedelta(seconds=settings.jobs.time_limit_seconds)
    return AnnouncementBroker(settings.amqp.url, settings.amqp.queue, time_limit)


@asynccontextmanager
async def serving(container: Container) -> AsyncIterator[None]:
    """Run what an API process needs beside HTTP: housekeeping and, without RabbitMQ, the jobs themselves."""
    settings = container.settings()
    async with AsyncExitStack() as stack:
        if settings.amqp.url:
            announcer = await stack.enter_async_context(announcing(rabbitmq_broker(settings)))
            await stack.enter_async_context(open_resources(container, announcer))
            jobs = []
        else:
            queue = InProcessQueue()
            await stack.enter_async_context(open_resources(container, queue))
            jobs = [_work_when_warm(container, queue, jobs_at_once(container))]
        await stack.enter_async_context(in_background(container.housekeeping()(), *jobs))
        yield


async def warm_up(container: Container) -> None:
    """Get the studio ready, if it makes faces in this process, so that its first job takes no longer than others."""
    for maker in (container.voice_faces(), container.condition_faces()):
        if isinstance(maker, StudioFaces):
            await maker.warm_up()
            return  # both kinds of faces are drawn by the same child processes


async def _work_when_warm(container: Container, queue: InProcessQueue, concurrency: int) -> None:
    await warm_up(container)
    await queue.work(container.run_generation(), concurrency)


def jobs_at_once(container: Container) -> int:
    """Return how many jobs run at once in this process; if they are fewer than the settings want, log it."""
    jobs, wanted = container.capacity().jobs, container.settings().jobs.concurrency
    if jobs < wanted:
        log.warning(
            "V2F_JOB_CONCURRENCY is %d, but the cores can draw only %d at once; the others wait in the queue",
            wanted,
            jobs,
        )
    return jobs


@asynccontextmanager
async def in_background(
    *works: Coroutine[Any, Any, None], seconds: float = STOP_SECONDS
) -> AsyncIterator[None]:
    """Run coroutines meanwhile; cancel them all at the end, as `end_tasks` does.

    If one ends by itself, the process gets a signal to stop: a process that does half its work must not look healthy.
    """
    tasks = [asyncio.create_task(work) for work in works]
    for task in tasks:
        task.add_done_callback(_stop)
    try:
        yield
    finally:
        for task in tasks:
            task.remove_done_callback(_stop)
        await end_tasks(tasks, seconds)


async def end_tasks(tasks: Collection[asyncio.Task[None]], seconds: float = STOP_SECONDS) -> None:
    """Cancel tasks and wait until they have cleaned up, for at most `seconds`, or until this is cancelled itself.

    What has not ended then is abandoned, so that the process ends before it is killed; the log says where each task of
    the process waits. A generation that was not handed back expires with its lease.
    """
    if not tasks:
        return
    for task in tasks:
        task.cancel()
    try:
        await asyncio.wait(tasks, timeout=seconds)
    finally:
        if not all(task.done() for task in tasks):
            log.error("work that should stop goes on and is abandoned")
            for task in asyncio.all_tasks():
                log.error("%s waits: %s", task.get_name(), where_it_waits(task))


def _stop(task: asyncio.Task[None]) -> None:
    error = asyncio.CancelledError() if task.cancelled() else task.exception()
    log.critical("background work ended; stopping", exc_info=error)
    signal.raise_signal(signal.SIGTERM)
