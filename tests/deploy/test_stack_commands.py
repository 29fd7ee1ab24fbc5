"""What the commands of the stack ask of Docker Compose."""

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from subprocess import CompletedProcess

from voice2face_stack.__main__ import run_with_disk
from voice2face_stack.compose import Compose


@dataclass(frozen=True, slots=True)
class Asked(Compose):
    """Docker Compose that keeps what it is asked, and whether the folders of this machine are there then."""

    folders: dict[str, bool] = field(default_factory=dict)

    def run(self, *arguments: str, quiet: bool = False) -> CompletedProcess[str]:
        """Keep the folders that a container is to see."""
        for option, value in pairwise(arguments):
            if option == "--volume":
                folder, place = value.split(":")
                self.folders[place] = Path(folder).is_dir()
                assert Path(folder).parent == Path(self.environment["STACK_FOLDER"])
        assert "V2F_DATA=/rows/data" in arguments
        return CompletedProcess(arguments, 7)


def test_the_rows_of_a_backup_lie_on_the_disk_and_are_gone_afterwards(tmp_path: Path) -> None:
    stack = Asked({"STACK_FOLDER": str(tmp_path)})
    assert run_with_disk(stack, tmp_path, "api", "voice2face", "backup") == 7
    assert stack.folders == {"/rows": True}
    assert not list(tmp_path.iterdir())
