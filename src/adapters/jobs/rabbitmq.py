"""TaskIQ on RabbitMQ: a quorum queue of announcements, each of which is a generation's id.

An announcement is acknowledged when its job has ended, so that a busy worker holds none that an idle one could take.
It may be lost or come twice without harm, because the database decides what is run: after a lost connection the server
delivers an unacknowledged announcement again, and a worker takes what is due then, if anything is.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import Context
from datetime import timedelta

from aio_pika import RobustConnection
from aio_pika.abc import AbstractRobustChannel
from aio_pika.exceptions import AMQPError, PublishError
from aiormq.abc import AbstractChannel
from taskiq import SendTaskError
from taskiq.kicker import AsyncKicker
from taskiq_aio_pika import AioPikaBroker, Exchange, Queue, QueueType

from application.errors import ServiceUnavailable
from domain.ids import GenerationId

TASK = "run_generation"
CONNECT_SECONDS = 3.0
PUBLISH_SECONDS = 3.0
RECONNECT_SECONDS = 1.0
RETURNED_SECONDS = 0.1
"""How long to wait before an announcement that the server has returned is published again."""
OUTAGES = (AMQPError, SendTaskError, OSError, TimeoutError, RuntimeError, StopAsyncIteration)
"""What aio-pika raises when the server is away: `RuntimeError` on a channel that is being reopened,
`StopAsyncIteration` when the connection is closed during the handshake."""


class ReturningConnection(RobustConnection):
    """A connection on which a message that no queue takes is an error; by default aio-pika counts it as confirmed."""

    def channel(
        self,
        channel_number: int | None = None,
        publisher_confirms: bool = True,
        on_return_raises: bool = True,
    ) -> AbstractRobustChannel:
        """Open a channel that raises `PublishError` for each message that the server returns."""
        return super().channel(channel_number, publisher_confirms, on_return_raises)


class AnnouncementBroker(AioPikaBroker):
    """A broker, not yet connected, of one durable quorum queue; each worker gets one announcement at a time."""

    def __init__(self, url: str, queue: str, time_limit: timedelta) -> None:
        slack = timedelta(minutes=5)
        super().__init__(
            url=url,
            qos=1,
            exchange=Exchange(name=queue),
            task_queues=[
                Queue(
                    name=queue,
                    type=QueueType.QUORUM,
                    arguments={"x-consumer-timeout": int((time_limit + slack).total_seconds() * 1000)},
                )
            ],
            dead_letter_queue=Queue(name=f"{queue}.dead"),
            connection_class=ReturningConnection,
            reconnect_interval=RECONNECT_SECONDS,
            timeout=CONNECT_SECONDS,
        )
        self.queue = queue


class RabbitMqAnnouncer:
    """Implements `JobAnnouncer`; connects when first needed, so that the API starts while RabbitMQ is away."""

    def __init__(self, broker: AnnouncementBroker) -> None:
        self._broker = broker
        self._connecting: asyncio.Task[None] | None = None

    async def announce(self, generation_id: GenerationId) -> None:
        """Publish an announcement and wait until the server confirms that the queue has it."""
        await self.check()
        with translated_outages():
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self._publish(generation_id)

    async def _publish(self, generation_id: GenerationId) -> None:
        """Publish until a queue takes it: the server returns messages until a process has bound the queue."""
        announcement: AsyncKicker[[str], None] = AsyncKicker(task_name=TASK, broker=self._broker, labels={})
        while True:
            try:
                await announcement.kiq(generation_id)
            except SendTaskError as failure:
                if not isinstance(failure.__cause__, PublishError):
                    raise
                await asyncio.sleep(RETURNED_SECONDS)
            else:
                return

    async def waiting(self) -> int:
        """Return how many messages are ready in the queue; those of running jobs are not.

        It asks on a channel of its own, which the server closes if there is no queue.
        """
        await self.check()
        with translated_outages():
            async with asyncio.timeout(PUBLISH_SECONDS), self._channel() as channel:
                answer = await channel.queue_declare(self._broker.queue, passive=True)
                return answer.message_count or 0

    @asynccontextmanager
    async def _channel(self) -> AsyncIterator[AbstractChannel]:
        """Open a channel of aiormq: aio-pika would open one again that the server has closed."""
        connection = self._broker.write_conn
        if connection is None or connection.transport is None:
            raise ServiceUnavailable("RabbitMQ")
        channel = await connection.transport.connection.channel()
        try:
            yield channel
        finally:
            with suppress(*OUTAGES):
                await channel.close()

    async def check(self) -> None:
        """Return when there is a connection; raises `ServiceUnavailable`.

        It opens the first connection; aio-pika reconnects by itself. Callers that come meanwhile wait for the same one,
        and a caller that is cancelled does not stop it.
        """
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect(), context=Context())
        await asyncio.shield(self._connecting)
        if self._broker.write_conn is None or not self._broker.write_conn.connected.is_set():
            raise ServiceUnavailable("RabbitMQ")

    async def close(self) -> None:
        """Close the connection, or stop opening it."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait({self._connecting})
        if self._broker.write_conn is not None:
            await self._broker.shutdown()

    async def _connect(self) -> None:
        try:
            with translated_outages():
                async with asyncio.timeout(2 * CONNECT_SECONDS):
                    await self._broker.startup()
        except BaseException:
            self._connecting = None
            await self._close_half_open()
            raise

    async def _close_half_open(self) -> None:
        """Close what a failed attempt to connect has left half open, so that the next one starts anew."""
        half_open, self._broker.write_conn = self._broker.write_conn, None
        if half_open is not None:
            with suppress(*OUTAGES):
                async with asyncio.timeout(CONNECT_SECONDS):
                    await half_open.close()


@contextmanager
def translated_outages() -> Iterator[None]:
    """Turn what aio-pika raises when the server is away into `ServiceUnavailable`.

    When a connection breaks, aio-pika raises `CancelledError` in the tasks that wait for it. That is an outage, too,
    unless the task itself was cancelled.
    """
    try:
        yield
    except OUTAGES as outage:
        raise ServiceUnavailable("RabbitMQ") from outage
    except asyncio.CancelledError as cancelled:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise ServiceUnavailable("RabbitMQ") from cancelled


@asynccontextmanager
async def announcing(broker: AnnouncementBroker) -> AsyncIterator[RabbitMqAnnouncer]:
    """Give an announcer; close its connection at the end."""
    announcer = RabbitMqAnnouncer(broker)
    try:
        yield announcer
    finally:
        await announcer.close()
