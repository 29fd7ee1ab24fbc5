"""All rows of one user, from dicts."""

from copy import deepcopy

from application.ports.account_data import AccountRecords, CountedGeneration
from domain.ids import UserId
from doubles.memory.tables import Tables


class MemoryAccountData:
    """Implements `AccountData` on what is committed; there are no consents and no links of mails in memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def of(self, user_id: UserId) -> AccountRecords | None:
        """Search all."""
        tables = deepcopy(self._tables)
        user = tables.users.get(user_id)
        if user is None:
            return None
        requests = {one.id: one for one in tables.requests.values() if one.user_id == user_id}
        generations = {one.id: one for one in tables.generations.values() if one.request_id in requests}
        return AccountRecords(
            user=user,
            sessions=[one for _, one in sorted(tables.sessions.items()) if one.user_id == user_id],
            consents=[],
            requests=[one for _, one in sorted(requests.items())],
            generations=sorted(generations.values(), key=lambda one: (one.request_id, one.id)),
            surveys=sorted(
                (one for key, one in tables.surveys.items() if key in generations), key=lambda one: one.id
            ),
            usages=[
                CountedGeneration(
                    generation_id=key,
                    queued_at=one.queued_at,
                    ended_at=one.ended_at,
                    drawn_seconds=one.seconds,
                )
                for key, one in sorted(tables.usages.items())
                if one.user_id == user_id
            ],
            mails=[
                one
                for _, one in sorted(tables.mails.items())
                if user.email is not None and one.address == user.email
            ],
            mail_links=[],
        )
