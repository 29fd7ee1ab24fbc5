"""Runs the chaos test; exit code 0 when nothing was lost, 1 when something was, or when too little happened."""

import argparse
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from chaos.findings import collect_findings, mismatches
from chaos.outages import (
    RepeatedOutage,
    Times,
    api_is_killed,
    child_is_killed,
    server_is_stopped,
    worker_is_killed,
)
from chaos.report import Summary, print_line, report
from chaos.users import Plan, Users
from e2e.cluster import Cluster, Row
from e2e.service import Service
from e2e.worker import Worker
from real_servers import MySqlServer, RabbitMqServer, RealServer, Run, S3Server

WORKERS = 3
FACES = {"FAST_FACE_SECONDS": "1"}
SWEEPING = {"V2F_JOB_SWEEP_SECONDS": "10", "V2F_JOB_ORPHAN_SECONDS": "60"}
SWEEPING_AT_THE_END = {"V2F_JOB_SWEEP_SECONDS": "2", "V2F_JOB_ORPHAN_SECONDS": "1"}
ORPHANS = ("voices/orphan.wav", "faces/orphan/1/voice.png")
"""Stored at the end: when both are removed, a sweep has removed every orphan that is older than a second."""
SETTLING_SECONDS = 120
SWEEP_SECONDS = 60


def main() -> int:
    """Cause outages while users send recordings, wait until all generations have ended, and look for losses."""
    plan = read_plan()
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="voice2face-chaos-"))
    print_line(f"seed {plan.seed}; {plan.users} users, {plan.requests} requests; logs in {folder}")
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
        users = Users(api.url, plan)
        users.sign_up()
        outages = outages_of(api, workers, [mysql, rabbitmq, s3])
        began = time.monotonic()
        cause_outages(outages, users, plan.seed)
        seconds = time.monotonic() - began
        print_line(f"{len(users.accepted)} requests accepted, outages over after {seconds:.0f} s; settling")
        settled_after = settle(cluster, api, workers)
        findings = collect_findings(cluster, users, api)
    summary = Summary(users=users, outages=outages, settled_after=settled_after, findings=findings)
    return report(summary, plan, time.monotonic() - started)


def read_plan() -> Plan:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    parser.add_argument("--requests", type=int, default=200, help="how many must be accepted")
    parser.add_argument("--users", type=int, default=30, help="how many send them; each may hold ten")
    parser.add_argument("--seconds", type=int, default=180, help="about how long it takes to send them")
    options = parser.parse_args()
    return Plan(users=options.users, requests=options.requests, seconds=options.seconds, seed=options.seed)


def outages_of(api: Service, workers: list[Worker], servers: list[RealServer]) -> list[RepeatedOutage]:
    """Return the outages of all processes and servers."""
    first, *others = workers
    return [
        *(
            RepeatedOutage(worker.log.stem, worker_is_killed(worker), Times(8, 30), Times(0, 3))
            for worker in others
        ),
        RepeatedOutage(first.log.stem, child_is_killed(first), Times(5, 20), Times(0, 0)),
        RepeatedOutage("API", api_is_killed(api), Times(10, 30), Times(0, 2)),
        *(
            RepeatedOutage(server.name, server_is_stopped(server), Times(20, 50), Times(1, 8))
            for server in servers
        ),
    ]


def cause_outages(outages: list[RepeatedOutage], users: Users, seed: int) -> None:
    """Cause the outages until the users have sent their recordings."""
    for number, outage in enumerate(outages):
        outage.begin(random.Random(f"{seed}-{number}"), print_line)
    try:
        users.send_all(may_continue=lambda: all(outage.error is None for outage in outages))
    finally:
        for outage in outages:
            outage.end()
    if errors := [outage.error for outage in outages if outage.error is not None]:
        raise ExceptionGroup("not everything could be stopped and started again", errors)


def settle(cluster: Cluster, api: Service, workers: list[Worker]) -> float:
    """Wait until all generations have ended and the orphans are swept; return how long the generations took.

    It also returns after a time limit; the findings then show what is wrong.
    """
    for worker in workers:
        if not worker.is_running:
            worker.start()
    started = time.monotonic()
    while open_generations(cluster) and time.monotonic() < started + SETTLING_SECONDS:
        time.sleep(0.2)
    seconds = time.monotonic() - started
    api.kill()
    api.environment |= SWEEPING_AT_THE_END
    for orphan in ORPHANS:
        cluster.put_orphan(orphan)
    api.start()
    deadline = time.monotonic() + SWEEP_SECONDS
    while mismatches(cluster) and time.monotonic() < deadline:
        time.sleep(0.2)
    return seconds


def open_generations(cluster: Cluster) -> tuple[Row, ...]:
    """Return the generations that have not ended."""
    return cluster.query("id", "generations", "WHERE state IN ('queued', 'running')")


def end(api: Service, workers: list[Worker]) -> None:
    """Kill all processes that still run."""
    if api.process is not None and api.process.poll() is None:
        api.kill()
    for worker in workers:
        if worker.is_running:
            worker.kill()


if __name__ == "__main__":
    sys.exit(main())
