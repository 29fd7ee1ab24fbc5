"""Blocking file operations, each complete or undone, and a way to run them in a thread."""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import anyio
import anyio.lowlevel

ABANDONED_AFTER_SECONDS = 3600
MOST_RENAMES = 10
"""How often a rename is tried while other processes remove the target's folder."""

P = ParamSpec("P")
T = TypeVar("T")


async def run_to_completion(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a blocking function in a thread; when the caller is cancelled, wait for the function and then raise.

    The caller may be cancelled any number of times meanwhile: it must not close what the thread still uses.
    """
    await anyio.lowlevel.checkpoint_if_cancelled()
    running = asyncio.create_task(asyncio.to_thread(function, *args, **kwargs))
    cancelled: asyncio.CancelledError | None = None
    with anyio.CancelScope(shield=True):  # anyio would cancel again in every turn of the event loop
        while not running.done():
            try:
                await asyncio.wait({running})
            except asyncio.CancelledError as error:
                cancelled = error
    if cancelled is not None:
        running.exception()  # otherwise asyncio logs that the exception was never retrieved
        raise cancelled
    await anyio.lowlevel.checkpoint_if_cancelled()
    return running.result()


def store(source: Path, target: Path, root: Path, incoming: Path) -> None:
    """Copy a file to the target and flush it to the disk; `incoming` is the folder for incomplete files."""
    descriptor, name = tempfile.mkstemp(dir=incoming)
    try:
        shutil.copyfile(source, name)
        os.fsync(descriptor)
        _move(Path(name), target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
    for folder in target.relative_to(root).parents:
        _sync_folder(root / folder)


def _move(source: Path, target: Path) -> None:
    """Create the target's folder and rename; try again when another process removes the still empty folder."""
    for _ in range(MOST_RENAMES):
        try:
            # Although `exist_ok` is set, mkdir raises FileExistsError when the folder vanishes while mkdir looks at it.
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
        except (FileNotFoundError, FileExistsError):
            continue
        return
    raise FileNotFoundError(f"{target.parent} vanished {MOST_RENAMES} times")


def _sync_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:  # another process has removed it with its content
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_abandoned(incoming: Path) -> None:
    """Remove incomplete files of processes that have ended."""
    for path in incoming.iterdir():
        with _missing_ignored():
            if path.stat().st_mtime < time.time() - ABANDONED_AFTER_SECONDS:
                path.unlink()


def copy(source: Path, target: Path) -> None:
    """Copy a file; the target appears when it is complete."""
    with atomic_write(target) as part:
        shutil.copyfile(source, part)


@contextmanager
def atomic_write(target: Path) -> Iterator[Path]:
    """Give a temporary path to write to; the file is renamed to the target when the context ends without an error."""
    part = target.with_name(f"{target.name}.part")
    try:
        yield part
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def remove(path: Path, root: Path) -> None:
    """Remove a file, if it still exists, and each folder below the root that becomes empty."""
    with _missing_ignored():
        path.unlink()
    for folder in path.parents:
        if folder == root:
            return
        try:
            folder.rmdir()
        except FileNotFoundError:
            continue
        except OSError:  # not empty
            return


def scan(folder: Path) -> tuple[list[tuple[str, os.stat_result]], list[str]]:
    """Return the files and the subfolders of a folder by name; both are empty when the folder does not exist."""
    found: list[tuple[str, os.stat_result]] = []
    subfolders: list[str] = []
    with _missing_ignored(), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            with _missing_ignored():
                if entry.is_dir(follow_symlinks=False):
                    subfolders.append(entry.name)
                else:
                    found.append((entry.name, entry.stat(follow_symlinks=False)))
    return found, subfolders


@contextmanager
def _missing_ignored() -> Iterator[None]:
    """Ignore that a file or a folder does not exist: another process may have removed it."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return
