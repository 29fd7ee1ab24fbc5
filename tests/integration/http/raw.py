"""Clients that write the bytes of HTTP themselves."""

import json
import socket
import time
from dataclasses import dataclass
from typing import Any

TIMEOUT = 30
HEAD = b"GET /health/live HTTP/1.1\r\nHost: faces.test\r\n"
REQUEST = HEAD + b"\r\n"
LAST_REQUEST = HEAD + b"Connection: close\r\n\r\n"


@dataclass
class Answer:
    """One answer of the server."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The body, as a problem."""
        assert self.headers["content-type"] == "application/problem+json"
        problem: dict[str, Any] = json.loads(self.body)
        assert problem["status"] == self.status
        assert problem["type"] == f"/schema#{problem['code']}"
        assert problem["error"] == problem["detail"] == problem["message"]
        return problem


class RawClient:
    """A connection to a server on this machine."""

    def __init__(self, port: int, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        self.socket.settimeout(TIMEOUT)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(("127.0.0.1", port))
        self.received = b""

    def send(self, data: bytes) -> "RawClient":
        """Send all of it."""
        self.socket.sendall(data)
        return self

    def answer(self) -> Answer:
        """Return the next answer."""
        first, *lines = self._head().decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(headers["content-length"])
        while len(self.received) < length:
            self._receive()
        body, self.received = self.received[:length], self.received[length:]
        return Answer(int(first.split()[1]), headers, body)

    def is_told_to_continue(self) -> bool:
        """Wait for what the server says once it works on a request whose body is still to come."""
        return self._head().startswith(b"HTTP/1.1 100 ")

    def has_more(self) -> bool:
        """Wait for more of an answer, and tell whether there is some; False where the server closes."""
        if not self.received:
            try:
                self.received = self.socket.recv(65536)
            except ConnectionResetError:
                return False
        return bool(self.received)

    def is_closed(self) -> bool:
        """Wait until the server closes, and tell whether it sent nothing before."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def can_send_for(self, seconds: float) -> bool:
        """Send a little again and again, and tell whether the server takes it all the time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self.socket.sendall(b"a")
            except OSError:
                return False
            time.sleep(0.05)
        return True

    def close(self) -> None:
        """Close the connection."""
        self.socket.close()

    def _head(self) -> bytes:
        while b"\r\n\r\n" not in self.received:
            self._receive()
        head, _, self.received = self.received.partition(b"\r\n\r\n")
        return head

    def _receive(self) -> None:
        data = self.socket.recv(65536)
        assert data, f"the server closed after {self.received!r}"
        self.received += data
