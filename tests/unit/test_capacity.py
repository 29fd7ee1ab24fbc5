"""How many jobs and drawings run at once in one process."""

import anyio
import pytest

from entrypoints.composition.capacity import Capacity, capacity_of
from entrypoints.composition.container import Container
from entrypoints.composition.settings import Settings

MODEL_SERVER = {"V2F_MODEL_SERVER_URL": "http://127.0.0.1:9", "V2F_SECRET": "s" * 32}
GALLERY = {"V2F_CONDITION_FACES": "gallery"}


def capacity(monkeypatch: pytest.MonkeyPatch, cores: int, wanted: int, **settings: str) -> Capacity:
    monkeypatch.setattr("entrypoints.composition.capacity.usable_cores", lambda: cores)
    return capacity_of(Settings.read({"V2F_JOB_CONCURRENCY": str(wanted), **settings}))


@pytest.mark.parametrize("cores", [1, 2, 3, 16])
def test_one_job_draws_both_faces_side_by_side_on_any_machine(
    monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    assert capacity(monkeypatch, cores, wanted=1) == Capacity(jobs=1, drawings=2)


@pytest.mark.parametrize(("cores", "jobs"), [(2, 1), (4, 2), (7, 3), (8, 4), (64, 4)])
def test_no_more_jobs_run_than_the_cores_can_draw(
    monkeypatch: pytest.MonkeyPatch, cores: int, jobs: int
) -> None:
    assert capacity(monkeypatch, cores, wanted=4) == Capacity(jobs=jobs, drawings=2 * jobs)


def test_a_job_whose_voice_face_comes_from_a_model_server_draws_one_face(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert capacity(monkeypatch, cores=4, wanted=6, **MODEL_SERVER) == Capacity(jobs=4, drawings=4)


def test_jobs_that_draw_nothing_here_are_not_bounded_by_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    assert capacity(monkeypatch, cores=1, wanted=20, **MODEL_SERVER, **GALLERY).jobs == 20


def test_the_operator_is_told_when_fewer_jobs_run_than_the_settings_want(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    capacity(monkeypatch, cores=2, wanted=3)
    assert "V2F_JOB_CONCURRENCY is 3, but 2 cores draw only 1 at a time" in caplog.text


async def test_every_job_that_runs_finds_a_place_to_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entrypoints.composition.capacity.usable_cores", lambda: 8)
    container = Container(settings=Settings.read({"V2F_JOB_CONCURRENCY": "3"}))
    limiter = container.drawings()
    assert isinstance(limiter, anyio.CapacityLimiter)
    assert limiter.total_tokens == 2 * container.capacity().jobs == 6
