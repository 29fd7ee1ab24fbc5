"""Temporary files of one process, and what is left of them after it ended."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.workspaces.local_disk import LocalDiskWorkspaces

KEEPER = """
import sys, time
from pathlib import Path
from adapters.workspaces.local_disk import LocalDiskWorkspaces
with LocalDiskWorkspaces(Path(sys.argv[1])).folder() as folder:
    (folder / "voice").write_text("a recording")
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def workspaces(tmp_path: Path) -> LocalDiskWorkspaces:
    return LocalDiskWorkspaces(tmp_path / "workspaces")


def files(workspaces: LocalDiskWorkspaces) -> list[str]:
    return sorted(path.name for path in workspaces.root.rglob("*") if path.is_file())


def test_what_a_killed_process_leaves_is_removed_and_what_a_living_one_holds_is_not(
    workspaces: LocalDiskWorkspaces,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(workspaces.root)], stdout=subprocess.PIPE
    ) as keeper:
        assert keeper.stdout is not None
        keeper.stdout.readline()
        asyncio.run(workspaces.remove_abandoned())
        assert "voice" in files(workspaces)
        keeper.kill()
        keeper.wait()
    with workspaces.file():
        asyncio.run(workspaces.remove_abandoned())
        assert "voice" not in files(workspaces)
        assert len(files(workspaces)) == 2  # our own file and our own lock


def test_folders_and_files_are_gone_when_they_have_served(workspaces: LocalDiskWorkspaces) -> None:
    with workspaces.folder() as folder, workspaces.file() as file:
        (folder / "portrait.png").touch()
        file.write(b"a voice")
        assert Path(file.name).exists()
    workspaces.close()
    assert files(workspaces) == []
    assert list(workspaces.root.iterdir()) == []


def test_closing_removes_what_is_still_in_use(workspaces: LocalDiskWorkspaces) -> None:
    with workspaces.folder() as folder:
        (folder / "voice").touch()
        workspaces.close()
        assert list(workspaces.root.iterdir()) == []
