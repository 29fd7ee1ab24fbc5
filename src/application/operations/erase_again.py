"""Erase again what users had erased after a backup that was restored."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from application.accounts.account_erasure import AccountErasure
from application.errors import AccountGone, NotFound
from application.requests.erase import EraseRequest
from domain.ids import RequestId, UserId

_EVENT = re.compile(
    r"(?:\S+ +\| |\S+ )?"  # what a container engine puts before each line: a name, or a time
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO +\S+ \S+ \S+ security: event="
    r"(?:account_erased user=(?P<account>[0-9a-f]{32})(?: .*)?"
    r"|erasure user=(?P<user>[0-9a-f]{32}) request=(?P<request>[0-9a-f]{32}))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedAgain:
    """How much there was to erase."""

    accounts: int
    requests: int


class EraseAgain:
    """Erases the accounts and requests that log lines tell of as erased, if they are there; returns how many were.

    Only the security events count, as the service writes them at the beginning of a line: what a client sent may stand
    further on, or in the lines of a traceback, which are indented.
    """

    def __init__(self, erase_account: AccountErasure, erase_request: EraseRequest) -> None:
        self._erase_account = erase_account
        self._erase_request = erase_request

    async def __call__(self, lines: Iterable[str]) -> ErasedAgain:
        accounts = requests = 0
        for line in lines:
            event = _EVENT.fullmatch(line.rstrip())
            if event is None:
                continue
            try:
                if event["account"]:
                    await self._erase_account(UserId(event["account"]))
                    accounts += 1
                else:
                    await self._erase_request(UserId(event["user"]), RequestId(event["request"]))
                    requests += 1
            except (AccountGone, NotFound):
                continue  # it was erased before the backup, or by an earlier line
        return ErasedAgain(accounts=accounts, requests=requests)
