"""Backups of the stack: written while it runs, and loaded before the service starts."""

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from voice2face_stack.compose import PROGRESS, Compose, by_labels, output
from voice2face_stack.settings import LOGS, StackError, StackSettings
from voice2face_stack.waiting import tell

SERVERS = ("mysql", "minio", "rabbitmq")
WITH_DATA = (*SERVERS, "api", "worker", "migrate")
"""The containers that use the volumes with data."""
VOLUMES = (*SERVERS, "outbox")
BACKUPS, BACKUP, KEY = "/backups", "/backup.tar", "/backup-key"
"""Where a container finds them, whoever its user is: folders of this machine may be closed to that one."""
_OF_COMPOSE = re.compile(rf"{PROGRESS.pattern}|^\d+$")


@dataclass(frozen=True, slots=True)
class Restored:
    """What is restored."""

    backup: Path
    identity: Path | None
    private_key: str
    """What the file of the identity holds."""
    logs: Sequence[Path]
    """Log lines of the service since the backup, besides those in the folder of the stack."""

    @classmethod
    def read(cls, backup: Path, identity: Path | None, logs: Sequence[Path]) -> "Restored":
        """Read the key, and look whether all files can be read; raises `OSError` and `StackError`."""
        for file in (backup, *logs):
            with file.open("rb"):
                pass
        text = identity.read_bytes().decode(errors="replace") if identity else ""
        if identity and "AGE-SECRET-KEY-1" not in text:
            raise StackError(f"{identity} holds no private key (AGE-SECRET-KEY-1…).")
        return cls(backup, identity, text, logs)


def write_backup(stack: Compose, settings: StackSettings, recipient: str | None) -> int:
    """Write a backup into the folder `backups` of the stack, and return the exit code."""
    folder = settings.folder / "backups"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)  # for the user of the container; the folder around it is closed to others
    user = f"{os.getuid()}:{os.getgid()}" if os.getuid() else ""
    options = [*([f"--user={user}"] if user else []), "--volume", f"{folder}:{BACKUPS}"]
    key = ["--recipient", recipient] if recipient else []
    command = ("api", "voice2face", "backup", BACKUPS, *key)
    return run_with_disk(stack, settings.folder, {BACKUPS: folder}, *options, *command)


def check_backup(stack: Compose, settings: StackSettings, restored: Restored) -> int:
    """Read all of a backup, find out whether it can be restored, and return the exit code."""
    tell("reading the backup")
    return _run_on(stack, settings, restored, "restore", "--check")


def remove_data(stack: Compose) -> None:
    """Remove the volumes with data, and the containers that use them; the certificates stay."""
    stack("rm", "--stop", "--force", *WITH_DATA)
    for volume in VOLUMES:
        labels = {"project": stack.environment["COMPOSE_PROJECT_NAME"], "volume": volume}
        for found in output("docker", "volume", "ls", "--quiet", *by_labels(labels)).split():
            left = output("docker", "ps", "--all", "--quiet", "--filter", f"volume={found}").split()
            if left:  # what was started by hand
                output("docker", "rm", "--force", *left)
            output("docker", "volume", "rm", found)


def load_backup(stack: Compose, settings: StackSettings, restored: Restored) -> int:
    """Start the servers alone, load a backup, and erase again what was erased since; return the exit code.

    The service must not run before that: who has erased an account could log in again.
    """
    tell("the servers")
    stack("up", "--detach", *SERVERS)
    for server in SERVERS:
        stack.wait_until_healthy(server, 1)
    tell("the backup")
    if code := _run_on(stack, settings, restored, "restore"):
        tell("MySQL, RabbitMQ and MinIO run; `make stack-down` stops them. The rest was not started")
        return code
    tell("erasing again what was erased since the backup")
    logs = [*sorted((settings.folder / LOGS).iterdir()), *restored.logs]
    command = ("run", "--rm", "--no-deps", "-T", "api", "voice2face", "erase-again", "-")
    try:
        with TemporaryFile(dir=settings.folder) as lines:
            for log in logs:
                with log.open("rb") as file:
                    shutil.copyfileobj(file, lines)
            lines.seek(0)
            if stack.run(*command, given=lines).returncode == 0:
                return 0
    except OSError as error:
        tell(f"{error.filename}: {error.strerror}")
    raise StackError(
        "The backup is loaded, but not all was erased again, see above, so the service was not started. Run "
        f"`cat {' '.join(map(str, logs))} | infra/deploy/stack compose {' '.join(command)}`, then `make stack`."
    )


def _run_on(stack: Compose, settings: StackSettings, restored: Restored, *command: str) -> int:
    """Run a command that reads a backup, and return its exit code."""
    backup = restored.backup.resolve()
    owner = backup.stat()  # who can read it
    places = {BACKUP: restored.backup, KEY: restored.identity or Path()}
    with _key_for_container(settings, restored.private_key) as key:
        return run_with_disk(
            stack,
            settings.folder,
            places,
            f"--user={owner.st_uid}:{owner.st_gid}",
            *("--volume", f"{backup}:{BACKUP}:ro", "--volume", f"{key}:{KEY}:ro", "api"),
            *("voice2face", *command, BACKUP, *(["--identity", KEY] if restored.identity else [])),
        )


@contextmanager
def _key_for_container(settings: StackSettings, private_key: str) -> Iterator[Path]:
    """Give a file with the private key that the user of a container can read."""
    with TemporaryDirectory(dir=settings.folder) as closed:  # to other users of this machine
        key = Path(closed, "identity")
        key.write_text(private_key)
        key.chmod(0o444)
        yield key


def run_with_disk(stack: Compose, folder: Path, places: Mapping[str, Path], *arguments: str) -> int:
    """Run a command in a container of its own, print what it says, and return its exit code.

    What it says of its places is told with those of this machine. Its data folder is on the disk: the rows of a backup
    may need more room than there is in memory.
    """
    with TemporaryDirectory(dir=folder, prefix="rows-") as rows:
        Path(rows).chmod(0o777)  # for the user of the container; the folder around it is closed to others
        disk = ("--volume", f"{rows}:/rows", "-e", "V2F_DATA=/rows/data")
        done = stack.run("run", "--rm", "--no-deps", "-T", *disk, *arguments, quiet=True)
    for said, stream in ((done.stdout, sys.stdout), (done.stderr, sys.stderr)):
        stream.write(told(said, places))
    return done.returncode


def told(said: str, places: Mapping[str, Path]) -> str:
    """Return what was said, with the places of this machine and without what Compose adds."""
    lines = [line for line in said.splitlines(keepends=True) if not _OF_COMPOSE.search(line)]
    pattern = "|".join(sorted(map(re.escape, places), key=len, reverse=True)) or "(?!)"
    return re.sub(pattern, lambda found: str(places[found[0]]), "".join(lines))
