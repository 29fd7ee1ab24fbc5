"""The image: how large it is, how soon its API is ready, and that a worker's first job takes no longer than others."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import median

import httpx
import pytest
from voice2face_stack.settings import REPOSITORY

from e2e.contract_walk import join, send, webm
from e2e.service import wait_for
from e2e.voices import SAMPLE
from figures import Tell
from real_servers.ports import free_port
from stack.running import Stack, wait_until

LARGEST_IMAGE = 600_000_000
ROUNDS = 3
SECRET = "a-secret-of-the-tests-that-is-long-enough"
STARTS_A_JOB, ENDS_A_JOB = "begins", "succeeded"


@pytest.fixture(scope="module")
def image(stack: Stack) -> str:
    return stack.one("api").image


def test_the_image_is_small(image: str, tell_figure: Tell) -> None:
    size = int(output("docker", "image", "inspect", "--format", "{{.Size}}", image))
    tell_figure(f"the image: {size / 1e6:.0f} of {LARGEST_IMAGE / 1e6:.0f} MB")
    assert size <= LARGEST_IMAGE


def test_an_api_container_is_ready_in_at_most_twice_the_time_that_the_process_takes_outside(
    image: str, tmp_path: Path, tell_figure: Tell
) -> None:
    """In turns, since other work on the machine slows both."""
    outside, inside = [], []
    for number in range(ROUNDS):
        outside.append(seconds_until_ready_outside(tmp_path / str(number)))
        inside.append(seconds_until_ready_inside(image))
    ratio = median(inside) / median(outside)
    tell_figure(f"the API is ready in {median(inside):.1f} s in a container, {ratio:.2f} of outside (bar 2)")
    assert ratio <= 2


def test_the_first_job_of_a_new_worker_takes_no_longer_than_its_second(
    stack: Stack, tell_figure: Tell
) -> None:
    """The best of some rounds counts: what else the machine does may slow down either job."""
    ratios = []
    with stack.client() as client:
        join(client, "first-and-second@example.org")
        voice = webm(SAMPLE)
        for _ in range(ROUNDS):
            first, second = job_seconds(stack, client, voice)
            ratios.append(first / second)
            if ratios[-1] <= 1.3:
                break
    tell_figure(
        f"first job of a new worker against its second: {', '.join(f'{r:.2f}' for r in ratios)} (bar 1.3)"
    )
    assert min(ratios) <= 1.3


def job_seconds(stack: Stack, client: httpx.Client, voice: bytes) -> tuple[float, float]:
    """Start a new worker, give it two jobs, and return how long each took by its log."""
    before = stack.one("worker").id
    stack.compose("up", "--detach", "--no-deps", "--force-recreate", "worker")
    wait_until(
        lambda: stack.one("worker").id != before and stack.one("worker").health == "healthy",
        180,
        "a new worker",
    )
    for _ in range(2):
        assert wait_for(client, send(client, voice)["mz_request_id"], 300)["status"] == "Success"
    lines = output("docker", "logs", stack.one("worker").id, errors=True).splitlines()
    begun = [moment(line) for line in lines if line.endswith(f", attempt 1 {STARTS_A_JOB}")]
    ended = [moment(line) for line in lines if line.endswith(f", attempt 1 {ENDS_A_JOB}")]
    assert len(begun) == len(ended) == 2, lines
    first, second = (end - begin for begin, end in zip(begun, ended, strict=True))
    return first.total_seconds(), second.total_seconds()


def moment(line: str) -> datetime:
    """Return when a log line was written."""
    found = re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}", line)
    assert found, line
    return datetime.strptime(found[0], "%Y-%m-%d %H:%M:%S,%f")


def seconds_until_ready_outside(data: Path) -> float:
    port = free_port()
    command = [sys.executable, "-m", "entrypoints", "serve", "--port", str(port), "--data", str(data)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), "V2F_SECRET": SECRET}
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return seconds_until_ready(port, started)
    finally:
        process.terminate()
        process.wait()


def seconds_until_ready_inside(image: str) -> float:
    port = free_port()
    options = ["--read-only", "--cap-drop=ALL", "--tmpfs=/tmp", "--tmpfs=/data:uid=10001,gid=10001,mode=0700"]
    started = time.monotonic()
    container = output(
        "docker", "run", "--rm", "--detach", "--init", *options, f"--env=V2F_SECRET={SECRET}",
        f"--publish=127.0.0.1:{port}:8000", image,
    ).strip()  # fmt: skip
    with stopping(container):
        return seconds_until_ready(port, started)


@contextlib.contextmanager
def stopping(container: str) -> Iterator[None]:
    """Stop a container at the end."""
    try:
        yield
    finally:
        output("docker", "stop", container)


def seconds_until_ready(port: int, started: float) -> float:
    """Wait until the API at a port is ready, and return the seconds since `started`."""

    def is_ready() -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=10, trust_env=False).is_success
        return False

    wait_until(is_ready, 120, "the API is ready", pause=0.02)
    return time.monotonic() - started


def test_a_container_that_is_told_to_stop_ends_by_itself(image: str) -> None:
    port = free_port()
    container = output(
        "docker", "run", "--detach", "--init", "--tmpfs=/data:uid=10001,gid=10001,mode=0700",
        f"--env=V2F_SECRET={SECRET}", f"--publish=127.0.0.1:{port}:8000", image,
    ).strip()  # fmt: skip
    try:
        seconds_until_ready(port, time.monotonic())
        output("docker", "stop", "--time", "75", container)
        state = json.loads(output("docker", "inspect", "--format", "{{json .State}}", container))
        assert (state["ExitCode"], state["OOMKilled"]) == (143, False)  # by SIGTERM: 137 would be killed
    finally:
        output("docker", "rm", "--force", container)


def output(*command: str, errors: bool = False) -> str:
    """Return what a command prints, with its errors if wanted; AssertionError if it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout + (done.stderr if errors else "")
