"""The commands for backups: write, verify and restore one, and make a key for them."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from application.errors import ServiceUnavailable
from application.ports.backup import BackupRefused, Manifest
from entrypoints.commands.settings_errors import settings_errors_told
from entrypoints.composition.settings import Settings

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
    from adapters.backup.encryption import is_recipient

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
@click.option(
    "--without-lost", is_flag=True, help="Leave out files that the storage has lost, and name them."
)
def backup(target: Path, recipient: str | None, without_lost: bool) -> None:
    """Write database and files into FILE while the service runs; in a folder, the file gets a name of its own.

    Then the file is read from the disk again and compared with what was written; what is not encrypted is also compared
    with its list of contents. FILE appears when all of that is done. Whether an encrypted backup can be decrypted is
    shown by `verify-backup` alone, which needs the private key. The secret of the service is not in a backup.
    """
    from entrypoints.commands.backup_runs import back_up

    began = time.monotonic()
    with settings_errors_told():
        settings = Settings.read(os.environ)
    key = recipient or settings.backup.recipient
    if target.is_dir():
        target /= f"voice2face-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar{'.age' if key else ''}"
    with errors_told("No backup was written"):
        manifest = back_up(settings, target.resolve(), key, without_lost=without_lost)
        size = target.stat().st_size
    kind = "encrypted" if key else "not encrypted"
    click.echo(f"Backed up {contents_of(manifest)} in {time.monotonic() - began:.1f} s: ", nl=False)
    click.echo(f"{target}, {size:,} bytes, {kind}.")
    if not key:
        click.echo(
            "It holds voices, addresses and hashes of passwords: set V2F_BACKUP_RECIPIENT to encrypt.",
            err=True,
        )


@click.command("verify-backup")
@source_argument
@identity_option
def verify_backup(source: Path, identity: Path | None) -> None:
    """Read all of the backup FILE and tell what is in it; a single changed byte is refused."""
    from entrypoints.commands.backup_runs import verify

    with errors_told("The backup cannot be used"):
        manifest = verify(source, identity)
    click.echo(f"The backup of {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC is undamaged: ", nl=False)
    click.echo(f"{contents_of(manifest)}, schema {manifest.revision}, version {manifest.version}.")


@click.command()
@source_argument
@identity_option
@click.option(
    "--check", is_flag=True, help="Only say whether this version, with these settings, can restore it."
)
def restore(source: Path, identity: Path | None, *, check: bool) -> None:
    """Load the backup FILE into an empty database and an empty bucket or folder; the service must not run.

    Nothing is written before all of FILE was read. If it breaks off, run it again: it continues. Afterwards all users
    must log in again, and what was erased after the backup must be erased again.
    """
    from entrypoints.commands import backup_runs
    from entrypoints.composition.data_folder import prepare_data_folder

    began = time.monotonic()
    with settings_errors_told():
        settings = Settings.read(os.environ)
    if check:
        with errors_told("The backup cannot be used"):
            manifest = backup_runs.check(source, identity)
        click.echo(f"The backup can be restored: {contents_of(manifest)}.")
        return
    with settings_errors_told():
        prepare_data_folder(settings)
    with errors_told("The restore broke off, and the database has no rows"):
        manifest = backup_runs.restore_all(settings, source, identity)
    click.echo(f"Restored {contents_of(manifest)} in {time.monotonic() - began:.1f} s, ", nl=False)
    click.echo(f"as they were at {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC. All users must log in again.")


@click.command("erase-again")
@click.argument("log", metavar="LOG", type=click.File(encoding="utf-8", errors="replace"))
def erase_again(log: TextIO) -> None:
    """Erase the accounts and requests that LOG tells of as erased (- for standard input), after a backup was restored.

    LOG has lines of the service from the time after the backup; older ones do no harm. The service may run.
    """
    from entrypoints.commands.backup_runs import erase_again_all
    from entrypoints.composition.data_folder import prepare_data_folder

    with settings_errors_told():
        settings = Settings.read(os.environ)
        prepare_data_folder(settings)
    with errors_told("Not all was erased"):
        erased = erase_again_all(settings, log)
    accounts, requests = counted(erased.accounts, "account"), counted(erased.requests, "request")
    click.echo(f"Erased {accounts} and {requests}; the service removes files that are left.")


@click.command("backup-key")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
def backup_key(target: Path) -> None:
    """Make a key for backups: the private one in FILE, to be kept away from the service, and print the public one."""
    from adapters.backup.encryption import new_keys

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
