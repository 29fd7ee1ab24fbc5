"""A user: a person with an account."""

import re
from dataclasses import dataclass
from datetime import datetime

from domain.errors import InvalidValue
from domain.ids import UserId, new_id
from domain.text import composed, require_visible
from domain.voice import Person

LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets

_EMAIL = re.compile(
    r"[^\s@<>\"(),:;\\\x00-\x1f]+@[^\s@<>\"(),:;\\\x00-\x1f.]+(\.[^\s@<>\"(),:;\\\x00-\x1f.]+)+"
)


def normal_form(text: str) -> str:
    """Return text as e-mail addresses are stored and compared: trimmed, in lower case, composed.

    It need not be an address.
    """
    return composed(text.strip().lower())


def email_address(text: str) -> str:
    """Return an e-mail address in its normal form; raises `InvalidValue` for text that is not one.

    Only the form is checked: whether the address exists, only a delivered message can show.
    """
    address = normal_form(text)
    require_visible("email", address)
    if len(address) > LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        raise InvalidValue("email", "Give an e-mail address such as name@example.org.")
    return address


@dataclass(eq=False, kw_only=True)
class User:
    """A person with an account."""

    id: UserId
    email: str
    password_hash: str
    person: Person
    created_at: datetime
    last_login_from: str | None = None
    """A keyed hash of where the last good login, or the sign-up, came from; None if that was never kept."""

    @classmethod
    def sign_up(cls, email: str, password_hash: str, person: Person, now: datetime) -> "User":
        """Return a new user; raises `InvalidValue` if `email` is not an e-mail address."""
        return cls(
            id=UserId(new_id()),
            email=email_address(email),
            password_hash=password_hash,
            person=person,
            created_at=now,
        )
