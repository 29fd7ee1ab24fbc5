"""The commands `verify`, `issuer` and `signing-key`: what a file says of itself, and who may say so."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from domain.media import media_type_of
from entrypoints.commands.settings_errors import settings_errors_told
from entrypoints.composition.settings import Settings

_VERDICTS = {  # by `Standing`
    "trusted": "{file} is unchanged since {signer} signed it.",
    "unknown issuer": "{file} is unchanged since {signer} signed it, but its issuer is not one to trust here.",
    "expired": "{file} is unchanged since {signer} signed it, but the certificate has expired since.",
    "broken": "{file} was changed after {signer} signed it, or was not signed as it should be.",
    "unreadable": "{file} cannot be read: it is no whole picture or film, or its credentials are illegible.",
    "absent": "{file} has no content credentials.",
}


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
    """Tell what FILE says of itself by its content credentials, and whether that holds; nothing is fetched.

    The exit code is 0 if FILE is unchanged and of a trusted issuer, and 1 otherwise.
    """
    from adapters.credentials.verifying import Standing, read_credentials  # most commands do not need it

    try:
        media_type_of(file.name.lower())
    except KeyError as error:
        raise click.BadParameter(f"{file} is no picture (.png, .jpg, .webp) and no film (.mp4).") from error
    try:
        trusted = _given_issuers(issuers) if issuers else _own_issuer(make=False)
        found = read_credentials(file, trusted)
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be read: {error.strerror}.") from error
    click.echo(_VERDICTS[found.standing].format(file=file, signer=found.signer or "an unnamed signer"))
    for name, told in (("made with", found.tool), ("source type", found.source_type)):
        if told:
            click.echo(f"  {name}: {told}")
    if found.failures:
        click.echo(f"  what does not hold: {', '.join(found.failures)}")
    if found.earlier:
        click.echo(f"  of earlier credentials did not hold when it was signed: {', '.join(found.earlier)}")
    sys.exit(0 if found.standing is Standing.TRUSTED else 1)


@click.command()
def issuer() -> None:
    """Print the certificate, as PEM, that those need to trust who verify the faces of this service.

    Makes the key that signs faces where there is none yet.
    """
    click.echo(_own_issuer(make=True), nl=False)


@click.command("signing-key")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option(
    "--name", default="Voice2Face", show_default=True, help="Of the organisation in the certificates."
)
def signing_key(folder: Path, name: str) -> None:
    """Write a new key that signs faces, and its certificates, into DIR, for the settings of all workers."""
    from adapters.credentials.certificates import new_identity

    made = new_identity(name, datetime.now(UTC))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file, text, mode in (
            (folder / "credentials_key", made.key, 0o600),
            (folder / "credentials_certificates", made.certificates, 0o644),
        ):
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as target:  # noqa: PTH123
                target.write(text)
    except FileExistsError as error:
        raise click.ClickException(f"{error.filename} is there already. Name another folder.") from error
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be written: {error.strerror}.") from error
    click.echo(f"Set V2F_CREDENTIALS_KEY_FILE to {folder / 'credentials_key'},")
    click.echo(f"and V2F_CREDENTIALS_CERTIFICATES_FILE to {folder / 'credentials_certificates'}.")
    click.echo(f"They sign until {made.expires:%Y-%m-%d}.")


def _given_issuers(file: Path) -> str:
    from adapters.credentials.certificates import UnusableIdentity, require_certificates

    text = file.read_text("ascii", "replace")
    try:
        require_certificates(text)
    except UnusableIdentity as error:
        raise click.BadParameter(f"{file} {error}.") from error
    return text


def _own_issuer(*, make: bool) -> str:
    """Return the issuer's certificate; empty where this service has none yet."""
    from entrypoints.composition.credentials import has_identity, issuer_of
    from entrypoints.composition.data_folder import prepare_data_folder

    with settings_errors_told():
        settings = Settings.read(os.environ)
        if not make and not has_identity(settings):
            return ""
        if make:
            prepare_data_folder(settings)
        return issuer_of(settings)
