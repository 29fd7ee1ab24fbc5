"""What needs a real server and a real connection."""

import json
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from integration.http.live import LiveService, live
from integration.http.service import API, VOICE, Service

LOGIN = {"email": "anna@example.org", "password": "correct horse"}
FORM = {"age": "34", "gender": "woman"}


@pytest.fixture(scope="module")
def running() -> Iterator[LiveService]:
    with live(Service()) as running:
        yield running


@pytest.fixture
def client(running: LiveService) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.url + API, timeout=30) as client:
        client.post("/users", data=LOGIN)
        client.headers["Token"] = client.post("/auth", data=LOGIN).json()["token"]
        yield client
        for request in client.get("/mz-request").json()["mz_request_list"]:
            client.delete(f"/mz-request/{request['id']}")


def submit(client: httpx.Client, voice: bytes = VOICE) -> httpx.Response:
    return client.post("/mz-request", data=FORM, files={"file": ("svelte_audio.wav", voice, "audio/wav")})


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 40
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_events_arrive_while_the_job_runs(running: LiveService, client: httpx.Client) -> None:
    running.service.faces.seconds = 2
    request_id = submit(client).json()["mz_request_id"]
    with client.stream("GET", f"/mz-request/{request_id}/events") as answer:
        states = [
            json.loads(line.removeprefix("data: "))["state"]
            for line in answer.iter_lines()
            if line.startswith("data: ")
        ]
    assert states[-1] == "succeeded"
    assert len(states) > 1


def test_a_watch_ends_when_its_connection_is_closed(running: LiveService, client: httpx.Client) -> None:
    running.service.faces.seconds = 3600
    request_id = submit(client).json()["mz_request_id"]
    board = running.service.container.progress_board()
    with client.stream("GET", f"/mz-request/{request_id}/events") as answer:
        lines = answer.iter_lines()  # kept in a variable: the connection is closed when it is collected
        assert next(lines) == "event: progress"
        wait_until(lambda: bool(board._watched))
    wait_until(lambda: not board._watched)


def test_head_over_a_real_connection_gives_only_the_size(client: httpx.Client) -> None:
    submit(client)
    link = client.get("/mz-request").json()["mz_request_list"][0]["voice_url"]
    head = client.head(link)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(VOICE)))
    assert client.get(link).content == VOICE


def test_a_client_that_still_sends_is_told_that_its_file_is_too_large(client: httpx.Client) -> None:
    refused = submit(client, b"R" * (40 * 1024 * 1024))
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert client.get("/users").status_code == 200


def test_links_follow_the_address_that_the_client_used(running: LiveService, client: httpx.Client) -> None:
    submit(client)
    assert client.get("/mz-request").json()["mz_request_list"][0]["voice_url"].startswith(running.url)
