"""How soon the page is there, beside a bare page of the same server: ratios of medians, in turns, in one run.

Each time is taken by the browser, from the beginning of the navigation, in a new context whose cache is empty. What
else the machine does makes all pages slower, but not all alike; so one quiet run of several is enough.
"""

from collections.abc import Iterator
from statistics import median

import pytest
from playwright.async_api import Browser

from e2e.service import Service, running
from figures import Tell

pytestmark = pytest.mark.asyncio(loop_scope="session")

BARE = "/offline"
"""A page of the same server that is bare: a sentence and a link, with the styles of all pages and one short script."""
FIRST_PAINTS = ("/", "/record")
CONTROLS = {"/record": ".recorder button", "/account/reset": "form button"}
"""By address: the control that a reader waits for, when it can be used."""
WARM_UP, ROUNDS, RUNS = 2, 9, 4
SLOWEST_PAINT = 2.0
"""Times the first paint of the bare page."""
SLOWEST_CONTROL = {"/record": 2.0, "/account/reset": 3.0}
"""Times the first paint of the bare page. The recorder's button comes with the page; a form is drawn by its view."""

PAINTED = """() => new Promise(resolve => new PerformanceObserver((entries, observer) => {
  const first = entries.getEntriesByName("first-paint")[0]
  if (first) { observer.disconnect(); resolve(first.startTime) }
}).observe({type: "paint", buffered: true}))"""
WATCH_READY = """selector => new MutationObserver((_, observer) => {
  const control = document.querySelector(selector)
  if (!control || control.disabled) return
  observer.disconnect()
  window.readyAt = performance.now()
}).observe(document, {childList: true, subtree: true, attributeFilter: ["disabled"]})"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(Service(data=tmp_path_factory.mktemp("speed") / "data")) as service:
        yield service


async def milliseconds(chromium: Browser, address: str, ready: str = "") -> float:
    """Return after how many milliseconds a page is painted first, or a control of it can be used."""
    context = await chromium.new_context()
    page = await context.new_page()
    if ready:
        await page.add_init_script(f"({WATCH_READY})({ready!r})")
    await page.goto(address)
    if ready:
        took = await (await page.wait_for_function("() => window.readyAt")).json_value()
    else:
        took = await page.evaluate(PAINTED)
    await context.close()
    return float(took)


async def medians(chromium: Browser, origin: str, rounds: int) -> dict[tuple[str, str], float]:
    """Return the median of each page's paint and of each control, after as many rounds; all take turns."""
    waits = [(address, "") for address in (BARE, *FIRST_PAINTS)] + list(CONTROLS.items())
    times: dict[tuple[str, str], list[float]] = {wait: [] for wait in waits}
    for _ in range(rounds):
        for address, control in waits:
            times[address, control].append(await milliseconds(chromium, origin + address, control))
    return {wait: median(taken) for wait, taken in times.items()}


async def test_the_page_is_there_nearly_as_soon_as_a_bare_one(
    chromium: Browser, service: Service, tell_figure: Tell
) -> None:
    origin = service.url.removesuffix("/api/v1")
    await medians(chromium, origin, WARM_UP)
    told = []
    for _ in range(RUNS):
        taken = await medians(chromium, origin, ROUNDS)
        bare = taken.pop((BARE, ""))
        slowest = {wait: SLOWEST_CONTROL[wait[0]] if wait[1] else SLOWEST_PAINT for wait in taken}
        told.append(", ".join(f"{' '.join(wait)} {ms / bare:.2f}" for wait, ms in taken.items()))
        if all(taken[wait] <= slowest[wait] * bare for wait in taken):
            return tell_figure(f"times the first paint of {BARE} ({bare:.0f} ms): {told[-1]}")
    pytest.fail("; ".join(told))
