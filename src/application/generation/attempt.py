"""One attempt: a worker's try at a generation."""

import asyncio
import logging
from collections.abc import Callable

from application.cancellation import end_if_cancelled
from application.errors import ServiceUnavailable
from application.generation.change import change_generation
from application.generation.policy import JobPolicy
from application.generation.progress import Progress
from application.log_context import LogContext
from application.ports.blobs import BlobStorage
from application.ports.claims import ClaimedGeneration
from application.ports.clock import Clock
from application.ports.faces import FaceOrder
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.blob_keys import attempt_prefix, generation_prefix
from domain.errors import LeaseLost
from domain.faces import Faces
from domain.generation import Generation
from domain.quotas import Quotas
from domain.usage import WINDOW

AWAY = "A part of our service is away for longer than usual. Please try again later."
ERASED = "The request was erased."

log = logging.getLogger(__name__)


class Attempt:
    """A claimed generation, as long as its worker holds the lease.

    It extends the lease, records how the attempt ended, and removes the files that nothing refers to.
    """

    def __init__(
        self,
        claimed: ClaimedGeneration,
        unit_of_work: UnitOfWorkFactory,
        blobs: BlobStorage,
        clock: Clock,
        policy: JobPolicy,
        quotas: Quotas,
    ) -> None:
        generation, request = claimed.generation, claimed.request
        self._generation = generation  # as it was claimed, with the lease of the latest heartbeat
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._clock = clock
        self._policy = policy
        self._quotas = quotas
        self._user_id = request.user_id
        self._number = generation.attempt
        self.prefix = attempt_prefix(generation.id, generation.attempt)
        """Where the attempt stores its files."""
        self.order = FaceOrder(
            request_id=request.id,
            generation_id=generation.id,
            person=request.person,
            wishes=generation.wishes,
            voice_key=request.voice.require_key(),
            voice_media_type=request.voice.recording.media_type,
        )
        """What the faces are made from."""
        self.log_context = LogContext(trace_id=generation.trace_id, user_id=request.user_id)

    def __str__(self) -> str:
        return f"generation {self._generation.id}, attempt {self._number}"

    @property
    def seconds_left(self) -> float:
        """How long it may still take: all attempts together may take as long as the time limit says."""
        return self._policy.time_limit.total_seconds() - self._generation.drawn_until(self._clock())

    async def reserve(self, stored_bytes: int) -> None:
        """Reserve room for files of this size, before they are stored; raises `QuotaExceeded` and `LeaseLost`."""
        async with self._unit_of_work() as uow:
            user = await uow.users.lock(self._user_id)
            current = await uow.generations.lock(self._generation.id)
            if user is None or current is None:
                raise LeaseLost(ERASED)
            now = self._clock()
            usage = await uow.usages.of(self._user_id, now - WINDOW)
            self._quotas.of(user).require_storage(usage, now, stored_bytes)
            current.reserve(self._number, stored_bytes)
            await uow.generations.save(current)
            await uow.commit()

    async def record_heartbeat(self, progress: Progress) -> None:
        """Extend the lease and record the progress; raises `LeaseLost`.

        A database that does not answer is tolerated until the lease has run out; then it raises `ServiceUnavailable`.
        """
        now = self._clock()
        try:
            current = await self._change(
                lambda current: current.record_heartbeat(
                    self._number, progress.stage, progress.percent, now, self._policy.lease
                )
            )
        except ServiceUnavailable as unavailable:
            if self._generation.lease_has_run_out(now):
                raise
            log.warning("%s: no heartbeat, %s does not answer", self, unavailable.service)
        else:
            self._generation.lease_until = current.lease_until

    async def record_success(self, faces: Faces) -> None:
        """Record the faces; raises `LeaseLost`.

        A database that does not answer is waited for until the lease has run out; then it raises
        `ServiceUnavailable`.
        """
        while True:
            try:
                await self._change(lambda current: current.succeed(self._number, faces, self._clock()))
            except ServiceUnavailable as unavailable:
                if self._generation.lease_has_run_out(self._clock()):
                    raise
                log.warning(
                    "%s: its faces cannot be recorded yet, %s does not answer", self, unavailable.service
                )
                end_if_cancelled()
                await asyncio.sleep(self._policy.heartbeat.total_seconds())
            else:
                log.info("%s succeeded", self)
                return

    async def record_fault(self, reason: str, *, retryable: bool = True) -> None:
        """Record that the attempt ended badly, and remove its files; `reason` is a sentence for the user.

        Without time for another attempt no retry can help.
        """
        retryable = retryable and self.seconds_left > 0
        await self._give_up(
            lambda current: current.record_fault(self._number, reason, self._clock(), retryable=retryable)
        )

    async def postpone(self) -> None:
        """Queue the generation for when a backing service may be back, and remove the files."""
        await self._give_up(lambda current: current.postpone(self._number, AWAY, self._clock()))

    async def hand_back(self) -> None:
        """Queue the generation at once for another worker, and remove the files."""
        await self._give_up(lambda current: current.hand_back(self._number, self._clock()))

    async def remove_leftovers(self) -> None:
        """Remove what earlier attempts stored before their workers were killed; what is missed is swept later."""
        if self._number == 1:
            return
        try:
            stored = [blob.key async for blob in self._blobs.list(generation_prefix(self._generation.id))]
            await self._blobs.delete([key for key in stored if not key.startswith(self.prefix)])
        except ServiceUnavailable as unavailable:
            log.warning(
                "%s: files of earlier attempts are swept later, %s does not answer", self, unavailable.service
            )

    async def discard_files(self) -> None:
        """Remove what this attempt stored, unless its faces were recorded although the answer to the commit was lost.

        What cannot be removed now is swept later.
        """
        try:
            async with self._unit_of_work() as uow:
                current = await uow.generations.lock(self._generation.id)
            if current is not None and current.faces is not None and current.attempt == self._number:
                return
            await self._blobs.delete([blob.key async for blob in self._blobs.list(self.prefix)])
        except ServiceUnavailable as unavailable:
            log.warning("%s: its files are swept later, %s does not answer", self, unavailable.service)

    async def _give_up(self, change: Callable[[Generation], None]) -> None:
        """Make the change and remove the files; if the database is away, the generation expires with its lease."""
        try:
            current = await self._change(change)
            log.info("%s ended without faces; the generation is %s", self, current.state)
        except LeaseLost as lost:
            log.warning("%s lost its lease: %s", self, lost)
        except ServiceUnavailable as unavailable:
            log.warning("%s expires with its lease: %s does not answer", self, unavailable.service)
            return  # its files are swept: whether to remove them now is for the database to say
        await self.discard_files()

    async def _change(self, change: Callable[[Generation], None]) -> Generation:
        """Change and save the generation; raises `LeaseLost`, also when its request was erased."""
        current = await change_generation(self._unit_of_work, self._generation.id, change)
        if current is None:
            raise LeaseLost(ERASED)
        return current
