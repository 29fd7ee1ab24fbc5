"""What Prometheus reads, and the alerts that it raises."""

import json
import re
import subprocess
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from stack.running import Stack, wait_until

ALERTS = Path(__file__).with_name("alerts_test.yml")
THRESHOLD = re.compile(r" (==|<|>) [\d.]+$")
"""With which each part of an alert's expression ends."""


def test_prometheus_reaches_all_that_it_is_to_read(stack: Stack) -> None:
    stack.inside("prometheus", "promtool", "check", "config", "/monitoring/prometheus.yml")
    jobs = {"prometheus", "alertmanager", "node", "rabbitmq"}

    def health() -> dict[str, str]:
        return {each["labels"]["job"]: each["health"] for each in asked(stack, "targets")["activeTargets"]}

    wait_until(lambda: health() == dict.fromkeys(jobs, "up"), 90, "all targets answer")


def test_each_alert_is_raised_when_it_is_to_be_and_not_before(stack: Stack) -> None:
    tests = ALERTS.read_text()
    there = ["-i", "-e", "TMPDIR=/dev/shm", stack.one("prometheus").id]  # where its container may write
    done = subprocess.run(
        ["docker", "exec", *there, "promtool", "test", "rules", "/dev/stdin"],
        input=tests,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    raised = {
        case["alertname"]
        for test in yaml.safe_load(tests)["tests"]
        for case in test["alert_rule_test"]
        if case["exp_alerts"]
    }
    assert raised == alerts(stack).keys()


def test_each_alert_compares_what_there_is(stack: Stack) -> None:
    """An expression without any series would never raise its alert, and nobody would see that it cannot."""
    parts = [(name, part) for name, expression in alerts(stack).items() for part in expression.split(" and ")]
    for name, part in parts:
        compared = THRESHOLD.sub("", part)
        assert compared != part
        query = f"query?query={quote(compared)}"
        wait_until(partial(has_result, stack, query), 90, f"{name} has something to compare")


def alerts(stack: Stack) -> dict[str, str]:
    """Return the expression of each alert that Prometheus has loaded."""
    groups = asked(stack, "rules")["groups"]
    return {rule["name"]: rule["query"] for group in groups for rule in group["rules"]}


def has_result(stack: Stack, query: str) -> bool:
    """Tell whether a query has a result."""
    return bool(asked(stack, query)["result"])


def asked(stack: Stack, path: str) -> dict[str, list[dict[str, Any]]]:
    """Return what Prometheus answers to a call."""
    address = f"http://127.0.0.1:9090/api/v1/{path}"
    data: dict[str, list[dict[str, Any]]] = json.loads(
        stack.inside("prometheus", "wget", "-q", "-O", "-", address)
    )["data"]
    return data
