"""The settings of the stack: what they make of it, and what is said of those that cannot be used."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.x509.oid import NameOID
from voice2face_stack.images import service_image
from voice2face_stack.servers import forget_servers, images_of, keep_servers
from voice2face_stack.settings import (
    CREDENTIALS,
    HERE,
    MAIL_PASSWORD,
    SECRETS,
    StackError,
    StackSettings,
    files_digest,
    keep_given,
    make_secrets,
    read_settings,
)

from adapters.credentials.certificates import Identity


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a stack."""
    return tmp_path / "stack"


def settings_in(folder: Path, **variables: str) -> StackSettings:
    """Return the settings that a folder has, with these variables in the environment and no others."""
    return read_settings({"STACK": str(folder), **variables})


def with_settings(folder: Path, text: str, **variables: str) -> StackSettings:
    """Return the settings that a file with this text makes."""
    folder.mkdir(exist_ok=True)
    (folder / "stack.env").write_text(text)
    return settings_in(folder, **variables)


def test_the_first_start_makes_settings_and_secrets_that_only_their_user_reaches(folder: Path) -> None:
    settings = settings_in(folder)
    assert (settings.public_url, settings.is_test) == ("https://voice2face.localhost", True)
    assert folder.stat().st_mode & 0o777 == 0o700
    made = {name: (folder / "secrets" / name).read_text().strip() for name in SECRETS}
    assert len(set(made.values())) == len(SECRETS)
    assert min(map(len, made.values())) >= 32
    credentials = [(folder / "secrets" / name).read_text() for name in CREDENTIALS]
    Identity(*credentials).require_usable(datetime.now(UTC))
    make_secrets(folder / "secrets", settings.organisation)
    assert credentials == [(folder / "secrets" / name).read_text() for name in CREDENTIALS]
    assert made == {name: (folder / "secrets" / name).read_text().strip() for name in SECRETS}


@pytest.mark.parametrize(
    ("domain", "name"), [("faces.example.org", "Voice2Face (faces.example.org)"), ("", "Voice2Face")]
)
def test_whoever_reads_the_certificates_of_a_public_stack_learns_its_address(
    folder: Path, domain: str, name: str
) -> None:
    settings_in(folder, DOMAIN=domain, EMAIL="admin@example.org")
    certificates = x509.load_pem_x509_certificates(
        (folder / "secrets" / "credentials_certificates").read_bytes()
    )
    for certificate in certificates:
        (told,) = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        assert told.value == name


@pytest.mark.parametrize("lost", CREDENTIALS)
def test_half_of_what_signs_faces_is_refused(folder: Path, lost: str) -> None:
    settings_in(folder)
    (folder / "secrets" / lost).unlink()
    with pytest.raises(StackError, match=f"{lost}: missing"):
        settings_in(folder)


def test_a_folder_that_others_could_read_is_closed(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    settings_in(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_variable_of_the_environment_goes_before_the_file(folder: Path) -> None:
    settings = with_settings(folder, "WORKERS=2\nAPI=2\n", WORKERS="5", API="", COMPOSE_PROJECT_NAME="own")
    assert (settings.count("WORKERS"), settings.count("API"), settings.project) == (5, 2, "own")


def test_what_the_environment_gives_at_the_start_is_kept_for_later_commands(folder: Path) -> None:
    settings_in(folder)
    with_settings(folder, "# ours\nWORKERS=2\nAPI=1\nIMAGE=\n")
    given = settings_in(folder, WORKERS="5", DOMAIN="faces.example.org", API="1", IMAGE="voice2face:other")
    assert keep_given(given) == {"WORKERS": "5", "DOMAIN": "faces.example.org"}
    kept = (folder / "stack.env").read_text()
    assert kept == "# ours\nWORKERS=5\nAPI=1\nIMAGE=\nDOMAIN=faces.example.org\n"
    assert settings_in(folder).public_url == "https://faces.example.org"
    assert keep_given(settings_in(folder)) == {}


def test_the_password_of_a_mail_server_is_a_file_for_its_operator_to_fill(folder: Path) -> None:
    settings_in(folder)
    file = folder / "secrets" / MAIL_PASSWORD
    assert file.read_text().strip() == ""
    file.unlink()
    file.write_text("from the mail server\n")
    file.chmod(0o600)  # as a copy from elsewhere may be
    settings_in(folder)
    assert file.read_text() == "from the mail server\n"
    assert file.stat().st_mode & 0o777 == 0o644  # the user of a container reads it; the folder is closed


@pytest.mark.parametrize("variable", ["IMAGE", "VOICE2FACE_IMAGE"])
def test_an_image_that_is_named_is_taken_and_none_is_built_under_its_name(
    folder: Path, variable: str
) -> None:
    settings = with_settings(folder, "IMAGE=voice2face:0.2.0\n", **{variable: "voice2face:0.3.0"})
    assert service_image(settings) == settings.asked_image == "voice2face:0.3.0"
    assert service_image(settings_in(folder)) == "voice2face:0.2.0"
    assert settings_in(folder).asked_image == ""


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
        *("EMAIL=me", "HTTP_PORT=0", "HTTPS_PORT=70000", "HTTPS_PORT=80", "WORKERS=many", "API=0"),
        *("ACME_SERVER=example.org", "EDGE_SUBNET=10.217.83.1/24"),
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
    (folder / "service.env").write_text("# ours\nV2F_RETENTION_FACES_DAYS 30\n")
    with pytest.raises(StackError, match=r"service\.env, line 2: write NAME=value"):
        with_settings(folder, "API=1\n")


def test_a_value_that_the_environment_gives_is_not_said_to_be_in_the_file(folder: Path) -> None:
    with pytest.raises(StackError, match=r"^the environment's API cannot be used: write a number"):
        settings_in(folder, API="http://127.0.0.1:8000")


def test_a_secret_of_the_data_that_is_gone_is_not_made_anew(folder: Path) -> None:
    settings_in(folder)
    file = folder / "secrets" / "mysql_password"
    file.unlink()
    with pytest.raises(StackError, match="mysql_password: missing, though the data of the stack needs it"):
        settings_in(folder)
    assert not file.exists()


def test_a_container_is_replaced_when_its_folder_of_configuration_has_changed(folder: Path) -> None:
    environment = settings_in(folder).environment()
    services = yaml.safe_load((HERE / "compose.yaml").read_text())["services"]
    read_otherwise = {"frontend", "pebble"}  # compose.yaml tells why
    found = 0
    for name, service in services.items():
        for volume in service.get("volumes", []):
            if name not in read_otherwise and (mounted := re.match(r"\./([a-z]+)[:/]", volume)):
                label = f"{mounted[1].upper()}_FILES"
                assert service["labels"] == {"configuration": f"${{{label}}}"}, name
                assert environment[label] == files_digest(HERE / mounted[1])
                found += 1
    assert found >= 4


def test_a_digest_of_files_changes_with_their_names_and_contents(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "nginx.conf"
    file.parent.mkdir()
    digests = set()
    for text in ("one", "two"):
        file.write_text(text)
        digests.add(files_digest(tmp_path))
    file.rename(file.with_name("other.conf"))
    digests.add(files_digest(tmp_path))
    file.write_text("")
    digests.add(files_digest(tmp_path))
    assert len(digests) == 4
    assert files_digest(tmp_path) in digests


SERVERS = {"MYSQL_IMAGE": "local/mysql:9", "RABBITMQ_IMAGE": "rabbitmq:4.1", "S3_IMAGE": "minio/minio:2025"}


def test_a_stack_goes_on_with_its_servers_and_with_other_versions_of_them(folder: Path) -> None:
    folder.mkdir()
    keep_servers(folder, SERVERS)
    newer = {**SERVERS, "MYSQL_IMAGE": "local/mysql:10", "NGINX_IMAGE": "nginx:1"}
    keep_servers(folder, newer)
    assert images_of(folder) == newer


@pytest.mark.parametrize("name", list(SERVERS))
def test_a_server_that_did_not_write_the_data_is_refused_until_the_data_is_removed(
    folder: Path, name: str
) -> None:
    folder.mkdir()
    keep_servers(folder, SERVERS)
    other = {**SERVERS, name: "registry.example.org:5000/other:1"}
    variable = name.replace("_IMAGE", "_TEST_IMAGE")
    with pytest.raises(StackError, match=f"Set {variable}={SERVERS[name]} to go on with the earlier one"):
        keep_servers(folder, other)
    assert images_of(folder) == SERVERS
    forget_servers(folder)
    keep_servers(folder, other)
    assert images_of(folder) == other
