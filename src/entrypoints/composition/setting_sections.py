"""The sections of the settings: one frozen struct for each concern, with the defaults.

The defaults need nothing but Python: SQLite, a folder, jobs in this process, the built-in studio. One variable for
each backing service switches to a real server.
"""

from datetime import timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from domain.user import Language
from entrypoints.composition.hosts import HIGHEST_PORT

Port = Annotated[int, Meta(ge=0, le=HIGHEST_PORT)]
Count = Annotated[int, Meta(ge=1)]
Seconds = Annotated[float, Meta(gt=0)]
CountLimit = Annotated[int, Meta(ge=0)]
SecondsLimit = Annotated[float, Meta(ge=0)]
"""Limits: 0 lifts them."""
Days = Annotated[int, Meta(ge=0, le=36_500)]
"""How long something is kept: 0 for as long as its user does not erase it."""


class Section(msgspec.Struct, frozen=True):
    """Settings of one concern; its representation, which a log may hold, tells no values: some are secret."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class ServerSettings(Section, frozen=True, kw_only=True):
    """Where the API listens, and how clients reach it."""

    host: str = "127.0.0.1"
    port: Port = 8000
    public_url: str = ""
    """Where clients reach the API, for media links; empty: the address that each request was sent to."""
    known_hosts: tuple[str, ...] = ()
    """Names, each with or without a port, under which clients reach the API: other names get into no media link."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks of the proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` count."""
    cors_origins: tuple[str, ...] = ("*",)
    drain_seconds: SecondsLimit = 0.0
    """How long the API works on after the signal to stop, so that a balancer sees first that it is not ready."""

    @property
    def own_url(self) -> str:
        """The address of the service where no request tells it: in mails, in the log, and for a model server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"


class HttpSettings(Section, frozen=True, kw_only=True):
    """What one client may do to a connection and with how many of them."""

    head_kilobytes: CountLimit = 32
    """Of a request, from its first line to the empty one; also of what follows a body."""
    fields: CountLimit = 100
    head_seconds: SecondsLimit = 10.0
    """How long a head may take, from the beginning of the connection or the first byte of a further request."""
    idle_seconds: SecondsLimit = 15.0
    """How long a connection may wait between two requests."""
    body_seconds: SecondsLimit = 30.0
    """How long a body may take, beside the time that `body_bytes_a_second` gives to what has come."""
    body_bytes_a_second: CountLimit = 20_000
    send_seconds: SecondsLimit = 60.0
    """How long a client may read nothing of an answer."""
    connections: CountLimit = 1000
    connections_per_address: CountLimit = 200


class SecuritySettings(Section, frozen=True, kw_only=True):
    """Keys and lifetimes."""

    secret: str = ""
    """Empty: the one in the data folder; see `composition.secret`."""
    token_hours: Annotated[int, Meta(ge=1, le=8760)] = 24
    """Of a session that `POST /auth` begins, which has one token."""
    access_minutes: Annotated[int, Meta(ge=1, le=1440)] = 15
    """Of each token of a session that is refreshed."""
    session_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    """How long a session that is refreshed lasts without being used."""
    share_days: Annotated[int, Meta(ge=1, le=3650)] = 7
    """How long a link to a shared face works."""

    @property
    def share_lifetime(self) -> timedelta:
        """How long a link to a shared face works."""
        return timedelta(days=self.share_days)


class AccountSettings(Section, frozen=True, kw_only=True):
    """Who may use the service."""

    guests: bool = True
    """Whether visitors may send a recording without signing up."""
    confirm_address: bool = False
    """Whether the address must be confirmed before faces are made."""

    @property
    def takes_guests(self) -> bool:
        """Whether visitors can begin as guests, who have no address that could be confirmed."""
        return self.guests and not self.confirm_address


class MailSettings(Section, frozen=True, kw_only=True):
    """The mail server; without one, mails stay in a folder."""

    server: str = ""
    """Its name or address."""
    port: Annotated[int, Meta(ge=1, le=HIGHEST_PORT)] = 587
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    user: str = ""
    password: str = ""
    sender: str = ""
    """The address that mails come from; a server needs one."""

    @property
    def own_sender(self) -> str:
        """The address that mails come from, also those that only stay in a folder."""
        return self.sender or "voice2face@localhost.localdomain"

    @property
    def backend(self) -> Literal["folder", "smtp"]:
        """Where mails go."""
        return "smtp" if self.server else "folder"


class ThrottleSettings(Section, frozen=True, kw_only=True):
    """How often clients may try what needs no token; 0 lifts a limit."""

    wrong_passwords: CountLimit = 3
    """For one account, before further tries are delayed."""
    wrong_passwords_per_address: CountLimit = 20
    """From one client address, before further tries are delayed."""
    sign_ups_an_hour: CountLimit = 60
    """From one client address."""
    email_checks_an_hour: CountLimit = 120
    """From one client address."""
    guests_an_hour: CountLimit = 10
    """From one client address."""
    resets_an_hour: CountLimit = 20
    """Mails to reset a password that are asked for from one client address."""
    hashes_waiting: CountLimit = 32
    """Passwords that wait for being hashed, in one process."""


class ConsentSettings(Section, frozen=True, kw_only=True):
    """What is demanded before data of a person is taken, and who answers for it."""

    operator: Annotated[str, Meta(max_length=500)] = ""
    """Name and contact of who runs the service, for the privacy notice."""
    consent_required: bool = False
    """Whether every client must send the version of the notice that its user agreed to."""
    guardian_consent_by: Annotated[str, Meta(max_length=200, pattern=r"\S")] = ""
    """Who collects the consent of the guardians of persons under 14; empty: these persons are refused."""


class DatabaseSettings(Section, frozen=True, kw_only=True):
    """Which database holds users, requests and generations."""

    url: str
    """In SQLAlchemy's form: `sqlite+aiosqlite:///…` or `mysql+asyncmy://…`."""
    pool_size: Count = 16

    @property
    def is_embedded(self) -> bool:
        """Whether the database is a file, which the service migrates by itself."""
        return self.url.startswith("sqlite")


class S3Settings(Section, frozen=True, kw_only=True):
    """The bucket for recordings and faces; without an endpoint they are in a folder."""

    endpoint: str = ""
    public_endpoint: str = ""
    """Where clients reach the bucket; empty: at `endpoint`."""
    bucket: str = "voice2face"
    region: str = "us-east-1"
    access_key: str = ""
    secret_key: str = ""


class BackupSettings(Section, frozen=True, kw_only=True):
    """How backups are written."""

    recipient: str = ""
    """The public key that backups are encrypted for; without one they are readable."""


class AmqpSettings(Section, frozen=True, kw_only=True):
    """RabbitMQ, which announces jobs to workers; without an address jobs run in this process."""

    url: str = ""
    queue: str = "voice2face.generations.v1"


class JobSettings(Section, frozen=True, kw_only=True):
    """How jobs run."""

    concurrency: Count = 1
    """Jobs at a time in `voice2face serve`, at most; see `composition.capacity`."""
    lease_seconds: Seconds = 15.0
    time_limit_seconds: Seconds = 600.0
    sweep_seconds: Seconds = 900.0
    """How often orphans are looked for."""
    orphan_seconds: Seconds = 3600.0
    """How old an orphan must be; longer than any upload takes from its arrival to its commit."""


class QuotaSettings(Section, frozen=True, kw_only=True):
    """What one user may use."""

    open_requests: CountLimit = 10
    requests_a_day: CountLimit = 50
    drawing_seconds_a_day: CountLimit = 7200
    stored_megabytes: CountLimit = 500
    uploads_at_once: CountLimit = 3
    """In one API process."""
    streams_at_once: CountLimit = 20
    """Event streams in one API process."""
    results: CountLimit = 5
    """Results that are kept of one request."""


class RetentionSettings(Section, frozen=True, kw_only=True):
    """How long the service keeps what users leave in it."""

    recordings_days: Days = 0
    faces_days: Days = 0
    failed_days: Days = 0
    """Requests without faces whose newest job has failed."""
    idle_accounts_days: Days = 0
    """Accounts that are not used."""


class ModelServerSettings(Section, frozen=True, kw_only=True):
    """The model server; without an address the studio makes the voice face."""

    url: str = ""
    seconds: Seconds = 300.0
    """How long to wait for one face."""
    media_hosts: tuple[str, ...] = ()
    """Hosts, beside the server's own, from which its files may be fetched."""

    @property
    def backend(self) -> Literal["studio", "model_server"]:
        """Which face maker makes the voice face."""
        return "model_server" if self.url else "studio"


class FaceSettings(Section, frozen=True, kw_only=True):
    """Which face maker makes condition faces, and what all faces are marked with."""

    condition_faces: Literal["studio", "gallery"] = "studio"
    visible_mark: Literal["both", "ko", "en", "off"] = "both"
    """The languages of the mark on what is saved or shared."""

    @property
    def mark_languages(self) -> tuple[Language, ...]:
        """The languages of the mark, from the first line to the last one; none without a mark."""
        return tuple(one for one in (Language.KOREAN, Language.ENGLISH) if self.visible_mark in (one, "both"))


class CredentialSettings(Section, frozen=True, kw_only=True):
    """Who signs what the faces' files say of themselves; without these, a key that is made at the first start."""

    key: str = ""
    """The private key, as PEM."""
    certificates: str = ""
    """Its certificates, as PEM: the one of the key first, then each issuer's."""


class LogSettings(Section, frozen=True, kw_only=True):
    """What log lines tell."""

    addresses: Literal["short", "full", "none"] = "short"
    """Client addresses: of the network only, whole, or not at all."""
