"""What every test may use."""

import asyncio
from asyncio import SubprocessProtocol, SubprocessTransport
from asyncio.subprocess import Process, SubprocessStreamProtocol
from collections.abc import AsyncIterator
from typing import Any

import pytest

pytest_plugins = ["real_servers.plugin"]


@pytest.fixture
async def broken_python(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """A Python whose processes end before they have started.

    Their end is awaited here: anyio forgets a child that could not start, and the loop may be gone when it ends.
    """
    loop = asyncio.get_running_loop()
    start = loop.subprocess_exec
    started: list[tuple[SubprocessTransport, SubprocessProtocol]] = []

    async def remember(*command: Any, **options: Any) -> tuple[SubprocessTransport, SubprocessProtocol]:
        started.append(await start(*command, **options))
        return started[-1]

    monkeypatch.setattr(loop, "subprocess_exec", remember)
    monkeypatch.setattr("sys.executable", "/bin/false")
    yield
    assert started
    for transport, protocol in started:
        assert isinstance(protocol, SubprocessStreamProtocol)
        await Process(transport, protocol, loop).wait()
        transport.close()
