"""The way through the page, as a visitor of either language goes it."""

import asyncio
from dataclasses import dataclass

from playwright.async_api import FilePayload, Locator, Page, expect

from browser.texts import Texts
from e2e.service import Service

RECORDED = 40_000
"""Milliseconds within which a recording of 15 s is there, after a countdown, on a busy machine."""
WATCHED = 60_000
MOST_SECONDS = 30
OPEN_ALL = "() => document.querySelectorAll('details').forEach(part => (part.open = true))"
"""Opens all that can be opened."""
HAS_PLAYED = """film => new Promise(resolve => {
    const look = () => film.played.length && film.played.end(0) > 0.3 && resolve()
    film.addEventListener("timeupdate", look)
    look()
})"""


@dataclass(frozen=True)
class Way:
    """What one finds on the way, by what it is called."""

    page: Page
    say: Texts

    def button(self, key: str) -> Locator:
        return self.page.get_by_role("button", name=self.say(key), exact=True)

    def link(self, key: str) -> Locator:
        return self.page.get_by_role("main").get_by_role("link", name=self.say(key), exact=True)

    def man(self) -> Locator:
        return self.page.get_by_role("radio", name=self.say("gender.man"), exact=True)

    def age(self) -> Locator:
        return self.page.get_by_label(self.say("about-you.age"), exact=True)

    def star(self, letter: str, number: int) -> Locator:
        """Return a star of a face."""
        name = self.say("face.letter", letter=letter)
        group = self.page.get_by_role("group", name=self.say("face.stars.legend", name=name), exact=True)
        return group.get_by_role("radio", name=self.say.count("face.stars", number), exact=True)

    async def choose_file(self, address: str, sound: FilePayload) -> None:
        """Choose a recording at the address of the page, and use it."""
        await self.page.goto(f"{address}record")
        await self.page.locator("input[type=file]").set_input_files(sound)
        await self.link("record.use").click()

    async def agree(self, age: str = "35") -> None:
        """Say whose voice it is, and agree."""
        await self.age().fill(age)
        await label_of(self.man()).click()
        await self.button("about-you.button").click()

    async def expect_recording(self) -> None:
        """Expect that the recording ends by itself."""
        await expect(self.link("record.use")).to_be_visible(timeout=RECORDED)

    async def expect_title(self, key: str) -> None:
        """Expect this to be the heading."""
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(self.say(key))

    async def expect_watching(self) -> None:
        """Expect the progress of faces that are being made."""
        await self.expect_title("watch.title")

    async def expect_faces(self) -> None:
        """Expect both faces, without names."""
        await expect(self.button("face.player.paused")).to_be_visible(timeout=WATCHED)
        await expect(self.page.locator("video")).to_have_count(2)

    async def expect_films(self) -> None:
        """Expect that both films have played."""
        async with asyncio.timeout(MOST_SECONDS):
            for film in await self.page.locator("video").all():
                await film.evaluate(HAS_PLAYED)

    async def expect_reveal(self) -> None:
        """Expect that both faces are rated, and have their names now."""
        for kind in ("voice", "condition"):
            await expect(self.page.get_by_text(self.say(f"face.name.{kind}"), exact=True)).to_be_visible()

    async def expect_kept(self, email: str) -> None:
        """Expect to be logged in with an account now, to which the faces belong."""
        await self.page.get_by_role("navigation").get_by_role("link", name=self.say("nav.faces")).click()
        await expect(self.page.get_by_role("main").get_by_role("listitem")).to_have_count(1)
        await self.page.get_by_role("navigation").get_by_role("link", name=self.say("nav.me")).click()
        await expect(self.page.get_by_text(email).first).to_be_visible()


def address_of(service: Service) -> str:
    """Return the address of the page."""
    return service.url.removesuffix("api/v1")


def label_of(radio: Locator) -> Locator:
    """Return what one clicks to choose a radio button, which is hidden below a picture."""
    return radio.locator("xpath=ancestor::label")


async def log_in(way: Way, service: Service, name: str) -> None:
    """Log in as the user whom `e2e.service.sign_up` has made; the faces of the user come next."""
    await way.page.goto(f"{address_of(service)}log-in")
    await way.page.get_by_label(way.say("log_in.email"), exact=True).fill(f"{name}@example.org")
    await way.page.get_by_label(way.say("log_in.password"), exact=True).fill("correct horse")
    await way.button("log_in.button").click()
    await way.expect_title("faces.title")
