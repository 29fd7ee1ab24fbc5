"""Settings: read from the environment once, as frozen structs, one for each concern.

The defaults need nothing but Python: SQLite, a folder, jobs in this process, the built-in studio. One variable for
each backing service switches to a real server.
"""

import itertools
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_origin
from urllib.parse import quote

import msgspec
from msgspec import Meta

from entrypoints.composition.hosts import HIGHEST_PORT, is_host, is_loopback, is_network

SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 8
"""How many different ones a secret has at least: 32 random digits nearly always have more."""
PUBLISHED_SECRETS = frozenset({"not-a-secret-only-for-a-laptop-of-ones-own"})
"""Secrets that stood in this code, so that all the world knows them."""

Port = Annotated[int, Meta(ge=0, le=HIGHEST_PORT)]
Count = Annotated[int, Meta(ge=1)]
Seconds = Annotated[float, Meta(gt=0)]
CountLimit = Annotated[int, Meta(ge=0)]
SecondsLimit = Annotated[float, Meta(ge=0)]
"""Limits: 0 lifts them."""

Section = TypeVar("Section", bound=msgspec.Struct)


class SettingsError(Exception):
    """A setting cannot be used; the message names the variable."""


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True):
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

    def __post_init__(self) -> None:
        """Raise `SettingsError` for what is no name, no address or no network."""
        for host in self.known_hosts:
            if not is_host(host):
                raise SettingsError(
                    f"V2F_KNOWN_HOSTS cannot be used: «{host}» is not a name, or a name:port."
                )
        for proxy in self.trusted_proxies:
            if not is_network(proxy):
                raise SettingsError(
                    f"V2F_TRUSTED_PROXIES cannot be used: «{proxy}» is not an address, or a network such as 10.0.0.0/8."
                )

    @property
    def own_url(self) -> str:
        """The address for media links that no request asked for."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"


class HttpSettings(msgspec.Struct, frozen=True, kw_only=True):
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


class SecuritySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Keys and lifetimes."""

    secret: str = ""
    """Empty: the one in the data folder; see `composition.secret`."""
    token_hours: Count = 24


class ThrottleSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How often clients may try what needs no token; 0 lifts a limit."""

    wrong_passwords: CountLimit = 3
    """For one account, before further tries are delayed."""
    wrong_passwords_per_address: CountLimit = 20
    """From one client address, before further tries are delayed."""
    sign_ups_an_hour: CountLimit = 60
    """From one client address."""
    email_checks_an_hour: CountLimit = 120
    """From one client address."""
    hashes_waiting: CountLimit = 32
    """Passwords that wait for being hashed, in one process."""


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Which database holds users, requests and generations."""

    url: str
    """In SQLAlchemy's form: `sqlite+aiosqlite:///…` or `mysql+asyncmy://…`."""
    pool_size: Count = 16

    def __post_init__(self) -> None:
        """Raise `SettingsError` for another kind of database."""
        if not re.match(r"(mysql|sqlite)(\+\w+)?://", self.url):
            raise SettingsError(
                "V2F_DATABASE_URL cannot be used: begin it with mysql+asyncmy:// or sqlite+aiosqlite://."
            )

    @property
    def is_embedded(self) -> bool:
        """Whether the database is a file, which the service migrates by itself."""
        return self.url.startswith("sqlite")


class S3Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The bucket for recordings and faces; without an endpoint they are in a folder."""

    endpoint: str = ""
    public_endpoint: str = ""
    """Where clients reach the bucket; empty: at `endpoint`."""
    bucket: str = "voice2face"
    region: str = "us-east-1"
    access_key: str = ""
    secret_key: str = ""


class AmqpSettings(msgspec.Struct, frozen=True, kw_only=True):
    """RabbitMQ, which announces jobs to workers; without an address jobs run in this process."""

    url: str = ""
    queue: str = "voice2face.generations.v1"


class JobSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How jobs run."""

    concurrency: Count = 1
    """Jobs at a time in `voice2face serve`, at most; see `composition.capacity`."""
    lease_seconds: Seconds = 15.0
    time_limit_seconds: Seconds = 600.0
    sweep_seconds: Seconds = 900.0
    """How often orphans are looked for."""
    orphan_seconds: Seconds = 3600.0
    """How old an orphan must be; longer than any upload takes from its arrival to its commit."""


class QuotaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What one user may use."""

    open_requests: CountLimit = 10
    requests_a_day: CountLimit = 50
    drawing_seconds_a_day: CountLimit = 7200
    stored_megabytes: CountLimit = 500
    uploads_at_once: CountLimit = 3
    """In one API process."""
    results: CountLimit = 5
    """Results that are kept of one request."""

    def require_time_for_a_job(self, time_limit_seconds: float) -> None:
        """Raise `SettingsError` if no job could ever be accepted."""
        if 0 < self.drawing_seconds_a_day < time_limit_seconds:
            raise SettingsError(
                f"V2F_QUOTA_DRAWING_SECONDS_A_DAY cannot be used: each job may take {time_limit_seconds:g} seconds "
                "(V2F_JOB_TIME_LIMIT_SECONDS). Set it to as many or more, or to 0."
            )


class ModelServerSettings(msgspec.Struct, frozen=True, kw_only=True):
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


class FaceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Which face maker makes condition faces."""

    condition_faces: Literal["studio", "gallery"] = "studio"


class LogSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What log lines tell."""

    addresses: Literal["short", "full", "none"] = "short"
    """Client addresses: of the network only, whole, or not at all."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings."""

    data: Path
    server: ServerSettings
    http: HttpSettings
    security: SecuritySettings
    throttle: ThrottleSettings
    database: DatabaseSettings
    s3: S3Settings
    amqp: AmqpSettings
    jobs: JobSettings
    quotas: QuotaSettings
    model_server: ModelServerSettings
    faces: FaceSettings
    logs: LogSettings

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the `V2F_…` variables; raises `SettingsError` for values that cannot be used and for unknown names."""
        given = {name: value for name, value in environment.items() if name.startswith("V2F_") and value}
        data = Path(given.pop("V2F_DATA", "data")).resolve()
        given.setdefault("V2F_DATABASE_URL", f"sqlite+aiosqlite:///{quote(str(data / 'voice2face.db'))}")
        settings = cls(
            data=data,
            server=_take(ServerSettings, "V2F_", given),
            http=_take(HttpSettings, "V2F_HTTP_", given),
            security=_take(SecuritySettings, "V2F_", given),
            throttle=_take(ThrottleSettings, "V2F_THROTTLE_", given),
            database=_take(DatabaseSettings, "V2F_DATABASE_", given),
            s3=_take(S3Settings, "V2F_S3_", given),
            amqp=_take(AmqpSettings, "V2F_AMQP_", given),
            jobs=_take(JobSettings, "V2F_JOB_", given),
            quotas=_take(QuotaSettings, "V2F_QUOTA_", given),
            model_server=_take(ModelServerSettings, "V2F_MODEL_SERVER_", given),
            faces=_take(FaceSettings, "V2F_", given),
            logs=_take(LogSettings, "V2F_LOG_", given),
        )
        if given:
            raise SettingsError(f"There is no setting {', '.join(sorted(given))}.")
        settings.require_safe_secret()
        settings.quotas.require_time_for_a_job(settings.jobs.time_limit_seconds)
        return settings

    @property
    def is_private(self) -> bool:
        """Whether the service uses files of this machine only and listens to this machine only."""
        services = (self.s3.endpoint, self.amqp.url, self.model_server.url, self.server.public_url)
        return self.database.is_embedded and not any(services) and is_loopback(self.server.host)

    def require_safe_secret(self) -> None:
        """Raise `SettingsError` for a secret that can be guessed, or for none unless the service is private."""
        secret = self.security.secret
        if not secret and not self.is_private:
            raise SettingsError(
                f"Set V2F_SECRET to {SHORTEST_SECRET} random characters or more "
                "before using real servers or listening to other machines."
            )
        if secret and is_guessable(secret):
            raise SettingsError(
                f"V2F_SECRET can be guessed. Set it to {SHORTEST_SECRET} random characters or more, "
                "such as `openssl rand -base64 48` prints."
            )


def is_guessable(secret: str) -> bool:
    """Tell whether a secret is short, published, of few characters, a repeated part, or a row of neighbours."""
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(secret)}
    periods = range(1, len(secret) // 2 + 1)
    return (
        len(secret) < SHORTEST_SECRET
        or secret in PUBLISHED_SECRETS
        or len(set(secret)) < FEWEST_CHARACTERS
        or any(secret[period:] == secret[:-period] for period in periods)
        or len(steps) == 1
    )


def _take(section: type[Section], prefix: str, given: dict[str, str]) -> Section:
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(section):
        name = prefix + field.name.upper()
        if name in given:
            value = given.pop(name)
            is_list = get_origin(field.type) is tuple
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
