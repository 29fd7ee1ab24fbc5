"""Giving the secrets of a stack new values while it runs."""

import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from voice2face_stack.compose import Compose, output
from voice2face_stack.replacing import replace_all
from voice2face_stack.settings import HERE, StackError, StackSettings, keep_secret, make_secrets, new_secret
from voice2face_stack.waiting import tell

Change = Callable[[Compose, Path, str], None]
"""Tells a server its new password, which is then kept in the folder of the secrets."""


def rotate_secrets(stack: Compose, settings: StackSettings, names: Sequence[str]) -> None:
    """Give each secret a new value, have its server take it, and replace API and workers.

    It can be run again where it broke off: new values are kept until all of it is done, because another one would end
    that of before, which containers use that are not replaced yet.
    """
    folder = settings.folder / "secrets"
    for name in names:
        kept = next_file(folder, name)
        if kept.exists():
            began = time.strftime("%Y-%m-%d %H:%M", time.localtime(kept.stat().st_mtime))
            tell(f"{name}: going on with the value of {began}; run this command once more for another one")
        else:
            tell(name)
            keep_secret(folder, kept.name, new_secret())
        CHANGES[name](stack, folder, kept.read_text().strip())
    make_secrets(folder, settings.organisation)  # the addresses and files in which the new ones stand, too
    replace_all(stack, settings)
    if "mysql_password" in names:
        _mysql(stack, folder, "discard", "voice2face", "%")
    for name in names:
        next_file(folder, name).unlink()


def next_file(folder: Path, name: str) -> Path:
    """Return the file of the value that a secret is going to have."""
    return folder / f"{name}.next"


def _change_secret(_: Compose, folder: Path, new: str) -> None:
    keep_secret(folder, "secret", new)


def _change_mysql(stack: Compose, folder: Path, new: str) -> None:
    """Let the old password be valid, too, until no container uses it any more."""
    _mysql(stack, folder, "change", "voice2face", "%", new="mysql_password")
    keep_secret(folder, "mysql_password", new)


def _change_mysql_root(stack: Compose, folder: Path, new: str) -> None:
    for host in ("localhost", "%"):
        _mysql(stack, folder, "change", "root", host, new="mysql_root_password")
    keep_secret(folder, "mysql_root_password", new)
    for host in ("localhost", "%"):
        _mysql(stack, folder, "discard", "root", host)


def _mysql(stack: Compose, folder: Path, *arguments: str, new: str | None = None) -> None:
    given = {
        HERE / "mysql" / "password.py": "/run/password.py",
        folder / "mysql_root_password": "/run/root",
        **({next_file(folder, new): "/run/new"} if new else {}),
    }
    mounts = [f"--volume={file}:{place}:ro" for file, place in given.items()]
    stack("run", "--rm", "--no-deps", "-T", *mounts, "api", "python", "/run/password.py", *arguments)


def _change_rabbitmq(stack: Compose, folder: Path, new: str) -> None:
    """Connections that are open stay so; nothing is lost if one cannot be opened until its container is replaced."""
    (server,) = stack.containers("rabbitmq")
    command = ["docker", "exec", "--interactive", server.id, "rabbitmqctl", "change_password", "voice2face"]
    done = subprocess.run(command, input=f"{new}\n", capture_output=True, text=True)
    if done.returncode:
        raise StackError(f"RabbitMQ did not take a new password:\n{done.stdout}{done.stderr}")
    keep_secret(folder, "rabbitmq_password", new)


def _change_s3(stack: Compose, folder: Path, new: str) -> None:
    """MinIO takes its key at its start alone, so files are out of reach until API and workers are replaced."""
    keep_secret(folder, "s3_secret_key", new)
    for server in stack.containers("minio"):
        output("docker", "restart", server.id)
    stack.wait_until_healthy("minio", 1)


CHANGES: dict[str, Change] = {
    "secret": _change_secret,
    "mysql_password": _change_mysql,
    "mysql_root_password": _change_mysql_root,
    "rabbitmq_password": _change_rabbitmq,
    "s3_secret_key": _change_s3,
}
ROTATED = tuple(CHANGES)
