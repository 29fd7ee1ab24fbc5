"""What is kept of a client's `User-Agent`."""

import pytest

from entrypoints.http.device import UNKNOWN_DEVICE, device_name

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPAD = IPHONE.replace("iPhone; CPU iPhone OS", "iPad; CPU OS")
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROME = "Chrome/142.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox on Android"),
        (f"{WINDOWS} {CHROME}", "Chrome on Windows"),
        (f"{WINDOWS} {CHROME} Edg/142.0.0.0", "Edge on Windows"),
        (f"{ANDROID} Chrome/142.0.0.0 Mobile Safari/537.36 EdgA/142.0.0.0", "Edge on Android"),
        (f"{WINDOWS} {CHROME} OPR/124.0.0.0", "Opera on Windows"),
        (f"{WINDOWS} {CHROME} Whale/4.34.340.19", "Whale on Windows"),
        (f"{ANDROID} Chrome/142.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (
            f"{ANDROID} SamsungBrowser/29.0 Chrome/142.0.0.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        (f"{ANDROID} Version/4.0 {CHROME};KAKAOTALK 25.9.0", "KakaoTalk on Android"),
        (f"{IPHONE} Mobile/15E148 NAVER(inapp; search; 2000; 12.14.1)", "Naver on iPhone"),
        (f"{IPHONE} Version/18.6 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{IPHONE} CriOS/142.0.0.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        (f"{IPHONE} FxiOS/140.0 Mobile/15E148 Safari/605.1.15", "Firefox on iPhone"),
        (f"{IPAD} Version/18.6 Safari/604.1", "Safari on iPad"),
        (f"{MAC} Version/26.0 Safari/605.1.15", "Safari on macOS"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 {CHROME}", "Chrome on ChromeOS"),
        ("curl/8.14.1", "curl"),
        ("python-httpx/0.28.1", "Python"),
        ("Faces/1.0 (Linux)", "Another program on Linux"),
        ("", UNKNOWN_DEVICE),
        ("Wget/1.25", UNKNOWN_DEVICE),
    ],
)
def test_a_client_is_named_by_program_and_system(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


@pytest.mark.parametrize(
    "part", ["x" * 10_000, "\x00\x1b[31m", "\n", "<script>alert(1)</script>", "\u202e", "😀" * 1000]
)
def test_nothing_that_a_client_sends_gets_into_the_name(part: str) -> None:
    assert device_name(part) == UNKNOWN_DEVICE
    assert device_name(f"{part}Firefox/140.0{part}Linux{part}") == "Firefox on Linux"
