"""Logging in: the slowest one of a hundred listings meanwhile, and how many logins a second there are."""

import statistics
import subprocess
import sys
from collections.abc import Sequence
from urllib.parse import urlencode

from bench.listing import list_load, listing_api
from bench.load import Load, Running
from bench.rig import WARM_UP_SECONDS, Rig, head
from bench.table import Line
from e2e.service import Service, running, sign_up

LOGIN_CONNECTIONS = 16
LISTING_BAR = 3.0
RATE_BAR = round(1 / 1.2, 3)
USERS = 64


def measure_logins(rig: Rig) -> list[Line]:
    """Measure both."""
    return [_listing_meanwhile(rig), _rate(rig)]


def _listing_meanwhile(rig: Rig) -> Line:
    """Measure the p99 of listing in milliseconds, with and without logins at the same time."""
    logins: list[float] = []
    with listing_api(rig, "visitor", V2F_THROTTLE_WRONG_PASSWORDS="0") as (api, token):
        sign_up(api, "newcomer").close()  # whose logins do not end the session of the visitor

        def usual() -> float:
            return 1000 * list_load(api.port, token, rig.seconds).run().only(200).p99

        def with_logins() -> float:
            logging_in = _log_in(api, ["newcomer"], rig.seconds + 2 * WARM_UP_SECONDS)
            p99 = usual()
            logins.append(logging_in.wait().only(200).rate)
            return p99

        usual()
        figure, floor = rig.in_turns(with_logins, usual)
    what = f"p99 of listing during {statistics.median(logins):.0f} logins/s; floor: without logins"
    return Line(what=what, figure=figure, floor=floor, unit="ms", bar=LISTING_BAR, kind="at most")


def _rate(rig: Rig) -> Line:
    """Measure logins a second of many users, with all throttles on."""
    names = [f"guest-{number}" for number in range(USERS)]
    with running(rig.cluster.api()) as api:
        for name in names:
            sign_up(api, name).close()

        def ours(seconds: float = rig.seconds) -> float:
            return _log_in(api, names, seconds).wait().only(200).rate

        def bare(seconds: float = rig.seconds) -> float:
            command = [sys.executable, "-m", "bench.bare_hash", str(seconds)]
            return float(subprocess.run(command, capture_output=True, check=True).stdout)

        ours(WARM_UP_SECONDS)
        bare(WARM_UP_SECONDS)
        figure, floor = rig.in_turns(ours, bare)
    what = f"Logins of {USERS} users; floor: bare hashes"
    return Line(what=what, figure=figure, floor=floor, unit="/s", bar=RATE_BAR, kind="at least")


def _log_in(api: Service, names: Sequence[str], seconds: float) -> Running:
    """Let users log in, one after the other on each connection."""
    forms = [urlencode({"email": f"{name}@example.org", "password": "correct horse"}) for name in names]
    logins = [
        head(
            "POST",
            "/api/v1/auth",
            Content_Type="application/x-www-form-urlencoded",
            Content_Length=len(form),
        )
        + form
        for form in forms
    ]
    return Load(port=api.port, heads=logins, seconds=seconds, connections=LOGIN_CONNECTIONS).start()
