"""Begin a call with an idempotency key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from application.errors import AccountGone
from application.ports.clock import Clock
from application.ports.keyed_calls import CallDigests
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.errors import TooManyKeys
from domain.ids import UserId
from domain.keyed_call import KEPT_FOR, MOST_CALLS, KeptAnswer, KeyedCall


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginCallCommand:
    """A user, the key that the client has chosen, and all that it sent, in parts."""

    user_id: UserId
    key: str
    sent: Sequence[bytes]


class BeginCall:
    """Returns the call that begins, or the answer that was kept if it was made before.

    A call that was begun more than a minute ago and has no answer is begun again: its process was killed, or it cannot
    have an effect any more. Raises `KeyReused`, `KeyRunning`, `TooManyKeys` and `AccountGone`.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, digests: CallDigests, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._digests = digests
        self._clock = clock

    async def __call__(self, command: BeginCallCommand) -> KeyedCall | KeptAnswer:
        call_id, digest = self._id_of(command.user_id, command.key), self._digests(*command.sent)
        async with self._unit_of_work() as uow:
            if await uow.users.lock(command.user_id) is None:
                raise AccountGone
            now = self._clock()
            call = KeyedCall.begin(call_id, command.user_id, digest, now)
            before = await uow.keyed_calls.lock(call_id)
            if before is None or before.is_over(now):
                await self._require_room(uow, command.user_id, now)
            else:
                before.require_same(digest)
                if before.answer is not None:
                    return before.answer
                call = before.begin_again(now)
            if before is None:
                await uow.keyed_calls.add(call)
            else:
                await uow.keyed_calls.save(call)
            await uow.commit()
        return call

    async def was_begun(self, user_id: UserId, key: str) -> bool:
        """Tell whether a call was begun under this key: what it would be refused for may be its own effect."""
        async with self._unit_of_work() as uow:
            call = await uow.keyed_calls.lock(self._id_of(user_id, key))
        return call is not None and not call.is_over(self._clock())

    async def _require_room(self, uow: UnitOfWork, user_id: UserId, now: datetime) -> None:
        if await uow.keyed_calls.count(user_id, now - KEPT_FOR) >= MOST_CALLS:
            raise TooManyKeys(MOST_CALLS)

    def _id_of(self, user_id: UserId, key: str) -> str:
        return self._digests(b"key", user_id.encode(), key.encode())
