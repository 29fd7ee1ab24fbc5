"""A short silent loop for lists: an animated WebP from the beginning of the finished video."""

from pathlib import Path

import av
from PIL import Image

from adapters.faces.studio.film.encoder import FRAME_RATE

SIZE = 192
"""Pixels of the square pictures."""
EVERY = 2
"""The loop shows every second frame of the video."""
SPAN = 44
"""Frames of the video that the loop shows, forward and then backward, so that its end meets its beginning."""
QUALITY, EFFORT = 55, 2


def write_loop(video: Path, target: Path) -> None:
    """Write the beginning of a video as an endless animation of at most 300 KB."""
    pictures = []
    with av.open(str(video)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number >= SPAN:
                break
            if number % EVERY == 0:
                picture = Image.fromarray(frame.to_ndarray(format="rgb24"))
                pictures.append(picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS))
    both_ways = pictures + pictures[-2:0:-1]
    both_ways[0].save(
        target,
        format="WEBP",
        save_all=True,
        append_images=both_ways[1:],
        duration=1000 * EVERY // FRAME_RATE,
        loop=0,
        quality=QUALITY,
        method=EFFORT,
    )
