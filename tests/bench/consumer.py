"""A consumer that only sends a signal for each message: the floor of claiming.

python -m bench.consumer URL QUEUE SIGNAL_SOCKET
"""

import asyncio
import socket
import sys
import time

import aio_pika
import uvloop
from aio_pika.abc import AbstractIncomingMessage
from pamqp.common import FieldTable

QUEUE_ARGUMENTS: FieldTable = {"x-queue-type": "quorum"}


async def consume(url: str, name: str, signal_socket: str) -> None:
    """Send the present time to the socket for each message, then acknowledge it; prints a line when it begins."""
    sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    async def signal(message: AbstractIncomingMessage) -> None:
        sender.sendto(str(time.time_ns()).encode(), signal_socket)
        await message.ack()

    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=1)
        queue = await channel.declare_queue(name, durable=True, arguments=QUEUE_ARGUMENTS)
        await queue.consume(signal)
        sys.stdout.write("consuming\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(consume(*sys.argv[1:4]))
