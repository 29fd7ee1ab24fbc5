"""The secret that signs tokens and links: from the settings, or made at the first start and kept in the data folder."""

import secrets

from entrypoints.composition.guessable import is_guessable
from entrypoints.composition.kept_files import kept_text
from entrypoints.composition.settings import Settings, SettingsError

SECRET_FILE = "secret"  # noqa: S105 - the name of a file


def secret_of(settings: Settings) -> str:
    """Return the secret; the first of all processes with this data folder makes it, where the settings have none.

    Raises `SettingsError` for a file that holds no good secret, and `OSError`.
    """
    if settings.security.secret:
        return settings.security.secret
    path = settings.data / SECRET_FILE
    secret = kept_text(path, lambda: secrets.token_urlsafe(48))
    if is_guessable(secret):
        raise SettingsError(
            f"The secret in {path} can be guessed. Remove the file: the next start makes another one."
        )
    return secret
