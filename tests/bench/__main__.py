"""Starts the servers and the service, measures, and prints a table."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.claiming import measure_claiming
from bench.drawing import measure_drawing
from bench.listing import measure_listing
from bench.logins import measure_logins
from bench.rig import Rig, run_on_uvloop
from bench.submitting import measure_submitting
from bench.table import Line, print_table
from bench.uploading import measure_uploading
from e2e.cluster import Cluster
from real_servers import MySqlServer, RabbitMqServer, Run, S3Server

Measure = Callable[[Rig], list[Line]]
MEASURES: dict[str, Measure] = {
    # The first, because the other measurements leave jobs that the worker would claim here.
    "claiming": lambda rig: run_on_uvloop(measure_claiming(rig)),
    "listing": measure_listing,
    "submitting": measure_submitting,
    "logins": measure_logins,
    "uploading": measure_uploading,
    "drawing": measure_drawing,
}


def main() -> int:
    """Measure what the command line names; exit code 1 when a figure misses its bar."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "what", nargs="*", choices=[[], *MEASURES], help="what to measure; all when nothing is named"
    )
    parser.add_argument("--seconds", type=float, default=4, help="how long each measurement lasts")
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often a figure and its floor are measured in turns"
    )
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="voice2face-bench-"))
    lines: list[Line] = []
    with Run.open() as run:
        mysql, rabbitmq, s3 = run.launch(MySqlServer), run.launch(RabbitMqServer), run.launch(S3Server)
        cluster = Cluster.prepare(
            folder, mysql, mysql.create_database(), rabbitmq, rabbitmq.create_vhost(), s3.create_bucket()
        )
        rig = Rig(cluster, options.seconds, options.rounds)
        for name, measure in MEASURES.items():
            if not options.what or name in options.what:
                sys.stderr.write(f"Measuring: {name} …\n")
                lines += measure(rig)
    print_table(lines)
    return 0 if all(line.holds for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
