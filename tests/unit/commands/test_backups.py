"""The commands for backups: what they say, and how they end."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result

from adapters.backup.encryption import is_recipient
from adapters.sql import upgrade
from entrypoints.commands.cli import main

pytestmark = pytest.mark.usefixtures("usual_umask")

PICTURE = "blobs/output_condition/x-man_30.jpg"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of a service that was started once, with a gallery."""
    picture = tmp_path / "data" / PICTURE
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture")
    upgrade(f"sqlite:///{quote(str(tmp_path / 'data/voice2face.db'))}")
    return tmp_path / "data"


def run(data: Path, *arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(
        main, [str(each) for each in arguments], env={"V2F_DATA": str(data), **environment}
    )


def require_refused(result: Result, sentence: str, code: int = 1) -> None:
    assert result.exit_code == code, result.output
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_a_backup_is_restored_into_another_folder(data: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "backup.tar", tmp_path / "other"
    written = run(data, "backup", file)
    assert written.exit_code == 0, written.output
    assert "\nBacked up 0 requests, 1 file of 9 bytes and 0 rows in " in f"\n{written.stdout}"
    assert f"{file}, {file.stat().st_size:,} bytes, not encrypted.\n" in written.output
    assert "set V2F_BACKUP_RECIPIENT to encrypt" in written.output
    verified = run(data, "verify-backup", file)
    assert verified.exit_code == 0
    assert "is undamaged: 0 requests, 1 file of 9 bytes and 0 rows, schema 00" in verified.output
    checked = run(other, "restore", file, "--check")
    assert checked.output == "The backup can be restored: 0 requests, 1 file of 9 bytes and 0 rows.\n"
    assert not (other / PICTURE).exists()
    restored = run(other, "restore", file)
    assert restored.exit_code == 0, restored.output
    assert restored.output.endswith("UTC. All users must log in again.\n")
    assert (other / PICTURE).read_bytes() == b"a picture"
    modes = {path.stat().st_mode & 0o077 for path in (file, other, *other.rglob("*"))}
    assert modes == {0}


def test_a_backup_that_this_version_cannot_restore_is_told_before_anything_is_removed_for_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.tar"
    assert run(data, "backup", file).exit_code == 0
    monkeypatch.setattr("adapters.sql.restoring.known_revisions", lambda: ["0001"])
    require_refused(run(data, "restore", file, "--check"), "which this version of the service does not know")


def test_with_a_public_key_in_the_settings_only_the_private_one_opens_it(data: Path, tmp_path: Path) -> None:
    made = run(data, "backup-key", tmp_path / "key")
    public = made.output.strip()
    assert is_recipient(public)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "backups").mkdir()
    written = run(data, "backup", tmp_path / "backups", V2F_BACKUP_RECIPIENT=public)
    assert written.output.endswith("bytes, encrypted.\n")
    (file,) = (tmp_path / "backups").iterdir()
    assert file.name.startswith("voice2face-2")
    assert file.name.endswith(".tar.age")
    other = tmp_path / "other"
    require_refused(
        run(other, "restore", file), "is encrypted. Name the file with the private key: --identity FILE."
    )
    restored = run(other, "restore", file, "--identity", tmp_path / "key")
    assert restored.exit_code == 0, restored.output
    assert (other / PICTURE).read_bytes() == b"a picture"
    assert run(data, "verify-backup", file, "--identity", tmp_path / "key").exit_code == 0


def test_a_key_is_not_overwritten(data: Path, tmp_path: Path) -> None:
    run(data, "backup-key", tmp_path / "key")
    before = (tmp_path / "key").read_bytes()
    require_refused(run(data, "backup-key", tmp_path / "key"), "No key was made: ")
    assert (tmp_path / "key").read_bytes() == before


def test_what_cannot_be_backed_up_is_told(data: Path, tmp_path: Path) -> None:
    require_refused(run(tmp_path / "wrong", "backup", tmp_path / "file"), "There is no database ")
    require_refused(run(data, "backup", tmp_path / "missing/file"), "No backup was written: ")
    (tmp_path / "taken").write_bytes(b"")
    require_refused(run(data, "backup", tmp_path / "taken"), "taken already. Name another one.")
    require_refused(
        run(data, "backup", tmp_path / "file", "--recipient", "age1x"), "age1x is no public key", 2
    )
    require_refused(
        run(data, "backup", tmp_path / "file", V2F_BACKUP_RECIPIENT="age1x"),
        "V2F_BACKUP_RECIPIENT cannot be used",
        2,
    )
    (data / "voice2face.db").write_bytes(b"no database" * 1000)
    require_refused(
        run(data, "backup", tmp_path / "file"), "The database cannot be read: file is not a database."
    )
    assert not (tmp_path / "file").exists()


def test_erasing_again_tells_how_much_was_erased(data: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"no line of the service\n\xff\n")
    result = run(data, "erase-again", log)
    assert result.exit_code == 0, result.output
    assert "Erased 0 accounts and 0 requests; the service removes files that are left.\n" in result.output


def test_a_database_that_is_away_is_told(data: Path, tmp_path: Path) -> None:
    secret = "thirty-two random characters or more"
    away = {"V2F_DATABASE_URL": "mysql://user:word@127.0.0.1:9/name", "V2F_SECRET": secret}
    sentence = "the database does not answer. Try again."
    require_refused(run(data, "backup", tmp_path / "file", **away), f"No backup was written: {sentence}")
    assert run(data, "backup", tmp_path / "file").exit_code == 0
    result = run(tmp_path / "other", "restore", tmp_path / "file", **away)
    require_refused(result, f"The restore broke off, and the database has no rows: {sentence}")


def test_a_target_with_a_file_is_refused(data: Path, tmp_path: Path) -> None:
    assert run(data, "backup", tmp_path / "file").exit_code == 0
    other = tmp_path / "other"
    (other / "blobs/voices").mkdir(parents=True)
    (other / "blobs/voices/a.flac").write_bytes(b"")
    require_refused(run(other, "restore", tmp_path / "file"), "not empty: it holds voices/a.flac.")
    assert not (other / "voice2face.db").exists()


def test_sigterm_ends_a_backup_and_nothing_is_left_of_it(data: Path, tmp_path: Path) -> None:
    with (data / "blobs/output_condition/large-man_30.mp4").open("wb") as large:
        large.truncate(512 * 1024**2)  # takes seconds to be copied and verified
    process = subprocess.Popen(
        [sys.executable, "-m", "entrypoints", "backup", str(tmp_path / "backup")],
        env={**os.environ, "V2F_DATA": str(data), "PYTHONPATH": "src"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "backup.part").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 128 + signal.SIGTERM, said
    assert b"Traceback" not in said
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("backup")]
    assert not list((data / "scratch").iterdir())


def restore_and_kill(backup: Path, other: Path, restored: Path) -> int:
    """Kill a restore when some files are there, and return how many there are."""
    process = subprocess.Popen(
        [sys.executable, "-m", "entrypoints", "restore", str(backup)],
        env={**os.environ, "V2F_DATA": str(other), "PYTHONPATH": "src"},
    )
    deadline = time.monotonic() + 60
    while not (restored.exists() and len(list(restored.iterdir())) > 10) and time.monotonic() < deadline:
        assert process.poll() in (None, 0)
        time.sleep(0.005)
    process.kill()
    process.wait()
    return len(list(restored.iterdir()))


def test_a_restore_that_was_killed_continues_when_it_is_run_again(data: Path, tmp_path: Path) -> None:
    gallery = data / "blobs/output_condition"
    for number in range(300):
        (gallery / f"{number}-man_30.jpg").write_bytes(os.urandom(2000))
    assert run(data, "backup", tmp_path / "backup").exit_code == 0
    other = tmp_path / "other"
    restored = other / "blobs/output_condition"
    for _ in range(20):  # on a busy machine it may have ended before it is killed
        if (files := restore_and_kill(tmp_path / "backup", other, restored)) < 301:
            break
        shutil.rmtree(other)
    assert 10 < files < 301
    again = run(other, "restore", tmp_path / "backup")
    assert again.exit_code == 0, again.output
    assert {path.name: path.read_bytes() for path in restored.iterdir()} == {
        path.name: path.read_bytes() for path in gallery.iterdir()
    }
    assert not list((other / "scratch").rglob("*/*"))
