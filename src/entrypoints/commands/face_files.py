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
    """Print the path of each file in the folder `out`, one on a line."""
    for names in FILE_NAMES.values():
        for name in names:
            console.print(f"  {out / name}", highlight=False, soft_wrap=True)
