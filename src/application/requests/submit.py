"""Submit a voice."""

import logging
from dataclasses import dataclass
from pathlib import Path

from application.accounts.require_confirmed import ConfirmedAddresses
from application.errors import AccountGone, ServiceUnavailable
from application.log_context import log_context
from application.ports.audio import VoiceChecker
from application.ports.blobs import BlobStorage
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.ports.workspaces import Workspaces
from application.requests.announce import Announce
from application.requests.count_generation import Queued, count_generation
from domain.blob_keys import voice_key
from domain.consent import Consent, ConsentPolicy
from domain.face_request import FaceRequest, StoredVoice, new_request_id
from domain.ids import RequestId, UserId
from domain.look import NO_WISHES, LookWishes
from domain.quotas import Quotas
from domain.user import User
from domain.voice import Person, Recording

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitFaceRequestCommand:
    """A recording in a temporary file, and the stated age and gender of its voice."""

    user_id: UserId
    person: Person
    voice: Path
    wishes: LookWishes = NO_WISHES
    notice_version: str | None = None
    """What the user agreed to, if the client says it."""


class SubmitFaceRequest:
    """Checks a recording, stores a clean copy of it, records the request and announces its first generation.

    What the user agreed to with it is recorded, too, and without the consent that is demanded nothing is read.

    What was uploaded is not kept: it may hold where it was recorded, or anything else behind the sound.

    Raises `TooYoung`, `ConsentRequired`, `NoticeOutdated`, `ConsentWithdrawn`, `VoiceRefused`, `QuotaExceeded`,
    `AddressNotConfirmed`, `AccountGone` and `ServiceUnavailable`. Before it raises, it removes a voice that it has
    stored, unless the request was recorded although the answer to the commit was lost.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        checker: VoiceChecker,
        blobs: BlobStorage,
        announce: Announce,
        clock: Clock,
        workspaces: Workspaces,
        *,
        quotas: Quotas,
        consent_policy: ConsentPolicy,
        confirmed: ConfirmedAddresses,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._checker = checker
        self._blobs = blobs
        self._announce = announce
        self._clock = clock
        self._workspaces = workspaces
        self._quotas = quotas
        self._consent_policy = consent_policy
        self._confirmed = confirmed

    async def __call__(self, command: SubmitFaceRequestCommand) -> Queued:
        self._consent_policy.require(command.person.age, command.notice_version)
        with self._workspaces.folder() as folder:
            copy = folder / "voice"
            recording = await self._checker.check(command.voice, copy, command.user_id)
            queued = await self._store(command, copy, recording)
        await self._announce(queued.generation.id)
        return queued

    async def _store(self, command: SubmitFaceRequestCommand, copy: Path, recording: Recording) -> Queued:
        """Store the clean copy of the voice and record the request."""
        request_id = new_request_id()
        size = _size_of(copy)
        key = voice_key(request_id, recording)
        voice = StoredVoice(key=key, recording=recording, size=size)
        try:
            await self._blobs.put(key, copy, recording.media_type)
            request, generation = FaceRequest.submit(
                request_id, command.user_id, command.person, voice, self._clock(), wishes=command.wishes
            )
            generation.trace_id = log_context().trace_id
            async with self._unit_of_work() as uow:
                user = await uow.users.lock(command.user_id)
                if user is None:
                    raise AccountGone
                consent = self._consent_to(command, user, request)
                quotas = await count_generation(
                    uow, self._quotas.of(user), user.id, generation, opens=True, stored_bytes=size
                )
                await uow.requests.add(request)
                if consent.says_something:
                    await uow.consents.add(consent)
                await uow.generations.add(generation)
                queued = Queued(request=request, generation=generation, quotas=quotas)
                await uow.commit(returning=queued)
        except BaseException:
            await self._discard(command.user_id, request_id, key)
            raise
        return queued

    def _consent_to(self, command: SubmitFaceRequestCommand, user: User, request: FaceRequest) -> Consent:
        """Return the user's consent to the request; raises `AddressNotConfirmed`, `ConsentWithdrawn` and `TooYoung`."""
        self._confirmed.require(user)
        user.require_consent()
        self._consent_policy.require_age(user.person.age)
        return self._consent_policy.consent(
            user.id,
            min(user.person.age, request.person.age),
            request.created_at,
            notice_version=command.notice_version,
            request_id=request.id,
        )

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


def _size_of(file: Path) -> int:
    return file.stat().st_size
