"""The Kubernetes manifests are valid, and name nothing that is not there."""

import base64
import binascii
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import kubernetes_validate
import pytest
import yaml

from deploy.kustomization import Document, containers_of, pod_specs, pod_templates
from deploy.manifests import (
    COMPONENT,
    EXAMPLE,
    EXAMPLE_SECRETS,
    FOLDER,
    RENDERED,
    REPOSITORY,
    found,
    matches,
    own_containers,
    pod_of,
    port_number,
    settings_of,
)

README = (FOLDER / "README.md").read_text()
OLDEST = re.findall(r"Kubernetes ([\d.]+) or newer", README)[0]
NEWEST = kubernetes_validate.latest_version()
OF_KEDA = {"ScaledObject", "TriggerAuthentication"}
"""Kinds that Kubernetes learns from KEDA."""

both = pytest.mark.parametrize("documents", RENDERED.values(), ids=RENDERED.keys())


@both
@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_each_manifest_is_valid_in_kubernetes(version: str, documents: list[Document]) -> None:
    for document in documents:
        if document["kind"] not in OF_KEDA:
            kubernetes_validate.validate(document, version, strict=True)


def test_kustomize_makes_of_the_folders_what_these_tests_read() -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("there is no kubectl")
    told = subprocess.run(
        [kubectl, "version", "--client", "--output", "json"], capture_output=True, check=True
    )
    version = json.loads(told.stdout).get("kustomizeVersion", "v0")
    if int(re.findall(r"\d+", version)[0]) < 5:
        pytest.skip(f"this kubectl has kustomize {version}")
    for name, folder in (("base", "base"), ("example", "overlays/example")):
        made = subprocess.run([kubectl, "kustomize", FOLDER / folder], capture_output=True, check=True)
        text = re.sub(r"\bsettings-[a-z0-9]{10}\b", "settings", made.stdout.decode())
        assert in_order(list(yaml.safe_load_all(text))) == in_order(RENDERED[name])


def in_order(documents: list[Document]) -> list[Document]:
    return sorted(documents, key=lambda one: (one["kind"], one["metadata"]["name"]))


@both
def test_no_name_is_given_twice(documents: list[Document]) -> None:
    names = [(document["kind"], document["metadata"]["name"]) for document in documents]
    assert len(names) == len(set(names))
    assert {d["metadata"].get("namespace") for d in documents if d["kind"] != "Namespace"} == {"voice2face"}


@both
def test_whatever_selects_pods_finds_them(documents: list[Document]) -> None:
    pods = list(pod_templates(documents))
    for document in documents:
        kind, spec = document["kind"], document.get("spec", {})
        if kind in {"Deployment", "StatefulSet"}:
            assert matches(spec["selector"], spec["template"]["metadata"]["labels"])
            for spread in spec["template"]["spec"].get("topologySpreadConstraints", []):
                assert matches(spread["labelSelector"], spec["template"]["metadata"]["labels"])
        if kind == "PodDisruptionBudget":
            (budgeted,) = (
                d
                for d in documents
                if d["kind"] == "Deployment" and d["spec"]["selector"] == spec["selector"]
            )
            assert budgeted["spec"].get("replicas", 2) >= 2, "a budget for one pod lets no node be emptied"
        if kind == "Service":
            (served,) = (
                pod for pod in pods if matches({"matchLabels": spec["selector"]}, pod["metadata"]["labels"])
            )
            for port in spec["ports"]:
                port_number(served, port["targetPort"])


def test_api_and_workers_have_a_disruption_budget() -> None:
    budgets = {d["metadata"]["name"] for d in EXAMPLE if d["kind"] == "PodDisruptionBudget"}
    assert budgets == {"api", "worker"}


@both
def test_every_volume_that_is_mounted_is_there(documents: list[Document]) -> None:
    claims = {d["metadata"]["name"] for d in documents if d["kind"] == "PersistentVolumeClaim"}
    for document in documents:
        templates = document.get("spec", {}).get("volumeClaimTemplates", [])
        for pod in pod_specs([document]):
            there = {one["name"] for one in pod["volumes"]} | {one["metadata"]["name"] for one in templates}
            for container in containers_of(pod):
                assert {mount["name"] for mount in container["volumeMounts"]} <= there
            wanted = [
                one["persistentVolumeClaim"]["claimName"]
                for one in pod["volumes"]
                if "persistentVolumeClaim" in one
            ]
            assert set(wanted) <= claims


@both
def test_each_secret_that_is_used_is_in_the_example_and_no_other(documents: list[Document]) -> None:
    used: set[tuple[str, str]] = set()
    for pod in pod_specs(documents):
        secret_of = {
            volume["name"]: volume["secret"]["secretName"] for volume in pod["volumes"] if "secret" in volume
        }
        for container in containers_of(pod):
            mounted = {
                mount["mountPath"]: secret_of[mount["name"]]
                for mount in container["volumeMounts"]
                if mount["name"] in secret_of
            }
            for source in container.get("envFrom", []):
                settings = found("ConfigMap", source["configMapRef"]["name"], documents)["data"]
                files = [Path(path) for name, path in settings.items() if name.endswith("_FILE")]
                used |= {(mounted[str(file.parent)], file.name) for file in files}
            files = [Path(v["value"]) for v in container.get("env", []) if v["name"].endswith("_FILE")]
            used |= {(mounted[str(file.parent)], file.name) for file in files}
            references = [
                v["valueFrom"]["secretKeyRef"] for v in container.get("env", []) if "valueFrom" in v
            ]
            used |= {(reference["name"], reference["key"]) for reference in references}
    for document in documents:
        if document["kind"] == "TriggerAuthentication":
            used |= {(target["name"], target["key"]) for target in document["spec"]["secretTargetRef"]}
    known = {(name, key) for name, document in EXAMPLE_SECRETS.items() for key in document["data"]}
    assert used <= known
    if documents is EXAMPLE:
        assert used == known


@both
def test_only_workers_get_the_key_that_signs_faces(documents: list[Document]) -> None:
    with_key = {
        container["name"]
        for pod in pod_specs(documents)
        if any(volume.get("secret", {}).get("secretName") == "signing" for volume in pod["volumes"])
        for container in containers_of(pod)
    }
    assert with_key == {"worker"}
    for container in own_containers(documents):
        has_key = bool(settings_of(container, documents).credentials.key)
        assert has_key == (container["name"] == "worker")
    assert not [key for key in EXAMPLE_SECRETS["secrets"]["data"] if key.startswith("credentials")]


def test_the_example_of_secrets_cannot_be_applied() -> None:
    for document in EXAMPLE_SECRETS.values():
        kubernetes_validate.validate(document, NEWEST, strict=True)
        for value in document["data"].values():
            with pytest.raises(binascii.Error):
                base64.b64decode(value, validate=True)


@both
def test_clients_reach_the_service_under_the_names_that_it_is_told(documents: list[Document]) -> None:
    hosts: dict[str, str] = {}
    for ingress in (d for d in documents if d["kind"] == "Ingress"):
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                service = path["backend"]["service"]
                ports = found("Service", service["name"], documents)["spec"]["ports"]
                assert service["port"]["name"] in {port["name"] for port in ports}
                hosts[rule["host"]] = service["name"]
        assert {host for tls in ingress["spec"]["tls"] for host in tls["hosts"]} == {
            rule["host"] for rule in ingress["spec"]["rules"]
        }
    settings = found("ConfigMap", "settings", documents)["data"]
    assert hosts[urlsplit(settings["V2F_PUBLIC_URL"]).netloc] == "api"
    if "minio" in hosts.values():
        assert hosts[urlsplit(settings["V2F_S3_PUBLIC_ENDPOINT"]).netloc] == "minio"
        (path,) = found("Ingress", "media", documents)["spec"]["rules"][0]["http"]["paths"]
        assert path["path"] == f"/{settings_of(own_containers(documents)[0], documents).s3.bucket}/"


def test_the_proxy_takes_the_longest_body_that_the_service_takes() -> None:
    nginx = (REPOSITORY / "infra" / "page" / "nginx.conf").read_text()
    annotations = found("Ingress", "api")["metadata"]["annotations"]
    assert f"client_max_body_size {annotations['nginx.org/client-max-body-size']};" in nginx


def test_the_servers_are_the_ones_that_the_tests_use() -> None:
    tested = (REPOSITORY / "infra" / "containers" / "provide_images.py").read_text()
    images = {c["image"] for pod in pod_specs(EXAMPLE) for c in containers_of(pod)}
    servers = images - {one["image"] for one in own_containers(EXAMPLE)}
    assert len(servers) == 3
    assert not [image for image in servers if image not in tested]


def test_the_overlay_chooses_the_image_of_every_process() -> None:
    images: set[Any] = {container["image"] for container in own_containers(EXAMPLE)}
    assert images == {"images.example.net/voice2face:0.3.0"}


def test_what_an_update_applies_first_is_all_but_the_processes_that_need_its_schema() -> None:
    (selector,) = re.findall(r"app\.kubernetes\.io/component notin \((.+)\)", README)
    late = {
        (document["kind"], document["metadata"]["name"])
        for document in EXAMPLE
        if document["metadata"]["labels"].get(COMPONENT) in selector.split(", ")
    }
    assert late == {
        *((kind, name) for kind in ("Deployment", "PodDisruptionBudget") for name in ("api", "worker")),
        *(("Service", "api"), ("Ingress", "api"), ("ScaledObject", "worker")),
    }


def test_backups_are_written_to_a_volume_that_stays() -> None:
    pod = pod_of("backup")["spec"]
    (container,) = pod["containers"]
    (script,) = container["args"]
    (claimed,) = (volume["name"] for volume in pod["volumes"] if "persistentVolumeClaim" in volume)
    (folder,) = (one["mountPath"] for one in container["volumeMounts"] if one["name"] == claimed)
    assert re.findall(r"^voice2face backup (\S+)$", script, re.MULTILINE) == [folder]
    assert re.findall(r"^find (\S+) ", script, re.MULTILINE) == [folder]


@both
def test_every_image_has_a_version(documents: list[Document]) -> None:
    for pod in pod_specs(documents):
        for container in containers_of(pod):
            assert re.search(r":[^:/]*\d", container["image"])


@both
def test_the_service_runs_in_the_version_of_this_checkout(documents: list[Document]) -> None:
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
    images = {container["image"] for pod in pod_specs(documents) for container in containers_of(pod)}
    own = {image for image in images if re.search(r"(^|/)voice2face:", image)}
    assert {image.rpartition(":")[2] for image in own} == {version}
