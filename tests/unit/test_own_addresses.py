"""The address that media links begin with."""

from typing import Any

import pytest

from entrypoints.composition.setting_sections import ServerSettings
from entrypoints.http.own_addresses import OwnAddresses

SOCKET = ("10.0.0.5", 8000)


def address(
    host: str, settings: ServerSettings | None = None, scheme: str = "http", server: Any = SOCKET
) -> str:
    scope: Any = {"scheme": scheme, "server": server, "headers": [(b"host", host.encode())], "root_path": ""}
    return OwnAddresses(settings or ServerSettings(host="0.0.0.0")).for_client(scope)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "10.0.0.5.evil.example",
        "localhost.evil.example",
        "localhost:80/x",
        "",
        "10.0.0.6:8000",
    ],
)
def test_a_host_that_is_not_known_gets_into_no_link(host: str) -> None:
    assert address(host) == "http://10.0.0.5:8000"


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1:8000", "[::1]", "LocalHost"])
def test_the_names_of_one_s_own_machine_are_known_with_any_port(host: str) -> None:
    assert address(host) == f"http://{host.lower()}"


def test_known_hosts_are_known_at_their_own_the_default_and_the_service_s_port_only() -> None:
    settings = ServerSettings(known_hosts=("faces.example.org", "Media.example.org:8443"), port=8000)
    for host in ("faces.example.org", "FACES.example.org:8000", "media.example.org:8443"):
        assert address(host, settings) == f"http://{host.lower()}"
    for host in ("faces.example.org:1234", "media.example.org", "x.faces.example.org"):
        assert address(host, settings) == "http://10.0.0.5:8000"


@pytest.mark.parametrize("own", ["faces.example.org", "192.168.1.5", "fd00::5"])
def test_the_name_or_address_that_the_service_listens_on_is_known(own: str) -> None:
    host = f"[{own}]:8000" if ":" in own else f"{own}:8000"
    assert address(host, ServerSettings(host=own)) == f"http://{host}"


def test_the_public_address_goes_before_all_others() -> None:
    settings = ServerSettings(public_url="https://faces.example.org/", known_hosts=("a.example",))
    assert address("a.example", settings) == "https://faces.example.org"


def test_the_address_of_a_socket_has_no_default_port_and_brackets_where_it_needs_them() -> None:
    assert address("evil.example", server=("10.0.0.5", 80)) == "http://10.0.0.5"
    assert address("evil.example", scheme="https", server=("10.0.0.5", 443)) == "https://10.0.0.5"
    assert address("evil.example", scheme="wss", server=("10.0.0.5", 443)) == "https://10.0.0.5"
    assert address("evil.example", server=("fd00::5", 8000)) == "http://[fd00::5]:8000"
    assert address("evil.example", server=("faces.test", None)) == "http://faces.test"
