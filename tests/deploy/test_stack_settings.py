"""The settings of the stack: what they make of it, and what is said of those that cannot be used."""

from pathlib import Path

import pytest
from voice2face_stack.settings import SECRETS, StackError, StackSettings, make_secrets, read_settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a stack, with no settings in the environment."""
    for name in (
        "DOMAIN",
        "EMAIL",
        "HTTP_PORT",
        "HTTPS_PORT",
        "API",
        "WORKERS",
        "IMAGE",
        "EDGE_SUBNET",
        "ACME_SERVER",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STACK", str(tmp_path / "stack"))
    return tmp_path / "stack"


def with_settings(folder: Path, text: str) -> StackSettings:
    """Return the settings that a file with this text makes."""
    folder.mkdir(exist_ok=True)
    (folder / "stack.env").write_text(text)
    return read_settings()


def test_the_first_start_makes_settings_and_secrets_that_only_their_user_reaches(folder: Path) -> None:
    settings = read_settings()
    assert (settings.public_url, settings.is_test) == ("https://voice2face.localhost", True)
    assert folder.stat().st_mode & 0o777 == 0o700
    made = {name: (folder / "secrets" / name).read_text().strip() for name in SECRETS}
    assert len(set(made.values())) == len(SECRETS)
    assert min(map(len, made.values())) >= 32
    make_secrets(folder / "secrets")
    assert made == {name: (folder / "secrets" / name).read_text().strip() for name in SECRETS}


@pytest.mark.parametrize(
    ("domain", "bind", "authority"),
    [
        ("", "127.0.0.1", "https://pebble:14000/dir"),
        ("faces.localhost", "127.0.0.1", "https://pebble:14000/dir"),
        ("faces.example.org", "0.0.0.0", "https://acme-v02.api.letsencrypt.org/directory"),
    ],
)
def test_only_with_a_public_name_other_machines_reach_it_and_a_real_authority_is_asked(
    folder: Path, domain: str, bind: str, authority: str
) -> None:
    environment = with_settings(folder, f"DOMAIN={domain}\n").environment()
    assert (environment["BIND"], environment["ACME_SERVER"]) == (bind, authority)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "DOMAIN=nonsense",
            "DOMAIN=https://faces.example.org/",
            "DOMAIN=Faces.example.org",
            "DOMAIN=-a.example.org",
        ),
        *("EMAIL=me", "HTTP_PORT=0", "HTTPS_PORT=70000", "WORKERS=many", "API=0"),
        *("ACME_SERVER=example.org", "EDGE_SUBNET=172.31.250.1/24"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_what_to_write(folder: Path, line: str) -> None:
    name = line.partition("=")[0]
    with pytest.raises(StackError, match=rf"stack\.env: {name} cannot be used: write "):
        with_settings(folder, f"{line}\n")


def test_an_unknown_setting_and_a_line_that_is_none_are_named(folder: Path) -> None:
    with pytest.raises(StackError, match="there is no setting DOMIAN"):
        with_settings(folder, "DOMIAN=faces.example.org\n")
    with pytest.raises(StackError, match="line 2: write NAME=value"):
        with_settings(folder, "API=1\nWORKERS 3\n")
