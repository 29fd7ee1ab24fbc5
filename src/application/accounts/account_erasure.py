"""Erase an account and all that is of its user."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass

from application.accounts.sessions import Sessions
from application.accounts.throttles import Throttles
from application.erasures.begin import erasures_of
from application.erasures.remove_blobs import remove_at_once
from application.errors import AccountGone, ServiceUnavailable
from application.generation.policy import JobPolicy
from application.ports.account_repositories import RemovedRows
from application.ports.blobs import BlobStorage
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.erasure import Erasure, Receipt
from domain.face_request import FaceRequest
from domain.generation import Generation
from domain.ids import UserId
from domain.session import EndedSession
from domain.user import User

EraseMails = Callable[[str], Awaitable[None]]
"""A function that removes the mails to an address that were sent and kept; raises `ServiceUnavailable`."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Erased:
    """What was erased in the transaction."""

    email: str | None
    sessions: Sequence[EndedSession]
    mails: int
    requests: Sequence[FaceRequest]
    generations: Sequence[Generation]
    removed: RemovedRows
    erasures: Sequence[Erasure]


def _always(_user: User) -> None:
    """Require nothing."""


class AccountErasure:
    """Erases users, accounts and guests alike: sessions, requests, recordings, faces, and every row that is theirs.

    All rows go in one transaction, whose statements do not grow with what there is. Whatever happens later, files that
    are left are removed by housekeeping. Workers notice as with a request that is erased.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        sessions: Sessions,
        throttles: Throttles,
        blobs: BlobStorage,
        clock: Clock,
        policy: JobPolicy,
        *,
        erase_mails: EraseMails,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._sessions = sessions
        self._throttles = throttles
        self._blobs = blobs
        self._clock = clock
        self._policy = policy
        self._erase_mails = erase_mails

    async def __call__(self, user_id: UserId, require: Callable[[User], None] = _always) -> Receipt:
        """Erase a user and say what was erased; raises `AccountGone`.

        `require` is called with the locked user, and raises what it likes if the user is not to be erased any more.
        """
        async with self._unit_of_work() as uow:
            user = await uow.users.get(user_id)
        if user is None:
            raise AccountGone
        require(user)
        if user.email is not None:
            # First: once the rows are gone, the address is not known any more. A user who comes back at this moment,
            # and whose account stays therefore, loses copies of mails that were sent.
            await self._erase_mails(user.email)
        erased = await self._erase_rows(user_id, require)
        self._sessions.refuse(erased.sessions)
        await self._erase_late_mails(erased.email)
        is_all = await remove_at_once(self._blobs, erased.erasures)
        receipt = _receipt(erased, files_are_left=not is_all or len(erased.erasures) > 1)
        facts = asdict(receipt)
        del facts["erased_at"]
        record("account_erased", user=user_id, **facts)
        return receipt

    async def _erase_rows(self, user_id: UserId, require: Callable[[User], None]) -> _Erased:
        async with self._unit_of_work() as uow:
            user = await uow.users.lock(user_id)
            if user is None:
                raise AccountGone
            require(user)
            sessions = await self._sessions.end(uow, await uow.sessions.lock_of_user(user_id))
            mails = await uow.mails.remove_to(user.email) if user.email is not None else 0
            requests = await uow.requests.lock_of_user(user_id)
            generations = await uow.generations.lock_of_user(user_id)
            removed = await uow.users.remove(user)
            erasures = erasures_of(requests, generations, self._clock(), self._policy.stops_within)
            await uow.erasures.add(erasures)
            if keys := self._throttles.keys_of(user):
                await uow.throttles.remove(keys)
            await uow.commit()
        return _Erased(
            email=user.email,
            sessions=sessions,
            mails=mails,
            requests=requests,
            generations=generations,
            removed=removed,
            erasures=erasures,
        )

    async def _erase_late_mails(self, email: str | None) -> None:
        """Remove mails that were sent while the rows were being erased."""
        if email is None:
            return
        try:
            await self._erase_mails(email)
        except ServiceUnavailable as unavailable:
            log.warning("a mail that was just sent may be kept: %s does not answer", unavailable.service)


def _receipt(erased: _Erased, *, files_are_left: bool) -> Receipt:
    finished = [one for one in erased.generations if one.faces is not None]
    ratings = [rating for one in erased.generations for rating in (one.voice_rating, one.condition_rating)]
    return Receipt(
        erased_at=erased.erasures[0].erased_at,
        sessions=len(erased.sessions),
        consents=erased.removed.consents,
        mails=erased.mails,
        requests=len(erased.requests),
        recordings=sum(len(one.voice.keys) for one in erased.requests),
        generations=len(erased.generations),
        faces=2 * len(finished),
        ratings=sum(rating is not None for rating in ratings),
        surveys=erased.removed.surveys,
        stored_bytes=sum(one.voice.size for one in erased.requests)
        + sum(one.stored_bytes for one in finished),
        files_are_left=files_are_left,
    )
