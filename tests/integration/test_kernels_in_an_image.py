"""Kernels that were compiled into an image are all that a worker needs, and it also works without them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.faces.studio.render.kernel_cache import FOLDER, LEVELS, usable_levels

TESTS = Path(__file__).parents[1]
KERNELS_AT_LEAST = 9
WARNING = "kernels are compiled in this process"


@dataclass(frozen=True)
class Drawn:
    """What a process that drew said."""

    compiled: int
    writable: bool
    log: str


def environment(root: Path, level: str | None = None) -> dict[str, str]:
    """Return the environment of a process that keeps its kernels below a folder."""
    chosen = {"NUMBA_CPU_NAME": level, "NUMBA_CPU_FEATURES": ""} if level else {}
    path = os.pathsep.join([str(TESTS.parent / "src"), str(TESTS)])
    return {**os.environ, **chosen, "NUMBA_CACHE_DIR": str(root), "PYTHONPATH": path}


def draw(folder: Path, root: Path, level: str | None = None) -> Drawn:
    """Draw in a process of its own, which may not write where its user may not: root usually may."""
    unprivileged = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    ended = subprocess.run(
        [*unprivileged, sys.executable, "-m", "integration.drawing_process", str(folder)],
        env=environment(root, level),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return Drawn(**json.loads(ended.stdout), log=ended.stderr)


def warm_up(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `voice2face warm-up` for kernels below a folder."""
    command = [sys.executable, "-m", "entrypoints", "warm-up", *options]
    return subprocess.run(command, env=environment(root), capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the kernels of every level, which cannot be written any more."""
    root = tmp_path_factory.mktemp("image")
    if FOLDER.exists():  # what was compiled before for this machine need not be compiled again
        shutil.copytree(FOLDER, root / FOLDER.name, ignore=shutil.ignore_patterns("*.tmp.*"))
    made = warm_up(root, "--every-level")
    assert made.returncode == 0, made.stderr
    assert [f"for {level}." in made.stdout for level in usable_levels()] == [True] * len(usable_levels())
    folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    yield root
    for folder in folders:
        folder.chmod(0o755)


@pytest.mark.parametrize("level", [None, *usable_levels()])
def test_nothing_is_compiled_for_any_face_where_the_folder_of_kernels_is_read_only(
    image: Path, level: str | None, tmp_path: Path
) -> None:
    drawn = draw(tmp_path, image, level)
    assert not drawn.writable
    assert drawn.compiled == 0
    assert WARNING not in drawn.log


def test_kernels_that_are_missing_and_cannot_be_kept_are_compiled_with_one_warning(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir(mode=0o555)
    drawn = draw(tmp_path, empty)
    assert drawn.compiled >= KERNELS_AT_LEAST
    assert drawn.log.count(WARNING) == 1
    assert str(empty) in drawn.log


def test_warming_up_where_nothing_can_be_kept_fails_and_says_so(tmp_path: Path) -> None:
    nowhere = tmp_path / "file"
    nowhere.touch()
    ended = warm_up(nowhere)
    assert ended.returncode == 1
    assert "could not be kept" in ended.stderr
    assert "Traceback" not in ended.stderr


def features_of_a_cpu(monkeypatch: pytest.MonkeyPatch, *features: str) -> None:
    """Have LLVM tell of a CPU with these features, and without one that many have."""
    told = ",".join(["-avx512f", *(f"+{feature}" for feature in features)])
    monkeypatch.setattr("adapters.faces.studio.render.kernel_cache.get_host_cpu_features", lambda: told)


def test_a_cpu_gets_the_fastest_level_whose_demands_it_all_meets(monkeypatch: pytest.MonkeyPatch) -> None:
    features_of_a_cpu(monkeypatch, *LEVELS["x86-64-v3"], "sha")
    assert usable_levels() == ["x86-64-v3", "generic"]


@pytest.mark.parametrize("missing", sorted(LEVELS["x86-64-v3"]))
def test_a_cpu_that_misses_one_demand_gets_the_generic_level(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    features_of_a_cpu(monkeypatch, *(LEVELS["x86-64-v3"] - {missing}))
    assert usable_levels() == ["generic"]


def test_a_cpu_that_llvm_cannot_ask_gets_the_generic_level(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.faces.studio.render.kernel_cache.get_host_cpu_features", lambda: "")
    assert usable_levels() == ["generic"]
