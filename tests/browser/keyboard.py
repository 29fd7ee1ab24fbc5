"""A visitor who has a keyboard and no mouse."""

from playwright.async_api import Locator

MOST = 60
"""Tabs after which something is taken to be out of reach."""
IS_FOCUSED = "element => element === document.activeElement"
SHOWS_FOCUS = """element => {
    const marks = [element, ...element.closest("label") ? [element.closest("label")] : []]
        .map(marked => getComputedStyle(marked))
    return element.matches(":focus-visible") && marks.some(style => style.outlineStyle !== "none")
}"""


async def tab_to(target: Locator) -> None:
    """Press Tab until the target has the focus, and expect that one sees it there."""
    await target.wait_for()
    for _ in range(MOST):
        if await target.evaluate(IS_FOCUSED):
            assert await target.evaluate(SHOWS_FOCUS), f"the focus cannot be seen on {target}"
            return
        await target.page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached with Tab")


async def press(target: Locator, key: str = "Enter") -> None:
    """Go to a target with Tab, and press a key there."""
    await tab_to(target)
    await target.page.keyboard.press(key)


async def choose(first: Locator, target: Locator) -> None:
    """Choose one of a group of radio buttons: Tab leads to the group, the arrow to the next button."""
    await tab_to(first)
    await first.page.keyboard.press("Space")
    for _ in range(MOST):
        if await target.is_checked():
            return
        await first.page.keyboard.press("ArrowRight")
    raise AssertionError(f"{target} is not reached with the arrows")
