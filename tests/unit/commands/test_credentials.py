"""The commands that tell what a file says of itself: sentences and exit codes."""

import json
import resource
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import c2pa
import pytest
from click.testing import CliRunner, Result

from adapters.credentials.certificates import VALIDITY, new_identity
from adapters.credentials.labels import SignedLabels
from adapters.credentials.metadata.statement import SOURCE_TYPES
from adapters.credentials.signing import SETTINGS
from application.ports.faces import FaceFiles, Origin
from domain.feedback import FaceKind
from doubles.authorities import Authority, new_key
from doubles.face_files import noise, write_face
from entrypoints.commands.cli import main
from entrypoints.commands.generate import save
from entrypoints.composition.credentials import identity_of
from entrypoints.composition.settings import Settings, SettingsError

pytestmark = pytest.mark.usefixtures("usual_umask")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def run(data: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], env={"V2F_DATA": str(data)})


@pytest.fixture
async def portrait(data: Path, tmp_path: Path) -> Path:
    """Return a portrait that the service of the data folder has signed."""
    path = tmp_path / "portrait.png"
    noise().save(path)
    identity = identity_of(Settings.read({"V2F_DATA": str(data)}))
    await SignedLabels(identity, "9.9").label(FaceFiles(origin=Origin.ALGORITHM, portrait=path, video=None))
    return path


def test_a_face_of_this_service_is_known(data: Path, portrait: Path) -> None:
    told = run(data, "verify", portrait)
    assert told.exit_code == 0
    assert told.output == (
        f"{portrait} is unchanged since it was signed, by an issuer to trust.\n"
        "  signed by: Voice2Face\n"
        "  made with: Voice2Face 9.9\n"
        "  source type: http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia\n"
    )


def test_a_face_of_another_service_is_known_by_the_certificate_of_its_issuer(
    data: Path, portrait: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    unknown = run(elsewhere, "verify", portrait)
    assert unknown.exit_code == 1
    assert "is not one to trust here" in unknown.output
    assert "signingCredential.untrusted" in unknown.output
    assert "name the issuer with --issuer" in unknown.stderr
    assert not elsewhere.exists()  # verifying makes no key
    certificate = tmp_path / "issuer.pem"
    certificate.write_text(run(data, "issuer").output)
    assert run(elsewhere, "verify", portrait, "--issuer", certificate).exit_code == 0
    as_some_editors_save_it = "\ufeffOur issuer:\n" + certificate.read_text()
    certificate.write_text(as_some_editors_save_it, "utf-8")
    assert run(elsewhere, "verify", portrait, "--issuer", certificate).exit_code == 0


def test_a_changed_file_and_one_without_credentials_are_told(
    data: Path, portrait: Path, tmp_path: Path
) -> None:
    content = bytearray(portrait.read_bytes())
    content[-60] ^= 1
    portrait.write_bytes(content)
    changed = run(data, "verify", portrait)
    assert changed.exit_code == 1
    assert "was changed after it was signed" in changed.output
    assert "assertion.dataHash.mismatch" in changed.output
    plain = tmp_path / "plain.JPG"
    noise().save(plain)
    told = run(data, "verify", plain)
    assert (told.exit_code, told.output) == (
        1,
        f"{plain} has no content credentials. Its metadata was not looked at.\n",
    )


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.mp4", "cut.png"])
async def test_a_file_that_cannot_be_read_is_not_called_changed(
    data: Path, portrait: Path, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    file.write_bytes(portrait.read_bytes()[:3000] if name == "cut.png" else b"notes, and no picture at all")
    told = run(data, "verify", file)
    assert told.exit_code == 1
    assert told.output.startswith(f"{file} cannot be read: ")
    assert "was changed" not in told.output


def test_an_issuer_that_is_no_certificate_is_a_wrong_call(data: Path, portrait: Path, tmp_path: Path) -> None:
    (tmp_path / "issuer.pem").write_text("no certificate")
    told = run(data, "verify", portrait, "--issuer", tmp_path / "issuer.pem")
    assert told.exit_code == 2
    assert "holds no certificates in PEM" in told.output


def test_a_certificate_that_has_expired_still_tells_who_signed(
    data: Path, portrait: Path, tmp_path: Path
) -> None:
    expired = new_identity("Voice2Face", datetime.now(UTC) - VALIDITY - timedelta(days=1))
    (tmp_path / "old" / "credentials").mkdir(parents=True)
    (tmp_path / "old").chmod(0o700)
    (tmp_path / "old" / "credentials" / "signing.pem").write_text(expired.key + expired.certificates)
    assert run(tmp_path / "old", "issuer").output == expired.issuer
    told = run(tmp_path / "old", "verify", portrait)
    assert told.exit_code == 1
    assert "is not one to trust here" in told.output
    with pytest.raises(SettingsError, match=r"cannot be used: .* only"):
        identity_of(Settings.read({"V2F_DATA": str(tmp_path / "old")}))


@pytest.mark.parametrize("name", ["notes.txt", "face.gif", "face", "voice.flac"])
def test_what_is_no_face_is_a_wrong_call(data: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("notes")
    told = run(data, "verify", tmp_path / name)
    assert told.exit_code == 2
    assert "is no picture" in told.output


def test_the_issuer_stays_the_same(data: Path) -> None:
    identity_of(Settings.read({"V2F_DATA": str(data)}))
    first, second = (run(data, "issuer") for _ in range(2))
    assert first.exit_code == 0
    assert first.output == second.output
    assert first.output.startswith("-----BEGIN CERTIFICATE-----\n")
    assert "PRIVATE" not in first.output
    assert first.output == identity_of(Settings.read({"V2F_DATA": str(data)})).issuer


def test_a_service_that_has_not_started_yet_has_no_issuer(data: Path) -> None:
    told = run(data, "issuer")
    assert (told.exit_code, told.stdout) == (2, "")
    assert f"There is no key in {data} yet" in told.stderr
    assert not data.exists()


def test_certificates_of_another_key_are_no_issuer(data: Path) -> None:
    one, other = (new_identity("Voice2Face", datetime.now(UTC)) for _ in range(2))
    (data / "credentials").mkdir(parents=True)
    (data / "credentials" / "signing.pem").write_text(one.key + other.certificates)
    told = run(data, "issuer")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "holds another key than" in told.stderr


def test_a_name_of_a_file_cannot_steer_the_terminal(data: Path, tmp_path: Path) -> None:
    for name in ("a\x1b[8m.png", "a\x1b[8m.txt"):
        (tmp_path / name).write_text("notes")
        assert "\x1b" not in run(data, "verify", tmp_path / name).output


async def test_words_of_a_file_do_not_pass_for_those_of_the_command(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "portrait.png"
    noise().save(path)
    forged = new_identity(f"Voice2Face.\nIt is{' ' * 10}genuine\x1b[8m\u202e", datetime.now(UTC))
    await SignedLabels(forged, "9.9\n").label(FaceFiles(origin=Origin.ALGORITHM, portrait=path, video=None))
    first, signer, *_ = run(data, "verify", path).stdout.split("\n")
    assert first == f"{path} is unchanged since it was signed, but its issuer is not one to trust here."
    assert signer == "  signed by, as it says: Voice2Face.�It is genuine�[8m�"


@pytest.mark.parametrize("name", ["", " ", "a" * 65, "two\nlines", "\x1b[8m"])
def test_a_name_that_certificates_cannot_hold_or_programs_cannot_show_is_a_wrong_call(
    data: Path, tmp_path: Path, name: str
) -> None:
    told = run(data, "signing-key", tmp_path / "keys", "--name", name)
    assert told.exit_code == 2
    assert "write 1 to 64 characters on one line" in told.stderr
    assert not (tmp_path / "keys").exists()


async def test_another_customer_of_the_same_authority_is_not_trusted(data: Path, tmp_path: Path) -> None:
    authority = Authority()
    ours, theirs = (authority.identity("Example", new_key()) for _ in range(2))  # of the same name, too
    verdicts = []
    for number, identity in enumerate((ours, theirs)):
        path = tmp_path / f"{number}.png"
        noise().save(path)
        await SignedLabels(identity, "9.9").label(
            FaceFiles(origin=Origin.ALGORITHM, portrait=path, video=None)
        )
        (data / "credentials").mkdir(parents=True, exist_ok=True)
        (data / "credentials" / "signing.pem").write_text(ours.key + ours.certificates)
        verdicts.append(run(data, "verify", path))
    assert [told.exit_code for told in verdicts] == [0, 1]
    assert "not with the certificate of this service" in verdicts[1].output


async def test_credentials_at_an_address_are_not_asked_for(data: Path, tmp_path: Path) -> None:
    picture, pointing = tmp_path / "picture.png", tmp_path / "pointing.png"
    noise().save(picture)
    claim = {
        "claim_generator_info": [{"name": "a tool", "version": "1"}],
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {
                    "actions": [
                        {"action": "c2pa.created", "digitalSourceType": SOURCE_TYPES[Origin.ALGORITHM]}
                    ]
                },
            }
        ],
    }
    identity = new_identity("Example", datetime.now(UTC))
    given = (identity.algorithm, identity.certificates, identity.signing_key)
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(*(text.encode() for text in given), None))
    with c2pa.Builder.from_json(json.dumps(claim), c2pa.Context.from_dict(SETTINGS)) as builder:
        builder.set_no_embed()
        builder.set_remote_url("https://faces.example.org/claim.c2pa")
        with picture.open("rb") as source, pointing.open("w+b") as target:
            builder.sign(signer, "image/png", source, target)
    told = run(data, "verify", pointing)
    assert told.exit_code == 1
    assert told.output.startswith(f"{pointing} has no content credentials in it, but the address of some")


def test_half_a_key_is_not_left_on_a_full_disk(tmp_path: Path) -> None:
    def fill_disk() -> None:
        resource.setrlimit(
            resource.RLIMIT_FSIZE, (300, 300)
        )  # a key has 241 bytes, its certificates have more

    told = subprocess.run(
        [sys.executable, "-m", "entrypoints", "signing-key", "keys"],
        cwd=tmp_path,
        preexec_fn=fill_disk,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert told.stderr == f"Error: {tmp_path / 'keys'} cannot be written to: File too large.\n"
    assert list((tmp_path / "keys").iterdir()) == []


def test_certificates_that_are_there_already_stay_alone(data: Path, tmp_path: Path) -> None:
    (tmp_path / "credentials_certificates").write_text("those of before")
    told = run(data, "signing-key", tmp_path)
    assert told.exit_code == 1
    assert "credentials_certificates is there already" in told.stderr
    assert not (tmp_path / "credentials_key").exists()


def test_a_key_of_another_user_is_told_and_not_to_be_removed(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity_of(Settings.read({"V2F_DATA": str(data)}))
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    told = run(data, "issuer")
    assert told.exit_code == 2
    assert "Run it as the user of the service" in told.stderr


def test_a_key_that_cannot_be_used_is_told(data: Path) -> None:
    (data / "credentials").mkdir(parents=True)
    (data / "credentials" / "signing.pem").write_text("nothing")
    told = run(data, "issuer")
    assert told.exit_code == 2
    assert "cannot be used" in told.stderr


def test_faces_that_are_made_without_the_service_carry_metadata(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    files = write_face(tmp_path / "made")
    save(files, tmp_path, FaceKind.VOICE)
    for name in ("portrait.png", "talking.mp4"):
        assert b"digitalsourcetype/algorithmicMedia<" in (tmp_path / name).read_bytes()
    save(replace(files, video=None), tmp_path, FaceKind.CONDITION)
    assert sorted(path.name for path in tmp_path.glob("*.*")) == [
        "condition.png",
        "portrait.png",
        "talking.mp4",
    ]


def test_a_new_key_for_all_workers_can_be_used_and_replaces_none(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    told = run(data, "signing-key", folder, "--name", "Example")
    assert told.exit_code == 0
    key, certificates = folder / "credentials_key", folder / "credentials_certificates"
    assert key.stat().st_mode & 0o777 == 0o600
    named = {"V2F_CREDENTIALS_KEY_FILE": str(key), "V2F_CREDENTIALS_CERTIFICATES_FILE": str(certificates)}
    identity = identity_of(Settings.read({"V2F_DATA": str(data), **named}))
    assert f"to {key.resolve()}," in told.output
    assert f"until {identity.expires:%Y-%m-%d}" in told.output
    before = key.read_bytes()
    again = run(data, "signing-key", folder)
    assert again.exit_code == 1
    assert "credentials_key is there already" in again.output
    assert key.read_bytes() == before
