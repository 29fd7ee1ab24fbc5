"""The worker: `taskiq worker entrypoints.worker:create_broker`.

On SIGTERM TaskIQ waits until the running job has ended, without a limit or for `--wait-tasks-timeout` seconds. A job
that still runs after that is handed back to the queue.
"""

import asyncio
import logging
import os
from contextlib import AsyncExitStack
from pathlib import Path

from taskiq import AsyncBroker, TaskiqEvents, TaskiqState

from adapters.jobs.rabbitmq import TASK, announcing
from entrypoints.composition.container import Container
from entrypoints.composition.credentials import prepare_credentials
from entrypoints.composition.data_folder import prepare_data_folder
from entrypoints.composition.log_lines import configure_logging
from entrypoints.composition.runtime import (
    end_tasks,
    in_background,
    open_resources,
    rabbitmq_broker,
    warm_up,
)
from entrypoints.composition.settings import Settings, SettingsError
from entrypoints.composition.sign_of_life import SIGN_SECONDS, sign_of_life

log = logging.getLogger(__name__)


def create_broker() -> AsyncBroker:
    """Return the broker with its task; TaskIQ's events open and close the resources of the worker."""
    configure_logging()
    settings = Settings.read(os.environ)
    if not settings.amqp.url:
        raise SettingsError("Set V2F_AMQP_URL: without RabbitMQ jobs run inside `voice2face serve`.")
    prepare_data_folder(settings)
    broker = rabbitmq_broker(settings)
    # Housekeeping announces through a second broker: it begins before TaskIQ has opened the first one, and opening the
    # first one here as well would run `open_worker` twice.
    announcing_broker = rabbitmq_broker(settings)
    container = Container(settings=settings)
    prepare_credentials(settings, container.identity())
    stack = AsyncExitStack()
    running: set[asyncio.Task[None]] = set()

    async def open_worker(_: TaskiqState) -> None:
        announcer = await stack.enter_async_context(announcing(announcing_broker))
        await stack.enter_async_context(open_resources(container, announcer))
        await stack.enter_async_context(in_background(container.housekeeping()()))
        await warm_up(container)  # TaskIQ takes jobs only after this
        # Warming up has no time limit: a worker that never gets ready must not look healthy.
        await stack.enter_async_context(in_background(show_life(settings.data)))

    async def close_worker(_: TaskiqState) -> None:
        if running and broker.read_channel is not None:
            # TaskIQ also acknowledges the message of a cancelled task, so a job that is not yet claimed would be lost.
            # With the channel closed the message is not acknowledged, and is delivered again to another worker.
            await broker.read_channel.close()
        await end_tasks(running.copy())
        await stack.aclose()

    async def run_generation(_generation_id: str) -> None:
        task = asyncio.create_task(container.run_generation()())
        running.add(task)
        try:
            await task
        finally:
            running.discard(task)

    broker.add_event_handler(TaskiqEvents.WORKER_STARTUP, open_worker)
    broker.add_event_handler(TaskiqEvents.WORKER_SHUTDOWN, close_worker)
    broker.register_task(run_generation, task_name=TASK)
    return broker


async def show_life(data: Path) -> None:
    """Renew the sign of life until cancelled, and remove it then."""
    sign = sign_of_life(data)
    try:
        while True:
            try:
                sign.parent.mkdir(parents=True, exist_ok=True)
                sign.touch()
            except OSError as error:
                log.warning("the health check will fail: %s cannot be renewed: %s", sign, error.strerror)
            await asyncio.sleep(SIGN_SECONDS)
    finally:
        sign.unlink(missing_ok=True)
