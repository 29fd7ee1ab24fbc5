"""Remove rows that are of no use any more."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.keyed_call import KEPT_FOR
from domain.usage import WINDOW

EVERY = timedelta(hours=1)

Removal = Callable[[UnitOfWork, datetime], Awaitable[int]]
"""Removes what is old at a moment; returns how many rows that were."""


class RemoveOld:
    """Makes a removal once an hour, whichever process comes first; returns how many rows this process removed."""

    def __init__(self, task: str, removal: Removal, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        """Take the name under which processes agree whose turn it is, too."""
        self._task = task
        self._removal = removal
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self) -> int:
        now = self._clock()
        async with self._unit_of_work() as uow:
            is_ours = await uow.tasks.take(self._task, now, EVERY)
            removed = await self._removal(uow, now) if is_ours else 0
            await uow.commit()
        return removed


async def old_sessions(uow: UnitOfWork, now: datetime) -> int:
    """Remove sessions that have expired, and what is remembered of ended ones."""
    return await uow.sessions.remove_old(now)


async def old_mail_links(uow: UnitOfWork, now: datetime) -> int:
    """Remove links of mails that have expired."""
    return await uow.mail_links.remove_old(now)


async def old_usage(uow: UnitOfWork, now: datetime) -> int:
    """Remove what no daily quota counts any more."""
    return await uow.usages.remove_old(now - WINDOW)


async def old_keyed_calls(uow: UnitOfWork, now: datetime) -> int:
    """Remove calls with an idempotency key, and their answers, that are not remembered any more."""
    return await uow.keyed_calls.remove_old(now - KEPT_FOR)
