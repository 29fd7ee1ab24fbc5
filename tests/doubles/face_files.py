"""Small real files of each type that a face may have."""

from pathlib import Path

import numpy as np
from PIL import Image

from application.ports.faces import FaceFiles, Origin
from doubles.faces import write_video

SIDE = 64


def noise(seed: int = 1) -> Image.Image:
    """Return a picture of which no two pixels are alike."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3), np.uint8))


def write_face(folder: Path, origin: Origin = Origin.ALGORITHM) -> FaceFiles:
    """Write a portrait, a film and a loop, as the studio names them."""
    portrait, video, loop = (folder / name for name in ("portrait.png", "talking.mp4", "loop.webp"))
    noise().save(portrait)
    write_video(video)
    noise(1).save(loop, save_all=True, append_images=[noise(2), noise(3)], duration=80, loop=0)
    return FaceFiles(origin=origin, portrait=portrait, video=video, loop=loop)
