"""Runs it; exit code 0 when nothing was lost, 1 when something was, or when too little happened to tell."""

import argparse
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from chaos.crowd import Crowd
from chaos.harm import Harm, api_is_killed, child_is_killed, server_is_stopped, worker_is_killed
from chaos.tally import Tally, disagreements, take_tally
from e2e.cluster import Cluster, Row
from e2e.service import Service
from e2e.worker import Worker
from real_servers import MySqlServer, RabbitMqServer, Run, S3Server

WORKERS = 3
FACES = {"FAST_FACE_SECONDS": "1"}
SWEEPING = {"V2F_JOB_SWEEP_SECONDS": "10", "V2F_JOB_ORPHAN_SECONDS": "60"}
SWEEPING_AT_THE_END = {"V2F_JOB_SWEEP_SECONDS": "2", "V2F_JOB_ORPHAN_SECONDS": "1"}
ORPHANS = ("voices/nobody.wav", "faces/nobody/1/voice.png")
"""Put there by us at the end: once both are gone, a sweep has been that spared nothing older than a second."""
SETTLING_SECONDS = 120
SWEEP_SECONDS = 60
MOST_SECONDS = 600
"""How long all of it may take, servers and processes included."""


def main() -> int:
    """Cause chaos, calm down, count."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    parser.add_argument("--requests", type=int, default=200, help="how many are to be accepted")
    parser.add_argument("--people", type=int, default=30, help="how many send them; each may hold ten")
    parser.add_argument("--seconds", type=int, default=180, help="over how long they are sent, about")
    options = parser.parse_args()
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="voice2face-chaos-"))
    tell(f"seed {options.seed}; {options.people} people, {options.requests} requests; logs in {folder}")
    with Run.open() as run, ExitStack() as processes:
        mysql, rabbitmq, s3 = run.launch(MySqlServer), run.launch(RabbitMqServer), run.launch(S3Server)
        cluster = Cluster.prepare(
            folder, mysql, mysql.create_database(), rabbitmq, rabbitmq.create_vhost(), s3.create_bucket()
        )
        api = cluster.api(**SWEEPING)
        workers = [cluster.worker(f"worker-{number}", **FACES, **SWEEPING) for number in range(WORKERS)]
        processes.callback(end, api, workers)
        api.start()
        for worker in workers:
            worker.start()
        crowd = Crowd(api.url, options.people, options.requests, options.seconds, options.seed)
        crowd.sign_up()
        harms = [
            *(Harm(worker.log.stem, worker_is_killed(worker), (8, 30), (0, 3)) for worker in workers[1:]),
            Harm(workers[0].log.stem, child_is_killed(workers[0]), (5, 20), (0, 0)),
            Harm("API", api_is_killed(api), (10, 30), (0, 2)),
            *(
                Harm(server.name, server_is_stopped(server), (20, 50), (1, 8))
                for server in (mysql, rabbitmq, s3)
            ),
        ]
        began = time.monotonic()
        for number, harm in enumerate(harms):
            harm.begin(random.Random(f"{options.seed}-{number}"), tell)
        try:
            crowd.send_all(go_on=lambda: all(harm.error is None for harm in harms))
        finally:
            for harm in harms:
                harm.end()
        if errors := [harm.error for harm in harms if harm.error is not None]:
            raise ExceptionGroup("not everything could be harmed and mended", errors)
        tell(f"{len(crowd.accepted)} accepted, chaos over after {time.monotonic() - began:.0f} s; settling")
        settled_after = settle(cluster, api, workers)
        tally = take_tally(cluster, crowd, api)
    seconds = time.monotonic() - started
    report(tally, crowd, harms, settled_after, seconds)
    missing = shortcomings(crowd, harms, options.requests, seconds)
    tell("LOST: " + "; ".join(tally.faults) if tally.faults else "Nothing was lost.")
    if missing:
        tell("TOO LITTLE TO TELL: " + "; ".join(missing))
    return 1 if tally.faults or missing else 0


def settle(cluster: Cluster, api: Service, workers: list[Worker]) -> float:
    """Wait until all rows have ended and the sweep has been, and return how long the rows took.

    What never comes true is left to the tally to tell.
    """
    for worker in workers:
        if not worker.is_running:
            worker.start()
    started = time.monotonic()
    while open_rows(cluster) and time.monotonic() < started + SETTLING_SECONDS:
        time.sleep(0.2)
    seconds = time.monotonic() - started
    api.kill()
    api.environment |= SWEEPING_AT_THE_END
    for orphan in ORPHANS:
        cluster.put_orphan(orphan)
    api.start()
    swept_by = time.monotonic() + SWEEP_SECONDS
    while disagreements(cluster) and time.monotonic() < swept_by:
        time.sleep(0.2)
    return seconds


def open_rows(cluster: Cluster) -> tuple[Row, ...]:
    """Return the generations that have not ended."""
    return cluster.query("id", "generations", "WHERE state IN ('queued', 'running')")


def end(api: Service, workers: list[Worker]) -> None:
    """Leave no process behind."""
    if api.process is not None and api.process.poll() is None:
        api.kill()
    for worker in workers:
        if worker.is_running:
            worker.kill()


def shortcomings(crowd: Crowd, harms: list[Harm], wanted: int, seconds: float) -> list[str]:
    """Return why this run shows less than it is meant to, even if nothing was lost."""
    found = [f"{harm.name} was never harmed" for harm in harms if not harm.times]
    if len(crowd.accepted) < wanted:
        found.append(f"{len(crowd.accepted)} of {wanted} requests were accepted")
    if seconds > MOST_SECONDS:
        found.append(f"it took {seconds:.0f} s, more than {MOST_SECONDS}")
    return found


def report(tally: Tally, crowd: Crowd, harms: list[Harm], settled_after: float, seconds: float) -> None:
    """Print what was done, what was answered, and what is there in the end."""
    lines: list[tuple[str, object]] = [
        *((f"{harm.name}: {harm.what}", f"{harm.times} times") for harm in harms),
        *((f"submits answered {answer}", number) for answer, number in sorted(crowd.answers.items())),
        ("accepted", len(crowd.accepted)),
        ("all rows ended after the chaos within", f"{settled_after:.1f} s"),
        *tally.lines(),
        ("all of it took", f"{seconds:.0f} s"),
    ]
    width = max(len(name) for name, _ in lines)
    for name, value in lines:
        tell(f"  {name:<{width}}  {value}")


def tell(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
