import secrets
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.sql import create_engine
from domain.retention import Retention
from domain.user import Language
from entrypoints.composition.policies import retention_of
from entrypoints.composition.setting_sections import HttpSettings
from entrypoints.composition.settings import Settings, SettingsError

SECRET = "thirty-two random characters or more"
QUOTA_NAMES = (
    "OPEN_REQUESTS",
    "REQUESTS_A_DAY",
    "DRAWING_SECONDS_A_DAY",
    "STORED_MEGABYTES",
    "UPLOADS_AT_ONCE",
    "STREAMS_AT_ONCE",
    "RESULTS",
)
ONCE_THE_DEFAULT = "not-a-secret-only-for-a-laptop-of-ones-own"


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
        ("V2F_DRAIN_SECONDS", "-1"),
        ("V2F_DRAIN_SECONDS", "inf"),
        ("V2F_DRAIN_SECONDS", "soon"),
        ("V2F_TOKEN_HOURS", "-1"),
        ("V2F_TOKEN_HOURS", "8761"),
        ("V2F_ACCESS_MINUTES", "0"),
        ("V2F_ACCESS_MINUTES", "1441"),
        ("V2F_SESSION_DAYS", "3651"),
        ("V2F_ACCESS_MINUTES", "soon"),
        ("V2F_SESSION_DAYS", "0"),
        ("V2F_SESSION_DAYS", "1.5"),
        ("V2F_SHARE_DAYS", "0"),
        ("V2F_BACKUP_RECIPIENT", "age1notakey"),
        ("V2F_SHARE_DAYS", "-7"),
        ("V2F_SHARE_DAYS", "3651"),
        ("V2F_SHARE_DAYS", "a week"),
        ("V2F_THROTTLE_WRONG_PASSWORDS", "-1"),
        ("V2F_THROTTLE_WRONG_PASSWORDS_PER_ADDRESS", "many"),
        ("V2F_THROTTLE_SIGN_UPS_AN_HOUR", "1.5"),
        ("V2F_THROTTLE_EMAIL_CHECKS_AN_HOUR", "inf"),
        ("V2F_THROTTLE_GUESTS_AN_HOUR", "none"),
        ("V2F_GUESTS", "perhaps"),
        ("V2F_THROTTLE_HASHES_WAITING", "-32"),
        ("V2F_OPERATOR", "x" * 501),
        ("V2F_CONSENT_REQUIRED", "perhaps"),
        ("V2F_CONSENT_REQUIRED", "2"),
        ("V2F_GUARDIAN_CONSENT_BY", "x" * 201),
        ("V2F_GUARDIAN_CONSENT_BY", "  "),
        ("V2F_THROTTLE_RESETS_AN_HOUR", "many"),
        ("V2F_CONFIRM_ADDRESS", "perhaps"),
        ("V2F_MAIL_SERVER", "https://mail.example.org"),
        ("V2F_MAIL_SERVER", "mail.example.org:587"),
        ("V2F_MAIL_PORT", "0"),
        ("V2F_MAIL_PORT", "65536"),
        ("V2F_MAIL_TLS", "ssl"),
        ("V2F_MAIL_SENDER", "faces.example.org"),
        ("V2F_MAIL_SENDER", "=?utf-8?q?x?=@example.org"),
        ("V2F_MAIL_SENDER", "faces@🙂.org"),
        ("V2F_OPERATOR", "a\udcff"),
        ("V2F_GUESTS", "maybe"),
        ("V2F_MAIL_SENDER", "Faces <faces@example.org>"),
        ("V2F_MAIL_PASSWORD", "without a user"),
        ("V2F_MAIL_USER", "without-a-password"),
        ("V2F_JOB_CONCURRENCY", "0"),
        ("V2F_JOB_LEASE_SECONDS", "nan"),
        ("V2F_JOB_LEASE_SECONDS", "0"),
        ("V2F_JOB_TIME_LIMIT_SECONDS", "inf"),
        ("V2F_DATABASE_POOL_SIZE", "0"),
        *((f"V2F_QUOTA_{name}", value) for name in QUOTA_NAMES for value in ("-1", "many", "1.5")),
        ("V2F_QUOTA_DRAWING_SECONDS_A_DAY", "599"),
        *(
            (f"V2F_RETENTION_{name}_DAYS", value)
            for name in ("RECORDINGS", "FACES", "FAILED", "IDLE_ACCOUNTS")
            for value in ("-1", "long", "0.5", "36501", "99999999999999999999")
        ),
        ("V2F_RETENTION_IDLE_ACCOUNTS_DAYS", "31"),
        ("V2F_DATABASE_URL", "mysq://v2f:v2f@db/voice2face"),
        ("V2F_DATABASE_URL", "faces.db"),
        ("V2F_PUBLIC_URL", "faces.example.org"),
        ("V2F_PUBLIC_URL", "https://"),
        ("V2F_CONDITION_FACES", "attic"),
        ("V2F_VISIBLE_MARK", "none"),
        ("V2F_LOG_ADDRESSES", "some"),
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
        ("V2F_CORS_ORIGINS", "faces.example.org"),
        ("V2F_CORS_ORIGINS", "https://faces.example.org/"),
        ("V2F_CORS_ORIGINS", "*,"),
    ],
)
def test_an_invalid_setting_is_refused_with_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.read({name: value})


@pytest.mark.parametrize("value", ["BOTH", "none", "ko,en", " off"])
def test_a_setting_of_some_words_names_them(value: str) -> None:
    with pytest.raises(
        SettingsError, match=r"^V2F_VISIBLE_MARK cannot be used: write both, ko, en or off\.$"
    ):
        Settings.read({"V2F_VISIBLE_MARK": value})


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
def test_a_secret_is_demanded_when_other_machines_or_real_services_are_used(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match="Set V2F_SECRET"):
        Settings.read({name: value})
    assert Settings.read({name: value, "V2F_SECRET": SECRET}).security.secret == SECRET


@pytest.mark.parametrize(
    "secret",
    ["short", ONCE_THE_DEFAULT, "a" * 32, "ab" * 20, "passw0rd" * 5, "x-secret-of-" * 3 + "x-sec", "abcdefg" + "a" * 40,
     "".join(map(chr, range(48, 48 + 32)))],
)  # fmt: skip
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_secret_that_can_be_guessed_is_refused_everywhere(secret: str, host: str) -> None:
    with pytest.raises(SettingsError, match="V2F_SECRET can be guessed"):
        Settings.read({"V2F_HOST": host, "V2F_SECRET": secret})


def test_random_secrets_of_any_usual_form_are_not_taken_for_guessable() -> None:
    for _ in range(300):
        for secret in (
            secrets.token_hex(16),
            secrets.token_urlsafe(24),
            f"{secrets.randbelow(10**40):040}",
            f"{secrets.randbits(128):0128b}",
        ):
            assert Settings.read({"V2F_SECRET": secret}).security.secret == secret


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_no_secret_is_needed_when_only_this_machine_is_served(host: str) -> None:
    assert Settings.read({"V2F_HOST": host}).is_private


def test_no_secret_is_told_by_the_representation_of_the_settings() -> None:
    told = repr(
        Settings.read(
            {
                "V2F_SECRET": SECRET,
                "V2F_DATABASE_URL": "mysql+asyncmy://v2f:password-of-mysql@db/voice2face",
                "V2F_AMQP_URL": "amqp://v2f:password-of-rabbitmq@mq/",
                "V2F_S3_SECRET_KEY": "password-of-s3",
                "V2F_MAIL_USER": "voice2face",
                "V2F_MAIL_PASSWORD": "password-of-mail",
            }
        )
    )
    assert SECRET not in told
    assert "password" not in told


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


MAIL = {
    "V2F_MAIL_SERVER": "mail.example.org",
    "V2F_MAIL_SENDER": "faces@example.org",
    "V2F_PUBLIC_URL": "https://faces.example.org",
    "V2F_SECRET": SECRET,
}


def test_a_mail_server_takes_mails_from_an_address_of_ours_on_an_encrypted_connection() -> None:
    mail = Settings.read(MAIL).mail
    assert (mail.backend, mail.port, mail.tls) == ("smtp", 587, "starttls")
    assert Settings.read({}).mail.backend == "folder"
    with pytest.raises(SettingsError, match="V2F_MAIL_SENDER"):
        Settings.read({**MAIL, "V2F_MAIL_SENDER": ""})
    with pytest.raises(SettingsError, match="V2F_MAIL_TLS cannot be none"):
        Settings.read({**MAIL, "V2F_MAIL_TLS": "none"})
    on_this_machine = {**MAIL, "V2F_MAIL_SERVER": "localhost", "V2F_MAIL_TLS": "none", "V2F_PUBLIC_URL": ""}
    assert Settings.read(on_this_machine).mail.tls == "none"


def test_mails_to_others_need_an_address_that_their_links_begin_with() -> None:
    with pytest.raises(SettingsError, match="Set V2F_PUBLIC_URL"):
        Settings.read({**MAIL, "V2F_PUBLIC_URL": ""})


def test_a_list_may_have_spaces_after_its_commas() -> None:
    settings = Settings.read({"V2F_CORS_ORIGINS": "https://a.example.org, https://b.example.org"})
    assert settings.server.cors_origins == ("https://a.example.org", "https://b.example.org")


@pytest.mark.parametrize("name", ["a b", "50%", "what?", "c#", "a%20b"])
def test_the_database_is_in_the_data_folder_whatever_the_folder_is_called(name: str, tmp_path: Path) -> None:
    settings = Settings.read({"V2F_DATA": str(tmp_path / name)})
    database = create_engine(settings.database.url).url.database
    assert database == str(tmp_path / name / "voice2face.db")


@pytest.mark.parametrize("name", QUOTA_NAMES)
def test_zero_is_a_quota_that_is_lifted(name: str) -> None:
    assert getattr(Settings.read({f"V2F_QUOTA_{name}": "0"}).quotas, name.lower()) == 0


def test_the_time_for_drawing_must_suffice_for_one_job() -> None:
    longer = {"V2F_JOB_TIME_LIMIT_SECONDS": "7200.5"}
    with pytest.raises(SettingsError, match=r"each job may take 7200\.5 seconds"):
        Settings.read(longer)
    assert Settings.read({**longer, "V2F_QUOTA_DRAWING_SECONDS_A_DAY": "7201"}).quotas.open_requests == 10


def test_everything_is_kept_by_default_and_for_whole_days_if_a_setting_says_so() -> None:
    assert retention_of(Settings.read({})) == Retention()
    given = {"RECORDINGS": "30", "FACES": "90", "FAILED": "7", "IDLE_ACCOUNTS": "365"}
    settings = Settings.read({f"V2F_RETENTION_{name}_DAYS": days for name, days in given.items()})
    assert retention_of(settings) == Retention(
        recordings=timedelta(days=30),
        faces=timedelta(days=90),
        failed=timedelta(days=7),
        idle_accounts=timedelta(days=365),
    )


def test_an_account_is_idle_only_when_no_token_of_its_user_is_valid_any_more() -> None:
    idle = {"V2F_RETENTION_IDLE_ACCOUNTS_DAYS": "32"}
    assert Settings.read(idle).retention.idle_accounts_days == 32
    for longer in ({"V2F_TOKEN_HOURS": "25"},):
        with pytest.raises(SettingsError, match="Set it to 33 or more, or to 0"):
            Settings.read({**idle, **longer})


def test_a_value_can_be_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    assert Settings.read({"V2F_SECRET_FILE": str(secret)}).security.secret == SECRET


@pytest.mark.parametrize(
    ("environment", "content", "sentence"),
    [
        ({"V2F_SECRET": SECRET}, SECRET.encode(), "Set V2F_SECRET or V2F_SECRET_FILE, but not both."),
        ({}, b" \n", "is empty"),
        ({}, b"\xff\xfe", "holds no text in UTF-8"),
        ({}, None, "cannot be read: No such file or directory"),
        ({}, b"short", "V2F_SECRET can be guessed"),
    ],
)
def test_a_file_that_cannot_be_used_is_an_error_that_names_the_variable(
    tmp_path: Path, environment: dict[str, str], content: bytes | None, sentence: str
) -> None:
    file = tmp_path / "value"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=sentence):
        Settings.read({**environment, "V2F_SECRET_FILE": str(file)})


def test_a_file_for_a_setting_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "value"
    file.write_text("x")
    with pytest.raises(SettingsError, match="There is no setting V2F_COLOUR"):
        Settings.read({"V2F_COLOUR_FILE": str(file)})


@pytest.mark.parametrize(
    ("given", "languages"),
    [
        ({}, (Language.KOREAN, Language.ENGLISH)),
        ({"V2F_VISIBLE_MARK": "both"}, (Language.KOREAN, Language.ENGLISH)),
        ({"V2F_VISIBLE_MARK": "ko"}, (Language.KOREAN,)),
        ({"V2F_VISIBLE_MARK": "en"}, (Language.ENGLISH,)),
        ({"V2F_VISIBLE_MARK": "off"}, ()),
    ],
)
def test_the_mark_is_in_the_languages_of_the_setting(
    given: dict[str, str], languages: tuple[Language, ...]
) -> None:
    assert Settings.read(given).faces.mark_languages == languages
