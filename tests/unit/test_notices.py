"""The notices that come with the service."""

import subprocess
import sys
import zipfile
from dataclasses import fields
from pathlib import Path

import pytest

import adapters.notices
from adapters.notices.packaged import PackagedNotices
from domain.user import Language
from domain.voice import Acoustics

FOLDER = Path(adapters.notices.__file__).parent
REPOSITORY = Path(__file__).parents[2]
OPERATOR = "Voices Ltd, privacy@example.org"
MEASURES = {
    "pitch_hz": ("pitch", "음높이"),
    "pitch_spread_semitones": ("how much the pitch varies", "음높이의 변화 폭"),
    "tract_length_cm": ("vocal tract", "성도"),
    "spectral_slope_db_per_octave": ("spectral slope", "스펙트럼 기울기"),
    "harmonics_to_noise_db": ("how much is noise", "음과 잡음의"),
    "timbre": ("timbre (twelve numbers)", "음색(숫자 열두 개)"),
    "voiced_seconds": ("how many seconds of voice", "목소리가 들어 있는 시간(초)"),
}
"""How the texts name each figure."""
TOLD = [
    ("how the faces were shown then", "얼굴이 어떻게 표시되었는지"),
    ("all to whom you send a link to your face", "얼굴 링크를 받은 모든 사람"),
    ("for a day, what it answered", "서비스의 응답을 하루 동안 보관합니다"),
    ("Left out are log lines", "파일에 들어 있지 않습니다"),
]


def flat(text: str) -> str:
    """Return a text without the ends of its lines."""
    return " ".join(text.split())


def text_of(version: str, language: Language, operator: str = OPERATOR) -> str:
    text = PackagedNotices(operator).text(version, language)
    assert text is not None
    return flat(text)


def test_the_current_notice_names_every_figure_that_is_measured_of_a_voice() -> None:
    assert MEASURES.keys() == {field.name for field in fields(Acoustics)}
    current = PackagedNotices(OPERATOR).versions[0]
    for names in MEASURES.values():
        for language, name in zip(Language, names, strict=True):
            assert name in text_of(current, language)


@pytest.mark.parametrize("names", TOLD, ids=lambda names: names[0])
def test_the_current_notice_tells_how_faces_were_shown_who_gets_a_link_and_what_no_export_has(
    names: tuple[str, str],
) -> None:
    current = PackagedNotices(OPERATOR).versions[0]
    for language, name in zip(Language, names, strict=True):
        assert name in text_of(current, language)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("version", PackagedNotices("").versions)
def test_every_notice_says_who_is_responsible_its_version_and_the_youngest_age(
    version: str, language: Language
) -> None:
    named, unnamed = text_of(version, language), text_of(version, language, operator="")
    assert named.startswith("# ")
    for word in (OPERATOR, version, "14", "GDPR"):
        assert word in named
    assert "{" not in named + unnamed


def test_the_newest_version_is_the_current_one_and_old_ones_stay_readable(tmp_path: Path) -> None:
    for version in ("2026-12", "2028-01", "2027-03"):
        (tmp_path / version).mkdir()
        for language in Language:
            (tmp_path / version / f"{language}.md").write_text(f"{version} {language} {{operator}}")
    (tmp_path / "__pycache__").mkdir()
    notices = PackagedNotices("A", tmp_path)
    assert notices.versions == ["2028-01", "2027-03", "2026-12"]
    assert notices.text("2026-12", Language.KOREAN) == "2026-12 ko A"
    assert notices.text("2026-11", Language.KOREAN) is None


def test_versions_fit_their_column() -> None:
    assert all(len(version) <= 32 for version in PackagedNotices("").versions)


def test_the_package_takes_the_texts_with_it(tmp_path: Path) -> None:
    package = tmp_path / "source"
    for name in ("pyproject.toml", "README.md"):
        (package / name).parent.mkdir(exist_ok=True)
        (package / name).write_bytes((REPOSITORY / name).read_bytes())
    for file in FOLDER.rglob("*"):
        if file.suffix in (".py", ".md"):
            copy = package / "src" / "adapters" / "notices" / file.relative_to(FOLDER)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    (package / "src" / "adapters" / "__init__.py").touch()
    build = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=package, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    texts = {f"adapters/notices/{file.relative_to(FOLDER)}" for file in FOLDER.rglob("*.md")}
    assert len(texts) >= 2
    assert texts <= packed
