"""The images of the stack: servers that are pulled or made of packages, and the service's own."""

import json
import subprocess
import sys
import tomllib
from shutil import which

from voice2face_stack.compose import NO_RIGHTS
from voice2face_stack.settings import HERE, REPOSITORY, StackError, StackSettings

CONTAINERS = REPOSITORY / "infra" / "containers"
CHOICE = REPOSITORY / ".cache" / "containers.json"
WHEELS = HERE / "image" / "wheels"
LOCK = REPOSITORY / "requirements" / "run.lock"
DOWNLOADED = REPOSITORY / ".cache" / "wheels.lock"
"""The lock file whose packages were downloaded last."""


def provide_servers(*, fresh: bool = False) -> dict[str, str]:
    """Return the image of each server, such as `MYSQL_IMAGE`; start an engine and provide images where needed.

    Fresh ones are pulled or made again, with the updates that there are since.
    """
    if which("docker"):
        asked = subprocess.run(["docker", "version"], capture_output=True, text=True)
        if "permission denied" in asked.stderr:
            raise StackError(NO_RIGHTS)
    for command in (
        [str(CONTAINERS / "engine")],
        [str(CONTAINERS / "compose")],
        [sys.executable, str(CONTAINERS / "provide_images.py"), "stack", *(["fresh"] if fresh else [])],
    ):
        if subprocess.run(command, stdout=sys.stderr).returncode:
            raise StackError("There is no Docker engine with the images that the stack needs; see above.")
    return chosen_images()


def chosen_images() -> dict[str, str]:
    """Return the image of each server as it was chosen last; raises `StackError` before the first time."""
    chosen = json.loads(CHOICE.read_text()) if CHOICE.exists() else {}
    if "nginx" not in chosen:  # those of the tests alone may be chosen
        raise StackError("No stack was started from this folder yet: `make stack` starts one.")
    return {f"{name.upper()}_IMAGE": image for name, image in chosen.items()}


def service_image(settings: StackSettings) -> str:
    """Return the name of the service's image: the one that is set, or that of this checkout."""
    return settings.values["IMAGE"] or own_image(settings)


def own_image(settings: StackSettings) -> str:
    """Return the name of the image that is built, with the version of this checkout; each stack has one of its own."""
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    return settings.built_image or f"{settings.project}:{version}"


def provide_service(settings: StackSettings, servers: dict[str, str], *, fresh: bool = False) -> None:
    """Build the service's image from this checkout, unless another one is set; a fresh one takes nothing of before."""
    if image := settings.values["IMAGE"]:
        present = subprocess.run(["docker", "image", "inspect", image], capture_output=True)
        if present.returncode:
            run(["docker", "pull", "--quiet", image])
        elif fresh and subprocess.run(["docker", "pull", "--quiet", image], capture_output=True).returncode:
            sys.stderr.write(f"stack: {image} cannot be pulled again; the one that is here is used\n")
    else:
        build(own_image(settings), servers, "--no-cache" if fresh else "")


def has_id(image: str, image_id: str) -> bool:
    """Tell whether a name still means the image with this id."""
    asked = subprocess.run(
        ["docker", "image", "inspect", "--format", "{{.Id}}", image], capture_output=True, text=True
    )
    return asked.stdout.strip() == image_id


def build(image: str, servers: dict[str, str], option: str = "") -> None:
    """Build the service's image; where its base is made here, this machine's pip fetches the packages."""
    arguments = {"BASE": servers["PYTHON_IMAGE"], "BUILD_BASE": servers["PYTHON_BUILD_IMAGE"]}
    if servers["PYTHON_IMAGE"].startswith("voice2face-stack/"):
        download_wheels()
        arguments["PIP_NO_INDEX"] = "1"
    options = [word for name, value in arguments.items() for word in ("--build-arg", f"{name}={value}")]
    options += [option] if option else []
    file = str(HERE / "image/Dockerfile")
    run(["docker", "build", "--quiet", *options, "--file", file, "--tag", image, str(REPOSITORY)])


def download_wheels() -> None:
    """Download the packages of the lock file, unless that was done for the same lock file."""
    have = DOWNLOADED.exists() and any(WHEELS.glob("*.whl"))
    if have and DOWNLOADED.read_bytes() == LOCK.read_bytes():
        return
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--quiet", "--require-hashes"]
    download += ["--only-binary", ":all:", "--python-version", "3.11", "--dest", str(WHEELS)]
    run([*download, "--requirement", str(LOCK)])
    DOWNLOADED.write_bytes(LOCK.read_bytes())


def run(command: list[str]) -> None:
    """Run a command; raises `StackError` with what it said if it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise StackError(f"`{' '.join(command[:3])} …` failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
