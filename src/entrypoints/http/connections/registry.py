"""All connections of a process: how many there may be, who makes room, and the regular check of each."""

import asyncio
import ipaddress
from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.throttling import network_of
from entrypoints.composition.setting_sections import HttpSettings
from entrypoints.http.client_address import ip_address_of
from entrypoints.http.tracing import AddressForm, loggable_address

if TYPE_CHECKING:
    from entrypoints.http.connections.ending import EndingProtocol

CHECK_SECONDS = 0.5
LINGER_SECONDS = 5.0
"""How long a refused client may go on sending: it may read our answer only after that."""
MOST_LEAVING = 100
"""Refused connections that linger at once; they do not count as connections."""


class Group:
    """Connections that are counted together: all, or those of one address."""

    __slots__ = ("address", "limit", "members", "waiting")

    def __init__(self, limit: int, address: str = "") -> None:
        self.address = address
        self.limit = limit
        self.members: set[EndingProtocol] = set()
        self.waiting: dict[EndingProtocol, None] = {}
        """Those that wait for a head, in the order in which they began to."""


class Connections:
    """Counts connections, and closes those that are too many or too slow.

    Where there is no more room, the connection that has waited longest for a head is closed; a new one is refused only
    where none waits. Connections of trusted proxies count for no address.
    """

    def __init__(
        self, limits: HttpSettings, proxies: Sequence[str] = (), logged_addresses: AddressForm = "short"
    ) -> None:
        self.limits = limits
        self.are_draining = False
        """Whether each closes after its next answer, so that its client opens one to another process."""
        self._logged_addresses = logged_addresses
        self._proxies = [ipaddress.ip_network(proxy) for proxy in proxies]
        self._all = Group(limits.connections)
        self._by_address: dict[str, Group] = {}
        self._leaving: dict[EndingProtocol, float] = {}
        self._checked_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def admit(self, connection: "EndingProtocol") -> bool:
        """Count a new connection, which waits for a head; False if there is no room for it."""
        groups = self._groups_of(_host(connection))
        for group in groups:
            if len(group.members) >= group.limit > 0:
                longest = next(iter(group.waiting), None)
                if longest is None:
                    return False
                self.forget(longest)
                longest.hang_up("another one needs its place")
        for group in groups:
            group.members.add(connection)
            if group.address:
                self._by_address[group.address] = group
        connection.groups = groups
        self.waits(connection)
        self._start_checking(connection.loop)
        return True

    def waits(self, connection: "EndingProtocol") -> None:
        """Note that a connection waits for a head from now on."""
        for group in connection.groups:
            group.waiting.setdefault(connection)

    def works(self, connection: "EndingProtocol") -> None:
        """Note that a connection has a request to be answered."""
        for group in connection.groups:
            group.waiting.pop(connection, None)

    def leave(self, connection: "EndingProtocol") -> None:
        """Let a refused connection linger outside the count."""
        self.forget(connection)
        while len(self._leaving) >= MOST_LEAVING:
            self._abort_oldest_leaving()
        self._leaving[connection] = connection.loop.time()
        self._start_checking(connection.loop)

    def forget(self, connection: "EndingProtocol") -> None:
        """Count a connection no longer."""
        self._leaving.pop(connection, None)
        for group in connection.groups:
            group.members.discard(connection)
            group.waiting.pop(connection, None)
            if group.address and not group.members:
                self._by_address.pop(group.address, None)
        connection.groups = ()

    def loggable_address(self, connection: "EndingProtocol") -> str | None:
        """Return the address of a client, or of its proxy, as the settings want it in log lines."""
        return loggable_address(_host(connection), self._logged_addresses)

    def hang_up_all(self) -> None:
        """Close all connections at once."""
        for connection in (*self._all.members, *self._leaving):
            connection.hang_up("the process stops")

    def _groups_of(self, host: str) -> Sequence[Group]:
        address = ip_address_of(host)
        if address is None or any(address in proxy for proxy in self._proxies):
            return (self._all,)
        counted = network_of(str(address))
        return (
            self._by_address.get(counted) or Group(self.limits.connections_per_address, counted),
            self._all,
        )

    def _start_checking(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is None:
            self._checked_at = loop.time()
            self._timer = loop.call_later(CHECK_SECONDS, self._check, loop)

    def _check(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now, before = loop.time(), self._checked_at
        for connection in tuple(self._all.members):
            connection.check(now, now - before)
        while self._leaving and now - next(iter(self._leaving.values())) > LINGER_SECONDS:
            self._abort_oldest_leaving()
        if self._all.members or self._leaving:
            self._start_checking(loop)

    def _abort_oldest_leaving(self) -> None:
        oldest = next(iter(self._leaving))
        self.forget(oldest)
        oldest.hang_up("refused")


def _host(connection: "EndingProtocol") -> str:
    return connection.client[0] if connection.client else ""
