"""Run a generation: the worker's use case."""

import asyncio
import logging

from application.cancellation import end_if_cancelled
from application.errors import ServiceUnavailable
from application.generation.attempt import Attempt
from application.generation.claim import ClaimGeneration
from application.generation.make_faces import MakeFaces
from application.generation.policy import JobPolicy
from application.generation.progress import Progress
from application.ports.faces import FaceFailed
from domain.errors import LeaseLost, QuotaExceeded
from domain.faces import Faces

TOO_LONG = "Making your faces took too long. Please try again later."
BROKEN = "Something broke while making your faces. Try again later."

log = logging.getLogger(__name__)


class RunGeneration:
    """Claims the fairest due generation, makes its faces and records the outcome; does nothing if nothing is due.

    When it is cancelled, it hands the generation back; it raises nothing else. While the database is away it waits to
    claim. What goes wrong later is recorded as a fault: at once, or, if the database is away, when the lease runs out.
    """

    def __init__(self, claim: ClaimGeneration, make_faces: MakeFaces, policy: JobPolicy) -> None:
        self._claim = claim
        self._make_faces = make_faces
        self._policy = policy

    async def __call__(self) -> None:
        attempt = await self._claim()
        if attempt is None:
            return
        with attempt.log_context:
            await self._run(attempt)

    async def _run(self, attempt: Attempt) -> None:
        log.info("%s begins", attempt)
        try:
            await attempt.record_success(await self._make(attempt))
            await attempt.remove_leftovers()
        except LeaseLost as lost:
            log.warning("%s lost its lease: %s", attempt, lost)
            await attempt.discard_files()
        except asyncio.CancelledError:
            await asyncio.shield(attempt.hand_back())
            raise
        except FaceFailed as failed:
            log.warning("%s failed: %s", attempt, failed)
            await attempt.record_fault(str(failed), retryable=failed.retryable)
        except QuotaExceeded as full:
            log.warning("%s failed: %s", attempt, full)
            await attempt.record_fault(str(full), retryable=False)
        except ServiceUnavailable as unavailable:
            log.warning("%s is postponed: %s does not answer", attempt, unavailable.service)
            await attempt.postpone()
        except TimeoutError:
            log.warning("%s took too long", attempt)
            await attempt.record_fault(TOO_LONG)
        except (
            Exception
        ):  # the outermost frame of a worker: whatever broke, the generation must get an outcome
            log.exception("%s broke", attempt)
            await attempt.record_fault(BROKEN)

    async def _make(self, attempt: Attempt) -> Faces:
        """Make the faces while heartbeats hold the lease; raises `TimeoutError` when no time is left."""
        if (seconds_left := attempt.seconds_left) <= 0:
            raise TimeoutError
        progress = Progress()
        work = asyncio.create_task(self._make_faces(attempt.order, attempt.prefix, progress, attempt.reserve))
        try:
            async with asyncio.timeout(seconds_left):
                while not work.done():
                    await asyncio.wait({work}, timeout=self._policy.heartbeat.total_seconds())
                    await attempt.record_heartbeat(progress)
                    end_if_cancelled()
            return work.result()
        finally:
            work.cancel()
            await asyncio.wait({work})
