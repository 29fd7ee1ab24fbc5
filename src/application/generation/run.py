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
from domain.errors import LeaseLost
from domain.faces import Faces
from domain.ids import GenerationId

TOO_LONG = "Making your faces took too long. Please try again later."
BROKEN = "Something broke while making your faces. Try again later."

log = logging.getLogger(__name__)


class RunGeneration:
    """Claims a generation, makes its faces and records the outcome: once, however often it is announced.

    When it is cancelled, it hands the generation back; it raises nothing else. While the database is away it waits to
    claim. What goes wrong later is recorded as a fault: at once, or, if the database is away, when the lease runs out.
    """

    def __init__(self, claim: ClaimGeneration, make_faces: MakeFaces, policy: JobPolicy) -> None:
        self._claim = claim
        self._make_faces = make_faces
        self._policy = policy

    async def __call__(self, generation_id: GenerationId) -> None:
        attempt = await self._claim(generation_id)
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
        """Make the faces while heartbeats hold the lease; raises `TimeoutError` after the policy's time limit."""
        progress = Progress()
        work = asyncio.create_task(self._make_faces(attempt.order, attempt.prefix, progress))
        try:
            async with asyncio.timeout(self._policy.time_limit.total_seconds()):
                while not work.done():
                    await asyncio.wait({work}, timeout=self._policy.heartbeat.total_seconds())
                    await attempt.record_heartbeat(progress)
                    end_if_cancelled()
            return work.result()
        finally:
            work.cancel()
            await asyncio.wait({work})
