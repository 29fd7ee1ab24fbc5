"""Backups of the stack: written while it runs, and loaded before the service starts."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from voice2face_stack.compose import Compose, by_labels, output
from voice2face_stack.settings import LOGS, StackError, StackSettings
from voice2face_stack.waiting import tell, wait

SERVERS = ("mysql", "minio", "rabbitmq")
WITH_DATA = (*SERVERS, "api", "worker", "migrate")
"""The containers that use the volumes with data."""
VOLUMES = (*SERVERS, "outbox")


@dataclass(frozen=True, slots=True)
class Restored:
    """What is restored."""

    backup: Path
    identity: Path | None
    """The file with the private key."""
    logs: Sequence[Path]
    """Log lines of the service since the backup, besides those in the folder of the stack."""


def write_backup(stack: Compose, settings: StackSettings, recipient: str | None) -> int:
    """Write a backup into the folder `backups` of the stack, and return the exit code."""
    folder = settings.folder / "backups"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)  # for the user of the container; the folder around it is closed to others
    user = f"{os.getuid()}:{os.getgid()}" if os.getuid() else ""
    key = ["--recipient", recipient] if recipient else []
    return run_with_disk(
        stack,
        settings.folder,
        *([f"--user={user}"] if user else []),
        *("--volume", f"{folder}:{folder}", "api", "voice2face", "backup", str(folder), *key),
    )


def verify_backup(stack: Compose, settings: StackSettings, restored: Restored) -> int:
    """Read all of a backup, and return the exit code."""
    tell("reading the backup")
    return _run_on(stack, settings, restored, "verify-backup")


def remove_data(stack: Compose) -> None:
    """Remove the volumes with data, and the containers that use them; the certificates stay."""
    stack("rm", "--stop", "--force", *WITH_DATA)
    for volume in VOLUMES:
        labels = {"project": stack.environment["COMPOSE_PROJECT_NAME"], "volume": volume}
        for found in output("docker", "volume", "ls", "--quiet", *by_labels(labels)).split():
            output("docker", "volume", "rm", found)


def load_backup(stack: Compose, settings: StackSettings, restored: Restored) -> int:
    """Start the servers alone, load a backup, and erase again what was erased since; return the exit code.

    The service must not run before that: who has erased an account could log in again.
    """
    tell("the servers")
    stack("up", "--detach", *SERVERS)
    wait(stack, SERVERS)
    tell("the backup")
    if code := _run_on(stack, settings, restored, "restore"):
        tell("MySQL, RabbitMQ and MinIO run; `make stack-down` stops them. The rest was not started")
        return code
    tell("erasing again what was erased since the backup")
    with TemporaryFile(dir=settings.folder) as lines:
        for log in (*sorted((settings.folder / LOGS).iterdir()), *restored.logs):
            with log.open("rb") as file:
                shutil.copyfileobj(file, lines)
        lines.seek(0)
        command = ("run", "--rm", "--no-deps", "-T", "api", "voice2face", "erase-again", "-")
        if stack.run(*command, given=lines).returncode:
            raise StackError(
                "The backup is loaded, but not all was erased again, see above, so the service was not started. Run "
                f"`cat {settings.folder / LOGS}/* | infra/deploy/stack compose {' '.join(command)}`, then `make stack`."
            )
    return 0


def _run_on(stack: Compose, settings: StackSettings, restored: Restored, command: str) -> int:
    """Run a command that reads a backup, and return its exit code."""
    backup = restored.backup.resolve(strict=True)
    owner = backup.stat()  # who can read it
    place = restored.identity.resolve() if restored.identity else None
    with _key_for_container(settings, restored.identity) as key:
        return run_with_disk(
            stack,
            settings.folder,
            f"--user={owner.st_uid}:{owner.st_gid}",
            # Where they are on this machine, so that messages name files that their reader knows.
            *(
                "--volume",
                f"{backup}:{backup}:ro",
                *(["--volume", f"{key}:{place}:ro"] if place else []),
                "api",
            ),
            *("voice2face", command, str(backup), *(["--identity", str(place)] if place else [])),
        )


@contextmanager
def _key_for_container(settings: StackSettings, identity: Path | None) -> Iterator[Path]:
    """Give a file with the private key, or an empty one, that the user of a container can read."""
    with TemporaryDirectory(dir=settings.folder) as closed:  # to other users of this machine
        key = Path(closed, "identity")
        key.write_text(_private_key(identity) if identity else "")
        key.chmod(0o444)
        yield key


def _private_key(identity: Path) -> str:
    """Return the text of a file with a private key; raises `StackError` for any other file."""
    text = identity.read_bytes().decode(errors="replace")
    if "AGE-SECRET-KEY-1" not in text:
        raise StackError(f"{identity} holds no private key (AGE-SECRET-KEY-1…).")
    return text


def run_with_disk(stack: Compose, folder: Path, *arguments: str) -> int:
    """Run a command in a container of its own, with its output here, and return its exit code.

    Its data folder is on the disk: the rows of a backup may need more room than there is in memory.
    """
    with TemporaryDirectory(dir=folder, prefix="rows-") as rows:
        Path(rows).chmod(0o777)  # for the user of the container; the folder around it is closed to others
        disk = ("--volume", f"{rows}:/rows", "-e", "V2F_DATA=/rows/data")
        return stack.run("run", "--rm", "--no-deps", "-T", *disk, *arguments).returncode
