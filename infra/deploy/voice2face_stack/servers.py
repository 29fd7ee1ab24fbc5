"""Which images of servers a stack was started with: its data can be read by these alone."""

import json
from pathlib import Path

from voice2face_stack.images import chosen_images
from voice2face_stack.settings import StackError

FILE = "servers.json"
"""In the folder of the stack."""
WITH_DATA = ("MYSQL_IMAGE", "RABBITMQ_IMAGE", "S3_IMAGE")


def keep_servers(folder: Path, chosen: dict[str, str]) -> None:
    """Write down which images the stack is started with.

    Raises `StackError` where a server would be another program than the one whose data is there; another version of
    the same is none.
    """
    file = folder / FILE
    kept = _read(file)
    for name in WITH_DATA:
        earlier, now = kept.get(name, chosen[name]), chosen[name]
        if _program(earlier) != _program(now):
            variable = f"{name.removesuffix('_IMAGE')}_TEST_IMAGE"
            raise StackError(
                f"The data of this stack was written by {earlier}, and {now} would be started with it. "
                f"Set {variable}={earlier} to go on with the earlier one. To change it, back up, run "
                f"`make stack-down DATA=remove`, and restore. If both can read the same data, remove {file}."
            )
    file.write_text(json.dumps(chosen, indent=2) + "\n")


def images_of(folder: Path) -> dict[str, str]:
    """Return the images that the stack was started with, or those that would be taken; raises `StackError`."""
    return _read(folder / FILE) or chosen_images()


def forget_servers(folder: Path) -> None:
    """Let the next start take any images, since there is no data."""
    (folder / FILE).unlink(missing_ok=True)


def _read(file: Path) -> dict[str, str]:
    kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    return kept


def _program(image: str) -> str:
    """Return the name of an image without its version, which may be a tag or a digest."""
    place, slash, name = image.partition("@")[0].rpartition("/")
    return f"{place}{slash}{name.partition(':')[0]}"
