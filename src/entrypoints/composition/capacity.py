"""How much a process works on at once."""

from dataclasses import dataclass

from adapters.faces.studio.film.video import usable_cores
from entrypoints.composition.settings import Settings

DRAWINGS_A_JOB = 2
"""Faces that one job draws at once, where the studio makes both."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What runs at once in one process."""

    jobs: int
    drawings: int
    """Faces that the studio draws."""


def capacity_of(settings: Settings) -> Capacity:
    """Return how many jobs and drawings run at once: as many jobs as the settings want and the cores can draw.

    Where the studio makes both faces, a job draws all the time. No more jobs run than can draw: a job that waits for
    another one's drawing does so inside its own time limit, while waiting in the queue costs it nothing. Where a model
    server makes the voice face, a job mostly waits for that server, and finds a core for its one drawing meanwhile.
    """
    wanted, cores = settings.jobs.concurrency, usable_cores()
    if settings.studio_makes_both_faces:
        jobs = min(wanted, max(1, cores // DRAWINGS_A_JOB))
        return Capacity(jobs=jobs, drawings=jobs * DRAWINGS_A_JOB)
    return Capacity(jobs=wanted, drawings=max(DRAWINGS_A_JOB, cores))
