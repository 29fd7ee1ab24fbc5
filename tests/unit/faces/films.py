"""Short films for tests."""

import io
from fractions import Fraction
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream


def mp4(video: str = "libx264", audio: str | None = None, size: int = 64, container: str = "mp4") -> bytes:
    """Return three black frames by an encoder, and a little silence if one for sound is named."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as target:
        pictures = cast(VideoStream, target.add_stream(video, rate=Fraction(25)))
        pictures.width = pictures.height = size
        pictures.pix_fmt = "yuvj420p" if video == "mjpeg" else "yuv420p"
        sound = cast(AudioStream, target.add_stream(audio, rate=48_000, layout="mono")) if audio else None
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(np.zeros((size, size, 3), np.uint8), format="rgb24")
            target.mux(pictures.encode(frame))
        target.mux(pictures.encode(None))
        if sound is not None:
            silence = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            silence.planes[0].update(bytes(4 * 1024))
            silence.sample_rate = 48_000
            target.mux(sound.encode(silence))
            target.mux(sound.encode(None))
    return file.getvalue()
