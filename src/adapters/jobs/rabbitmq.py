"""TaskIQ on RabbitMQ: a quorum queue of wake-up calls, each a generation's id.

A call is acknowledged when its job has ended, so that a busy worker keeps no call that an idle one could follow.
Should a call be lost or come twice, the rows know: nothing here decides an outcome.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta

from aio_pika.exceptions import AMQPError, ChannelInvalidStateError
from taskiq import AckableMessage, SendTaskError
from taskiq.kicker import AsyncKicker
from taskiq_aio_pika import AioPikaBroker, Exchange, Queue, QueueType

from application.errors import ServiceUnavailable
from domain.ids import GenerationId

TASK = "run_generation"
CONNECT_SECONDS = 3.0
PUBLISH_SECONDS = 3.0
RECONNECT_SECONDS = 1.0
OUTAGES = (AMQPError, SendTaskError, OSError, TimeoutError, RuntimeError)
"""What aio-pika raises when the server is away; a channel in between says so with a `RuntimeError`."""

log = logging.getLogger(__name__)


class ResilientBroker(AioPikaBroker):
    """A broker whose consumer outlives a cut connection.

    Acknowledging on a channel that is gone raises, and TaskIQ would then stop consuming. The server has put the
    message back already; it comes again, and finds its generation done or taken.
    """

    async def listen(self) -> AsyncGenerator[AckableMessage, None]:
        """Yield messages, as often as the server sends them."""
        async with aclosing(super().listen()) as messages:
            async for message in messages:
                yield AckableMessage(data=message.data, ack=_forgiving(message.ack))


def _forgiving(acknowledge: Callable[[], Awaitable[None] | None]) -> Callable[[], Awaitable[None]]:
    async def acknowledge_if_possible() -> None:
        try:
            acknowledging = acknowledge()
            if acknowledging is not None:
                await acknowledging
        except (AMQPError, ChannelInvalidStateError, ConnectionError) as gone:
            log.warning("the connection was cut before a call was acknowledged: %r", gone)

    return acknowledge_if_possible


def create_broker(url: str, queue: str, time_limit: timedelta) -> ResilientBroker:
    """Return a broker, not yet connected, of one durable quorum queue; one call at a time for each worker."""
    slack = timedelta(minutes=5)
    return ResilientBroker(
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
        reconnect_interval=RECONNECT_SECONDS,
        timeout=CONNECT_SECONDS,
    )


class RabbitMqAnnouncer:
    """Implements `JobAnnouncer`; connects when first needed, so that the API starts while RabbitMQ is away."""

    def __init__(self, broker: AioPikaBroker) -> None:
        self._broker = broker
        self._connecting = asyncio.Lock()

    async def announce(self, generation_id: GenerationId) -> None:
        """Publish a call and wait for the server's confirmation."""
        await self.check()
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                await AsyncKicker(task_name=TASK, broker=self._broker, labels={}).kiq(generation_id)
        except OUTAGES as outage:
            raise ServiceUnavailable("RabbitMQ") from outage

    async def check(self) -> None:
        """Return when there is a connection; makes the first one, later ones come by themselves."""
        async with self._connecting:
            if self._broker.write_conn is None:
                await self._connect()
        if self._broker.write_conn is None or not self._broker.write_conn.connected.is_set():
            raise ServiceUnavailable("RabbitMQ")

    async def _connect(self) -> None:
        try:
            async with asyncio.timeout(2 * CONNECT_SECONDS):
                await self._broker.startup()
        except OUTAGES as outage:
            if self._broker.write_conn is not None:
                await self._broker.write_conn.close()
                self._broker.write_conn = None
            raise ServiceUnavailable("RabbitMQ") from outage


@asynccontextmanager
async def announcing(broker: AioPikaBroker) -> AsyncIterator[RabbitMqAnnouncer]:
    """Give an announcer, and close its connection in the end."""
    try:
        yield RabbitMqAnnouncer(broker)
    finally:
        if broker.write_conn is not None:
            await broker.shutdown()
