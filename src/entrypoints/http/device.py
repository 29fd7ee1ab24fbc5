"""What is kept of the client that a user logs in with."""

from typing import Any

from litestar.connection import ASGIConnection

from application.log_context import log_context
from domain.session import Device

PROGRAMS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Whale/": "Whale",
    "KAKAOTALK": "KakaoTalk",
    "NAVER(": "Naver",
    "Vivaldi/": "Vivaldi",
    "YaBrowser/": "Yandex",
    "FxiOS/": "Firefox",
    "Firefox/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
    "curl/": "curl",
    "python-": "Python",
}
"""Programs by a part of their `User-Agent`. Browsers also name those that they resemble: the rare ones come first."""
SYSTEMS = {
    "Windows": "Windows",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Macintosh": "macOS",
    "Linux": "Linux",
}
"""Systems, in the same way."""
UNKNOWN_PROGRAM, UNKNOWN_DEVICE = "Another program", "Unknown device"


def device_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Device:
    """Return what a client says that it is, in our words, and its address as log lines have it."""
    return Device(name=device_name(connection.headers.get("user-agent", "")), address=log_context().address)


def device_name(user_agent: str) -> str:
    """Return a name such as "Firefox on Linux": of words from the tables above only, never what the client sent."""
    program, system = _first(PROGRAMS, user_agent), _first(SYSTEMS, user_agent)
    if system is None:
        return program or UNKNOWN_DEVICE
    return f"{program or UNKNOWN_PROGRAM} on {system}"


def _first(words: dict[str, str], user_agent: str) -> str | None:
    return next((name for part, name in words.items() if part in user_agent), None)
