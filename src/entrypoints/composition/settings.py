"""Settings: read from the environment once, and checked."""

import math
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin
from urllib.parse import quote

import msgspec

from adapters.mail.addresses import is_mailbox
from domain.retention import NOTICE_BEGINS
from domain.user import is_email_address
from entrypoints.composition.guessable import SHORTEST_SECRET, is_guessable
from entrypoints.composition.hosts import is_host, is_loopback, is_network
from entrypoints.composition.setting_sections import (
    AccountSettings,
    AmqpSettings,
    BackupSettings,
    ConsentSettings,
    CredentialSettings,
    DatabaseSettings,
    FaceSettings,
    HttpSettings,
    JobSettings,
    LogSettings,
    MailSettings,
    ModelServerSettings,
    QuotaSettings,
    RetentionSettings,
    S3Settings,
    Section,
    SecuritySettings,
    ServerSettings,
    ThrottleSettings,
)

BOOLEANS = {"true", "false", "1", "0"}
FILE_ENDING = "_FILE"
"""Of a variable that names a file with the value, such as a secret that a container gets as a file."""

AnySection = TypeVar("AnySection", bound=Section)


class SettingsError(Exception):
    """A setting cannot be used; the message names the variable."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings."""

    data: Path
    server: ServerSettings
    http: HttpSettings
    security: SecuritySettings
    accounts: AccountSettings
    mail: MailSettings
    throttle: ThrottleSettings
    consent: ConsentSettings
    database: DatabaseSettings
    s3: S3Settings
    backup: BackupSettings
    amqp: AmqpSettings
    jobs: JobSettings
    quotas: QuotaSettings
    retention: RetentionSettings
    model_server: ModelServerSettings
    faces: FaceSettings
    credentials: CredentialSettings
    logs: LogSettings

    @property
    def studio_makes_both_faces(self) -> bool:
        """Whether neither a model server nor the gallery makes one of a result's faces."""
        return self.model_server.backend == self.faces.condition_faces == "studio"

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the `V2F_…` variables; raises `SettingsError` for values that cannot be used and for unknown names.

        For a variable `V2F_X`, `V2F_X_FILE` may name the file with its value.
        """
        given = {name: value for name, value in environment.items() if name.startswith("V2F_") and value}
        _read_files(given)
        for name, value in given.items():
            if any(0xD800 <= ord(character) < 0xE000 for character in value):
                raise SettingsError(f"{name} cannot be used: it is not UTF-8.")
        data = Path(given.pop("V2F_DATA", "data")).resolve()
        given.setdefault("V2F_DATABASE_URL", f"sqlite+aiosqlite:///{quote(str(data / 'voice2face.db'))}")
        settings = cls(
            data=data,
            server=_take(ServerSettings, "V2F_", given),
            http=_take(HttpSettings, "V2F_HTTP_", given),
            security=_take(SecuritySettings, "V2F_", given),
            accounts=_take(AccountSettings, "V2F_", given),
            mail=_take(MailSettings, "V2F_MAIL_", given),
            throttle=_take(ThrottleSettings, "V2F_THROTTLE_", given),
            consent=_take(ConsentSettings, "V2F_", given),
            database=_take(DatabaseSettings, "V2F_DATABASE_", given),
            s3=_take(S3Settings, "V2F_S3_", given),
            backup=_take(BackupSettings, "V2F_BACKUP_", given),
            amqp=_take(AmqpSettings, "V2F_AMQP_", given),
            jobs=_take(JobSettings, "V2F_JOB_", given),
            quotas=_take(QuotaSettings, "V2F_QUOTA_", given),
            retention=_take(RetentionSettings, "V2F_RETENTION_", given),
            model_server=_take(ModelServerSettings, "V2F_MODEL_SERVER_", given),
            faces=_take(FaceSettings, "V2F_", given),
            credentials=_take(CredentialSettings, "V2F_CREDENTIALS_", given),
            logs=_take(LogSettings, "V2F_LOG_", given),
        )
        if given:
            raise SettingsError(f"There is no setting {', '.join(sorted(given))}.")
        settings.require_usable_addresses()
        settings.require_safe_secret()
        settings.require_time_for_a_job()
        settings.require_usable_mail_server()
        settings.require_usable_recipient()
        settings.require_time_for_a_notice()
        settings.require_whole_credentials()
        return settings

    @property
    def is_private(self) -> bool:
        """Whether the service uses files of this machine only and listens to this machine only."""
        services = (self.s3.endpoint, self.amqp.url, self.model_server.url, self.server.public_url)
        return self.database.is_embedded and not any(services) and is_loopback(self.server.host)

    def require_usable_addresses(self) -> None:
        """Raise `SettingsError` for what is no address, no network, no name, or no database of a kind that we know."""
        if self.server.public_url and not re.match(r"https?://[^/\s]", self.server.public_url):
            raise SettingsError(
                "V2F_PUBLIC_URL cannot be used: begin it with https:// or http:// and a name."
            )
        for origin in self.server.cors_origins:
            if origin != "*" and not re.fullmatch(r"https?://[^/\s]+", origin):
                raise SettingsError(
                    f"V2F_CORS_ORIGINS cannot be used: «{origin}» is not an origin such as https://faces.example.org, "
                    "without a path or a slash at its end."
                )
        for host in self.server.known_hosts:
            if not is_host(host):
                raise SettingsError(
                    f"V2F_KNOWN_HOSTS cannot be used: «{host}» is not a name, or a name:port."
                )
        for proxy in self.server.trusted_proxies:
            if not is_network(proxy):
                raise SettingsError(
                    f"V2F_TRUSTED_PROXIES cannot be used: «{proxy}» is not an address, or a network such as 10.0.0.0/8."
                )
        if not re.match(r"(mysql|sqlite)(\+\w+)?://", self.database.url):
            raise SettingsError(
                "V2F_DATABASE_URL cannot be used: begin it with mysql+asyncmy:// or sqlite+aiosqlite://."
            )

    def require_safe_secret(self) -> None:
        """Raise `SettingsError` for a secret that can be guessed, or for none unless the service is private."""
        secret = self.security.secret
        if not secret and not self.is_private:
            raise SettingsError(
                f"Set V2F_SECRET to {SHORTEST_SECRET} random characters or more "
                "before using real servers or a public address, or listening to other machines."
            )
        if secret and is_guessable(secret):
            raise SettingsError(
                f"V2F_SECRET can be guessed. Set it to {SHORTEST_SECRET} random characters or more, "
                "such as `openssl rand -base64 48` prints."
            )

    def require_usable_mail_server(self) -> None:
        """Raise `SettingsError` for a mail server that could not be used, or not safely."""
        mail = self.mail
        if mail.server and (":" in mail.server or not is_host(mail.server)):
            raise SettingsError(
                f"V2F_MAIL_SERVER cannot be used: «{mail.server}» is no name. Set its port in V2F_MAIL_PORT."
            )
        if (mail.server or mail.sender) and not (is_email_address(mail.sender) and is_mailbox(mail.sender)):
            raise SettingsError("Set V2F_MAIL_SENDER to the address that mails come from.")
        if bool(mail.user) != bool(mail.password):
            raise SettingsError("Set V2F_MAIL_USER and V2F_MAIL_PASSWORD, or neither of them.")
        if mail.server and not is_loopback(mail.server) and mail.tls == "none":
            raise SettingsError(
                "V2F_MAIL_TLS cannot be none: the links in mails would be readable on the way to V2F_MAIL_SERVER."
            )
        if mail.server and not self.server.public_url and not (self.is_private and is_loopback(mail.server)):
            raise SettingsError("Set V2F_PUBLIC_URL to where clients reach the service: mails link to it.")

    def require_usable_recipient(self) -> None:
        """Raise `SettingsError` for a public key that is none: no backup could be written."""
        if not self.backup.recipient:
            return
        from adapters.backup.encryption import is_recipient  # most processes need no encryption

        if not is_recipient(self.backup.recipient):
            raise SettingsError(
                "V2F_BACKUP_RECIPIENT cannot be used: it is no public key such as `voice2face backup-key` prints."
            )

    def require_whole_credentials(self) -> None:
        """Raise `SettingsError` for a key without its certificates, or the other way round.

        What they hold is checked by the processes that sign: `composition.credentials`.
        """
        if bool(self.credentials.key) != bool(self.credentials.certificates):
            raise SettingsError("Set V2F_CREDENTIALS_KEY and V2F_CREDENTIALS_CERTIFICATES, or neither.")

    def require_time_for_a_job(self) -> None:
        """Raise `SettingsError` if no job could ever be accepted."""
        needed = self.jobs.time_limit_seconds
        if 0 < self.quotas.drawing_seconds_a_day < needed:
            raise SettingsError(
                f"V2F_QUOTA_DRAWING_SECONDS_A_DAY cannot be used: each job may take {needed:g} seconds "
                "(V2F_JOB_TIME_LIMIT_SECONDS). Set it to as many or more, or to 0."
            )

    def require_time_for_a_notice(self) -> None:
        """Raise `SettingsError` if an account could count as idle while a token of its user is valid."""
        days = self.retention.idle_accounts_days
        token = timedelta(hours=self.security.token_hours), timedelta(minutes=self.security.access_minutes)
        least = math.ceil((NOTICE_BEGINS + max(token)) / timedelta(days=1))
        if 0 < days < least:
            raise SettingsError(
                "V2F_RETENTION_IDLE_ACCOUNTS_DAYS cannot be used: users are told a month before, "
                f"and by then their tokens must have expired. Set it to {least} or more, or to 0."
            )


def _read_files(given: dict[str, str]) -> None:
    """Replace each variable that names a file by the one whose value is in the file."""
    for file_name in [name for name in given if name.endswith(FILE_ENDING)]:
        name, path = file_name.removesuffix(FILE_ENDING), given.pop(file_name)
        if name in given:
            raise SettingsError(f"Set {name} or {file_name}, but not both.")
        try:
            value = Path(path).read_text("utf-8").strip()
        except OSError as error:
            raise SettingsError(
                f"{file_name} cannot be used: {path} cannot be read: {error.strerror}."
            ) from error
        except ValueError as error:
            raise SettingsError(f"{file_name} cannot be used: {path} holds no text in UTF-8.") from error
        if not value:
            raise SettingsError(f"{file_name} cannot be used: {path} is empty.")
        given[name] = value


def _take(section: type[AnySection], prefix: str, given: dict[str, str]) -> AnySection:
    """Return a section with the values that are given, and remove those from `given`."""
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(section):
        name = prefix + field.name.upper()
        if name in given:
            value = given.pop(name)
            is_list = get_origin(field.type) is tuple
            if get_origin(field.type) is Literal and value not in get_args(field.type):
                *others, last = get_args(field.type)
                raise SettingsError(f"{name} cannot be used: write {', '.join(others)} or {last}.")
            if field.type is bool and value.lower() not in BOOLEANS:
                raise SettingsError(f"{name} cannot be used: write true or false.")
            values[field.name] = [item.strip() for item in value.split(",")] if is_list else value
    try:
        taken = msgspec.convert(values, section, strict=False)
    except msgspec.ValidationError as error:
        reason, _, name = str(error).rstrip("`").partition(" - at `$.")
        raise SettingsError(f"{prefix}{name.upper()} cannot be used: {reason}.") from error
    for name, value in msgspec.structs.asdict(taken).items():
        if isinstance(value, float) and not math.isfinite(value):
            raise SettingsError(f"{prefix}{name.upper()} cannot be used: Expected a number of seconds.")
    return taken
