"""Which connection makes room for which."""

import asyncio
from typing import Any

from entrypoints.composition.setting_sections import HttpSettings
from entrypoints.http.connections.registry import Connections


class FakeConnection:
    """A connection of an address, which only notes that it was closed."""

    groups = ()

    def __init__(self, address: str) -> None:
        self.client = (address, 1)
        self.loop = asyncio.get_running_loop()
        self.is_open = True

    def hang_up(self, _: str) -> None:
        self.is_open = False

    def check(self, *_: float) -> None:
        """Is never too slow."""


def admitted(connections: Connections, *addresses: str) -> list[Any]:
    """Let connections of these addresses in."""
    found: list[Any] = [FakeConnection(address) for address in addresses]
    assert [connections.admit(connection) for connection in found] == [True] * len(found)
    return found


async def test_a_connection_that_went_back_to_waiting_has_not_waited_longest() -> None:
    connections = Connections(HttpSettings(connections=2))
    first, second = admitted(connections, "10.0.0.1", "10.0.0.2")
    connections.works(first)
    connections.waits(first)
    admitted(connections, "10.0.0.3")
    assert (first.is_open, second.is_open) == (True, False)


async def test_the_limit_of_an_address_leaves_other_addresses_alone() -> None:
    connections = Connections(HttpSettings(connections_per_address=1))
    other, first = admitted(connections, "10.0.0.2", "10.0.0.1")
    admitted(connections, "10.0.0.1")
    assert (other.is_open, first.is_open) == (True, False)


async def test_addresses_of_one_ipv6_network_count_as_one() -> None:
    connections = Connections(HttpSettings(connections_per_address=1))
    first, other = admitted(connections, "2001:db8::1", "2001:db8:0:1::1")
    admitted(connections, "2001:db8::ffff")
    assert (first.is_open, other.is_open) == (False, True)


async def test_ipv4_addresses_that_are_written_as_ipv6_count_as_themselves() -> None:
    connections = Connections(HttpSettings(connections_per_address=1))
    first, other = admitted(connections, "::ffff:10.0.0.1", "::ffff:10.0.0.2")
    admitted(connections, "10.0.0.1")
    assert (first.is_open, other.is_open) == (False, True)


async def test_a_trusted_proxy_may_have_many_connections_but_not_more_than_all() -> None:
    connections = Connections(HttpSettings(connections=3, connections_per_address=1), ["10.0.0.0/8"])
    first, *_ = admitted(connections, *["10.0.0.1"] * 3)
    admitted(connections, "10.0.0.1")
    assert not first.is_open


async def test_where_all_work_a_new_connection_is_refused_until_one_leaves() -> None:
    connections = Connections(HttpSettings(connections=1))
    (working,) = admitted(connections, "10.0.0.1")
    connections.works(working)
    new: Any = FakeConnection("10.0.0.2")
    assert not connections.admit(new)
    connections.forget(working)
    assert connections.admit(new)


async def test_0_lets_any_number_in() -> None:
    connections = Connections(HttpSettings(connections=0, connections_per_address=0))
    assert all(one.is_open for one in admitted(connections, *["10.0.0.1"] * 2000))
