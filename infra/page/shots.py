"""Takes pictures of all views and states of the page: `python infra/page/shots.py [LAST]`.

It runs the service with the real studio and goes the way of a guest in Chromium, in each language. Each view is taken
in light and dark, on a phone and a desktop, into `build/shots`; some of them make the contact sheet `docs/page.jpg`.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which

from contact_sheet import write_sheet
from playwright.sync_api import Browser, Page, sync_playwright
from way_through_the_page import STRANGER, WAY, Visitor

from domain.user import Language
from e2e.service import REAL_SERVICE, Service, running
from e2e.voices import short_voice

ROOT = Path(__file__).parents[2]
SHOTS, SHEET = ROOT / "build/shots", ROOT / "docs/page.jpg"
SCREENS = {"phone": (320, 640), "desktop": (1280, 800)}
SCHEMES = ("light", "dark")
LOCALES = {Language.ENGLISH: "en-GB", Language.KOREAN: "ko-KR"}
VOICE_SECONDS = 14
SETTLING_MILLISECONDS = 350
"""How long colours and sizes may take to change."""

Views = Mapping[str, Callable[[Visitor], None]]


@dataclass
class Camera:
    """Takes a view in each look, and notes what is wrong with it."""

    language: Language
    faults: list[str] = field(default_factory=list)

    def take(self, page: Page, name: str) -> None:
        """Write the pictures of what the page shows."""
        for screen, (width, height) in SCREENS.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.wait_for_timeout(SETTLING_MILLISECONDS)
                path = SHOTS / f"{name}-{self.language}-{scheme}-{screen}.png"
                page.screenshot(path=path, full_page=True)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                self.faults.append(f"{name}, {self.language}, {screen}: wider than the screen")


def walk(browser: Browser, service: str, views: Views, camera: Camera) -> None:
    """Go through views as a new visitor, and take each."""
    context = browser.new_context(
        locale=LOCALES[camera.language], reduced_motion="reduce", permissions=["microphone"]
    )
    page = context.new_page()
    page.on("pageerror", lambda error: camera.faults.append(f"{page.url}: {error}"))
    page.set_viewport_size({"width": 1280, "height": 800})
    visitor = Visitor(page, service, camera.language)
    for name, bring in views.items():
        bring(visitor)
        camera.take(page, name)
        sys.stdout.write(f"{name} ({camera.language})\n")
    context.close()


def named(views: Views, last: str | None) -> Views:
    """Return the views up to the one that is named; all of them where it is not among them."""
    names = list(views)
    return {name: views[name] for name in (names[: names.index(last) + 1] if last in names else names)}


def require_fonts() -> None:
    """End with a message unless the machine can show every language, where fontconfig can tell."""
    lister = which("fc-list")
    if lister is None:
        return
    for language in Language:
        fonts = subprocess.run([lister, f":lang={language}"], capture_output=True, check=True).stdout  # noqa: S603
        if not fonts:
            sys.exit(
                f"shots: no font shows {language.value!r}. Install one; fonts-noto-cjk of Debian shows Korean"
            )


def main(last: str | None = None) -> None:
    """Take all views, or those on the way of a guest up to `last`."""
    require_fonts()
    SHOTS.mkdir(parents=True, exist_ok=True)
    cameras = [Camera(language) for language in Language]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        voice = Path(folder) / "voice.wav"
        voice.write_bytes(short_voice(VOICE_SECONDS))
        microphone = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={voice}")
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=microphone)
        service = Service(data=Path(folder) / "data", program=REAL_SERVICE)
        with running(service):
            for camera in cameras:
                address = service.url.removesuffix("/api/v1")
                walk(browser, address, named(WAY, last), camera)
                walk(browser, address, STRANGER, camera)
        browser.close()
    write_sheet(SHOTS, [*named(WAY, last), *STRANGER], SHEET)
    faults = [fault for camera in cameras for fault in camera.faults]
    sys.stdout.write("".join(f"{fault}\n" for fault in faults) + f"{SHEET}\n")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
