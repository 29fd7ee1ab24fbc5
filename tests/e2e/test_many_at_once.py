"""Many clients at once, against a service in a process of its own."""

import io
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
import pytest

from e2e.memory import MEGABYTE, growth
from e2e.service import Service, running, sign_up, submit


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(data=tmp_path / "data")


def test_of_fifty_parallel_submits_by_one_user_exactly_ten_are_accepted(service: Service) -> None:
    voice = Path("samples/voice.flac").read_bytes()
    with running(service), sign_up(service) as client, ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(lambda _: submit(client, voice).status_code, range(50)))
        assert Counter(answers) == {201: 10, 429: 40}
        assert len(client.get("/mz-request").json()["mz_request_list"]) == 10
        assert len(list((service.data / "blobs" / "voices").iterdir())) == 10


def large_wav(megabytes: int) -> bytes:
    """Return the sample, looped, as a WAV of about this size: 32-bit, stereo, 48 kHz."""
    rate = 48_000
    with av.open("samples/voice.flac") as source:
        resampler = av.AudioResampler("flt", "stereo", rate)
        frames = [part for frame in source.decode(audio=0) for part in resampler.resample(frame)]
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    looped = np.resize(samples, megabytes * MEGABYTE // 4)
    file = io.BytesIO()
    with av.open(file, "w", format="wav") as target:
        stream = target.add_stream("pcm_f32le", rate=rate, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(looped[None, :], format="flt", layout="stereo")
        frame.rate = rate
        target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return file.getvalue()


def test_twenty_parallel_uploads_of_twenty_megabytes_grow_the_process_by_less_than_a_hundred(
    service: Service,
) -> None:
    voice = large_wav(20)
    assert len(voice) >= 20 * MEGABYTE
    with running(service), sign_up(service, "ann") as ann, sign_up(service, "bob") as bob:
        assert service.process is not None
        assert submit(ann, voice).status_code == 201  # whatever is loaded once is loaded now
        with growth(service.process.pid) as grown, ThreadPoolExecutor(20) as pool:
            clients = [ann, bob] * 10
            answers = Counter(pool.map(lambda client: submit(client, voice).status_code, clients))
        assert answers == {201: 19, 429: 1}
        assert grown.megabytes < 100
