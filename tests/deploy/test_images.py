"""Which images are used: those that are here, or today's."""

from pathlib import Path

import pytest
from provide_images import Server, present_or_pulled, todays

SERVER = Server("mysql", "mysql:8", "local/mysql:9", make=lambda _: None)


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose files name the images that are here and those that a registry has, in place of an engine."""
    for name in ("here", "registry"):
        (tmp_path / name).mkdir()
    program = tmp_path / "docker"
    program.write_text(f"""#!/bin/sh
    cd "{tmp_path}"
    name=$(echo "$3" | tr /: --)
    case "$1" in
        image) test -e "here/$name" ;;
        pull) test -e "registry/$name" && touch "here/$name" && echo "$3" >> pulled ;;
    esac
    """)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.delenv(SERVER.variable, raising=False)
    return tmp_path


def has(docker: Path, place: str, image: str) -> None:
    """Have an image here or in the registry."""
    (docker / place / image.replace("/", "-").replace(":", "-")).touch()


def pulled(docker: Path) -> list[str]:
    """Return the images that were pulled."""
    file = docker / "pulled"
    return file.read_text().split() if file.exists() else []


def test_an_image_that_is_here_is_taken_as_it_is_and_pulled_again_where_todays_is_asked_for(
    docker: Path,
) -> None:
    for place in ("here", "registry"):
        has(docker, place, SERVER.official)
    assert (present_or_pulled(SERVER), pulled(docker)) == (SERVER.official, [])
    assert (todays(SERVER), pulled(docker)) == (SERVER.official, [SERVER.official])


def test_an_image_that_was_made_here_is_made_again_and_never_becomes_the_official_one(docker: Path) -> None:
    has(docker, "here", SERVER.local)
    has(docker, "registry", SERVER.official)
    assert present_or_pulled(SERVER) == SERVER.local
    assert todays(SERVER) is None
    assert pulled(docker) == []


def test_where_no_registry_answers_the_official_image_that_is_here_goes_on(
    docker: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    has(docker, "here", SERVER.official)
    assert todays(SERVER) == SERVER.official
    assert "cannot be pulled again" in capsys.readouterr().err


def test_without_any_image_the_official_one_is_pulled_or_one_is_to_be_made(docker: Path) -> None:
    assert (present_or_pulled(SERVER), todays(SERVER)) == (None, None)
    has(docker, "registry", SERVER.official)
    assert todays(SERVER) == SERVER.official


def test_an_image_that_is_named_but_cannot_be_had_is_told_with_its_variable(
    docker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SERVER.variable, "other/mysql:1")
    with pytest.raises(SystemExit, match="MYSQL_TEST_IMAGE names other/mysql:1, which is not here"):
        present_or_pulled(SERVER)
    has(docker, "registry", "other/mysql:1")
    assert present_or_pulled(SERVER) == "other/mysql:1"
