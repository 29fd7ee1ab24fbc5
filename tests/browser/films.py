"""Films as long and as large as the studio's, in place of the short ones of the fast face maker."""

from pathlib import Path

import av
import numpy as np

RATE = 25
SOUND_RATE = 48_000
SIZE = 512


def write_film(path: Path, seconds: float, *, shade: int) -> None:
    """Write a film of a bar that moves, with a tone."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as film:
        pictures = film.add_stream("libx264", rate=RATE, options={"preset": "ultrafast"})
        pictures.width = pictures.height = SIZE
        pictures.pix_fmt = "yuv420p"
        sound = film.add_stream("aac", rate=SOUND_RATE, layout="mono")
        for number in range(round(seconds * RATE)):
            picture = np.full((SIZE, SIZE, 3), shade, np.uint8)
            left = number * 4 % (SIZE - 32)
            picture[:, left : left + 32] = 255 - shade
            film.mux(pictures.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        film.mux(pictures.encode())
        tone = np.sin(np.arange(round(seconds * SOUND_RATE)) * 2 * np.pi * 220 / SOUND_RATE)
        samples = av.AudioFrame.from_ndarray(
            (tone * 8000).astype(np.int16)[None], format="s16", layout="mono"
        )
        samples.rate = SOUND_RATE
        film.mux(sound.encode(samples))
        film.mux(sound.encode())


def replace_films(data: Path, result_id: str, seconds: float) -> None:
    """Replace both films of a result in a data folder."""
    (folder,) = (data / "blobs" / "faces" / result_id).iterdir()
    for shade, kind in enumerate(("voice", "condition"), start=2):
        write_film(folder / f"{kind}.mp4", seconds, shade=shade * 40)
