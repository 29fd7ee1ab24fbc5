"""Watching a request: server-sent events."""

import asyncio
import gc
import json
from typing import Any

import pytest

from application.accounts import ended_sessions as ended_sessions_module
from entrypoints.http.responses import event_stream as events_module
from integration.http.service import LoggedInUser, Service, assert_problem, sign_up
from integration.http.test_errors import call_raw

LIMIT = 40
"""Seconds after which a test gives up waiting."""


def parse(text: str) -> list[dict[str, str]]:
    """Return the events of a stream, without its comments."""
    blocks = [block for block in text.split("\n\n") if block and not block.startswith(":")]
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]


async def test_a_watcher_sees_every_change_and_the_end(service: Service, anna: LoggedInUser) -> None:
    service.faces.seconds = 0.3
    ids = await anna.submitted()
    path = f"/mz-request/{ids['mz_request_id']}"
    watcher = Watcher(service, anna, ids["mz_request_id"])
    await watcher.until(lambda text: "queued" in text)
    await service.run_jobs()
    seen = parse(await watcher.until(lambda text: "succeeded" in text))
    assert watcher.status == 200
    assert watcher.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert watcher.headers["cache-control"] == "no-store"
    assert watcher.headers["x-accel-buffering"] == "no"
    await watcher.leave()
    facts = [json.loads(event["data"]) for event in seen]
    assert {event["event"] for event in seen} == {"progress"}
    assert len({event["id"] for event in seen}) == len(seen) > 1
    assert facts[0]["state"] == "queued"
    assert facts[0]["place"] == 1
    assert "running" in [fact["state"] for fact in facts]
    assert facts[-1] == (await anna.call("GET", f"{path}/status/{ids['job_id']}")).json()
    assert facts[-1]["state"] == "succeeded"
    percents = [fact["percent"] for fact in facts]
    assert percents == sorted(percents)


async def test_clients_are_told_to_come_back_soon_and_not_all_at_once(
    service: Service, anna: LoggedInUser
) -> None:
    ids = await anna.submitted()
    watchers = [Watcher(service, anna, ids["mz_request_id"]) for _ in range(8)]
    told = []
    for watcher in watchers:
        (queued,) = parse(await watcher.until(lambda text: text.endswith("\n\n")))
        told.append(int(queued["retry"]))
        await watcher.leave()
    assert all(500 <= milliseconds <= 3500 for milliseconds in told)
    assert len(set(told)) > 1


async def test_an_event_that_the_client_saw_is_not_sent_again(service: Service, anna: LoggedInUser) -> None:
    ids = await anna.submitted()
    path = f"/mz-request/{ids['mz_request_id']}/events"

    first = asyncio.create_task(anna.call("GET", path))
    await service.run_jobs()
    seen = parse((await first).text)
    end = seen[-1]["id"]

    again = await anna.call("GET", path, headers={"Last-Event-ID": seen[0]["id"]})
    assert [event["id"] for event in parse(again.text)] == [end]
    at_the_end = await anna.call("GET", path, headers={"Last-Event-ID": end})
    assert (at_the_end.status_code, at_the_end.content) == (204, b"")
    nonsense = await anna.call("GET", path, headers={"Last-Event-ID": "what?"})
    assert [event["id"] for event in parse(nonsense.text)] == [end]


async def test_a_client_that_comes_back_before_the_end_gets_only_new_events(
    service: Service, anna: LoggedInUser
) -> None:
    ids = await anna.submitted()
    watcher = Watcher(service, anna, ids["mz_request_id"])
    (queued,) = parse(await watcher.until(lambda text: "\n\n" in text))
    await watcher.leave()

    back = asyncio.create_task(
        anna.call(
            "GET", f"/mz-request/{ids['mz_request_id']}/events", headers={"Last-Event-ID": queued["id"]}
        )
    )
    await service.run_jobs()
    events = parse((await asyncio.wait_for(back, LIMIT)).text)
    assert queued["id"] not in [event["id"] for event in events]
    assert json.loads(events[-1]["data"])["state"] == "succeeded"


async def test_a_stream_ends_with_an_event_of_its_own_when_the_request_is_erased(
    service: Service, anna: LoggedInUser
) -> None:
    ids = await anna.submitted()
    watcher = Watcher(service, anna, ids["mz_request_id"])
    await watcher.until(lambda text: "queued" in text)
    await anna.call("DELETE", f"/mz-request/{ids['mz_request_id']}")
    *_, last = parse(await watcher.until(lambda text: "erased" in text))
    assert last["event"] == "erased"
    assert last["id"] == f"{ids['mz_request_id']}.erased"
    assert json.loads(last["data"]) == {
        "mz_request_id": ids["mz_request_id"],
        "message": "This request was erased.",
    }
    await watcher.until(lambda _: watcher.is_over)
    await watcher.leave()
    back = await anna.call(
        "GET", f"/mz-request/{ids['mz_request_id']}/events", headers={"Last-Event-ID": last["id"]}
    )
    assert_problem(back, 404, "not_found")


async def test_after_the_end_of_a_job_its_successor_can_be_watched(
    service: Service, anna: LoggedInUser
) -> None:
    ids = await anna.submitted()
    path = f"/mz-request/{ids['mz_request_id']}"
    await service.run_jobs()
    end = parse((await anna.call("GET", f"{path}/events")).text)[-1]["id"]
    again = (await anna.call("POST", f"{path}/mz-result")).json()
    watching = asyncio.create_task(anna.call("GET", f"{path}/events", headers={"Last-Event-ID": end}))
    await service.run_jobs()
    facts = [json.loads(event["data"]) for event in parse((await asyncio.wait_for(watching, LIMIT)).text)]
    assert {fact["job_id"] for fact in facts} == {again["job_id"]}


async def test_a_stream_without_news_is_kept_alive_by_comments(
    service: Service, anna: LoggedInUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_module, "KEEP_ALIVE_SECONDS", 0.01)
    watcher = Watcher(service, anna, (await anna.submitted())["mz_request_id"])
    await watcher.until(lambda text: text.count("\n: still here\n\n") >= 3)
    await watcher.leave()


async def test_no_task_is_left_when_clients_leave(service: Service, anna: LoggedInUser) -> None:
    before = asyncio.all_tasks()
    ids = await anna.submitted()
    watchers = [Watcher(service, anna, ids["mz_request_id"]) for _ in range(5)]
    for watcher in watchers:
        await watcher.until(lambda text: "queued" in text)
    for watcher in watchers:
        await watcher.leave()
    async with asyncio.timeout(LIMIT):
        while asyncio.all_tasks() - before:
            await asyncio.sleep(0.01)
    assert service.container.progress_board()._watched == {}


async def test_no_task_is_left_when_a_client_leaves_while_the_server_writes_to_it(
    service: Service, anna: LoggedInUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_module, "KEEP_ALIVE_SECONDS", 0.01)
    before = asyncio.all_tasks()
    watcher = Watcher(service, anna, (await anna.submitted())["mz_request_id"])
    gc.disable()  # the test must not pass only because the garbage collector runs
    try:
        watcher.stops_reading = True
        await watcher.until(lambda text: "still here" in text)
        await watcher.leave()
        async with asyncio.timeout(LIMIT):
            while asyncio.all_tasks() - before:
                await asyncio.sleep(0.01)
    finally:
        gc.enable()


async def test_a_further_stream_of_a_user_ends_the_oldest_and_no_stream_of_another_user() -> None:
    service = Service(environment={"V2F_QUOTA_STREAMS_AT_ONCE": "2"})
    async with service.client() as client:
        anna, bob = await sign_up(client, "anna"), await sign_up(client, "bob")
        ids = {user.token: (await user.submitted())["mz_request_id"] for user in (anna, bob)}
        watchers: list[Watcher] = []
        for user in (anna, bob, anna, anna, anna):
            watchers.append(Watcher(service, user, ids[user.token]))
            await watchers[-1].until(lambda text: "queued" in text)
        oldest, of_bob, second, *newest = watchers
        async with asyncio.timeout(LIMIT):
            while not (oldest.is_over and second.is_over):
                await asyncio.sleep(0.01)
        assert not any(watcher.is_over for watcher in (of_bob, *newest))
        for watcher in watchers:
            await watcher.leave()
        again = Watcher(service, anna, ids[anna.token])
        await again.until(lambda text: "queued" in text)
        assert not again.is_over
        await again.leave()


@pytest.mark.parametrize("how", ["the session ends", "the token expires"])
async def test_a_stream_ends_when_its_client_is_logged_out_and_a_client_that_comes_back_is_refused(
    service: Service, anna: LoggedInUser, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(ended_sessions_module, "LOOK_SECONDS", 0.01)
    request_id = (await anna.submitted())["mz_request_id"]
    before = anna.token
    await anna.log_in()
    ended, other = Watcher(service, anna, request_id), anna.token
    anna.token = before
    staying = Watcher(service, anna, request_id)
    for watcher in (ended, staying):
        await watcher.until(lambda text: "queued" in text)
    anna.token = other
    if how == "the session ends":
        await anna.call("DELETE", "/auth/sessions/current")
    else:
        service.clock.advance(hours=24)
    await ended.until(lambda _: ended.is_over)
    assert ended.status == 200
    if how == "the token expires":
        await staying.until(lambda _: staying.is_over)
    else:
        assert not staying.is_over
    for watcher in (ended, staying):
        await watcher.leave()
    assert_problem(await anna.call("GET", f"/mz-request/{request_id}/events"), 401, "invalid_token")


class Watcher:
    """A client that reads a stream message by message, and may leave before its end."""

    def __init__(self, service: Service, user: LoggedInUser, request_id: str) -> None:
        self.text = ""
        self.status = 0
        self.is_over = False
        self.stops_reading = False
        self.headers: dict[str, str] = {}
        self._news = asyncio.Event()
        self._gone = asyncio.Event()
        path = f"/api/v1/mz-request/{request_id}/events"
        self._call = asyncio.create_task(
            call_raw(service.app, "GET", path, user.token, self._receive, self._send)
        )

    async def until(self, enough: Any) -> str:
        """Read until `enough` holds for the text so far, and return the text."""
        async with asyncio.timeout(LIMIT):
            while not enough(self.text):
                self._news.clear()
                await self._news.wait()
        return self.text

    async def leave(self) -> None:
        """Close the connection, and wait until the server has noticed."""
        self._gone.set()
        await asyncio.wait_for(self._call, LIMIT)

    async def _receive(self) -> dict[str, object]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        else:
            self.is_over = not message.get("more_body", False)
        self.text += message.get("body", b"").decode()
        self._news.set()
        if self.stops_reading and "still here" in self.text:
            await asyncio.Event().wait()
