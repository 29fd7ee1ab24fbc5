"""Temporary files of a process, also after the process was killed."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.workspaces.local_disk import LocalDiskWorkspaces
from application.errors import ServiceUnavailable

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


def test_a_disk_on_which_nothing_can_be_made_is_a_service_that_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    workspaces = LocalDiskWorkspaces(tmp_path / "file" / "work")
    for make in (workspaces.folder, workspaces.file):
        with pytest.raises(ServiceUnavailable), make():
            pass


def test_an_error_while_a_workspace_is_used_stays_what_it_is(tmp_path: Path) -> None:
    workspaces = LocalDiskWorkspaces(tmp_path)
    for make in (workspaces.folder, workspaces.file):
        with pytest.raises(PermissionError), make():
            raise PermissionError
    workspaces.close()


def test_a_disk_that_is_full_when_a_file_is_closed_is_told_like_one_that_is_full_before(
    workspaces: LocalDiskWorkspaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a write could not put there is written once more then."""
    monkeypatch.setattr("tempfile.NamedTemporaryFile", lambda dir: Path("/dev/full").open("wb"))  # noqa: SIM115
    with pytest.raises(ServiceUnavailable), workspaces.file() as file:
        file.write(b"a recording")
