"""File operations of the stores: blocking ones, each whole or undone, and the way to run them in a thread."""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

ABANDONED_AFTER_S = 3600
PATIENCE = 10
"""How often a folder that others keep removing is made again."""

P = ParamSpec("P")
T = TypeVar("T")


async def to_the_end(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a blocking function in a thread; one that is cancelled is waited for, so that none works on unseen."""
    running = asyncio.create_task(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        running.exception()  # looked at, so that nobody reports it as forgotten
        raise


def store(source: Path, target: Path, root: Path, incoming: Path) -> None:
    """Put a copy of a file at the target, whole and on the disk; `incoming` is for the half-written."""
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
    """Rename, making the target's folder; again and again while a removal takes it for an empty one."""
    for _ in range(PATIENCE):
        try:
            # A folder that vanishes between the attempt to make it and the look at what is there "exists" for mkdir.
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
        except (FileNotFoundError, FileExistsError):
            continue
        return
    raise FileNotFoundError(f"{target.parent} vanished {PATIENCE} times")


def _sync_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:  # removed meanwhile, with what lay in it
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(incoming: Path) -> None:
    """Remove half-written files that a dead process left behind."""
    for path in incoming.iterdir():
        with _vanishing():
            if path.stat().st_mtime < time.time() - ABANDONED_AFTER_S:
                path.unlink()


def copy(source: Path, target: Path) -> None:
    """Copy a file; the target appears when it is whole."""
    with arriving(target) as part:
        shutil.copyfile(source, part)


@contextmanager
def arriving(target: Path) -> Iterator[Path]:
    """Give the name to write a file under; it takes the target's name when the context ends well."""
    part = target.with_name(f"{target.name}.part")
    try:
        yield part
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def remove(path: Path, root: Path) -> None:
    """Remove a file that may be gone already, and each folder below the root that this leaves empty."""
    with _vanishing():
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
    """Return the files of a folder and its subfolders, by name; both empty when the folder is gone."""
    found: list[tuple[str, os.stat_result]] = []
    subfolders: list[str] = []
    with _vanishing(), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            with _vanishing():
                if entry.is_dir(follow_symlinks=False):
                    subfolders.append(entry.name)
                else:
                    found.append((entry.name, entry.stat(follow_symlinks=False)))
    return found, subfolders


@contextmanager
def _vanishing() -> Iterator[None]:
    """Pass over what somebody else has removed."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return
