"""The views and states of the page, in the order in which a visitor comes to them; `shots.py` takes pictures of each.

A new view is a line of `WAY`: the name of its picture, and what brings the page there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from domain.user import Language
from entrypoints.web.templates import texts_of

DRAWING_SECONDS = 600
"""How long the studio may take for both faces on a busy machine."""


@dataclass(frozen=True)
class Visitor:
    """A visitor with a browser, a microphone and a language."""

    page: Page
    service: str
    language: Language

    def open(self, path: str) -> None:
        """Open a page by its address."""
        self.page.goto(f"{self.service}/{path}")
        self.page.wait_for_selector("h1")

    def press(self, key: str, role: str = "button") -> None:
        """Press the button, or follow the link, that has the text `key`."""
        name = texts_of(self.language)[key]
        place = self.page.get_by_role("main")
        (
            place.get_by_role("link", name=name) if role == "link" else place.get_by_role("button", name=name)
        ).click()

    def see(self, selector: str, seconds: float = 30) -> None:
        """Wait until there is something to see."""
        self.page.wait_for_selector(selector, timeout=seconds * 1000)

    def choose(self, selector: str) -> None:
        """Choose a radio button by its label, as a pointer does."""
        self.page.locator(selector).locator("xpath=ancestor::label").click()


def record(visitor: Visitor) -> None:
    """Record until some seconds of the voice are there."""
    visitor.press("record.button.ready")
    visitor.page.get_by_role("button", name=texts_of(visitor.language)["record.button.recording"]).wait_for()
    visitor.page.wait_for_timeout(6000)


def listen(visitor: Visitor) -> None:
    """Stop the recording."""
    visitor.press("record.button.recording")
    visitor.page.get_by_role("link", name=texts_of(visitor.language)["record.use"]).wait_for()


def tell_about_oneself(visitor: Visitor) -> None:
    """Fill in the form about the voice."""
    visitor.press("record.use", "link")
    visitor.see("[name=age]")
    visitor.page.fill("[name=age]", "35")
    visitor.choose("[name=gender][value=man]")


def open_the_wishes(visitor: Visitor) -> None:
    """Show the pictures of skin tones, hair and glasses, and choose some."""
    visitor.page.get_by_text(texts_of(visitor.language)["about-you.wishes"]).click()
    visitor.choose("[name=hair_style][value=quiff]")
    visitor.choose("[name=glasses][value=true]")


def send(visitor: Visitor) -> None:
    """Send the recording, and see the faces being made."""
    visitor.press("about-you.button")
    visitor.page.wait_for_url("**/faces/*")
    visitor.see("progress, [role=progressbar]")
    visitor.page.wait_for_timeout(3000)


def compare(visitor: Visitor) -> None:
    """Wait for both faces."""
    visitor.see("video >> nth=1", DRAWING_SECONDS)


def rate(visitor: Visitor) -> None:
    """Give both faces stars."""
    groups = visitor.page.locator("fieldset:has(> * [value='5'])")
    for number, stars in enumerate((5, 3)):
        groups.nth(number).locator(f"[value='{stars}']").locator("xpath=ancestor::label").click()
    visitor.page.get_by_text(texts_of(visitor.language)["face.name.voice"], exact=True).first.wait_for()


def share(visitor: Visitor) -> None:
    """Share the face, and follow the link."""
    visitor.press("face.share.button")
    visitor.see("#share-link")
    visitor.page.goto(visitor.page.input_value("#share-link"))
    visitor.see("main video")


def at(path: str) -> Callable[[Visitor], None]:
    """Return what opens an address."""
    return lambda visitor: visitor.open(path)


def try_a_wrong_password(visitor: Visitor) -> None:
    """Log in, and be refused."""
    visitor.open("log-in")
    visitor.page.fill("[name=email]", "ann@example.org")
    visitor.page.fill("[name=password]", "a wrong password")
    visitor.page.locator("form button").first.click()
    visitor.see(".notice.bad:not(:empty)")


WAY: dict[str, Callable[[Visitor], None]] = {
    "landing": at(""),
    "record": at("record"),
    "recording": record,
    "recorded": listen,
    "about-you": tell_about_oneself,
    "wishes": open_the_wishes,
    "watch": send,
    "compare": compare,
    "reveal": rate,
    "shared": share,
    "faces": at("faces"),
    "me": at("me"),
    "sign-up": at("sign-up"),
    "confirm": at("account/confirm#token"),
    "reset": at("account/reset"),
    "not-found": at("no-such-page"),
    "offline": at("offline"),
}
"""What a guest comes by."""

STRANGER: dict[str, Callable[[Visitor], None]] = {
    "log-in": at("log-in"),
    "wrong-password": try_a_wrong_password,
    "no-recording": at("about-you"),
}
"""What a visitor without a session sees."""
