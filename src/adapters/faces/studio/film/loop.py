"""A short silent loop for lists: an animated WebP cut from the finished film."""

from pathlib import Path

import av
from PIL import Image

from adapters.faces.studio.film.encoder import FRAME_RATE

SIZE = 192
EVERY = 2
"""Of the film's frames, each second one is shown."""
SPAN = 44
"""Frames of the film that the loop shows, forth and back, so that it has no seam."""
QUALITY, EFFORT = 55, 2


def write_loop(film: Path, target: Path, size: int = SIZE) -> None:
    """Write the beginning of a film as an endless animation of at most 300 KB."""
    pictures = []
    with av.open(str(film)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number >= SPAN:
                break
            if number % EVERY == 0:
                picture = Image.fromarray(frame.to_ndarray(format="rgb24"))
                pictures.append(picture.resize((size, size), Image.Resampling.LANCZOS))
    forth_and_back = pictures + pictures[-2:0:-1]
    forth_and_back[0].save(
        target,
        format="WEBP",
        save_all=True,
        append_images=forth_and_back[1:],
        duration=1000 * EVERY // FRAME_RATE,
        loop=0,
        quality=QUALITY,
        method=EFFORT,
    )
