"""How much of an answer its client has not taken yet."""

import asyncio
import fcntl
import sys
import termios


def unsent_bytes(transport: asyncio.Transport) -> int:
    """Return how many bytes wait in this process and in the system; 0 if none waits in this process.

    The system takes more from us only when a third of its own megabytes is free, so that the bytes here alone would not
    tell that a slow client reads.
    """
    ours = transport.get_write_buffer_size()
    if not ours:
        return 0
    descriptor = transport.get_extra_info("socket").fileno()
    return ours + int.from_bytes(fcntl.ioctl(descriptor, termios.TIOCOUTQ, bytes(4)), sys.byteorder)
