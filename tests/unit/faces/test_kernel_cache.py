"""Compiled kernels are never older than the sources that they were made from."""

import subprocess
from pathlib import Path

import pytest

from adapters.faces.studio.render.kernel_cache import STUDIO, sources_digest

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with a module beside a folder of modules."""
    (tmp_path / "materials").mkdir()
    (tmp_path / "engine.py").write_text("DEPTH = 1\n")
    (tmp_path / "materials" / "skin.py").write_text("TONE = 1\n")
    return tmp_path


def test_the_digest_of_unchanged_sources_stays_the_same(package: Path) -> None:
    before = sources_digest(package)
    (package / "materials" / "notes.txt").write_text("no source")
    assert sources_digest(package) == before


@pytest.mark.parametrize("source", ["engine.py", "materials/skin.py"])
def test_a_changed_source_changes_the_digest_in_any_folder(package: Path, source: str) -> None:
    before = sources_digest(package)
    (package / source).write_text("TONE = 2\n")
    assert sources_digest(package) != before


def test_moving_a_source_changes_the_digest(package: Path) -> None:
    before = sources_digest(package)
    (package / "materials" / "skin.py").rename(package / "skin.py")
    assert sources_digest(package) != before


def test_the_digest_covers_the_whole_studio() -> None:
    assert (STUDIO / "engine.py").exists()
    assert (STUDIO / "__init__.py").exists()


def test_make_compiles_the_kernels_again_after_a_change_of_any_source_of_the_studio() -> None:
    rules = subprocess.run(
        ["make", "--print-data-base", "--question", "--no-builtin-rules", "help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    warm = next(line for line in rules.splitlines() if line.startswith(".venv/warm:"))
    sources = {str(source.relative_to(REPOSITORY)) for source in STUDIO.rglob("*.py")}
    assert sources <= set(warm.split())
