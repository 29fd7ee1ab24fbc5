"""The process from which those that work are made: `python -m adapters.processes.template DESCRIPTOR`.

It loads what the work needs, once, and never sees a stranger's file: each piece of work gets a copy of this process
(`fork`), which ends with it. So starting one takes milliseconds, and one that a file has taken over has no other to do.
"""

import gc
import pickle
import socket
import struct
import sys

from adapters.processes.apart import Confinement, Work, done_apart, possible_confinement

LENGTH = struct.Struct("!I")
LOADED, ANSWERED, DIED = b"L", b"A", b"D"
_READY = {(True, True): b"2", (True, False): b"f", (False, True): b"c", (False, False): b"0"}


def ready_message(confinement: Confinement) -> bytes:
    """Return the byte with which this process says that it is ready, and how it confines others."""
    return _READY[confinement.files, confinement.calls]


def read_ready_message(message: bytes) -> Confinement | None:
    """Return what the byte says; None for any other."""
    for (files, calls), known in _READY.items():
        if message == known:
            return Confinement(files=files, calls=calls)
    return None


def serve(connection: socket.socket) -> None:
    """Do one piece of work after the other, until the other end of the connection is closed."""
    confinement = possible_confinement()
    connection.sendall(ready_message(confinement))
    loaded = 0
    while request := _receive(connection):
        work: Work = pickle.loads(request)  # noqa: S301 - from the service itself; it imports what the work needs
        if loaded != (loaded := len(sys.modules)):
            gc.collect()
            gc.freeze()  # so that copies of this process share its memory for longer
        connection.sendall(LOADED)
        answer = done_apart(work, confinement, connection.fileno())
        state = DIED if answer is None else ANSWERED
        connection.sendall(state + LENGTH.pack(len(answer or b"")) + (answer or b""))


def _receive(connection: socket.socket) -> bytes:
    """Return the next request; nothing at the end."""
    head = connection.recv(LENGTH.size, socket.MSG_WAITALL)
    if len(head) < LENGTH.size:
        return b""
    size = LENGTH.unpack(head)[0]
    body = connection.recv(size, socket.MSG_WAITALL)
    return body if len(body) == size else b""


if __name__ == "__main__":
    try:
        serve(socket.socket(fileno=int(sys.argv[1])))
    except (InterruptedError, ConnectionError):
        sys.exit(0)  # the service has ended, or does not want the work any more
