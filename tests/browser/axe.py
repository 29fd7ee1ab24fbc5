"""Whether a page can be used with a screen reader, by keyboard and with weak eyes, as far as axe-core can tell."""

from collections.abc import Mapping, Sequence
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""The groups of axe-core's rules that are asked: WCAG 2.2 A and AA, and what is good practice."""
OPTIONS = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": list(RULES)}}
STILL = """async () => {
    const moving = document.getAnimations().filter(({effect}) => effect?.getComputedTiming().endTime < Infinity)
    await Promise.all(moving.map(animation => animation.finished.catch(() => null)))
}"""


async def assert_accessible(page: Page) -> None:
    """Expect no violation in what a page shows now; the message names each rule, each element and how to mend it."""
    await page.evaluate(STILL)  # text that fades in has too little contrast meanwhile
    found = await Axe().run(page, options=OPTIONS)
    violations: Sequence[Mapping[str, Any]] = found.response["violations"]
    assert not violations, "\n".join([f"{page.url} is not accessible:", *map(told, violations)])


def told(violation: Mapping[str, Any]) -> str:
    """Return a violation in words."""
    lines = [f"- {violation['id']}: {violation['help']} ({violation['helpUrl']})"]
    for node in violation["nodes"]:
        summary = " ".join(str(node["failureSummary"]).split())
        lines.append(f"  {node['target']}: {summary}\n    {node['html']}")
    return "\n".join(lines)
