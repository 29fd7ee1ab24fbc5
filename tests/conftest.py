"""Fixtures for all tests."""

import asyncio
import os
from asyncio import SubprocessProtocol, SubprocessTransport
from asyncio.subprocess import Process, SubprocessStreamProtocol
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

pytest_plugins = ["real_servers.plugin", "figures"]


@pytest.fixture
def usual_umask() -> Iterator[None]:
    """Give new files the usual permissions, and undo what commands that run in this process do to that."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
async def broken_python(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Make every child process of Python end before it has started.

    The fixture waits for those that anyio starts, which does not wait for a child that could not start: the event loop
    may be closed before the child ends.
    """
    loop = asyncio.get_running_loop()
    start = loop.subprocess_exec
    started: list[tuple[SubprocessTransport, SubprocessProtocol]] = []

    async def start_recorded(*command: Any, **options: Any) -> tuple[SubprocessTransport, SubprocessProtocol]:
        started.append(await start(*command, **options))
        return started[-1]

    monkeypatch.setattr(loop, "subprocess_exec", start_recorded)
    monkeypatch.setattr("sys.executable", "/bin/false")
    yield
    for transport, protocol in started:
        assert isinstance(protocol, SubprocessStreamProtocol)
        await Process(transport, protocol, loop).wait()
        transport.close()
