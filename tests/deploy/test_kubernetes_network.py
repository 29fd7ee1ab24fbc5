"""The network policies let pods connect where they need to, and nowhere else."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest

from deploy.kustomization import Document
from deploy.manifests import (
    EXAMPLE,
    RENDERED,
    found,
    matches,
    own_containers,
    pod_of,
    port_number,
    settings_of,
)

CONNECTIONS = {
    ("api", "mysql", 3306),
    ("api", "rabbitmq", 5672),
    ("api", "minio", 9000),
    ("worker", "mysql", 3306),
    ("worker", "rabbitmq", 5672),
    ("worker", "minio", 9000),
    ("migrate", "mysql", 3306),
    ("backup", "mysql", 3306),
    ("backup", "minio", 9000),
}
PODS = ("api", "worker", "migrate", "backup", "mysql", "rabbitmq", "minio")
PORTS = (("api", 8000), ("mysql", 3306), ("rabbitmq", 5672), ("rabbitmq", 15672), ("minio", 9000))


def test_nothing_may_connect_that_no_policy_names() -> None:
    policy = found("NetworkPolicy", "nothing-else")["spec"]
    assert policy == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_pods_may_connect_where_they_need_to_and_nowhere_else() -> None:
    pairs = {(source, target, port) for source in PODS for target, port in PORTS}
    let_in = {
        (source, target, port)
        for source, target, port in pairs
        if is_let_in(target, port, of=pod_of(source)["metadata"]["labels"])
    }
    assert let_in == CONNECTIONS
    assert {(source, target, port) for source, target, port in let_in if is_let_out(source, port)} == let_in
    assert not is_let_out("migrate", 5672)
    assert all(is_let_out(pod, 53) for pod in PODS)


@pytest.mark.parametrize(
    ("namespace", "expected"),
    [
        ("nginx-ingress", {("api", 8000), ("minio", 9000)}),
        ("keda", {("rabbitmq", 15672)}),
        ("another", set()),
    ],
)
def test_other_namespaces_reach_what_is_for_them(namespace: str, expected: set[tuple[str, int]]) -> None:
    assert {
        (pod, port) for pod, port in PORTS if is_let_in(pod, port, of={}, namespace=namespace)
    } == expected


@pytest.mark.parametrize("pod", ["api", "worker"])
def test_the_servers_of_the_settings_can_be_reached(pod: str) -> None:
    for documents in RENDERED.values():
        settings = settings_of(own_containers(documents)[0], documents)
        endpoint = urlsplit(settings.s3.endpoint)
        assert is_let_out(pod, endpoint.port or {"https": 443, "http": 80}[endpoint.scheme])
        assert is_let_out(pod, settings.mail.port)
        if endpoint.hostname and "." not in endpoint.hostname:
            assert found("Service", endpoint.hostname, documents)


def policies(direction: str, pod: str) -> list[Document]:
    """Return the rules of all policies of one direction that hold for the pods of a component."""
    labels = pod_of(pod)["metadata"]["labels"]
    held = [d["spec"] for d in EXAMPLE if d["kind"] == "NetworkPolicy"]
    chosen = [p for p in held if direction in p["policyTypes"] and matches(p["podSelector"], labels)]
    assert chosen, f"all may connect, {direction} of {pod}"
    return [rule for policy in chosen for rule in policy.get(direction.lower(), [])]


def is_let_out(pod: str, port: int) -> bool:
    return any(port in {one["port"] for one in rule["ports"]} for rule in policies("Egress", pod))


def is_let_in(pod: str, port: int, *, of: Mapping[str, str], namespace: str = "") -> bool:
    """Tell whether pods with these labels, or of another namespace, may connect to a port of a component's pods."""
    for rule in policies("Ingress", pod):
        for peer in rule["from"]:
            inside = not namespace and "podSelector" in peer and matches(peer["podSelector"], of)
            names = {"kubernetes.io/metadata.name": namespace}
            outside = (
                bool(namespace) and "namespaceSelector" in peer and matches(peer["namespaceSelector"], names)
            )
            if (inside or outside) and port in {
                port_number(pod_of(pod), one["port"]) for one in rule["ports"]
            }:
                return True
    return False
