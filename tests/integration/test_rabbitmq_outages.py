"""What workers and announcers do while RabbitMQ is away, and when it is back."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aio_pika import connect_robust

from adapters.jobs.rabbitmq import AnnouncementBroker, announcing
from application.errors import ServiceUnavailable
from contracts.test_jobs import LIMIT, PATIENCE, QUEUE, consuming, until
from domain.ids import GenerationId
from real_servers.rabbitmq import RabbitMqServer, RabbitMqVhost


class Listener:
    """A server that accepts connections, never answers, and counts them."""

    def __init__(self) -> None:
        self.connections = 0
        self.url = ""

    async def stay_silent(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        await reader.read()  # until the client closes the connection
        writer.close()


@pytest.fixture
async def silent_listener() -> AsyncIterator[Listener]:
    listener = Listener()
    async with await asyncio.start_server(listener.stay_silent, "127.0.0.1", 0) as server:
        listener.url = f"amqp://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        yield listener


async def test_a_job_that_outlives_a_restart_of_the_server_does_not_end_the_worker(
    own_rabbitmq: RabbitMqServer,
) -> None:
    vhost = own_rabbitmq.create_vhost()
    started, may_end = asyncio.Semaphore(0), asyncio.Event()

    async def run() -> None:
        started.release()
        await may_end.wait()

    async with (
        announcing(AnnouncementBroker(vhost.url, QUEUE, LIMIT)) as announcer,
        consuming(AnnouncementBroker(vhost.url, QUEUE, LIMIT), run),
    ):
        await until(lambda: announcer.announce(GenerationId("first")))
        await asyncio.wait_for(started.acquire(), PATIENCE)
        await asyncio.to_thread(own_rabbitmq.stop)
        with pytest.raises(ServiceUnavailable):
            await announcer.announce(GenerationId("while it is away"))
        may_end.set()  # the job ends, and its announcement cannot be acknowledged
        await asyncio.to_thread(own_rabbitmq.start)
        await until(lambda: announcer.announce(GenerationId("second")))
        async with asyncio.timeout(PATIENCE):
            for _ in range(2):  # the first announcement comes again, since it was not acknowledged
                await started.acquire()


async def test_an_announcer_that_finds_the_server_away_connects_when_it_is_back(
    own_rabbitmq: RabbitMqServer,
) -> None:
    vhost = own_rabbitmq.create_vhost()
    await asyncio.to_thread(own_rabbitmq.stop)
    async with announcing(AnnouncementBroker(vhost.url, QUEUE, LIMIT)) as announcer:
        with pytest.raises(ServiceUnavailable):
            await announcer.announce(GenerationId("early"))
        await asyncio.to_thread(own_rabbitmq.start)
        await until(lambda: announcer.announce(GenerationId("late")))


async def test_callers_share_an_attempt_to_connect(silent_listener: Listener) -> None:
    async with announcing(AnnouncementBroker(silent_listener.url, QUEUE, LIMIT)) as announcer:
        announcements = (announcer.announce(GenerationId(name)) for name in "abcd")
        outcomes = await asyncio.gather(*announcements, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ServiceUnavailable] * 4
    assert silent_listener.connections == 1


async def test_a_caller_that_stops_waiting_for_a_connection_does_not_leave_it_half_open(
    rabbitmq_vhost: RabbitMqVhost,
) -> None:
    broker = AnnouncementBroker(rabbitmq_vhost.url, QUEUE, LIMIT)
    open_whole, may_open = broker.startup, asyncio.Event()

    async def open_slowly() -> None:
        broker.write_conn = await connect_robust(rabbitmq_vhost.url)  # without a channel yet
        await may_open.wait()
        await broker.write_conn.close()
        await open_whole()

    broker.startup = open_slowly  # type: ignore[method-assign]
    async with announcing(broker) as announcer:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(announcer.check(), 0.1)
        may_open.set()
        await until(lambda: announcer.announce(GenerationId("late")))


async def test_an_announcement_that_no_queue_takes_fails(
    rabbitmq_server: RabbitMqServer, rabbitmq_vhost: RabbitMqVhost
) -> None:
    async with announcing(AnnouncementBroker(rabbitmq_vhost.url, QUEUE, LIMIT)) as announcer:
        await until(announcer.check)
        await asyncio.to_thread(rabbitmq_server.delete_queue, rabbitmq_vhost, QUEUE)
        with pytest.raises(ServiceUnavailable):
            await announcer.announce(GenerationId("lost"))


async def test_counting_in_a_queue_that_was_deleted_fails_and_does_not_disturb_announcing(
    rabbitmq_server: RabbitMqServer, rabbitmq_vhost: RabbitMqVhost
) -> None:
    async def run() -> None:
        pass

    async with announcing(AnnouncementBroker(rabbitmq_vhost.url, QUEUE, LIMIT)) as announcer:
        await until(announcer.check)
        await asyncio.to_thread(rabbitmq_server.delete_queue, rabbitmq_vhost, QUEUE)
        for _ in range(3):
            with pytest.raises(ServiceUnavailable):
                await announcer.waiting()
        async with consuming(AnnouncementBroker(rabbitmq_vhost.url, QUEUE, LIMIT), run):
            await until(lambda: announcer.announce(GenerationId("later")))
            await until(announcer.waiting)


async def test_an_announcement_that_the_server_returns_is_published_again_until_a_queue_takes_it(
    rabbitmq_server: RabbitMqServer, rabbitmq_vhost: RabbitMqVhost
) -> None:
    ran = asyncio.Event()

    async def run() -> None:
        ran.set()

    async with announcing(AnnouncementBroker(rabbitmq_vhost.url, QUEUE, LIMIT)) as announcer:
        await until(announcer.check)
        await asyncio.to_thread(rabbitmq_server.delete_queue, rabbitmq_vhost, QUEUE)
        announcement = asyncio.create_task(until(lambda: announcer.announce(GenerationId("early"))))
        await returned_by(rabbitmq_server, rabbitmq_vhost)
        async with consuming(AnnouncementBroker(rabbitmq_vhost.url, QUEUE, LIMIT), run):
            await announcement
            await asyncio.wait_for(ran.wait(), PATIENCE)


async def returned_by(server: RabbitMqServer, vhost: RabbitMqVhost) -> None:
    """Wait until the server says that it returned a message."""
    async with asyncio.timeout(PATIENCE):
        while True:
            channels = await asyncio.to_thread(server.manage, "GET", f"/vhosts/{vhost.name}/channels")
            if any(channel.get("message_stats", {}).get("return_unroutable") for channel in channels):
                return
            await asyncio.sleep(0.1)
