"""The slowest one of a hundred listings while many users log in at once."""

import statistics
from urllib.parse import urlencode

from bench.listing import list_load, listing_api
from bench.load import Load
from bench.rig import WARM_UP_SECONDS, Rig, head
from bench.table import Line

LOGIN_CONNECTIONS = 16
BAR = 3.0


def measure_logins(rig: Rig) -> list[Line]:
    """Measure the p99 of listing in milliseconds, with and without logins at the same time."""
    form = rig.cluster.folder / "login.form"
    form.write_text(urlencode({"email": "visitor@example.org", "password": "correct horse"}))
    logins: list[float] = []
    with listing_api(rig, "visitor") as (api, token):
        login = head(
            "POST",
            "/api/v1/auth",
            Content_Type="application/x-www-form-urlencoded",
            Content_Length=form.stat().st_size,
        )

        def usual() -> float:
            return 1000 * list_load(api.port, token, rig.seconds).run().only(200).p99

        def with_logins() -> float:
            running = Load(
                port=api.port,
                heads=[login],
                body=str(form),
                seconds=rig.seconds + 2 * WARM_UP_SECONDS,
                connections=LOGIN_CONNECTIONS,
            ).start()
            p99 = usual()
            logins.append(running.wait().only(200).rate)
            return p99

        usual()
        figure, floor = rig.in_turns(with_logins, usual)
    what = f"p99 of listing during {statistics.median(logins):.0f} logins/s; floor: without logins"
    return [Line(what=what, figure=figure, floor=floor, unit="ms", bar=BAR, kind="at most")]
