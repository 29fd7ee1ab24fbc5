"""How the Kubernetes manifests start, ask, limit and stop the processes of the service."""

import re
from collections.abc import Iterator
from pathlib import Path

import kubernetes_validate
import pytest
from litestar.handlers import HTTPRouteHandler
from taskiq.cli.worker.args import WorkerArgs

import entrypoints.worker
from deploy.kustomization import Document, containers_of, pod_specs
from deploy.manifests import (
    EXAMPLE,
    RENDERED,
    environment_of,
    found,
    own_containers,
    pod_of,
    port_number,
    settings_of,
)
from entrypoints.commands.cli import main
from entrypoints.composition.runtime import STOP_SECONDS
from entrypoints.http.controllers.health import HealthController
from entrypoints.http.server import CANCEL_SECONDS

SLACK_SECONDS = 15

both = pytest.mark.parametrize("documents", RENDERED.values(), ids=RENDERED.keys())


@both
def test_each_process_can_read_its_settings(documents: list[Document]) -> None:
    assert len(own_containers(documents)) == 4
    for container in own_containers(documents):
        settings = settings_of(container, documents)
        assert settings.amqp.url, "jobs would run in the API"
        assert not settings.database.is_embedded
        assert settings.s3.endpoint
        assert settings.server.trusted_proxies, "all clients would seem to be one"


@both
def test_the_data_folder_is_one_that_the_service_may_close_to_others(documents: list[Document]) -> None:
    for container in own_containers(documents):
        mounts = {Path(mount["mountPath"]) for mount in container["volumeMounts"]}
        data = Path(environment_of(container, documents)["V2F_DATA"])
        assert data.parent in mounts, "no volume is there to write to"
        assert data not in mounts, "the root of a volume belongs to Kubernetes"


@both
def test_every_container_may_do_as_little_as_possible(documents: list[Document]) -> None:
    for pod in pod_specs(documents):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] > 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not any(key.startswith("host") for key in pod)
        assert not any("hostPath" in volume for volume in pod["volumes"])
        for container in containers_of(pod):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
            assert "memory" in container["resources"]["limits"]
            assert "/tmp" in {mount["mountPath"] for mount in container["volumeMounts"]}
    labels = found("Namespace", "voice2face", documents)["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_probes_of_the_api_ask_what_it_answers() -> None:
    handlers = [one for one in vars(HealthController).values() if isinstance(one, HTTPRouteHandler)]
    answered = {HealthController.path + path for handler in handlers for path in handler.paths}
    (api,) = pod_of("api")["spec"]["containers"]
    asked = {name: api[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert {probe["path"] for probe in asked.values()} == answered
    assert asked["readinessProbe"]["path"] == "/health/ready"
    assert asked["livenessProbe"]["path"] == asked["startupProbe"]["path"] == "/health/live"
    for probe in asked.values():
        assert port_number(pod_of("api"), probe["port"]) == settings_of(api, EXAMPLE).server.port


def test_every_command_is_one_of_the_service() -> None:
    known = main.commands.keys()
    named = re.findall(r'"?voice2face"?,? "?([a-z]+)"?', " ".join(words_of(own_containers(EXAMPLE))))
    assert set(named) == {"serve", "db", "healthy", "backup"}
    assert set(named) <= known


def words_of(containers: list[Document]) -> Iterator[str]:
    for container in containers:
        yield from container["command"]
        yield from container.get("args", [])
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            yield from container.get(probe, {}).get("exec", {}).get("command", [])


def test_a_worker_takes_one_job_at_a_time() -> None:
    arguments = worker_arguments()
    module, _, factory = arguments.broker.partition(":")
    assert module == entrypoints.worker.__name__
    assert hasattr(entrypoints.worker, factory)
    assert (arguments.workers, arguments.max_async_tasks) == (1, 1)


def test_pods_are_killed_only_after_they_had_time_to_stop() -> None:
    api = pod_of("api")["spec"]
    drain = float(environment_of(api["containers"][0], EXAMPLE)["V2F_DRAIN_SECONDS"])
    assert drain >= 5, "proxies still send calls for some seconds"
    assert api["terminationGracePeriodSeconds"] >= drain + CANCEL_SECONDS + STOP_SECONDS + SLACK_SECONDS
    arguments = worker_arguments()
    assert arguments.wait_tasks_timeout
    needed = arguments.wait_tasks_timeout + arguments.shutdown_timeout + SLACK_SECONDS
    assert pod_of("worker")["spec"]["terminationGracePeriodSeconds"] >= needed


def worker_arguments() -> WorkerArgs:
    (worker,) = pod_of("worker")["spec"]["containers"]
    assert worker["command"][:2] == ["taskiq", "worker"]
    return WorkerArgs.from_cli([*worker["command"][2:], *worker["args"]])


@pytest.mark.parametrize("name", ["api", "worker"])
def test_an_update_takes_no_pod_away_before_its_successor_is_there(name: str) -> None:
    assert found("Deployment", name)["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_workers_follow_the_queue_and_keep_their_jobs() -> None:
    scaled = found("ScaledObject", "worker")["spec"]
    worker = found("Deployment", scaled["scaleTargetRef"]["name"])
    assert "replicas" not in worker["spec"], "each update would set it back"
    (trigger,) = scaled["triggers"]
    (container,) = worker["spec"]["template"]["spec"]["containers"]
    assert trigger["metadata"]["queueName"] == settings_of(container, EXAMPLE).amqp.queue
    assert trigger["metadata"]["protocol"] == "http", "else running jobs do not count"
    assert float(trigger["metadata"]["value"]) <= 1, "else fewer workers than running jobs are wanted"
    found("TriggerAuthentication", trigger["authenticationRef"]["name"])
    down = scaled["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]
    grace = worker["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert all(policy["periodSeconds"] >= grace and policy["value"] == 1 for policy in down["policies"])
    assert scaled["minReplicaCount"] >= 2, "a disruption budget of one pod would leave no worker"
    kubernetes_validate.validate(autoscaler_of(scaled), kubernetes_validate.latest_version(), strict=True)


def autoscaler_of(scaled: Document) -> Document:
    """Return the HorizontalPodAutoscaler that KEDA makes of a ScaledObject."""
    known = {
        "scaleTargetRef",
        "minReplicaCount",
        "maxReplicaCount",
        "pollingInterval",
        "fallback",
        "triggers",
        "advanced",
    }
    assert scaled.keys() <= known
    target = {"type": "AverageValue", "averageValue": scaled["triggers"][0]["metadata"]["value"]}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "keda-hpa-worker"},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", **scaled["scaleTargetRef"]},
            "minReplicas": scaled["minReplicaCount"],
            "maxReplicas": scaled["maxReplicaCount"],
            "metrics": [{"type": "External", "external": {"metric": {"name": "s0"}, "target": target}}],
            **scaled["advanced"]["horizontalPodAutoscalerConfig"],
        },
    }
