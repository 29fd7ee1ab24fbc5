"""Throttles: how often something was tried under one key, and when the next try is allowed."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

NO_WAIT = timedelta(0)
FIRST_DELAY = timedelta(seconds=4)
LONGEST_DELAY = timedelta(minutes=15)
HOUR = timedelta(hours=1)
MAILS_AN_HOUR = 3
"""How many mails with a link an account gets, of each kind."""
FORGOTTEN_AFTER = timedelta(days=1)
"""After so long without a try no rule remembers any."""

_DOUBLINGS = 8
"""After how many doublings the first delay has exceeded the longest one; more failures than that are not counted."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """The count of tries under one key, which says nothing about whom it stands for."""

    key: str
    count: int
    since: datetime
    """The last try, or the first one of an hour, as the rule says."""


class ThrottleRule(Protocol):
    """When the next try is allowed, and how a try is counted."""

    @property
    def most(self) -> int:
        """How many tries are allowed without any wait."""
        ...

    @property
    def window(self) -> timedelta | None:
        """The span in which so many are allowed; None where that depends on the tries themselves."""
        ...

    def wait(self, throttle: Throttle, now: datetime) -> timedelta:
        """Return how long to wait for the next try; `NO_WAIT` if it is allowed now."""
        ...

    def counted(self, throttle: Throttle, now: datetime) -> Throttle:
        """Return the throttle after one more try."""
        ...


@dataclass(frozen=True, slots=True)
class GrowingDelay:
    """For guesses: some are free; then each must wait twice as long as the one before it, up to a quarter of an hour.

    One try is forgotten for each hour without any, and all of them after a day.
    """

    most: int
    window: ClassVar[None] = None

    def wait(self, throttle: Throttle, now: datetime) -> timedelta:
        """Return what is left of the delay after the last try."""
        doublings = self._remembered(throttle, now) - self.most
        if doublings < 0:
            return NO_WAIT
        return max(NO_WAIT, throttle.since + min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY) - now)

    def counted(self, throttle: Throttle, now: datetime) -> Throttle:
        """Return the throttle with a new last try."""
        count = min(self._remembered(throttle, now) + 1, self.most + _DOUBLINGS)
        return Throttle(throttle.key, count, now)

    def _remembered(self, throttle: Throttle, now: datetime) -> int:
        quiet = max(NO_WAIT, now - throttle.since)
        return 0 if quiet >= FORGOTTEN_AFTER else max(0, throttle.count - quiet // HOUR)


@dataclass(frozen=True, slots=True)
class HourlyRate:
    """For floods: at most so many tries in the hour that begins with the first of them."""

    most: int
    window: ClassVar[timedelta] = HOUR

    def wait(self, throttle: Throttle, now: datetime) -> timedelta:
        """Return what is left of the hour if all of its tries were used."""
        return max(NO_WAIT, throttle.since + HOUR - now) if throttle.count >= self.most else NO_WAIT

    def counted(self, throttle: Throttle, now: datetime) -> Throttle:
        """Return the throttle with one more try, in a new hour where the old one is over."""
        if throttle.count == 0 or now - throttle.since >= HOUR:
            return Throttle(throttle.key, 1, now)
        return Throttle(throttle.key, throttle.count + 1, throttle.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrottleLimits:
    """How many tries the throttles allow; 0 lifts a limit."""

    wrong_passwords: int
    """Those of one account without a delay."""
    wrong_passwords_per_address: int
    """Those from one client address without a delay."""
    sign_ups_an_hour: int
    """From one client address."""
    email_checks_an_hour: int
    """From one client address."""
    guests_an_hour: int
    """From one client address."""
    resets_an_hour: int
    """Mails to reset a password that are asked for from one client address."""


def network_of(client_address: str) -> str:
    """Return what counts as one client address: of IPv6 the first 64 bits, since a client may choose the others."""
    try:
        address = ipaddress.ip_address(client_address)
    except ValueError:  # not an IP address, such as that of a Unix socket: all of these count as one
        return ""
    if address.version == 4:
        return str(address)
    return str(ipaddress.IPv6Network((int(address) >> 64 << 64, 64)))
