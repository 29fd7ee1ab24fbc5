"""The key that signs what faces say of themselves: from the settings, or made at the first start and kept."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from adapters.credentials.certificates import Identity, Part, UnusableIdentity, new_identity
from entrypoints.composition.kept_files import kept_text, read_kept
from entrypoints.composition.settings import Settings, SettingsError

FOLDER, KEPT = "credentials", "signing.pem"
"""The folder below the data folder, and its file: key and certificates."""
SOON = timedelta(days=60)
"""How long before its end a certificate is mentioned at each start."""

_SETTINGS = {
    Part.KEY: "V2F_CREDENTIALS_KEY",
    Part.CERTIFICATES: "V2F_CREDENTIALS_CERTIFICATES",
}

log = logging.getLogger(__name__)


def identity_of(settings: Settings) -> Identity:
    """Return key and certificates; the first of all processes with this data folder makes them, if none are set.

    Raises `SettingsError` where verifiers would not accept what they sign.
    """
    identity = _identity(settings)
    with _told(settings):
        identity.require_usable(datetime.now(UTC))
    return identity


def known_identity(settings: Settings) -> Identity | None:
    """Return key and certificates, also those that have expired; None where there are none yet: none are made.

    Raises `SettingsError` where they do not belong together.
    """
    if settings.credentials.key:
        identity = _given(settings)
    else:
        path = settings.data / FOLDER / KEPT
        with _reading(path):
            text = read_kept(path)
        if text is None:
            return None
        identity = Identity.read(text)
    with _told(settings):
        identity.require_matching()
    return identity


def prepare_credentials(settings: Settings, identity: Identity) -> None:
    """Sign with the key on trial, and log what an operator should know; raises `SettingsError`."""
    _try(identity, settings)
    if not settings.credentials.key:
        level = logging.INFO if settings.is_private else logging.WARNING
        log.log(
            level,
            "faces are signed with the key in %s, which only processes with this folder have: "
            "V2F_CREDENTIALS_KEY is not set",
            settings.data / FOLDER,
        )
    if identity.expires - datetime.now(UTC) < SOON:
        log.warning(
            "faces are signed with a certificate that is valid until %s only, and no face is made after that",
            f"{identity.expires:%Y-%m-%d %H:%M} (UTC)",
        )


def _try(identity: Identity, settings: Settings) -> None:
    """Sign on trial: a key that cannot sign would fail every face, after all its work."""
    from adapters.credentials.trial import require_trusted  # its library is for processes that make faces

    try:
        with _told(settings):
            require_trusted(identity)
    except OSError as error:
        raise SettingsError(
            f"No picture can be signed on trial in the folder for temporary files: {error.strerror}. "
            "Free space there, or name another folder in TMPDIR."
        ) from error


def _identity(settings: Settings) -> Identity:
    return _given(settings) if settings.credentials.key else _kept(settings.data / FOLDER / KEPT, settings)


def _given(settings: Settings) -> Identity:
    given = settings.credentials
    return Identity(Identity.read(given.key).key, Identity.read(given.certificates).certificates)


@contextmanager
def _told(settings: Settings) -> Iterator[None]:
    """Tell of a key and certificates that cannot be used where they are, and what to do."""
    try:
        yield
    except UnusableIdentity as unusable:
        where = _SETTINGS[unusable.part] if settings.credentials.key else str(settings.data / FOLDER / KEPT)
        remedy = (
            "docs/credentials.md tells more; variables whose names end with _FILE name a file."
            if settings.credentials.key
            else "Move the file away: the next start makes another one, of another issuer."
        )
        raise SettingsError(f"{where} cannot be used: it {unusable}. {remedy}") from unusable


def _kept(path: Path, settings: Settings) -> Identity:
    def make() -> str:
        made = new_identity(organisation_of(settings), datetime.now(UTC))
        return made.key + made.certificates

    with _reading(path):
        return Identity.read(kept_text(path, make))


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Tell of a file that cannot be read or made."""
    try:
        yield
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read or made: {error.strerror}. Name another folder in V2F_DATA, or run this as the "
            "user of the service."
        ) from error


def organisation_of(settings: Settings) -> str:
    """Return the name in certificates that are made here: the address of the service, if it has a public one."""
    host = urlsplit(settings.server.public_url).hostname
    return f"Voice2Face ({host})" if host else "Voice2Face"
