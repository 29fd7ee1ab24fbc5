"""Run a generation: the worker's use case."""

import asyncio
import logging
from collections.abc import Callable

from application.cancellation import end_if_cancelled
from application.errors import ServiceUnavailable
from application.generation.make_faces import MakeFaces
from application.generation.policy import JobPolicy
from application.generation.progress import Progress
from application.ports.blobs import BlobStorage
from application.ports.claims import Claims
from application.ports.clock import Clock
from application.ports.faces import FaceFailed, FaceOrder
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.blob_keys import attempt_prefix, generation_prefix
from domain.errors import ClaimRefused, LeaseLost, NotYetDue
from domain.face_request import FaceRequest
from domain.generation import Faces, Generation
from domain.ids import GenerationId

log = logging.getLogger(__name__)


class RunGeneration:
    """Claims a generation, makes its faces and records the outcome; once, however often it is called.

    Being cancelled hands the generation back, and nothing else is raised: while the database is away it waits to
    claim; what goes wrong later is recorded as a fault, at once or, if even that fails, when the lease runs out.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        claims: Claims,
        make_faces: MakeFaces,
        blobs: BlobStorage,
        clock: Clock,
        policy: JobPolicy,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._claims = claims
        self._make_faces = make_faces
        self._blobs = blobs
        self._clock = clock
        self._policy = policy

    async def __call__(self, generation_id: GenerationId) -> None:
        claimed = await self._claim_when_possible(generation_id)
        if claimed is None:
            return
        generation, request = claimed
        prefix = attempt_prefix(generation.id, generation.attempt)
        try:
            faces = await self._make_while_beating(generation, request, prefix)
            await self._record(generation, faces)
            if generation.attempt > 1:
                await self._remove_leftovers(generation, prefix)
        except LeaseLost as lost:
            log.warning("generation %s: %s", generation.id, lost)
            await self._discard(generation, prefix)
        except asyncio.CancelledError:
            await asyncio.shield(self._hand_back(generation, prefix))
            raise
        except FaceFailed as failed:
            await self._stumble(generation, prefix, str(failed), retryable=failed.retryable)
        except ServiceUnavailable as away:
            log.warning("generation %s is postponed: %s does not answer", generation.id, away.service)
            await self._postpone(generation, prefix)
        except TimeoutError:
            log.warning("generation %s, attempt %d took too long", generation.id, generation.attempt)
            await self._stumble(
                generation, prefix, "Making your faces took too long. Please try again later."
            )
        except Exception:  # whatever broke, the person must hear of it: this is a worker's outermost frame
            log.exception("generation %s, attempt %d broke", generation.id, generation.attempt)
            await self._stumble(
                generation, prefix, "Something broke while making your faces. Try again later."
            )

    async def _claim_when_possible(
        self, generation_id: GenerationId
    ) -> tuple[Generation, FaceRequest] | None:
        while True:
            try:
                return await self._claim(generation_id)
            except ServiceUnavailable as unavailable:
                log.warning("%s does not answer; %s waits", unavailable.service, generation_id)
                end_if_cancelled()
                await asyncio.sleep(self._policy.heartbeat.total_seconds())

    async def _claim(self, generation_id: GenerationId) -> tuple[Generation, FaceRequest] | None:
        try:
            claimed = await self._claims.take(generation_id, self._clock(), self._policy.lease)
        except NotYetDue as early:
            log.info("generation %s: %s", generation_id, early)
            await self._have_it_called_again(generation_id)
            return None
        except ClaimRefused as refused:
            log.info("generation %s: %s", generation_id, refused)
            return None
        if claimed is None:
            log.info("generation %s was erased", generation_id)
        return claimed

    async def _have_it_called_again(self, generation_id: GenerationId) -> None:
        async with self._unit_of_work() as uow:
            current = await uow.generations.lock(generation_id)
            if current is not None:
                current.clear_announcement()
                await uow.generations.save(current)
                await uow.commit()

    async def _make_while_beating(self, generation: Generation, request: FaceRequest, prefix: str) -> Faces:
        order = FaceOrder(
            request_id=request.id,
            generation_id=generation.id,
            person=request.person,
            wishes=request.wishes,
            voice_key=request.voice.key,
            voice_media_type=request.voice.recording.media_type,
        )
        progress = Progress()
        work = asyncio.create_task(self._make_faces(order, prefix, progress))
        try:
            async with asyncio.timeout(self._policy.time_limit.total_seconds()):
                while not work.done():
                    await asyncio.wait({work}, timeout=self._policy.heartbeat.total_seconds())
                    await self._beat(generation, progress)
                    end_if_cancelled()
            return work.result()
        finally:
            work.cancel()
            await asyncio.wait({work})

    async def _beat(self, generation: Generation, progress: Progress) -> None:
        """Extend the lease; a database that does not answer is waited for until the lease runs out."""
        now = self._clock()
        try:
            async with self._unit_of_work() as uow:
                current = await uow.generations.lock(generation.id)
                if current is None:
                    raise LeaseLost("The request was erased.")
                current.record_heartbeat(
                    generation.attempt, progress.stage, progress.percent, now, self._policy.lease
                )
                await uow.generations.save(current)
                await uow.commit()
            generation.lease_until = current.lease_until
        except ServiceUnavailable:
            if generation.lease_until is not None and generation.lease_until < now:
                raise
            log.warning("generation %s: no heartbeat possible", generation.id)

    async def _record(self, generation: Generation, faces: Faces) -> None:
        """Write the outcome; a database that does not answer is waited for until the lease runs out."""
        while True:
            try:
                await self._settle(
                    generation, lambda current: current.succeed(generation.attempt, faces, self._clock())
                )
            except ServiceUnavailable:
                if generation.lease_until is None or generation.lease_until < self._clock():
                    raise
                log.warning("generation %s: its outcome cannot be recorded yet", generation.id)
                await asyncio.sleep(self._policy.heartbeat.total_seconds())
            else:
                return

    async def _settle(self, generation: Generation, verb: Callable[[Generation], None]) -> None:
        async with self._unit_of_work() as uow:
            current = await uow.generations.lock(generation.id)
            if current is None:
                raise LeaseLost("The request was erased.")
            verb(current)
            await uow.generations.save(current)
            await uow.commit()

    async def _stumble(
        self, generation: Generation, prefix: str, reason: str, *, retryable: bool = True
    ) -> None:
        await self._end_badly(
            generation,
            prefix,
            lambda current: current.record_fault(
                generation.attempt, reason, self._clock(), retryable=retryable
            ),
        )

    async def _postpone(self, generation: Generation, prefix: str) -> None:
        reason = "A part of our service is away for longer than usual. Please try again later."
        await self._end_badly(
            generation, prefix, lambda current: current.postpone(generation.attempt, reason, self._clock())
        )

    async def _hand_back(self, generation: Generation, prefix: str) -> None:
        await self._end_badly(
            generation, prefix, lambda current: current.hand_back(generation.attempt, self._clock())
        )

    async def _end_badly(
        self, generation: Generation, prefix: str, verb: Callable[[Generation], None]
    ) -> None:
        try:
            await self._settle(generation, verb)
        except (LeaseLost, ServiceUnavailable) as problem:
            log.warning("generation %s is left to its lease: %r", generation.id, problem)
        await self._discard(generation, prefix)

    async def _remove_leftovers(self, generation: Generation, prefix: str) -> None:
        """Remove what earlier attempts stored before their workers died; what is missed is swept later."""
        try:
            stored = [blob.key async for blob in self._blobs.list(generation_prefix(generation.id))]
            await self._blobs.delete([key for key in stored if not key.startswith(prefix)])
        except ServiceUnavailable as unavailable:
            log.warning("leftovers of generation %s are swept later: %r", generation.id, unavailable)

    async def _discard(self, generation: Generation, prefix: str) -> None:
        """Remove what this attempt stored, unless the database has taken it for the outcome after all.

        A commit can last though its answer was lost. What cannot be removed now is swept later.
        """
        try:
            async with self._unit_of_work() as uow:
                current = await uow.generations.lock(generation.id)
            if current is not None and current.faces is not None and current.attempt == generation.attempt:
                return
            await self._blobs.delete([blob.key async for blob in self._blobs.list(prefix)])
        except ServiceUnavailable as unavailable:
            log.warning("what lies under %s is swept later: %r", prefix, unavailable)
