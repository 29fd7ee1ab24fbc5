"""What the commands of the stack tell of it."""

import subprocess

from figures import Tell
from stack.running import PROGRAM, Stack, wait_until

MOST_SECONDS = 720


def test_make_stack_ends_with_all_of_it_healthy(stack: Stack, tell_figure: Tell) -> None:
    """How long that takes is a figure only: packages come over the network, and images may be there."""
    tell_figure(f"`make stack` has taken {stack.seconds_to_start:.0f} of {MOST_SECONDS} s")
    assert "missing" not in stack.run("status")


def test_a_service_without_a_container_is_told_until_it_is_started_again(stack: Stack) -> None:
    removed = stack.one("alertmanager")
    subprocess.run(["docker", "rm", "--force", removed.id], check=True, capture_output=True)
    asked = subprocess.run(
        [str(PROGRAM), "status"], env=stack.environment(), capture_output=True, text=True, check=False
    )
    assert asked.returncode == 1
    assert [line.split() for line in asked.stdout.splitlines() if "missing" in line] == [
        ["alertmanager", "missing"]
    ]
    stack.run("compose", "--profile", "grafana", "up", "-d", "--no-deps", "alertmanager")
    wait_until(lambda: stack.one("alertmanager").health == "healthy", 120, "alertmanager is healthy")
    stack.run("status")
