"""The key that signs what faces say of themselves: from the settings, or made at the first start and kept."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from adapters.credentials.certificates import Identity, UnusableIdentity, new_identity
from entrypoints.composition.kept_files import kept_text
from entrypoints.composition.settings import Settings, SettingsError

FOLDER, KEPT = "credentials", "signing.pem"
"""The folder below the data folder, and its file: the key, then the certificates."""
END_OF_KEY = "-----END PRIVATE KEY-----\n"
SOON = timedelta(days=60)
"""How long before its end a certificate is mentioned at each start."""

log = logging.getLogger(__name__)


def identity_of(settings: Settings) -> Identity:
    """Return key and certificates; the first of all processes with this data folder makes them, if none are set.

    Raises `SettingsError` where verifiers would not accept what they sign.
    """
    given = settings.credentials
    path = settings.data / FOLDER / KEPT
    if given.key:
        identity = Identity(given.key, given.certificates)
        where, remedy = (
            "V2F_CREDENTIALS_KEY or V2F_CREDENTIALS_CERTIFICATES",
            "docs/credentials.md tells more.",
        )
    else:
        identity = _kept(path, settings)
        where, remedy = str(path), "Move the file away: the next start makes another one, of another issuer."
    try:
        identity.require_usable(datetime.now(UTC))
    except UnusableIdentity as unusable:
        raise SettingsError(f"{where} cannot be used: it {unusable}. {remedy}") from unusable
    return identity


def has_identity(settings: Settings) -> bool:
    """Tell whether there are a key and certificates already."""
    return bool(settings.credentials.key) or (settings.data / FOLDER / KEPT).exists()


def prepare_credentials(settings: Settings) -> None:
    """Check the key, make it where there is none yet, and log what an operator should know; raises `SettingsError`."""
    identity = identity_of(settings)
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
            f"{identity.expires:%Y-%m-%d}",
        )


def _kept(path: Path, settings: Settings) -> Identity:
    def make() -> str:
        made = new_identity(organisation_of(settings), datetime.now(UTC))
        return made.key + made.certificates

    try:
        text = kept_text(path, make)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read or made: {error.strerror}. Name another folder in V2F_DATA."
        ) from error
    key, end, certificates = text.partition(END_OF_KEY)
    return Identity(key + end, certificates)


def organisation_of(settings: Settings) -> str:
    """Return the name in certificates that are made here: the address of the service, if it has a public one."""
    host = urlsplit(settings.server.public_url).hostname
    return f"Voice2Face ({host})" if host else "Voice2Face"
