"""The worker: `taskiq worker entrypoints.worker:create_broker`.

On SIGTERM TaskIQ waits for the running job, for ever or for `--wait-tasks-timeout`; what still runs then is handed
back to the queue.
"""

import asyncio
import logging
import os
from contextlib import AsyncExitStack
from datetime import timedelta

from taskiq import AsyncBroker, TaskiqEvents, TaskiqState

from adapters.jobs.rabbitmq import TASK, announcing
from adapters.jobs.rabbitmq import create_broker as create_rabbitmq_broker
from domain.ids import GenerationId
from entrypoints.composition.container import Container
from entrypoints.composition.runtime import in_background, open_resources
from entrypoints.composition.settings import Settings, SettingsError

log = logging.getLogger(__name__)


def create_broker() -> AsyncBroker:
    """Return the broker with its task, its resources opened and closed by TaskIQ's events."""
    settings = Settings.read(os.environ)
    if not settings.amqp.url:
        raise SettingsError("Set V2F_AMQP_URL: without RabbitMQ jobs run inside `voice2face serve`.")
    time_limit = timedelta(seconds=settings.jobs.time_limit_seconds)
    broker = create_rabbitmq_broker(settings.amqp.url, settings.amqp.queue, time_limit)
    # Housekeeping announces through a connection of its own: it begins before TaskIQ has opened this one, and
    # opening this one twice would open the worker twice.
    own_calls = create_rabbitmq_broker(settings.amqp.url, settings.amqp.queue, time_limit)
    container = Container(settings=settings)
    stack = AsyncExitStack()
    running: set[asyncio.Task[None]] = set()

    async def open_worker(_: TaskiqState) -> None:
        announcer = await stack.enter_async_context(announcing(own_calls))
        await stack.enter_async_context(open_resources(container, announcer))
        await stack.enter_async_context(in_background(container.housekeeping()()))

    async def close_worker(_: TaskiqState) -> None:
        if running and broker.read_channel is not None:
            # TaskIQ acknowledges what is cancelled, too. A job that still waits to be claimed would be forgotten;
            # what is not acknowledged is delivered again, to another worker.
            await broker.read_channel.close()
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
        await stack.aclose()

    async def run_generation(generation_id: str) -> None:
        task = asyncio.create_task(container.run_generation()(GenerationId(generation_id)))
        running.add(task)
        try:
            await task
        finally:
            running.discard(task)

    broker.add_event_handler(TaskiqEvents.WORKER_STARTUP, open_worker)
    broker.add_event_handler(TaskiqEvents.WORKER_SHUTDOWN, close_worker)
    broker.register_task(run_generation, task_name=TASK)
    return broker
