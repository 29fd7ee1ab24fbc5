"""The service behind a real server on the loopback interface, in a separate thread."""

import asyncio
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from entrypoints.http.server import Server
from integration.http.service import API, Service


class LiveService:
    """A running server, and the service that it serves; it runs jobs as they come, unless it `works` on demand only."""

    def __init__(self, service: Service, works: bool = True) -> None:
        self.service = service
        self._works = works
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = Server(service.app, service.container)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def start(self) -> None:
        """Start to serve; clients may connect already."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._thread.join(timeout=20)
        self._socket.close()

    def run_jobs(self) -> None:
        """Run all jobs that were announced."""
        asyncio.run_coroutine_threadsafe(self.service.run_jobs(), self._loop).result(timeout=60)

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        """Give a client that is logged in as a new user."""
        login = {"email": f"{uuid.uuid4().hex}@example.org", "password": "correct horse"}
        with httpx.Client(base_url=self.url + API, timeout=30) as client:
            client.post("/users", data=login).raise_for_status()
            client.headers["Token"] = client.post("/auth", data=login).raise_for_status().json()["token"]
            yield client

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        jobs = asyncio.create_task(self._work())
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            jobs.cancel()

    async def _work(self) -> None:
        while self._works:
            await self.service.run_jobs()
            await asyncio.sleep(0.02)


@contextmanager
def live(service: Service, works: bool = True) -> Iterator[LiveService]:
    """Serve while the context lasts."""
    running = LiveService(service, works)
    running.start()
    try:
        yield running
    finally:
        running.stop()
