"""The settings of the stack, and the secrets that are made for it."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

HERE = Path(__file__).parents[1]
REPOSITORY = HERE.parents[1]
TEST_DOMAIN = "voice2face.localhost"
LOCAL = ".localhost"
"""How names end that lead to this machine everywhere (RFC 6761), and for which no authority gives certificates."""
TEST_AUTHORITY = "https://pebble:14000/dir"
NOTHING_YET = (
    "# V2F_… settings of the service, see README.md; compose.yaml sets those of servers and secrets.\n"
)
OF_A_SECRET = 0o644
"""Containers, which get the files one by one, run as other users; the folder is closed."""
LOGS = "logs"
"""The folder of what removed containers have logged, in that of the stack."""
NO_ADMINISTRATOR = "default_user_tags.administrator = false"
SECRETS = (
    "secret",
    "mysql_password",
    "mysql_root_password",
    "rabbitmq_password",
    "s3_secret_key",
    "grafana_password",
)
"""Those that are made by chance; each is a file."""
OF_THE_DATA = ("secret", "mysql_password", "mysql_root_password", "rabbitmq_password", "s3_secret_key")
"""Those among them that data and servers have been made with; they are made all at once."""
CREDENTIALS = ("credentials_key", "credentials_certificates")
"""What signs faces; two files that belong together, and are made together."""
MAIL_PASSWORD = "mail_password"  # noqa: S105 - the name of a file
"""The secret that is not made here: an empty file until its operator writes into it."""
CONFIGURED = ("proxy", "certbot", "monitoring")
"""Folders beside compose.yaml whose files containers read at their start."""
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+")


class StackError(Exception):
    """Something that whoever runs the stack can put right; the message says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSettings:
    """What `stack.env` says, with what follows from it."""

    folder: Path
    """Of settings and secrets; no part of the repository."""
    project: str
    """The name that begins the names of containers, networks and volumes."""
    values: Mapping[str, str]
    given: Mapping[str, str]
    """The values among them that the environment has given."""
    asked_image: str = ""
    """The service's image that the environment names, for this command alone."""
    built_image: str = ""
    """The name of the image that is built, where it is not that of the version; tests have several."""

    @property
    def is_test(self) -> bool:
        """Whether there is no public name, so that only this machine reaches the stack."""
        return self.domain.endswith(LOCAL)

    @property
    def domain(self) -> str:
        """The name under which clients reach the stack."""
        return self.values["DOMAIN"] or TEST_DOMAIN

    @property
    def organisation(self) -> str:
        """The name in certificates that are made here, with the address of the service if it has a public one."""
        return "Voice2Face" if self.is_test else f"Voice2Face ({self.domain})"

    @property
    def public_url(self) -> str:
        """What the addresses of the stack begin with."""
        port = self.values["HTTPS_PORT"]
        return f"https://{self.domain}" + ("" if port == "443" else f":{port}")

    def count(self, name: str) -> int:
        """Return how many containers of a kind are wanted."""
        return int(self.values[name])

    def environment(self) -> dict[str, str]:
        """Return what compose.yaml asks for, but for the names of images."""
        return {
            **self.values,
            "COMPOSE_PROJECT_NAME": self.project,
            "STACK_FOLDER": str(self.folder),
            "DOMAIN": self.domain,
            "PUBLIC_URL": self.public_url,
            "BIND": "127.0.0.1" if self.is_test else "0.0.0.0",  # noqa: S104
            "ACME_SERVER": TEST_AUTHORITY if self.is_test else self.values["ACME_SERVER"],
            "ACME_OPTIONS": "--no-verify-ssl" if self.is_test else "",
            **{f"{name.upper()}_FILES": files_digest(HERE / name) for name in CONFIGURED},
        }


def read_settings(environment: Mapping[str, str] = os.environ) -> StackSettings:
    """Read the settings in the folder that STACK names, `stack` by default; make them where there are none.

    A variable of the environment goes before the line of the same name in the file.
    """
    folder = stack_folder(environment)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:  # it was there before
        folder.chmod(0o700)
    file = folder / "stack.env"
    if not file.exists():
        file.write_text((HERE / "example.env").read_text())
    if not (folder / "service.env").exists():
        (folder / "service.env").write_text(NOTHING_YET)
    (folder / LOGS).mkdir(mode=0o700, exist_ok=True)
    asked_image = environment.get("IMAGE") or environment.get("VOICE2FACE_IMAGE", "")
    values = {**_variables(HERE / "example.env"), **_variables(file)}
    if unknown := values.keys() - _variables(HERE / "example.env").keys():
        raise StackError(f"{file}: there is no setting {', '.join(sorted(unknown))}.")
    given = {name: environment[name] for name in values if environment.get(name)}
    values |= given
    values["IMAGE"] = asked_image or values["IMAGE"]
    _variables(folder / "service.env")  # for its lines that are none
    for name, message in unusable(values):
        place = f"the environment's {name}" if name in given else f"{file}: {name}"
        raise StackError(f"{place} cannot be used: {message}.")
    settings = StackSettings(
        folder=folder,
        project=environment.get("COMPOSE_PROJECT_NAME", "voice2face"),
        values=values,
        given=given,
        asked_image=asked_image,
        built_image=environment.get("BUILT_IMAGE", ""),
    )
    make_secrets(folder / "secrets", settings.organisation)
    return settings


def stack_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of settings, secrets, backups and logs."""
    return Path(environment.get("STACK", REPOSITORY / "stack")).resolve()


def keep_given(settings: StackSettings) -> dict[str, str]:
    """Write what the environment gives into `stack.env`, since later commands need it, too; return what is new there.

    An image is for one command alone.
    """
    file = settings.folder / "stack.env"
    known = {**_variables(HERE / "example.env"), **_variables(file)}
    new = {name: value for name, value in settings.given.items() if name != "IMAGE" and known[name] != value}
    lines = file.read_text().splitlines()
    if not new:
        return {}
    for name, value in new.items():
        places = [at for at, line in enumerate(lines) if line.partition("=")[0].strip() == name]
        at = places[-1] if places else len(lines)  # the last one counts
        lines[at : at + 1] = [f"{name}={value}"]
    _write(file, "\n".join(lines), 0o600)
    return new


def files_digest(folder: Path) -> str:
    """Return a digest of all files in a folder."""
    digest = hashlib.sha256()
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(folder)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def make_secrets(folder: Path, organisation: str) -> None:
    """Make each secret that is missing, each in a file of its own; the certificates name the organisation.

    The folder is closed to other users of this machine. The files are open, because containers, which get them one by
    one, run as other users.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    _require_all(folder)
    for name in SECRETS:
        if not (folder / name).exists():
            keep_secret(folder, name, new_secret())
    _make_credentials(folder, organisation)
    if not (folder / MAIL_PASSWORD).exists():
        keep_secret(folder, MAIL_PASSWORD, "")
    for name in (*SECRETS, *CREDENTIALS, MAIL_PASSWORD):  # which may have been copied here
        if (folder / name).stat().st_mode & 0o777 != OF_A_SECRET:
            (folder / name).chmod(OF_A_SECRET)
    passwords = {name: (folder / name).read_text().strip() for name in SECRETS}
    mysql, rabbitmq = passwords["mysql_password"], passwords["rabbitmq_password"]
    _write(folder / "database_url", f"mysql+asyncmy://voice2face:{mysql}@mysql/voice2face?charset=utf8mb4")
    _write(folder / "amqp_url", f"amqp://voice2face:{rabbitmq}@rabbitmq/")
    _write(
        folder / "rabbitmq.conf", f"default_user = voice2face\ndefault_pass = {rabbitmq}\n{NO_ADMINISTRATOR}"
    )


def _require_all(folder: Path) -> None:
    """Refuse to go on where some secrets of the data are gone: new ones would be other than those that servers know."""
    missing = [str(folder / name) for name in OF_THE_DATA if not (folder / name).exists()]
    if 0 < len(missing) < len(OF_THE_DATA):
        raise StackError(
            f"{', '.join(missing)}: missing, though the data of the stack needs it. Put the file back. To begin "
            f"without the data: `make stack-down DATA=remove` once it is back, or remove {folder} and all volumes."
        )


def _make_credentials(folder: Path, organisation: str) -> None:
    """Make a key and its certificates, unless they are there; half of them is a mistake that a new key would hide."""
    missing = [str(folder / name) for name in CREDENTIALS if not (folder / name).exists()]
    if len(missing) == 1:
        raise StackError(
            f"{missing[0]}: missing, though the other half of what signs faces is there. Put the file back, or remove "
            "both: new ones have another issuer."
        )
    if missing:
        from adapters.credentials.certificates import new_identity  # once in the life of a stack

        made = new_identity(organisation, datetime.now(UTC))
        for name, text in zip(CREDENTIALS, (made.key, made.certificates), strict=True):
            keep_secret(folder, name, text.strip())


def new_secret() -> str:
    """Return a password that nobody can guess, of letters, digits, - and _."""
    return secrets.token_urlsafe(32)


def keep_secret(folder: Path, name: str, secret: str) -> None:
    """Write a secret into its file, in place of an earlier one."""
    _write(folder / name, secret)


def _write(file: Path, text: str, mode: int = OF_A_SECRET) -> None:
    if not file.exists() or file.read_text() != f"{text}\n":
        part = file.with_suffix(".part")
        part.write_text(f"{text}\n")
        part.chmod(mode)
        part.replace(file)


def _variables(file: Path) -> dict[str, str]:
    """Return the variables of a file; raises `StackError` for a line that is none."""
    variables = {}
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if not line.strip() or line.strip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise StackError(f"{file}, line {number}: write NAME=value.")
        variables[name.strip()] = value.strip()
    return variables


def unusable(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give the name of each setting that cannot be used, and what to write."""
    for name, most in (("HTTP_PORT", 65535), ("HTTPS_PORT", 65535), ("API", 100), ("WORKERS", 1000)):
        if not values[name].isdecimal() or not 1 <= int(values[name]) <= most:
            yield name, f"write a number from 1 to {most}"
    if values["HTTP_PORT"] == values["HTTPS_PORT"]:
        yield "HTTPS_PORT", "write another port than HTTP_PORT"
    if values["DOMAIN"] and not _NAME.fullmatch(values["DOMAIN"]):
        yield "DOMAIN", "write a name such as faces.example.org, in small letters"
    if values["EMAIL"] and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", values["EMAIL"]):
        yield "EMAIL", "write an address such as me@example.org, or nothing"
    if not values["ACME_SERVER"].startswith("https://"):
        yield "ACME_SERVER", "write an address that begins with https://"
    try:
        ip_network(values["EDGE_SUBNET"])
    except ValueError:
        yield "EDGE_SUBNET", "write a network such as 10.217.83.0/24"
