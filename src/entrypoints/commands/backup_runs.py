"""What the commands for backups run, until it ends or the process is told to stop."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from adapters.backup.archives import ArchiveFiles
from adapters.jobs.in_process import InProcessQueue
from adapters.sql.restoring import require_known
from application.operations.erase_again import ErasedAgain
from application.ports.backup import Manifest
from entrypoints.composition.container import Container
from entrypoints.composition.data_folder import OWN_FOLDERS
from entrypoints.composition.runtime import open_blobs_only, open_resources
from entrypoints.composition.settings import Settings

T = TypeVar("T")


def back_up(settings: Settings, target: Path, key: str, *, without_lost: bool) -> Manifest:
    """Write a backup, for a public key if there is one; no other user of this machine can read what is written."""

    async def work() -> Manifest:
        container = Container(settings=settings, backups=ArchiveFiles(recipient=key))
        async with open_blobs_only(container):
            return await container.back_up()(target, click.echo, without_lost=without_lost)

    os.umask(0o777 & ~OWN_FOLDERS)
    return _run(work())


def verify(source: Path, identity: Path | None) -> Manifest:
    """Read a backup."""
    return _run(ArchiveFiles(identity=identity).verify(source))


def check(source: Path, identity: Path | None) -> Manifest:
    """Read a backup, and refuse one that this version of the service cannot restore."""
    manifest = verify(source, identity)
    require_known(manifest.revision)
    return manifest


def restore_all(settings: Settings, source: Path, identity: Path | None) -> Manifest:
    """Restore a backup."""

    async def work() -> Manifest:
        container = Container(settings=settings, backups=ArchiveFiles(identity=identity))
        async with open_blobs_only(container):
            return await container.restore()(source, click.echo)

    return _run(work())


def erase_again_all(settings: Settings, lines: Iterable[str]) -> ErasedAgain:
    """Erase what the log lines tell of."""

    async def work() -> ErasedAgain:
        container = Container(settings=settings)
        async with open_resources(container, InProcessQueue()):
            return await container.erase_again()(lines)

    return _run(work())


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine; on SIGTERM it is cancelled and cleans up, and the process exits."""

    async def cancelled_by_signal() -> T:
        task = asyncio.ensure_future(work)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await task

    try:
        return asyncio.run(cancelled_by_signal())
    except asyncio.CancelledError:
        sys.exit(128 + signal.SIGTERM)
