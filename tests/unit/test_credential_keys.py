"""The key that signs faces: from the settings, or made once and kept."""

import logging
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from adapters.credentials.certificates import VALIDITY, Identity, new_identity
from doubles.authorities import Authority, new_key
from entrypoints.composition.container import Container
from entrypoints.composition.credentials import identity_of
from entrypoints.composition.credentials import prepare_credentials as prepare
from entrypoints.composition.data_folder import prepare_data_folder
from entrypoints.composition.settings import Settings, SettingsError

pytestmark = pytest.mark.usefixtures("usual_umask")

NOW = datetime.now(UTC)
GIVEN = new_identity("Voice2Face (given)", NOW)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.read({"V2F_DATA": str(tmp_path / "data")})


def prepare_credentials(settings: Settings) -> None:
    """Do what a start does."""
    prepare(settings, identity_of(settings))


def given(identity: Identity, folder: Path) -> Settings:
    """Return settings that name two files, as of secrets that a container gets."""
    files = {"KEY": folder / "tls.key", "CERTIFICATES": folder / "tls.crt"}
    files["KEY"].write_text(identity.key)
    files["CERTIFICATES"].write_text(identity.certificates)
    named = {f"V2F_CREDENTIALS_{name}_FILE": str(path) for name, path in files.items()}
    return Settings.read({"V2F_DATA": str(folder / "data"), **named})


def test_the_first_start_makes_a_key_that_later_starts_use(settings: Settings) -> None:
    prepare_data_folder(settings)
    made = identity_of(settings)
    made.require_usable(NOW)
    assert identity_of(settings) == made
    folder = settings.data / "credentials"
    assert [path.name for path in folder.iterdir()] == ["signing.pem"]
    assert stat.S_IMODE((folder / "signing.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_key_that_was_open_to_others_is_closed(settings: Settings) -> None:
    identity_of(settings)
    (settings.data / "credentials" / "signing.pem").chmod(0o644)
    prepare_data_folder(settings)
    assert stat.S_IMODE((settings.data / "credentials" / "signing.pem").stat().st_mode) == 0o600


def test_processes_that_start_at_once_use_the_same_key(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as starts:
        assert len({identity.key for identity in starts.map(identity_of, [settings] * 16)}) == 1


def test_the_key_that_was_tried_is_the_one_that_signs(settings: Settings) -> None:
    container = Container(settings=settings)
    tried = container.identity()
    (settings.data / "credentials" / "signing.pem").unlink()
    assert container.labels()._identity is tried
    assert not (settings.data / "credentials" / "signing.pem").exists()


def test_a_key_of_the_settings_is_used_and_no_file_is_made(tmp_path: Path) -> None:
    used = identity_of(given(GIVEN, tmp_path))
    assert used.algorithm == GIVEN.algorithm
    assert used.issuer == GIVEN.issuer
    assert not (tmp_path / "data").exists()


def test_a_certificate_made_here_names_the_address_of_the_service(tmp_path: Path) -> None:
    public = {
        "V2F_PUBLIC_URL": "https://faces.example.org",
        "V2F_SECRET": "Kx7-dQ2mVv9_sT4nLw8yRz3pHc6bJf1gAe5uXo0i",
    }
    made = identity_of(Settings.read({"V2F_DATA": str(tmp_path), **public}))
    names = x509.load_pem_x509_certificate(made.issuer.encode()).subject.rfc4514_string()
    assert "Voice2Face (faces.example.org)" in names


@pytest.mark.parametrize("name", ["V2F_CREDENTIALS_KEY", "V2F_CREDENTIALS_CERTIFICATES"])
def test_half_of_what_signs_is_refused(name: str) -> None:
    with pytest.raises(
        SettingsError, match="V2F_CREDENTIALS_KEY and V2F_CREDENTIALS_CERTIFICATES, or neither"
    ):
        Settings.read({name: "a text"})


def test_a_key_that_does_not_belong_to_the_certificates_is_refused(tmp_path: Path) -> None:
    other = new_identity("Voice2Face", NOW)
    with pytest.raises(
        SettingsError,
        match=r"V2F_CREDENTIALS_KEY cannot be used: it holds another key than the first certificate",
    ):
        prepare_credentials(given(Identity(other.key, GIVEN.certificates), tmp_path))


@pytest.mark.parametrize(
    ("identity", "told"),
    [
        (
            Identity("keys/credentials_key", GIVEN.certificates),
            r"V2F_CREDENTIALS_KEY cannot .* no private key",
        ),
        (Identity(GIVEN.key, "keys/certificates"), r"V2F_CREDENTIALS_CERTIFICATES cannot .* no certificates"),
        (
            Identity(GIVEN.key, GIVEN.certificates.removesuffix(GIVEN.issuer)),
            r"V2F_CREDENTIALS_CERTIFICATES cannot .* its issuer's must follow",
        ),
    ],
    ids=["a path as the key", "a path as the certificates", "no issuer"],
)
def test_the_setting_that_cannot_be_used_is_named(tmp_path: Path, identity: Identity, told: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{told}.* _FILE name a file\.$"):
        prepare_credentials(given(identity, tmp_path))


@pytest.mark.parametrize(
    "content", ["", "no PEM", GIVEN.key, GIVEN.certificates, GIVEN.certificates + GIVEN.key[:-9]]
)
def test_a_file_without_a_key_and_certificates_is_refused_with_a_sentence(
    settings: Settings, content: str
) -> None:
    path = settings.data / "credentials" / "signing.pem"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with pytest.raises(
        SettingsError, match=r"signing\.pem cannot be used: it holds no .* Move the file away"
    ):
        prepare_credentials(settings)


def test_an_expired_certificate_is_refused_at_the_start(tmp_path: Path) -> None:
    expired = new_identity("Voice2Face", NOW - VALIDITY - timedelta(days=1))
    with pytest.raises(SettingsError, match=r"valid from \d{4}-\d\d-\d\d \d\d:\d\d to .* only"):
        prepare_credentials(given(expired, tmp_path))


def test_a_certificate_that_soon_expires_is_mentioned(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    prepare_credentials(given(new_identity("Voice2Face", NOW - VALIDITY + timedelta(days=59)), tmp_path))
    assert "valid until" in caplog.text
    caplog.clear()
    prepare_credentials(given(new_identity("Voice2Face", NOW - VALIDITY + timedelta(days=61)), tmp_path))
    assert caplog.text == ""


@pytest.mark.parametrize(("address", "level"), [("127.0.0.1", logging.INFO), ("0.0.0.0", logging.WARNING)])
def test_a_service_for_others_is_told_that_its_key_is_only_in_its_folder(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, address: str, level: int
) -> None:
    caplog.set_level(logging.INFO)
    secret = "Kx7-dQ2mVv9_sT4nLw8yRz3pHc6bJf1gAe5uXo0i"
    prepare_credentials(Settings.read({"V2F_DATA": str(tmp_path), "V2F_HOST": address, "V2F_SECRET": secret}))
    (record,) = (record for record in caplog.records if "V2F_CREDENTIALS_KEY is not set" in record.message)
    assert record.levelno == level


def test_a_folder_in_which_no_key_can_be_made_is_told(tmp_path: Path, settings: Settings) -> None:
    settings.data.mkdir()
    (settings.data / "credentials").write_text("a file, not a folder")
    with pytest.raises(SettingsError, match="cannot be read or made"):
        prepare_credentials(settings)


OWN_KEY = new_key()
OWN = Authority().identity("operator", OWN_KEY)
"""Of an operator who has a certificate of an authority."""
CANNOT_SIGN = {
    "without identifiers of keys": Authority(has_identifiers=False).identity("operator", OWN_KEY),
    "for any use": Authority().identity(
        "operator",
        OWN_KEY,
        uses=[ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE],
    ),
    "for time stamps, too": Authority().identity(
        "operator", OWN_KEY, uses=[ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.TIME_STAMPING]
    ),
    "of an issuer that is no authority": Authority(is_authority=False).identity("operator", OWN_KEY),
}


@pytest.mark.parametrize("name", CANNOT_SIGN)
def test_a_key_is_tried_at_the_start_so_that_no_face_is_made_in_vain(tmp_path: Path, name: str) -> None:
    CANNOT_SIGN[name].require_usable(NOW)  # only a signature tells
    with pytest.raises(
        SettingsError, match=r"V2F_CREDENTIALS_.* cannot be used: it (cannot sign|signs what)"
    ):
        prepare_credentials(given(CANNOT_SIGN[name], tmp_path))


def test_a_folder_that_takes_no_picture_on_trial_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with pytest.raises(SettingsError, match="signed on trial"):
        prepare_credentials(given(GIVEN, tmp_path))


@pytest.mark.parametrize("start", ["", "\ufeff", "Bag Attributes\n    friendlyName: voice2face\n"])
def test_what_stands_around_a_key_does_not_matter(tmp_path: Path, start: str) -> None:
    own = OWN
    prepare_credentials(given(Identity(start + own.key, start + own.certificates), tmp_path))


PARAMETERS = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"


@pytest.mark.parametrize(
    "order", ["{key}{certificates}", "{certificates}{key}", "\ufeff{more}{key}{certificates}"]
)
@pytest.mark.parametrize("own", [GIVEN, OWN], ids=["PRIVATE KEY", "EC PRIVATE KEY"])
def test_a_kept_file_may_hold_key_and_certificates_in_either_order(
    settings: Settings, order: str, own: Identity
) -> None:
    path = settings.data / "credentials" / "signing.pem"
    path.parent.mkdir(parents=True)
    text = order.format(key=own.key, certificates=own.certificates, more=PARAMETERS)
    path.write_text(text, "utf-8")
    prepare_credentials(settings)
    assert identity_of(settings) == own
