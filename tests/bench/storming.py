"""The slowest of a hundred lists, while others log in as fast as they can."""

import statistics
from urllib.parse import urlencode

from bench.listing import list_load, listing_api
from bench.load import Load
from bench.rig import WARM_UP_SECONDS, Rig, head
from bench.table import Line

STORM_CONNECTIONS = 16
BAR = 3.0


def measure_storm(rig: Rig) -> list[Line]:
    """Measure the p99 of listing in milliseconds, with and without the storm."""
    form = rig.cluster.folder / "login.form"
    form.write_text(urlencode({"email": "stormer@example.org", "password": "correct horse"}))
    logins: list[float] = []
    with listing_api(rig, "stormer") as (api, token):
        login = head(
            "POST",
            "/api/v1/auth",
            Content_Type="application/x-www-form-urlencoded",
            Content_Length=form.stat().st_size,
        )

        def usual() -> float:
            return 1000 * list_load(api.port, token, rig.seconds).run().only(200).p99

        def stormy() -> float:
            storm = Load(
                port=api.port,
                heads=[login],
                body=str(form),
                seconds=rig.seconds + 2 * WARM_UP_SECONDS,
                connections=STORM_CONNECTIONS,
            ).start()
            p99 = usual()
            logins.append(storm.wait().only(200).rate)
            return p99

        usual()
        figure, floor = rig.in_turns(stormy, usual)
    what = f"p99 of listing in a storm of {statistics.median(logins):.0f} logins/s, beside its usual"
    return [Line(what=what, figure=figure, floor=floor, unit="ms", bar=BAR, kind="at most")]
