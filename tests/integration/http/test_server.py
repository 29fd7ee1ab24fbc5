"""What a server tells the operator when it starts."""

import logging

import pytest

from entrypoints.composition.setting_sections import ServerSettings
from entrypoints.http.server import page_url
from integration.http.live import live
from integration.http.service import Service


def test_a_server_says_on_which_port_its_page_is(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), live(service) as running, running.client():
        port = running.port
    assert f"open http://127.0.0.1:{port}/ in a browser: there is the page" in caplog.messages


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        (ServerSettings(port=0), "http://127.0.0.1:1234"),
        (ServerSettings(host="0.0.0.0"), "http://127.0.0.1:1234"),
        (ServerSettings(host="::"), "http://[::1]:1234"),
        (ServerSettings(host="voice.example.org"), "http://voice.example.org:1234"),
        (
            ServerSettings(host="0.0.0.0", public_url="https://example.org/voice/"),
            "https://example.org/voice",
        ),
    ],
    ids=lambda value: getattr(value, "host", value),
)
def test_the_page_is_said_to_be_where_a_browser_finds_it(settings: ServerSettings, url: str) -> None:
    assert page_url(settings, 1234) == url
