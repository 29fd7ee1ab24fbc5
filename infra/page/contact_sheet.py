"""One picture of many views: each on a desktop and on a phone, in turns light and dark, English and Korean."""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

COLUMNS = 3
DESKTOP, PHONE = (400, 250), (125, 250)
GAP = 14
BEHIND = (206, 200, 190)
MAX_BYTES = 400_000
TURNS = (("en-light", "ko-dark"), ("ko-light", "en-dark"), ("en-dark", "ko-light"), ("ko-dark", "en-light"))


def write_sheet(shots: Path, names: Sequence[str], target: Path) -> None:
    """Write the sheet of these views in the best quality that is small enough."""
    width, height = DESKTOP[0] + PHONE[0] + 3 * GAP, DESKTOP[1] + 2 * GAP
    rows = -(-len(names) // COLUMNS)
    sheet = Image.new("RGB", (width * COLUMNS, height * rows), BEHIND)
    for number, name in enumerate(names):
        left, top = number % COLUMNS * width + GAP, number // COLUMNS * height + GAP
        desktop, phone = TURNS[number % len(TURNS)]
        sheet.paste(top_of(shots / f"{name}-{desktop}-desktop.png", DESKTOP), (left, top))
        sheet.paste(top_of(shots / f"{name}-{phone}-phone.png", PHONE), (left + DESKTOP[0] + GAP, top))
    for quality in range(88, 30, -4):
        content = io.BytesIO()
        sheet.save(content, format="JPEG", quality=quality, optimize=True, progressive=True)
        if content.tell() <= MAX_BYTES:
            break
    target.write_bytes(content.getvalue())


def top_of(shot: Path, size: tuple[int, int]) -> Image.Image:
    """Return what one sees of a view without scrolling."""
    with Image.open(shot) as picture:
        height = picture.width * size[1] // size[0]
        return (
            picture.convert("RGB").crop((0, 0, picture.width, height)).resize(size, Image.Resampling.LANCZOS)
        )
