"""Secrets get new values while the service runs."""

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from voice2face_stack.rotation import ROTATED

from e2e.contract_walk import PASSWORD
from stack.running import PROGRAM, Stack

EMAIL = "rotated@example.org"
LOG_IN_TO_MYSQL = """
import asyncio, sys, asyncmy
async def log_in(account, password):
    try:
        (await asyncmy.connect(host="mysql", user=account, password=password)).close()
    except asyncmy.errors.OperationalError as error:
        return f"refused {error.args[0]}"
    return "taken"
print(asyncio.run(log_in(*sys.argv[1:])))
"""


def mysql(account: str) -> Callable[[Stack, str], bool]:
    """Return what tells whether MySQL takes a password for an account."""

    def takes(stack: Stack, password: str) -> bool:
        said = stack.inside("api", "python", "-c", LOG_IN_TO_MYSQL, account, password).strip()
        assert said in ("taken", "refused 1045")
        return said == "taken"

    return takes


def rabbitmq(stack: Stack, password: str) -> bool:
    """Tell whether RabbitMQ takes a password."""
    script = 'if rabbitmqctl authenticate_user voice2face "$1" >/dev/null 2>&1; then echo taken; fi'
    return stack.inside("rabbitmq", "sh", "-c", script, "-", password).strip() == "taken"


TAKES = {
    "mysql_password": mysql("voice2face"),
    "mysql_root_password": mysql("root"),
    "rabbitmq_password": rabbitmq,
}


@pytest.mark.long
def test_servers_take_the_new_secrets_and_no_old_one_and_the_service_works_with_them(stack: Stack) -> None:
    account = {"email": EMAIL, "password": PASSWORD}
    with stack.client() as client:
        assert client.post("/users", data=account).is_success
        old_token = client.post("/auth", data=account).json()["token"]
        old = all_secrets(stack.folder)

        stack.run("rotate", *ROTATED)

        new = all_secrets(stack.folder)
        assert {name for name in ROTATED if old[name] != new[name]} == set(ROTATED)
        assert not {name for name, takes in TAKES.items() if takes(stack, old[name])}
        assert {name for name, takes in TAKES.items() if takes(stack, new[name])} == set(TAKES)
        assert client.get("/users", headers={"Token": old_token}).status_code == 401
        assert client.post("/auth", data=account).is_success
        assert client.get(f"{stack.url}/health/ready").is_success
    stack.run("status")


@pytest.mark.long
def test_a_rotation_that_broke_off_goes_on_and_locks_no_container_out_meanwhile(stack: Stack) -> None:
    takes = TAKES["mysql_password"]
    old = all_secrets(stack.folder)["mysql_password"]
    with subprocess.Popen(
        # What a shell has started in the background ignores the signal, and so would this command.
        ["env", "--default-signal=INT", str(PROGRAM), "rotate", "mysql_password"],
        env=stack.environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as command:
        assert command.stderr is not None
        for line in command.stderr:
            if "new containers of api" in line:
                break
        command.send_signal(signal.SIGINT)
        assert "The same command continues" in command.stderr.read()
    begun = all_secrets(stack.folder)["mysql_password"]
    assert begun != old
    assert takes(stack, old)
    stack.run("rotate", "mysql_password")
    assert all_secrets(stack.folder)["mysql_password"] == begun
    assert takes(stack, begun)
    assert not takes(stack, old)
    stack.run("status")


def all_secrets(folder: Path) -> dict[str, str]:
    """Return each secret of a stack by the name of its file."""
    return {name: (folder / "secrets" / name).read_text().strip() for name in ROTATED}
