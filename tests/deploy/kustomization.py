"""Renders the Kubernetes manifests as `kubectl kustomize` does, which most machines lack, as far as they use it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

Document = dict[str, Any]

KNOWN = {
    *("apiVersion", "kind", "namespace", "labels", "resources", "components"),
    *("configMapGenerator", "images", "patches"),
}
CLUSTER_WIDE = {"Namespace"}


def read_documents(path: Path) -> list[Document]:
    """Return the documents of a file."""
    return list(yaml.safe_load_all(path.read_text()))


def render(folder: Path) -> list[Document]:
    """Return what would be applied; generated names are without the digest at their end."""
    documents: list[Document] = []
    _apply(folder, documents)
    return documents


def _apply(folder: Path, documents: list[Document]) -> None:
    """Add to the documents what a folder adds, in the order of kustomize: its components come after its generators."""
    given = yaml.safe_load((folder / "kustomization.yaml").read_text())
    if unknown := given.keys() - KNOWN:
        raise NotImplementedError(f"{folder.name} uses {', '.join(sorted(unknown))}")
    for name in given.get("resources", []):
        path = folder / name
        documents += render(path) if path.is_dir() else read_documents(path)
    for generator in given.get("configMapGenerator", []):
        _generate(generator, folder, documents)
    for name in given.get("components", []):
        _apply(folder / name, documents)
    for patch in given.get("patches", []):
        _patch(patch, documents)
    for document in documents:
        if "namespace" in given and document["kind"] not in CLUSTER_WIDE:
            document["metadata"]["namespace"] = given["namespace"]
        for labels in given.get("labels", []):
            document["metadata"].setdefault("labels", {}).update(labels["pairs"])
        for image in given.get("images", []):
            _name_image(image, document)


def _generate(generator: Document, folder: Path, documents: list[Document]) -> None:
    lines = [
        line
        for name in generator.get("envs", [])
        for line in (folder / name).read_text().splitlines()
        if line and not line.startswith("#")
    ]
    data = dict(line.split("=", 1) for line in (*lines, *generator.get("literals", [])))
    if generator.get("behavior") == "merge":
        (merged,) = (one for one in documents if _is(one, "ConfigMap", generator["name"]))
        merged["data"].update(data)
    else:
        metadata = {"name": generator["name"]}
        documents.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})


def _patch(patch: Document, documents: list[Document]) -> None:
    (document,) = (one for one in documents if _is(one, patch["target"]["kind"], patch["target"]["name"]))
    for operation in yaml.safe_load(patch["patch"]):
        *parents, last = operation["path"].removeprefix("/").split("/")
        place: Any = document
        for step in parents:
            place = place[int(step) if isinstance(place, list) else step]
        key: Any = int(last) if isinstance(place, list) else last
        place[key]  # what is removed or replaced must be there
        if operation["op"] == "remove":
            del place[key]
        elif operation["op"] == "replace":
            place[key] = operation["value"]
        else:
            raise NotImplementedError(operation["op"])


def _name_image(image: Document, document: Document) -> None:
    for pod in pod_specs([document]):
        for container in containers_of(pod):
            name, _, tag = container["image"].partition(":")
            if name == image["name"]:
                container["image"] = f"{image.get('newName', name)}:{image.get('newTag', tag)}"


def _is(document: Document, kind: str, name: str) -> bool:
    return bool(document["kind"] == kind and document["metadata"]["name"] == name)


def pod_specs(documents: Iterable[Document]) -> Iterator[Document]:
    """Yield the specification of each pod."""
    yield from (template["spec"] for template in pod_templates(documents))


def pod_templates(documents: Iterable[Document]) -> Iterator[Document]:
    """Yield the template of each pod: of Deployments, StatefulSets, Jobs and CronJobs."""
    for document in documents:
        spec = document.get("spec", {})
        spec = spec["jobTemplate"]["spec"] if document["kind"] == "CronJob" else spec
        if document["kind"] in {"Deployment", "StatefulSet", "Job", "CronJob"}:
            yield spec["template"]


def containers_of(pod: Document) -> list[Document]:
    """Return all containers of a pod."""
    return [*pod.get("initContainers", []), *pod["containers"]]
