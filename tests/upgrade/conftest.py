"""The servers that processes of two releases share, and the code of the previous release."""

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from e2e.conftest import cluster
from e2e.worker import TREE
from real_servers.plugin import skip_or_fail
from upgrade.previous import COMMIT, RELEASE

__all__ = ["cluster"]

PARTS = ("src", "tests/e2e", "tests/doubles")


@pytest.fixture(scope="module")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the code of the previous release, and what its tests use in place of the studio."""
    archived = subprocess.run(
        ["git", "archive", "--format=tar", COMMIT, *PARTS], cwd=TREE, capture_output=True, check=False
    )
    if archived.returncode:
        skip_or_fail(
            f"the code of {RELEASE} cannot be read: {archived.stderr.decode().strip()}. "
            f"Fetch the whole history: `git fetch --unshallow`, or `git fetch origin {COMMIT}`."
        )
    folder = tmp_path_factory.mktemp("previous")
    with tarfile.open(fileobj=io.BytesIO(archived.stdout)) as tar:
        tar.extractall(folder, filter="data")
    require_own_code(folder)
    return folder


def require_own_code(tree: Path) -> None:
    """Fail unless a process that is given a folder's code runs it, and not the code that is installed."""
    for module in ("domain", "application", "adapters", "entrypoints"):
        found = subprocess.run(
            [sys.executable, "-c", f"import {module}; print({module}.__file__)"],
            env={**os.environ, "PYTHONPATH": str(tree / "src")},
            capture_output=True,
            text=True,
            check=True,
        )
        assert Path(found.stdout.strip()).is_relative_to(tree)
