from pathlib import Path

import pytest

from adapters.sql import create_engine
from entrypoints.composition.settings import DEFAULT_SECRET, HttpSettings, Settings, SettingsError

SECRET = "thirty-two random characters or more"


def test_every_setting_has_a_default() -> None:
    settings = Settings.read({})
    assert settings.is_private
    assert settings.database.is_embedded
    assert settings.model_server.backend == "studio"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("V2F_PORT", "99999"),
        ("V2F_PORT", "-1"),
        ("V2F_PORT", "eighty"),
        ("V2F_TOKEN_HOURS", "-1"),
        ("V2F_JOB_CONCURRENCY", "0"),
        ("V2F_JOB_LEASE_SECONDS", "nan"),
        ("V2F_JOB_LEASE_SECONDS", "0"),
        ("V2F_JOB_TIME_LIMIT_SECONDS", "inf"),
        ("V2F_DATABASE_POOL_SIZE", "0"),
        ("V2F_CONDITION_FACES", "attic"),
        ("V2F_COLOUR", "blue"),
        ("V2F_HTTP_HEAD_KILOBYTES", "-1"),
        ("V2F_HTTP_FIELDS", "many"),
        ("V2F_HTTP_HEAD_SECONDS", "-1"),
        ("V2F_HTTP_IDLE_SECONDS", "nan"),
        ("V2F_HTTP_BODY_SECONDS", "inf"),
        ("V2F_HTTP_BODY_BYTES_A_SECOND", "1.5"),
        ("V2F_HTTP_SEND_SECONDS", "long"),
        ("V2F_HTTP_CONNECTIONS", "-5"),
        ("V2F_HTTP_CONNECTIONS_PER_ADDRESS", "few"),
        ("V2F_TRUSTED_PROXIES", "proxy.example.org"),
        ("V2F_TRUSTED_PROXIES", "10.0.0.0/40"),
        ("V2F_TRUSTED_PROXIES", "10.0.0.1,,10.0.0.2"),
        ("V2F_KNOWN_HOSTS", "https://faces.example.org"),
        ("V2F_KNOWN_HOSTS", "faces.example.org:99999"),
        ("V2F_KNOWN_HOSTS", "*"),
    ],
)
def test_an_invalid_setting_is_refused_with_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.read({name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("V2F_DATABASE_URL", "mysql+asyncmy://v2f:v2f@db/voice2face"),
        ("V2F_S3_ENDPOINT", "http://minio:9000"),
        ("V2F_AMQP_URL", "amqp://v2f:v2f@mq/"),
        ("V2F_MODEL_SERVER_URL", "http://model:5000"),
        ("V2F_PUBLIC_URL", "https://faces.example.org"),
        ("V2F_HOST", "0.0.0.0"),
        ("V2F_HOST", "faces.example.org"),
    ],
)
@pytest.mark.parametrize("secret", ["", DEFAULT_SECRET, "short"])
def test_a_secret_that_can_be_guessed_is_refused_when_other_machines_or_real_services_are_used(
    name: str, value: str, secret: str
) -> None:
    with pytest.raises(SettingsError, match="V2F_SECRET"):
        Settings.read({name: value, "V2F_SECRET": secret})
    assert Settings.read({name: value, "V2F_SECRET": SECRET}).security.secret == SECRET


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_no_secret_is_needed_when_only_this_machine_is_served(host: str) -> None:
    assert Settings.read({"V2F_HOST": host}).is_private


def test_0_lifts_every_limit_of_connections() -> None:
    names = HttpSettings.__struct_fields__
    http = Settings.read({f"V2F_HTTP_{name.upper()}": "0" for name in names}).http
    assert not any(getattr(http, name) for name in names)


def test_proxies_are_addresses_or_networks_and_known_hosts_names_with_or_without_a_port() -> None:
    settings = Settings.read(
        {
            "V2F_TRUSTED_PROXIES": "10.0.0.1, fd00::/8",
            "V2F_KNOWN_HOSTS": "faces.example.org, media.example.org:8443, [fd00::5]:80",
        }
    )
    assert settings.server.trusted_proxies == ("10.0.0.1", "fd00::/8")
    assert settings.server.known_hosts == ("faces.example.org", "media.example.org:8443", "[fd00::5]:80")


def test_a_list_may_have_spaces_after_its_commas() -> None:
    settings = Settings.read({"V2F_CORS_ORIGINS": "https://a.example.org, https://b.example.org"})
    assert settings.server.cors_origins == ("https://a.example.org", "https://b.example.org")


@pytest.mark.parametrize("name", ["a b", "50%", "what?", "c#", "a%20b"])
def test_the_database_is_in_the_data_folder_whatever_the_folder_is_called(name: str, tmp_path: Path) -> None:
    settings = Settings.read({"V2F_DATA": str(tmp_path / name)})
    database = create_engine(settings.database.url).url.database
    assert database == str(tmp_path / name / "voice2face.db")
