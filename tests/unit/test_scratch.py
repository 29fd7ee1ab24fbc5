import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from entrypoints.scratch import Scratch

KEEPER = """
import sys, time
from pathlib import Path
from entrypoints.scratch import Scratch
with Scratch(Path(sys.argv[1])).folder() as folder:
    (folder / "voice").write_text("somebody's voice")
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path / "scratch")


def files(scratch: Scratch) -> list[str]:
    return sorted(path.name for path in scratch.root.rglob("*") if path.is_file())


def test_what_a_killed_process_leaves_is_removed_and_what_a_living_one_holds_is_not(
    scratch: Scratch,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(scratch.root)], stdout=subprocess.PIPE
    ) as keeper:
        assert keeper.stdout is not None
        keeper.stdout.readline()
        asyncio.run(scratch.remove_abandoned())
        assert "voice" in files(scratch)
        keeper.kill()
        keeper.wait()
    with scratch.file():
        asyncio.run(scratch.remove_abandoned())
        assert "voice" not in files(scratch)
        assert len(files(scratch)) == 2  # our own file and our own lock


def test_folders_and_files_are_gone_when_they_have_served(scratch: Scratch) -> None:
    with scratch.folder() as folder, scratch.file() as file:
        (folder / "portrait.png").touch()
        file.write(b"a voice")
        assert Path(file.name).exists()
    scratch.close()
    assert files(scratch) == []
    assert list(scratch.root.iterdir()) == []


def test_closing_removes_what_is_still_in_use(scratch: Scratch) -> None:
    with scratch.folder() as folder:
        (folder / "voice").touch()
        scratch.close()
        assert list(scratch.root.iterdir()) == []
