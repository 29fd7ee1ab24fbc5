"""The images of the stack: servers that are pulled or made of packages, and the service's own."""

import json
import os
import subprocess
import sys
import tomllib

from voice2face_stack.settings import HERE, REPOSITORY, StackError

CONTAINERS = REPOSITORY / "infra" / "containers"
CHOICE = REPOSITORY / ".cache" / "containers.json"
WHEELS = HERE / "image" / "wheels"
LOCK = REPOSITORY / "requirements" / "run.lock"


def provide_servers() -> dict[str, str]:
    """Return the image of each server, such as `MYSQL_IMAGE`; start an engine and provide images where needed."""
    for command in (
        [str(CONTAINERS / "engine")],
        [sys.executable, str(CONTAINERS / "provide_images.py"), "stack"],
    ):
        if subprocess.run(command, stdout=sys.stderr).returncode:
            raise StackError("There is no Docker engine with the images that the stack needs; see above.")
    return chosen_images()


def chosen_images() -> dict[str, str]:
    """Return the image of each server as it was chosen last; raises `StackError` before the first time."""
    if not CHOICE.exists():
        raise StackError("There is no stack on this machine yet: `make stack` starts one.")
    return {f"{name.upper()}_IMAGE": image for name, image in json.loads(CHOICE.read_text()).items()}


def own_image() -> str:
    """Return the name of the service's image: VOICE2FACE_IMAGE, or one with the version of this checkout."""
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    return os.environ.get("VOICE2FACE_IMAGE") or f"voice2face:{version}"


def build(image: str, servers: dict[str, str]) -> None:
    """Build the service's image; where its base is made here, this machine's pip fetches the packages."""
    arguments = {"BASE": servers["PYTHON_IMAGE"], "BUILD_BASE": servers["PYTHON_BUILD_IMAGE"]}
    if servers["PYTHON_IMAGE"].startswith("voice2face-stack/"):
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--quiet", "--require-hashes"]
        download += ["--only-binary", ":all:", "--python-version", "3.11", "--dest", str(WHEELS)]
        run([*download, "--requirement", str(LOCK)])
        arguments["PIP_NO_INDEX"] = "1"
    options = [option for name, value in arguments.items() for option in ("--build-arg", f"{name}={value}")]
    run(
        [
            "docker",
            "build",
            "--quiet",
            *options,
            "--file",
            str(HERE / "image/Dockerfile"),
            "--tag",
            image,
            str(REPOSITORY),
        ]
    )


def run(command: list[str]) -> None:
    """Run a command; raises `StackError` with what it said if it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise StackError(f"`{' '.join(command[:3])} …` failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
