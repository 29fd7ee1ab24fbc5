"""TaskIQ on RabbitMQ: a quorum queue of wake-up calls, each a generation's id.

A call is acknowledged when its job has ended, so that a busy worker keeps no call that an idle one could follow.
Should a call be lost or come twice, the rows know: nothing here decides an outcome. So does a call that could not be
acknowledged because the connection was cut: the server sends it again, and it finds its generation done or taken.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta

from aio_pika import RobustConnection
from aio_pika.abc import AbstractRobustChannel
from aio_pika.exceptions import AMQPError, PublishError
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
"""After how long a call that came back is sent again."""
OUTAGES = (AMQPError, SendTaskError, OSError, TimeoutError, RuntimeError, StopAsyncIteration)
"""What aio-pika raises when the server is away: a channel in between says so with a `RuntimeError`, a connection
that is closed while both sides greet each other with a `StopAsyncIteration`."""


class ReturningConnection(RobustConnection):
    """A connection on which a message that no queue takes is an error; aio-pika by itself calls it confirmed."""

    def channel(
        self,
        channel_number: int | None = None,
        publisher_confirms: bool = True,
        on_return_raises: bool = True,
    ) -> AbstractRobustChannel:
        """Open a channel; raises `PublishError` from each publishing whose message comes back."""
        return super().channel(channel_number, publisher_confirms, on_return_raises)


def create_broker(url: str, queue: str, time_limit: timedelta) -> AioPikaBroker:
    """Return a broker, not yet connected, of one durable quorum queue; one call at a time for each worker."""
    slack = timedelta(minutes=5)
    return AioPikaBroker(
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


class RabbitMqAnnouncer:
    """Implements `JobAnnouncer`; connects when first needed, so that the API starts while RabbitMQ is away."""

    def __init__(self, broker: AioPikaBroker) -> None:
        self._broker = broker
        self._connecting: asyncio.Task[None] | None = None

    async def announce(self, generation_id: GenerationId) -> None:
        """Publish a call and wait for the server's confirmation that the queue has it."""
        await self.check()
        with translated_outages():
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self._publish(generation_id)

    async def _publish(self, generation_id: GenerationId) -> None:
        """Send a call until a queue takes it: some come back while another process is about to bind the queue."""
        call: AsyncKicker[[str], None] = AsyncKicker(task_name=TASK, broker=self._broker, labels={})
        while True:
            try:
                await call.kiq(generation_id)
            except SendTaskError as failure:
                if not isinstance(failure.__cause__, PublishError):
                    raise
                await asyncio.sleep(RETURNED_SECONDS)
            else:
                return

    async def check(self) -> None:
        """Return when there is a connection; makes the first one, later ones come by themselves.

        Who comes while it is being made shares the attempt; who has no time to wait leaves it to the others.
        """
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect())
        await asyncio.shield(self._connecting)
        if self._broker.write_conn is None or not self._broker.write_conn.connected.is_set():
            raise ServiceUnavailable("RabbitMQ")

    async def close(self) -> None:
        """Close the connection, or stop making it."""
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
            await self._forget_connection()
            raise

    async def _forget_connection(self) -> None:
        """Drop what an attempt that broke off has left half open: the next one starts from nothing."""
        half_open, self._broker.write_conn = self._broker.write_conn, None
        if half_open is not None:
            with suppress(*OUTAGES):
                async with asyncio.timeout(CONNECT_SECONDS):
                    await half_open.close()


@contextmanager
def translated_outages() -> Iterator[None]:
    """Turn what aio-pika raises when the server is away into `ServiceUnavailable`.

    It also cancels whoever waits on a connection that breaks. Nobody asked that task to end, and it must not.
    """
    try:
        yield
    except OUTAGES as outage:
        raise ServiceUnavailable("RabbitMQ") from outage
    except asyncio.CancelledError as cut:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise ServiceUnavailable("RabbitMQ") from cut


@asynccontextmanager
async def announcing(broker: AioPikaBroker) -> AsyncIterator[RabbitMqAnnouncer]:
    """Give an announcer, and close its connection in the end."""
    announcer = RabbitMqAnnouncer(broker)
    try:
        yield announcer
    finally:
        await announcer.close()
