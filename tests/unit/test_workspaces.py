"""Temporary files of a process, also after the process was killed."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.workspaces.local_disk import LocalDiskWorkspaces

PROGRAM = """
import sys, time
from pathlib import Path
from adapters.workspaces.local_disk import LocalDiskWorkspaces
with LocalDiskWorkspaces(Path(sys.argv[1])).folder() as folder:
    (folder / "voice").write_text("a recording")
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "workspaces"


@pytest.fixture
def workspaces(root: Path) -> LocalDiskWorkspaces:
    return LocalDiskWorkspaces(root)


def files(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def test_workspaces_of_a_killed_process_are_removed_and_those_of_a_running_one_stay(
    workspaces: LocalDiskWorkspaces, root: Path
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(root)], stdout=subprocess.PIPE
    ) as other_process:
        assert other_process.stdout is not None
        other_process.stdout.readline()
        asyncio.run(workspaces.remove_abandoned())
        assert "voice" in files(root)
        other_process.kill()
        other_process.wait()
    with workspaces.file():
        asyncio.run(workspaces.remove_abandoned())
        assert "voice" not in files(root)
        assert len(files(root)) == 2  # this process's file and lock


def test_a_folder_and_a_file_are_removed_when_their_context_ends(
    workspaces: LocalDiskWorkspaces, root: Path
) -> None:
    with workspaces.folder() as folder, workspaces.file() as file:
        (folder / "portrait.png").touch()
        file.write(b"a voice")
        assert Path(file.name).exists()
    workspaces.close()
    assert files(root) == []
    assert list(root.iterdir()) == []


def test_closing_removes_workspaces_that_are_still_in_use(
    workspaces: LocalDiskWorkspaces, root: Path
) -> None:
    with workspaces.folder() as folder:
        (folder / "voice").touch()
        workspaces.close()
        assert list(root.iterdir()) == []
