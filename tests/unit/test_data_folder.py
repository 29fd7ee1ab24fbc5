"""The data folder and its secret are for the user alone who runs the service."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from entrypoints.composition.data_folder import prepare_data_folder
from entrypoints.composition.secret import secret_of
from entrypoints.composition.settings import Settings, SettingsError

pytestmark = pytest.mark.usefixtures("usual_umask")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.read({"V2F_DATA": str(tmp_path / "data")})


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_was_open_to_others_is_closed_and_files_of_the_operator_are_left_alone(
    settings: Settings,
) -> None:
    ours = ("voice2face.db", "voice2face.db-wal", "secret", "blobs/faces/1/1/voice.png", "scratch/2.lock")
    for name in (*ours, "notes.txt"):
        (settings.data / name).parent.mkdir(parents=True, exist_ok=True)
        (settings.data / name).write_text("0123456789abcdef0123456789ABCDEF")
        (settings.data / name).chmod(0o664)
    prepare_data_folder(settings)
    assert {name: oct(mode(settings.data / name)) for name in ours} == dict.fromkeys(ours, "0o600")
    for folder in ("", "blobs", "blobs/faces/1/1", "scratch"):
        assert mode(settings.data / folder) == 0o700
    assert mode(settings.data / "notes.txt") == 0o664


def test_what_is_made_afterwards_is_closed_to_others_whatever_the_umask_was(settings: Settings) -> None:
    os.umask(0)
    prepare_data_folder(settings)
    (settings.data / "later").write_text("")
    assert (mode(settings.data), mode(settings.data / "later")) == (0o700, 0o600)


def test_a_link_to_a_file_elsewhere_is_not_followed(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("")
    (settings.data / "blobs").mkdir(parents=True)
    (settings.data / "blobs" / "link").symlink_to(tmp_path / "elsewhere")
    prepare_data_folder(settings)
    assert mode(tmp_path / "elsewhere") == 0o644


def test_a_database_outside_the_data_folder_is_closed_to_others_too(tmp_path: Path) -> None:
    database = tmp_path / "faces.db"
    database.write_bytes(b"")
    url = f"sqlite+aiosqlite:///{database}"
    prepare_data_folder(Settings.read({"V2F_DATA": str(tmp_path / "data"), "V2F_DATABASE_URL": url}))
    assert mode(database) == 0o600


def test_a_folder_that_all_users_share_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    with pytest.raises(SettingsError, match="All users share"):
        prepare_data_folder(Settings.read({"V2F_DATA": str(tmp_path)}))
    assert mode(tmp_path) == 0o1777


def test_the_first_start_makes_a_secret_that_later_starts_use(settings: Settings) -> None:
    prepare_data_folder(settings)
    made = secret_of(settings)
    assert len(made) >= 32
    assert mode(settings.data / "secret") == 0o600
    prepare_data_folder(settings)
    assert secret_of(settings) == made
    assert [path.name for path in settings.data.iterdir()] == ["secret"]


def test_processes_that_start_at_once_use_the_same_secret(settings: Settings) -> None:
    with ThreadPoolExecutor(16) as starts:
        assert len(set(starts.map(secret_of, [settings] * 64))) == 1


def test_a_process_that_comes_second_in_the_middle_of_a_start_takes_the_secret_of_the_first(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = secret_of(settings)
    monkeypatch.setattr(os.path, "lexists", lambda path: False)
    assert secret_of(settings) == first


@pytest.mark.parametrize("kind", ["link", "pipe", "of another user"])
def test_a_secret_that_another_user_may_have_put_there_is_refused(settings: Settings, kind: str) -> None:
    strong = secret_of(settings)
    path = settings.data / "secret"
    match kind:
        case "link":
            path.rename(elsewhere := settings.data / "elsewhere")
            path.symlink_to(elsewhere)
        case "pipe":
            path.unlink()
            os.mkfifo(path)
        case _:
            if os.geteuid():
                pytest.skip("only root can give a file away")
            os.chown(path, 12345, 12345)
    with pytest.raises(SettingsError, match="is not a file of the user who runs this process"):
        secret_of(settings)
    path.unlink()
    assert secret_of(settings) != strong


def test_a_secret_of_the_settings_is_used_and_no_file_is_made(settings: Settings) -> None:
    chosen = "a secret that is long enough for tests"
    assert secret_of(Settings.read({"V2F_DATA": str(settings.data), "V2F_SECRET": chosen})) == chosen
    assert not settings.data.exists()


@pytest.mark.parametrize("content", ["", "short", "a" * 64, "\0\xff" * 40])
def test_a_file_that_holds_no_good_secret_is_refused_with_a_sentence(
    settings: Settings, content: str
) -> None:
    settings.data.mkdir()
    (settings.data / "secret").write_text(content)
    with pytest.raises(SettingsError, match="can be guessed"):
        prepare_data_folder(settings)
