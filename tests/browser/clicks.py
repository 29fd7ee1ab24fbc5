"""How many times a visitor has clicked."""

from dataclasses import dataclass

from playwright.async_api import BrowserContext

TELL = "addEventListener('pointerdown', event => event.isTrusted && window.clicked(), {capture: true})"


@dataclass
class Clicks:
    """The clicks in all pages of a visitor, counted by the pages themselves."""

    number: int = 0

    @classmethod
    async def of(cls, context: BrowserContext) -> "Clicks":
        """Count from the next page on that is loaded."""
        clicks = cls()
        await context.expose_function("clicked", clicks.count)
        await context.add_init_script(TELL)
        return clicks

    def count(self) -> None:
        """Count one more."""
        self.number += 1
