"""Which passwords may be chosen."""

from domain.errors import InvalidValue
from domain.text import composed, require_visible

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256
LONGEST_REPEATED = 4
"""How many characters the part may have of which a password is no mere repetition."""
SERVICE_WORDS = ("voice2face", "voicetoface", "voiceface")
"""Names of the service, which are tried first on its accounts."""
SHORTEST_NAME = 4
"""How many letters and digits an address, or its part before the @, must have to be looked for in a password."""


def new_password(text: str, email: str) -> str:
    """Return a password in its composed form; raises `InvalidValue` for one that would be guessed or cannot be typed.

    Whether it is among the most common ones, `CommonPasswords` knows.
    """
    password = composed(text)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidValue(
            "password", f"Choose a password of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
        )
    require_visible("password", password)
    if _is_repetition(password):
        raise InvalidValue("password", "Choose a password that does not repeat a few characters.")
    if _holds_address(password, email):
        raise InvalidValue("password", "Choose a password that does not hold your e-mail address.")
    if any(word in letters_and_digits(password) for word in SERVICE_WORDS):
        raise InvalidValue("password", "Choose a password that does not hold the name of the service.")
    return password


def letters_and_digits(text: str) -> str:
    """Return only these, without case: spellings of a word that are tried together."""
    return "".join(filter(str.isalnum, text.casefold()))


def _is_repetition(text: str) -> bool:
    return any(text == text[:size] * (len(text) // size) for size in range(1, LONGEST_REPEATED + 1))


def _holds_address(password: str, email: str) -> bool:
    squeezed = letters_and_digits(password)
    parts = (letters_and_digits(part) for part in (email, email.partition("@")[0]))
    return any(part in squeezed or part[::-1] in squeezed for part in parts if len(part) >= SHORTEST_NAME)
