"""Small real files of each type that a face may have."""

from collections.abc import Mapping
from pathlib import Path

import av
import numpy as np
from PIL import Image

from application.ports.faces import FaceFiles, Origin

SIDE = 64
INDEX_FIRST = {"movflags": "+faststart"}
"""Options of a film that plays while it is fetched, as the studio's do."""


def noise(seed: int = 1) -> Image.Image:
    """Return a picture of which no two pixels are alike."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3), np.uint8))


def write_film(path: Path, options: Mapping[str, str]) -> Path:
    """Write a film of 30 frames with sound, so that its index lists the places of two tracks."""
    with av.open(str(path), "w", format="mp4", options=dict(options)) as film:
        stream = film.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        sound = film.add_stream("aac", rate=16_000)
        sound.layout = "mono"
        for number in range(30):
            shown = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 8 * number, np.uint8), format="rgb24")
            film.mux(stream.encode(shown))
            heard = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            heard.sample_rate, heard.pts = 16_000, 1024 * number
            film.mux(sound.encode(heard))
        film.mux(stream.encode(None))
        film.mux(sound.encode(None))
    return path


def write_face(folder: Path, origin: Origin = Origin.ALGORITHM) -> FaceFiles:
    """Write a portrait, a film and a loop, as the studio names them."""
    portrait, video, loop = (folder / name for name in ("portrait.png", "talking.mp4", "loop.webp"))
    noise().save(portrait)
    write_film(video, INDEX_FIRST)
    noise(1).save(loop, save_all=True, append_images=[noise(2), noise(3)], duration=80, loop=0)
    return FaceFiles(origin=origin, portrait=portrait, video=video, loop=loop)
