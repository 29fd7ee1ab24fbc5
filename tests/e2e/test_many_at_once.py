"""Many calls at once to a service in a separate process."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from e2e.memory import growth
from e2e.service import Service, running, sign_up, submit
from e2e.voices import SAMPLE, large_voice


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """A service that bounds uploads at once by nothing but the quota of open requests."""
    return Service(data=tmp_path / "data", environment={"V2F_QUOTA_UPLOADS_AT_ONCE": "0"})


def test_of_fifty_parallel_submits_by_one_user_exactly_ten_are_accepted(service: Service) -> None:
    voice = SAMPLE.read_bytes()
    with running(service), sign_up(service) as client, ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(lambda _: submit(client, voice).status_code, range(50)))
        assert Counter(answers) == {201: 10, 429: 40}
        assert len(client.get("/mz-request").json()["mz_request_list"]) == 10
        assert len(list((service.data / "blobs" / "voices").iterdir())) == 10


def test_twenty_parallel_uploads_of_25_megabytes_grow_the_process_by_less_than_100(
    service: Service,
) -> None:
    voice = large_voice()
    with running(service), sign_up(service, "ann") as ann, sign_up(service, "bob") as bob:
        assert service.process is not None
        assert submit(ann, voice).status_code == 201  # what is loaded at the first upload is loaded now
        with growth(service.process.pid) as grown, ThreadPoolExecutor(20) as pool:
            clients = [ann, bob] * 10
            answers = Counter(pool.map(lambda client: submit(client, voice).status_code, clients))
        assert answers == {201: 19, 429: 1}
        assert grown.megabytes < 100
