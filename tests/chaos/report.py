"""Prints what happened in a run of the chaos test."""

import sys
from dataclasses import dataclass

from chaos.findings import Findings
from chaos.outages import RepeatedOutage
from chaos.users import Plan, Users

MOST_SECONDS = 600
"""How long the whole run may take, with the start of servers and processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What happened in a run."""

    users: Users
    outages: list[RepeatedOutage]
    settled_after: float
    """Seconds from the last outage until all generations had ended."""
    findings: Findings


def report(summary: Summary, plan: Plan, seconds: float) -> int:
    """Print what happened, and return the exit code."""
    users, findings = summary.users, summary.findings
    lines: list[tuple[str, object]] = [
        *((f"{outage.name}: {outage.what}", f"{outage.count} times") for outage in summary.outages),
        *((f"responses to submitting: {name}", count) for name, count in sorted(users.responses.items())),
        ("accepted requests", len(users.accepted)),
        ("all generations ended after the last outage within", f"{summary.settled_after:.1f} s"),
        *findings.lines(),
        ("the whole run took", f"{seconds:.0f} s"),
    ]
    width = max(len(name) for name, _ in lines)
    for name, value in lines:
        print_line(f"  {name:<{width}}  {value}")
    print_line("LOST: " + "; ".join(findings.errors) if findings.errors else "Nothing was lost.")
    missing = shortcomings(summary, plan, seconds)
    if missing:
        print_line("TOO LITTLE HAPPENED: " + "; ".join(missing))
    return 1 if findings.errors or missing else 0


def shortcomings(summary: Summary, plan: Plan, seconds: float) -> list[str]:
    """Return why this run does not show enough, even if nothing was lost."""
    found = [f"{outage.name} had no outage" for outage in summary.outages if not outage.count]
    accepted = len(summary.users.accepted)
    if accepted < plan.requests:
        found.append(f"{accepted} of {plan.requests} requests were accepted")
    if seconds > MOST_SECONDS:
        found.append(f"it took {seconds:.0f} s, more than {MOST_SECONDS}")
    return found


def print_line(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
