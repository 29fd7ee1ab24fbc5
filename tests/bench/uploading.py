"""The memory that the largest upload takes in the API."""

from bench.rig import Rig
from bench.table import Line
from e2e.memory import MEGABYTE, growth
from e2e.service import running, sign_up, submit
from e2e.voices import large_voice, short_voice

MOST_ADDED = 20.0


def measure_uploading(rig: Rig) -> list[Line]:
    """Measure megabytes."""
    voice = large_voice()
    with running(rig.cluster.api()) as api, sign_up(api, "uploader") as client:
        assert api.process is not None
        submit(client, short_voice()).raise_for_status()  # whatever is loaded once is loaded now
        with growth(api.process.pid) as added:
            submit(client, voice).raise_for_status()
    what = f"Memory that an upload of {len(voice) / MEGABYTE:.1f} MB to MinIO adds to the API"
    return [Line(what=what, figure=added.megabytes, unit="MB", bar=MOST_ADDED, kind="at most")]
