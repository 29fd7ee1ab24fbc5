"""The commands `verify`, `issuer` and `signing-key`: what a file says of itself, and who may say so."""

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.media import MEDIA_TYPES
from entrypoints.commands.settings_errors import settings_errors_told
from entrypoints.composition.settings import Settings, SettingsError

if TYPE_CHECKING:
    from adapters.credentials.certificates import Identity

_VERDICTS = {  # by `Standing`
    "trusted": "{file} is unchanged since it was signed, by an issuer to trust.",
    "unknown issuer": "{file} is unchanged since it was signed, but its issuer is not one to trust here.",
    "other certificate": "{file} is unchanged since it was signed, but not with the certificate of this service.",
    "expired": "{file} is unchanged since it was signed, but the certificate has expired: its issuer is unproven.",
    "broken": "{file} was changed after it was signed, or was not signed as it should be.",
    "unreadable": "{file} cannot be read: it is no whole file of the kind that its name ends as, "
    "or has illegible or too large credentials.",
    "elsewhere": "{file} has no content credentials in it, but the address of some, which was not asked.",
    "absent": "{file} has no content credentials. Its metadata was not looked at.",
}
_MOST_SHOWN = 80
"""Characters of a text that a file holds: those who made it may have written anything there."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--issuer",
    "issuers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="Certificates to trust, as PEM.  [default: the issuer of this service]",
)
def verify(file: Path, issuers: Path | None) -> None:
    """Tell what the content credentials of FILE say, and whether that holds; nothing is fetched.

    The exit code is 0 if FILE is unchanged and of a trusted issuer, and 1 otherwise.
    """
    from adapters.credentials.verifying import Standing, read_credentials  # most commands do not need it

    name = _printable(file)
    if not MEDIA_TYPES.get(file.suffix.lower(), "").startswith(("image/", "video/")):
        raise click.BadParameter(f"{name} is no picture (.png, .jpg, .webp) and no film (.mp4).")
    try:
        own = None if issuers else _own_identity()
        trusted = _given_issuers(issuers) if issuers else own.issuer if own else ""
        with _ended_by_an_interrupt():
            found = read_credentials(file, trusted, own.serial if own else None)
    except OSError as error:
        raise click.ClickException(
            f"{_printable(error.filename or file)} cannot be read: {error.strerror}."
        ) from error
    click.echo(_VERDICTS[found.standing].format(file=name))
    for what, told in (
        ("signed by" if found.standing is Standing.TRUSTED else "signed by, as it says", found.signer),
        ("made with", found.tool),
        ("source type", found.source_type),
        ("what does not hold", found.failures),
        ("of earlier credentials did not hold when it was signed", found.earlier),
    ):
        if told:
            click.echo(f"  {what}: {', '.join(map(_shown, [told] if isinstance(told, str) else told))}")
    if found.standing is Standing.UNKNOWN_ISSUER and not trusted:
        click.echo(
            "This service has no key yet that could have signed it: name the issuer with --issuer.", err=True
        )
    sys.exit(0 if found.standing is Standing.TRUSTED else 1)


@click.command()
def issuer() -> None:
    """Print the certificate, as PEM, that those need to trust who verify the faces of this service."""
    with settings_errors_told():
        from entrypoints.composition.credentials import known_identity

        settings = Settings.read(os.environ)
        own = known_identity(settings)
        if own is None:
            raise SettingsError(
                f"There is no key in {settings.data} yet, which the first start makes. Start the service first, or "
                "name its data folder in V2F_DATA; where others make the faces, ask one of those."
            )
        click.echo(own.issuer, nl=False)


@click.command("signing-key")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option(
    "--name",
    default="Voice2Face",
    show_default=True,
    callback=lambda _context, _option, name: _organisation(name),
    help="Of the organisation in the certificates.",
)
def signing_key(folder: Path, name: str) -> None:
    """Write a new key that signs faces, and its certificates, into DIR, for the settings of all workers."""
    from adapters.credentials.certificates import new_identity

    made, folder = new_identity(name, datetime.now(UTC)), folder.absolute()
    files = (
        (folder / "credentials_key", made.key, 0o600),
        (folder / "credentials_certificates", made.certificates, 0o644),
    )
    with ExitStack() as undoing:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for file, text, mode in files:
                descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
                undoing.callback(file.unlink, missing_ok=True)
                with open(descriptor, "w") as target:  # noqa: PTH123
                    target.write(text)
        except FileExistsError as error:
            raise click.ClickException(
                f"{_printable(error.filename)} is there already. Name another folder."
            ) from error
        except OSError as error:
            raise click.ClickException(
                f"{_printable(folder)} cannot be written to: {error.strerror}."
            ) from error
        undoing.pop_all()
    click.echo(f"Set V2F_CREDENTIALS_KEY_FILE to {_printable(folder / 'credentials_key')},")
    click.echo(f"and V2F_CREDENTIALS_CERTIFICATES_FILE to {_printable(folder / 'credentials_certificates')}.")
    click.echo(f"They sign until {made.expires:%Y-%m-%d}.")


def _given_issuers(file: Path) -> str:
    from adapters.credentials.certificates import UnusableIdentity, certificates_in

    text = file.read_text("ascii", "replace")
    try:
        return certificates_in(text)
    except UnusableIdentity as error:
        raise click.BadParameter(f"{_printable(file)} {error}.") from error


@contextmanager
def _ended_by_an_interrupt() -> Iterator[None]:
    """Let an interrupt end the process: as an error in a call of the library, it makes a true file a changed one."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _own_identity() -> "Identity | None":
    """Return who signs here; None where this service has no key yet."""
    from entrypoints.composition.credentials import known_identity

    with settings_errors_told():
        return known_identity(Settings.read(os.environ))


def _organisation(name: str) -> str:
    """Return a name that certificates can hold and any program can show; raises `click.BadParameter`."""
    from adapters.credentials.certificates import LONGEST_NAME

    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise click.BadParameter(f"write 1 to {LONGEST_NAME} characters on one line.")
    return name


def _shown(text: str) -> str:
    """Return a text of a file so that it cannot pass for words of this command, nor steer a terminal."""
    shown = re.sub("  +", " ", _printable(text))  # many blanks would begin another line
    return shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…"


def _printable(text: object) -> str:
    """Return a text, such as the name of a file, without what would steer a terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in str(text))
