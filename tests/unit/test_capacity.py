"""How many jobs and drawings run at once in one process."""

from pathlib import Path

import anyio
import pytest

from adapters.faces.studio.film import video
from entrypoints.composition.capacity import Capacity, capacity_of
from entrypoints.composition.container import Container
from entrypoints.composition.runtime import jobs_at_once
from entrypoints.composition.settings import Settings

MODEL_SERVER = {
    "V2F_MODEL_SERVER_URL": "http://127.0.0.1:9",
    "V2F_SECRET": "a secret that is long enough for tests",
}
GALLERY = {"V2F_CONDITION_FACES": "gallery"}


@pytest.fixture
def cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """A machine with that many cores, two unless a test says otherwise."""
    count: int = getattr(request, "param", 2)
    monkeypatch.setattr("entrypoints.composition.capacity.usable_cores", lambda: count)
    return count


def settings(wanted: int, **others: str) -> Settings:
    return Settings.read({"V2F_JOB_CONCURRENCY": str(wanted), **others})


@pytest.mark.parametrize("cores", [1, 2, 3, 16], indirect=True)
@pytest.mark.usefixtures("cores")
def test_one_job_draws_both_faces_side_by_side_on_any_machine() -> None:
    assert capacity_of(settings(1)) == Capacity(jobs=1, drawings=2)


@pytest.mark.parametrize(("cores", "jobs"), [(2, 1), (4, 2), (7, 3), (8, 4), (64, 4)], indirect=["cores"])
@pytest.mark.usefixtures("cores")
def test_no_more_jobs_run_than_the_cores_can_draw(jobs: int) -> None:
    assert capacity_of(settings(4)) == Capacity(jobs=jobs, drawings=2 * jobs)


@pytest.mark.parametrize("others", [MODEL_SERVER, MODEL_SERVER | GALLERY, GALLERY])
def test_jobs_that_mostly_wait_for_others_are_not_bounded_by_the_cores(
    cores: int, others: dict[str, str]
) -> None:
    assert capacity_of(settings(20, **others)) == Capacity(jobs=20, drawings=cores)


@pytest.mark.usefixtures("cores")
def test_the_operator_is_told_when_fewer_jobs_run_than_the_settings_want(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert jobs_at_once(Container(settings=settings(3))) == 1
    assert "V2F_JOB_CONCURRENCY is 3, but the cores can draw only 1" in caplog.text


@pytest.mark.usefixtures("cores")
def test_the_operator_is_told_nothing_when_as_many_jobs_run_as_the_settings_want(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert jobs_at_once(Container(settings=settings(1))) == 1
    assert not caplog.text


@pytest.mark.parametrize("cores", [8], indirect=True)
@pytest.mark.usefixtures("cores")
async def test_every_job_that_runs_finds_a_place_to_draw() -> None:
    container = Container(settings=settings(3))
    limiter = container.drawings()
    assert isinstance(limiter, anyio.CapacityLimiter)
    assert limiter.total_tokens == 2 * container.capacity().jobs == 6


@pytest.mark.parametrize(
    ("limit", "usable"),
    [
        ("max 100000", 8),
        ("400000 100000", 4),
        ("150000 100000", 2),
        ("20000 100000", 1),
        ("1600000 100000", 8),
    ],
)
def test_no_more_cores_are_used_than_the_container_may_use(
    limit: str, usable: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)))
    monkeypatch.setattr(video, "CPU_LIMIT", tmp_path / "cpu.max")
    assert video.usable_cores() == 8
    (tmp_path / "cpu.max").write_text(f"{limit}\n")
    assert video.usable_cores() == usable
