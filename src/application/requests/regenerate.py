"""Make the faces again."""

from dataclasses import dataclass
from datetime import timedelta

from application.accounts.require_confirmed import ConfirmedAddresses
from application.erasures.begin import erasures_of
from application.erasures.remove_blobs import remove_at_once
from application.errors import AccountGone, NotFound
from application.log_context import log_context
from application.ports.blobs import BlobStorage
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.requests.announce import Announce
from application.requests.count_generation import Queued, count_generation
from application.security_events import record
from domain.consent import ConsentPolicy
from domain.generation import State
from domain.ids import RequestId, UserId
from domain.look import LookWishes
from domain.quotas import Quotas


@dataclass(frozen=True, slots=True, kw_only=True)
class RegenerateFacesCommand:
    """Which faces are made again, and how the user wants to look."""

    user_id: UserId
    request_id: RequestId
    wishes: LookWishes | None = None
    """None for those of the request."""


class RegenerateFaces:
    """Queues another generation from the stored voice; results beyond the number that is kept are erased.

    Raises `NotFound`, `GenerationInFlight`, and `QuotaExceeded`: a request that has failed counts as open again; also
    `RecordingErased`, `AddressNotConfirmed`, `ConsentWithdrawn`, and `TooYoung` for a request of before its age was
    refused. Files of erased results that cannot be removed now are removed by housekeeping.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        blobs: BlobStorage,
        announce: Announce,
        clock: Clock,
        quotas: Quotas,
        *,
        stops_within: timedelta,
        consent_policy: ConsentPolicy,
        confirmed: ConfirmedAddresses,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._announce = announce
        self._clock = clock
        self._quotas = quotas
        self._stops_within = stops_within
        self._consent_policy = consent_policy
        self._confirmed = confirmed

    async def __call__(self, command: RegenerateFacesCommand) -> Queued:
        user_id, request_id = command.user_id, command.request_id
        async with self._unit_of_work() as uow:
            user = await uow.users.lock(user_id)
            if user is None:
                raise AccountGone
            self._confirmed.require(user)
            user.require_consent()
            request = await uow.requests.lock(user_id, request_id)
            if request is None:
                raise NotFound("request")
            age = min(user.person.age, request.person.age)
            self._consent_policy.require_age(age)
            generations = list(await uow.generations.lock_of_request(request_id))
            latest = next(one for one in generations if one.id == request.latest_generation_id)
            generation = request.regenerate(latest, self._clock(), command.wishes)
            generation.trace_id = log_context().trace_id
            guardians = self._consent_policy.consent(
                user_id, age, generation.created_at, notice_version=None, request_id=request_id
            )
            surplus = self._quotas.surplus([*generations, generation])
            for result in surplus:
                await uow.generations.remove(result)
            opens = latest.state is State.FAILED
            quotas = await count_generation(uow, self._quotas.of(user), user_id, generation, opens=opens)
            await uow.generations.add(generation)
            await uow.requests.save(request)
            if guardians.says_something:
                await uow.consents.add(guardians)
            erasures = erasures_of([], surplus, self._clock(), self._stops_within) if surplus else []
            await uow.erasures.add(erasures)
            queued = Queued(request=request, generation=generation, quotas=quotas)
            await uow.commit(returning=queued)
        if surplus:
            record("erasure", user=user_id, request=request_id, results=len(surplus))
        await self._announce(generation.id)
        await remove_at_once(self._blobs, erasures)
        return queued
