"""The memory that the largest upload adds to the API."""

from bench.rig import Rig
from bench.table import Line
from e2e.memory import MEGABYTE, growth
from e2e.service import running, sign_up, submit
from e2e.voices import large_voice, short_voice

MOST_ADDED = 20.0


def measure_uploading(rig: Rig) -> list[Line]:
    """Measure megabytes."""
    recording = large_voice()
    with running(rig.cluster.api()) as api, sign_up(api, "uploader") as client:
        assert api.process is not None
        submit(client, short_voice()).raise_for_status()  # what is loaded at the first upload is loaded now
        with growth(api.process.pid) as added:
            submit(client, recording).raise_for_status()
    what = f"Memory that an upload of {len(recording) / MEGABYTE:.1f} MB to MinIO adds to the API"
    return [Line(what=what, figure=added.megabytes, unit="MB", bar=MOST_ADDED, kind="at most")]
