"""Health: whether the process lives, and whether it can work."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from litestar import Litestar

from application.errors import ServiceUnavailable
from entrypoints.http import health_checks
from entrypoints.http.app import create_app
from entrypoints.http.health_checks import Readiness
from integration.http.service import Service, assert_problem


async def test_a_process_that_answers_is_live(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


async def test_the_service_is_ready_when_all_backing_services_answer(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/ready")
    services = {"database": "up", "blobs": "up", "queue": "up"}
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "services": services})


async def test_a_backing_service_that_does_not_answer_is_named(
    service: Service, client: httpx.AsyncClient
) -> None:
    service.announcer.away = True
    answer = await client.get("/health/ready")
    problem = assert_problem(answer, 503, "not_ready")
    assert problem["services"] == {"database": "up", "blobs": "up", "queue": "down"}
    assert int(answer.headers["retry-after"]) > 0
    assert (await client.get("/health/live")).status_code == 200


async def test_a_backing_service_that_hangs_counts_as_down_after_a_timeout(
    service: Service, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    async def refuse() -> None:
        raise ServiceUnavailable("database")

    monkeypatch.setattr(health_checks, "TIMEOUT_SECONDS", 0.05)
    monkeypatch.setattr(service.blobs, "check", hang)
    monkeypatch.setattr(service.container.views(), "check", refuse)
    async with asyncio.timeout(60):
        problem = assert_problem(await client.get("/health/ready"), 503, "not_ready")
    assert problem["services"] == {"database": "down", "blobs": "down", "queue": "up"}


async def test_only_health_checks_that_fail_are_in_the_access_log(
    service: Service, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        for path in ("live", "ready"):
            assert (await client.get(f"/health/{path}")).status_code == 200
        service.announcer.away = True
        assert (await client.get("/health/ready")).status_code == 503
    lines = [record.getMessage() for record in caplog.records if record.name == "entrypoints.http.access_log"]
    (line,) = lines
    assert line.startswith("GET /health/ready 503 ")


async def test_many_calls_at_once_cost_one_check_and_a_later_call_costs_another() -> None:
    checks, all_have_called = 0, asyncio.Event()

    async def check() -> None:
        nonlocal checks
        checks += 1
        await all_have_called.wait()

    readiness = Readiness(lambda: {"database": check}, is_draining=lambda: False)
    calls = [asyncio.create_task(readiness()) for _ in range(100)]
    await asyncio.sleep(0)
    all_have_called.set()
    assert [await call for call in calls] == [{"database": "up"}] * 100
    assert checks == 1
    await readiness()
    assert checks == 2


async def test_a_process_that_drains_is_live_but_not_ready_and_asks_no_backing_service(
    service: Service, client: httpx.AsyncClient
) -> None:
    service.announcer.away = True
    service.container.draining().set()
    problem = assert_problem(await client.get("/health/ready"), 503, "draining")
    assert "services" not in problem
    assert (await client.get("/health/live")).status_code == 200


async def test_the_lifespan_opens_at_the_start_of_the_application_and_closes_at_its_end() -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        steps.append("opened")
        yield
        steps.append("closed")

    app = create_app(Service().container, lifespan=[lifespan])
    async with app.lifespan():
        assert steps == ["opened"]
    assert steps == ["opened", "closed"]
