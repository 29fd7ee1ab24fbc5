"""Listing nine requests, compared with a bare handler that selects the same rows."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import Load
from bench.rig import WARM_UP_SECONDS, Rig, head, serving
from bench.table import Line
from e2e.service import Service, running, sign_up, submit
from e2e.voices import short_voice

HELD = 9
BAR = 0.6


@contextmanager
def listing_api(rig: Rig, name: str, **environment: str) -> Iterator[tuple[Service, str]]:
    """Give an API with a user who has nine requests, and the token of that user; `environment` adds variables."""
    with running(rig.cluster.api(**environment)) as api, sign_up(api, name) as client:
        for _ in range(HELD):
            submit(client, short_voice()).raise_for_status()
        yield api, client.headers["Token"]


def list_load(port: int, token: str, seconds: float) -> Load:
    """Return a load of calls that list the requests."""
    return Load(port=port, heads=[head("GET", "/api/v1/mz-request", Token=token)], seconds=seconds)


def measure_listing(rig: Rig) -> list[Line]:
    """Measure responses a second."""
    command = [sys.executable, "-m", "bench.floor", rig.cluster.database.url, "lister@example.org"]
    log = Path(rig.cluster.folder / "floor.log")
    with listing_api(rig, "lister") as (api, token), serving(command, {}, log) as floor_port:

        def ours(seconds: float = rig.seconds) -> float:
            return list_load(api.port, token, seconds).run().only(200).rate

        def bare(seconds: float = rig.seconds) -> float:
            return Load(port=floor_port, heads=[head("GET", "/")], seconds=seconds).run().only(200).rate

        ours(WARM_UP_SECONDS)
        bare(WARM_UP_SECONDS)
        figure, floor = rig.in_turns(ours, bare)
    what = f"Listing {HELD} requests; floor: a bare Litestar handler with one select of the same rows"
    return [Line(what=what, figure=figure, floor=floor, unit="/s", bar=BAR, kind="at least")]
