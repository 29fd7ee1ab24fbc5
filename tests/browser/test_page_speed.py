"""How soon the page is there, beside a bare page of the same server: ratios of medians, in turns, in one run.

Each time is taken by the browser, from the beginning of the navigation, in a new context whose cache is empty.
"""

from collections.abc import Iterator
from statistics import median

import pytest
from playwright.async_api import Browser

from e2e.service import Service, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

BARE = "/robots.txt"
"""A page of the same server that is one file with a few lines of text."""
FIRST_PAINTS = ("/",)
READY: dict[str, str] = {"/account/reset": "form button"}
"""By address: the control that a reader waits for, when it can be used."""
ROUNDS = 15
SLOWEST = 2.0
"""Times the bare page."""

PAINTED = """() => new Promise(resolve => new PerformanceObserver((entries, observer) => {
  const first = entries.getEntriesByName("first-paint")[0]
  if (first) { observer.disconnect(); resolve(first.startTime) }
}).observe({type: "paint", buffered: true}))"""
WATCH_READY = """selector => {
  const look = () => {
    const control = document.querySelector(selector)
    if (!control || control.disabled) return requestAnimationFrame(look)
    window.readyAt ??= performance.now()
  }
  look()
}"""


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


async def test_the_page_is_there_as_soon_as_a_bare_one_or_nearly(chromium: Browser, service: Service) -> None:
    origin = service.url.removesuffix("/api/v1")
    watched = {BARE: "", **dict.fromkeys(FIRST_PAINTS, ""), **READY}
    times: dict[str, list[float]] = {address: [] for address in watched}
    for number in range(-2, ROUNDS):
        for address, ready in watched.items():
            took = await milliseconds(chromium, origin + address, ready)
            if number >= 0:  # the first rounds warm the server up
                times[address].append(took)
    medians = {address: median(taken) for address, taken in times.items()}
    told = ", ".join(f"{address} {took:.0f} ms" for address, took in medians.items())
    assert max(medians.values()) <= SLOWEST * medians[BARE], told
