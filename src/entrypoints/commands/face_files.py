"""The files in which the commands leave the faces."""

from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from domain.feedback import FaceKind


class FileNames(NamedTuple):
    """The names of the two files of one face."""

    portrait: str
    video: str


FILE_NAMES = {
    FaceKind.VOICE: FileNames("portrait.png", "talking.mp4"),
    FaceKind.CONDITION: FileNames("condition.png", "condition.mp4"),
}


def print_paths(console: Console, out: Path) -> None:
    """Print the path of each file of the faces in the folder `out`, one on a line."""
    for path in (out / name for names in FILE_NAMES.values() for name in names):
        if path.exists():
            console.print(f"  {path}", highlight=False, soft_wrap=True)
