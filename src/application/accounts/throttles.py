"""Throttles of what clients may try without a token."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from application.errors import TooManyTries
from application.ports.clock import Clock
from application.ports.throttles import ThrottleKeys
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.ids import UserId
from domain.throttling import (
    MAILS_AN_HOUR,
    NO_WAIT,
    GrowingDelay,
    HourlyRate,
    Throttle,
    ThrottleLimits,
    ThrottleRule,
    network_of,
)
from domain.user import User

ELSEWHERE, AT_HOME = PASSWORD_KINDS = ("password", "password at home")
"""The kinds of keys under which wrong passwords for an account are counted."""
RESETS, CONFIRMATIONS = MAIL_KINDS = ("reset", "confirmation")
"""The kinds of keys under which mails to a user are counted."""
MOST_REFUSALS = 10_000
"""How many a process keeps in memory."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule for what is tried under one key."""

    tried: str
    """Such as "wrong passwords", for a sentence."""
    rule: ThrottleRule
    key: str


class Throttles:
    """Counts tries, and refuses those that come too soon."""

    def __init__(self, keys: ThrottleKeys, limits: ThrottleLimits, clock: Clock) -> None:
        self._key = keys
        self._limits = limits
        self._clock = clock

    def of_sign_ups(self, client_address: str) -> list[Limit]:
        """Return the limit of sign-ups from an address."""
        return self._hourly("sign-ups", self._limits.sign_ups_an_hour, client_address)

    def of_email_checks(self, client_address: str) -> list[Limit]:
        """Return the limit of e-mail checks from an address."""
        return self._hourly("e-mail checks", self._limits.email_checks_an_hour, client_address)

    def of_guests(self, client_address: str) -> list[Limit]:
        """Return the limit of new guests from an address."""
        return self._hourly("guests", self._limits.guests_an_hour, client_address)

    def of_resets(self, client_address: str) -> list[Limit]:
        """Return the limit of mails to reset a password that are asked for from an address."""
        return self._hourly("mails to reset a password", self._limits.resets_an_hour, client_address)

    def of_reset_mails_to(self, user: User) -> list[Limit]:
        """Return the limit of mails to reset the password of an account, which is told to no client."""
        return [Limit("mails to reset a password", HourlyRate(MAILS_AN_HOUR), self._key(RESETS, user.id))]

    def of_confirmation_mails(self, user_id: UserId) -> list[Limit]:
        """Return the limit of mails to confirm the address of an account."""
        key = self._key(CONFIRMATIONS, user_id)
        return [Limit("mails to confirm an address", HourlyRate(MAILS_AN_HOUR), key)]

    def of_passwords(self, email: str, user: User | None, client_address: str) -> list[Limit]:
        """Return the limits of passwords for an account, which need not exist.

        Where its last good login came from, an account has a limit of its own, and that of the address does not count:
        so guesses that come from elsewhere or are for other accounts do not lock out its user.
        """
        free, from_address = self._limits.wrong_passwords, self._limits.wrong_passwords_per_address
        if user is not None and self.is_home(user, client_address):
            return _delays(free, self._key(AT_HOME, email))
        return [
            *_delays(free, self._key(ELSEWHERE, email)),
            *_delays(from_address, self._key("passwords from", network_of(client_address))),
        ]

    def keys_of(self, user: User) -> list[str]:
        """Return the keys of all that is counted for one user, whatever the client address."""
        keys = [self._key(kind, user.id) for kind in MAIL_KINDS]
        if user.email is not None:
            keys += [self._key(kind, user.email) for kind in PASSWORD_KINDS]
        return keys

    def is_home(self, user: User, client_address: str) -> bool:
        """Tell whether the user's last good login came from this address."""
        return user.last_login_from == self.home(user, client_address)

    def home(self, user: User, client_address: str) -> str:
        """Return what a user keeps of the address of a good login."""
        return self._key("home", user.id, network_of(client_address))

    async def count(self, uow: UnitOfWork, limits: Collection[Limit]) -> None:
        """Count a try under every key; raises `TooManyTries` and counts nothing if one of them does not allow it yet.

        It looks before it locks: then tries that are refused do not make others wait.
        """
        if not limits:
            return
        now, keys = self._clock(), [limit.key for limit in limits]
        _require_allowed(limits, await uow.throttles.read(keys), now)
        throttles = await uow.throttles.lock(keys, now)
        _require_allowed(limits, throttles, now)
        rules = {limit.key: limit.rule for limit in limits}
        await uow.throttles.save([rules[one.key].counted(one, now) for one in throttles])

    async def forgive_passwords(self, uow: UnitOfWork, email: str) -> None:
        """Forget the wrong passwords for an account: it has a new one."""
        await uow.throttles.remove([self._key(kind, email) for kind in PASSWORD_KINDS])

    async def take_back(self, unit_of_work: UnitOfWorkFactory, limits: Collection[Limit]) -> None:
        """Count a try no longer: nothing came of it, through no fault of the client."""
        async with unit_of_work() as uow:
            await uow.throttles.take_back([limit.key for limit in limits])
            await uow.commit()

    def _hourly(self, tried: str, most: int, client_address: str) -> list[Limit]:
        key = self._key(tried, network_of(client_address))
        return [Limit(tried, HourlyRate(most), key)] if most else []


class Refusals:
    """Whom this process has told to wait until when: until then a storm of tries costs no statement at all.

    It only repeats what `Throttles` has said, so it may be forgotten at any time, and counts for one process.
    """

    def __init__(self, keys: ThrottleKeys, clock: Clock) -> None:
        self._key = keys
        self._clock = clock
        self._last: dict[str, tuple[datetime, TooManyTries]] = {}

    def require_none(self, email: str, client_address: str) -> None:
        """Raise `TooManyTries` for a client that must still wait."""
        found = self._last.get(self._key("refusal", email, network_of(client_address)))
        if found is None:
            return
        until, refused = found
        if (wait := until - self._clock()) > NO_WAIT:
            raise TooManyTries(refused.tried, refused.rule, wait)

    def forget(self, email: str, client_address: str) -> None:
        """Let a client try again at once, on this process: the account has a new password."""
        self._last.pop(self._key("refusal", email, network_of(client_address)), None)

    def remember(self, email: str, client_address: str, refused: TooManyTries) -> None:
        """Repeat this refusal from now on."""
        if len(self._last) >= MOST_REFUSALS:
            self._last.clear()
        key = self._key("refusal", email, network_of(client_address))
        self._last[key] = (self._clock() + refused.wait, refused)


def _delays(free: int, key: str) -> list[Limit]:
    return [Limit("wrong passwords", GrowingDelay(free), key)] if free else []


def _require_allowed(limits: Iterable[Limit], throttles: Iterable[Throttle], now: datetime) -> None:
    by_key = {one.key: one for one in throttles}
    waits = [(limit.rule.wait(by_key[limit.key], now), limit) for limit in limits if limit.key in by_key]
    wait, limit = max(waits, key=lambda found: found[0], default=(NO_WAIT, None))
    if limit is not None and wait > NO_WAIT:
        raise TooManyTries(limit.tried, limit.rule, wait)
