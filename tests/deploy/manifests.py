"""What tests ask of the Kubernetes manifests."""

import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.kustomization import Document, containers_of, pod_specs, pod_templates, read_documents, render
from entrypoints.composition.settings import Settings

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "infra" / "deploy" / "kubernetes"
RENDERED = {
    "base": render(FOLDER / "base"),
    "example": render(FOLDER / "overlays" / "example"),
}
EXAMPLE = RENDERED["example"]
COMPONENT = "app.kubernetes.io/component"
EXAMPLE_SECRETS: dict[str, Document] = {
    document["metadata"]["name"]: document for document in read_documents(FOLDER / "secrets.example.yaml")
}
SECRET_VALUES = {
    "secret": "kX3vP9qLw7ZrT1mB8sYdHfNc5uJgVa2e",
    "database_url": "mysql+asyncmy://voice2face:password@mysql/voice2face",
    "amqp_url": "amqp://voice2face:password@rabbitmq/",
}


def found(kind: str, name: str, documents: list[Document] = EXAMPLE) -> Document:
    (document,) = (d for d in documents if d["kind"] == kind and d["metadata"]["name"] == name)
    return document


def pod_of(component: str) -> Document:
    """Return the template of the pods of one component."""
    (pod,) = (pod for pod in pod_templates(EXAMPLE) if pod["metadata"]["labels"][COMPONENT] == component)
    return pod


def own_containers(documents: list[Document]) -> list[Document]:
    """Return the containers that run the service's own image."""
    containers = [container for pod in pod_specs(documents) for container in containers_of(pod)]
    return [one for one in containers if re.search(r"(^|/)voice2face:", one["image"])]


def environment_of(container: Document, documents: list[Document]) -> dict[str, str]:
    """Return the environment of a container."""
    environment: dict[str, str] = {}
    for source in container.get("envFrom", []):
        environment |= found("ConfigMap", source["configMapRef"]["name"], documents)["data"]
    return environment | {variable["name"]: variable["value"] for variable in container.get("env", [])}


def settings_of(container: Document, documents: list[Document]) -> Settings:
    """Return the settings that a process reads in a container, where each secret is a file."""
    environment = environment_of(container, documents)
    with TemporaryDirectory() as folder:
        for name in [name for name in environment if name.endswith("_FILE")]:
            file = Path(folder, Path(environment[name]).name)
            file.write_text(SECRET_VALUES.get(file.name, file.name))
            environment[name] = str(file)
        return Settings.read(environment)


def matches(selector: Document, labels: Mapping[str, str]) -> bool:
    """Tell whether a selector of Kubernetes takes these labels."""
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and all(
        labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", [])
    )


def port_number(pod: Document, port: int | str) -> int:
    """Return the number of a port that is given by name or number; KeyError if no container has such a name."""
    named = {one["name"]: one["containerPort"] for c in containers_of(pod["spec"]) for one in c["ports"]}
    return port if isinstance(port, int) else named[port]
