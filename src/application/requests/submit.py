"""Submit a voice."""

import logging
from dataclasses import dataclass
from pathlib import Path

from application.errors import AccountGone, ServiceUnavailable
from application.log_context import log_context
from application.ports.audio import VoiceChecker
from application.ports.blobs import BlobStorage
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.ports.workspaces import Workspaces
from application.requests.announce import Announce
from domain.blob_keys import voice_key
from domain.face_request import FaceRequest, StoredVoice, new_request_id, require_quota
from domain.generation import Generation
from domain.ids import RequestId, UserId
from domain.look import NO_WISHES, LookWishes
from domain.voice import Person, Recording

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitFaceRequestCommand:
    """A recording in a temporary file, and the stated age and gender of its voice."""

    user_id: UserId
    person: Person
    voice: Path
    wishes: LookWishes = NO_WISHES


class SubmitFaceRequest:
    """Checks a recording, stores a clean copy of it, records the request and announces its first generation.

    What was uploaded is not kept: it may hold where it was recorded, or anything else behind the sound.

    Raises `VoiceRefused`, `QuotaExceeded`, `AccountGone` and `ServiceUnavailable`. Before it raises, it removes a voice
    that it has stored, unless the request was recorded although the answer to the commit was lost.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        checker: VoiceChecker,
        blobs: BlobStorage,
        announce: Announce,
        clock: Clock,
        workspaces: Workspaces,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._checker = checker
        self._blobs = blobs
        self._announce = announce
        self._clock = clock
        self._workspaces = workspaces

    async def __call__(self, command: SubmitFaceRequestCommand) -> FaceRequest:
        await self._refuse_early(command.user_id)
        with self._workspaces.folder() as folder:
            copy = folder / "voice"
            recording = await self._checker.check(command.voice, copy)
            request, generation = await self._store(command, copy, recording)
        await self._announce(generation.id)
        return request

    async def _store(
        self, command: SubmitFaceRequestCommand, copy: Path, recording: Recording
    ) -> tuple[FaceRequest, Generation]:
        """Store the clean copy of the voice and record the request."""
        request_id = new_request_id()
        voice = StoredVoice(key=voice_key(request_id, recording), recording=recording)
        try:
            await self._blobs.put(voice.key, copy, recording.media_type)
            request, generation = FaceRequest.submit(
                request_id, command.user_id, command.person, voice, self._clock(), wishes=command.wishes
            )
            generation.trace_id = log_context().trace_id
            async with self._unit_of_work() as uow:
                if await uow.users.lock(command.user_id) is None:
                    raise AccountGone
                require_quota(await uow.requests.count_open(command.user_id))
                await uow.requests.add(request)
                await uow.generations.add(generation)
                await uow.commit()
        except BaseException:
            await self._discard(command.user_id, request_id, voice.key)
            raise
        return request, generation

    async def _refuse_early(self, user_id: UserId) -> None:
        """Save the work of checking a voice that the quota refuses anyway; the count under a lock decides later."""
        async with self._unit_of_work() as uow:
            require_quota(await uow.requests.count_open(user_id))

    async def _discard(self, user_id: UserId, request_id: RequestId, key: str) -> None:
        """Remove the voice, unless the request was recorded although the answer to its commit was lost.

        Locking the user waits for a transaction that is still open on the server. A voice that cannot be removed now
        is swept later.
        """
        try:
            async with self._unit_of_work() as uow:
                await uow.users.lock(user_id)
                if await uow.requests.get(request_id) is not None:
                    return
            await self._blobs.delete([key])
        except ServiceUnavailable as unavailable:
            log.warning("%s is swept later: %s does not answer", key, unavailable.service)
