"""The commands for backups: write, verify and restore one, and make a key for them."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from adapters.backup.encryption import is_recipient, new_keys
from application.errors import ServiceUnavailable
from application.ports.backup import BackupRefused, Manifest
from entrypoints.commands.settings_errors import settings_errors_told
from entrypoints.composition.data_folder import OWN_FOLDERS, prepare_data_folder
from entrypoints.composition.settings import Settings

T = TypeVar("T")

source_argument = click.argument(
    "source", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
identity_option = click.option(
    "--identity",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the private key, if the backup is encrypted.",
)


def public_key(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str | None:
    """Refuse what is no public key before any work is done."""
    if text is not None and not is_recipient(text):
        raise click.BadParameter(f"{text} is no public key such as `voice2face backup-key` prints.")
    return text


@click.command()
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--recipient",
    metavar="KEY",
    callback=public_key,
    help="Encrypt for this public key (age1…).  [default: V2F_BACKUP_RECIPIENT]",
)
def backup(target: Path, recipient: str | None) -> None:
    """Write database and files into FILE while the service runs; in a folder, the file gets a name of its own.

    Then the file is read from the disk again and compared with what was written; what is not encrypted is also compared
    with its list of contents. FILE appears when all of that is done. Whether an encrypted backup can be decrypted is
    shown by `verify-backup` alone, which needs the private key. The secret of the service is not in a backup.
    """
    began = time.monotonic()
    with settings_errors_told():
        settings = Settings.read(os.environ)
    key = recipient or settings.backup.recipient
    if target.is_dir():
        target /= f"voice2face-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar{'.age' if key else ''}"
    os.umask(0o777 & ~OWN_FOLDERS)
    with errors_told("No backup was written"):
        manifest = run(_back_up(settings, target.resolve(), key))
        size = target.stat().st_size
    kind = "encrypted" if key else "not encrypted"
    click.echo(f"Backed up {contents_of(manifest)} in {time.monotonic() - began:.1f} s: ", nl=False)
    click.echo(f"{target}, {size:,} bytes, {kind}.")


@click.command("verify-backup")
@source_argument
@identity_option
def verify_backup(source: Path, identity: Path | None) -> None:
    """Read all of the backup FILE and tell what is in it; a single changed byte is refused."""
    from adapters.backup.archives import ArchiveFiles

    with errors_told("The backup cannot be used"):
        manifest = run(ArchiveFiles(identity=identity).verify(source))
    click.echo(f"The backup of {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC is undamaged: ", nl=False)
    click.echo(f"{contents_of(manifest)}, schema {manifest.revision}, version {manifest.version}.")


@click.command()
@source_argument
@identity_option
def restore(source: Path, identity: Path | None) -> None:
    """Load the backup FILE into an empty database and an empty bucket or folder; the service must not run.

    Nothing is written before all of FILE was read. If it breaks off, run it again: it continues. Afterwards all users
    must log in again, and what was erased after the backup must be erased again.
    """
    began = time.monotonic()
    with settings_errors_told():
        settings = Settings.read(os.environ)
        prepare_data_folder(settings)
    with errors_told("Nothing is in the database"):
        manifest = run(_restore(settings, source, identity))
    click.echo(f"Restored {contents_of(manifest)} in {time.monotonic() - began:.1f} s, ", nl=False)
    click.echo(f"as they were at {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC. All users must log in again.")


@click.command("backup-key")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
def backup_key(target: Path) -> None:
    """Make a key for backups: the private one in FILE, to be kept away from the service, and print the public one."""
    private, public = new_keys()
    with errors_told("No key was made"):
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"# public key: {public}\n{private}\n")
    click.echo(public)


def contents_of(manifest: Manifest) -> str:
    """Say in some words how much a backup holds."""
    rows = sum(table.rows for table in manifest.tables)
    files = f"{counted(len(manifest.blobs), 'file')} of {counted(manifest.size, 'byte')}"
    return f"{counted(manifest.requests, 'request')}, {files} and {counted(rows, 'row')}"


def counted(count: int, what: str) -> str:
    """Return a number with its noun, which gets an s in the plural."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


async def _back_up(settings: Settings, target: Path, key: str) -> Manifest:
    from adapters.backup.archives import ArchiveFiles
    from entrypoints.composition.container import Container
    from entrypoints.composition.runtime import open_blobs_only

    container = Container(settings=settings, backups=ArchiveFiles(recipient=key))
    async with open_blobs_only(container):
        return await container.back_up()(target, click.echo)


async def _restore(settings: Settings, source: Path, identity: Path | None) -> Manifest:
    from adapters.backup.archives import ArchiveFiles
    from entrypoints.composition.container import Container
    from entrypoints.composition.runtime import open_blobs_only

    container = Container(settings=settings, backups=ArchiveFiles(identity=identity))
    async with open_blobs_only(container):
        return await container.restore()(source, click.echo)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine; on SIGTERM it is cancelled, cleans up, and the process exits."""

    async def cancelled_by_signal() -> T:
        task = asyncio.ensure_future(work)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await task

    try:
        return asyncio.run(cancelled_by_signal())
    except asyncio.CancelledError:
        sys.exit(128 + signal.SIGTERM)


@contextmanager
def errors_told(outcome: str) -> Iterator[None]:
    """Exit with a sentence that says why, and what is not there now."""
    try:
        yield
    except BackupRefused as refused:
        raise click.ClickException(str(refused)) from refused
    except ServiceUnavailable as away:
        raise click.ClickException(f"{outcome}: the {away.service} does not answer. Try again.") from away
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(f"{outcome}: {where}{error.strerror or error}.") from error
