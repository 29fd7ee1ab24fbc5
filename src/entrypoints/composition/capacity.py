"""How much a process works on at once.

A job that is claimed must not wait inside its own time limit, so no more jobs run than can draw at once; the others
wait in the queue, where waiting costs them nothing.
"""

import logging
from dataclasses import dataclass

from adapters.faces.studio.film.video import usable_cores
from entrypoints.composition.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What runs at once in one process."""

    jobs: int
    drawings: int
    """Faces that the studio draws: enough for `jobs` jobs, so that none of them waits for another.

    A worker runs one job at a time (`--max-async-tasks 1`), which is never more.
    """


def capacity_of(settings: Settings) -> Capacity:
    """Return how many jobs and drawings run at once: as many as the settings want and the cores can draw.

    Each face that the studio draws keeps a core busy; faces of a model server or a gallery cost nothing here.
    """
    drawings_a_job = [settings.model_server.backend, settings.faces.condition_faces].count("studio")
    wanted, cores = settings.jobs.concurrency, usable_cores()
    if drawings_a_job == 0:
        return Capacity(jobs=wanted, drawings=1)
    jobs = min(wanted, max(1, cores // drawings_a_job))
    if jobs < wanted:
        log.warning(
            "V2F_JOB_CONCURRENCY is %d, but %d cores draw only %d at a time; the others wait in the queue",
            wanted,
            cores,
            jobs,
        )
    return Capacity(jobs=jobs, drawings=jobs * drawings_a_job)
