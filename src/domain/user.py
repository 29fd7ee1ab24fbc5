"""A user: a person with an account."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import InvalidValue
from domain.ids import UserId, new_id
from domain.text import composed, require_visible
from domain.voice import Person

SEEN_AGAIN = timedelta(hours=1)
"""How exactly it is kept when a user was last here."""
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


class Language(StrEnum):
    """A language in which the service writes to its users."""

    ENGLISH = "en"
    KOREAN = "ko"


@dataclass(eq=False, kw_only=True)
class User:
    """A person with an account, or a guest: a visitor who has not signed up."""

    id: UserId
    email: str | None
    """None for a guest."""
    password_hash: str | None
    """None for a guest."""
    person: Person
    language: Language
    created_at: datetime
    last_seen_at: datetime
    """About when the user last logged in or refreshed a session."""
    confirmed_at: datetime | None = None
    """When the user followed a link that was sent to the address; None if that never happened."""
    erase_at: datetime | None = None
    """When the account is to be erased unless its user comes back, or the guest signs up; None for never."""
    last_login_from: str | None = None
    """A keyed hash of where the last good login, or the sign-up, came from; None if that was never kept."""

    @classmethod
    def sign_up(
        cls,
        email: str,
        password_hash: str,
        person: Person,
        now: datetime,
        *,
        language: Language = Language.ENGLISH,
    ) -> "User":
        """Return a new user; raises `InvalidValue` if `email` is not an e-mail address."""
        return cls(
            id=UserId(new_id()),
            email=email_address(email),
            password_hash=password_hash,
            person=person,
            language=language,
            created_at=now,
            last_seen_at=now,
        )

    @property
    def is_guest(self) -> bool:
        """Whether the user has not signed up."""
        return self.email is None

    def come_back(self, now: datetime) -> bool:
        """Note that the user is here, and tell whether that changed anything worth saving.

        An account that was to be erased because it was not used stays; a guest's day is not made longer.
        """
        if now - self.last_seen_at < SEEN_AGAIN and (self.is_guest or self.erase_at is None):
            return False
        self.last_seen_at = now
        if not self.is_guest:
            self.erase_at = None
        return True

    def announce_erasure(self, erase_at: datetime) -> None:
        """Note when the account is to be erased, which its user is told now, unless its user comes back."""
        self.erase_at = erase_at

    def keep(self) -> None:
        """Note that the account is not to be erased any more."""
        self.erase_at = None

    def is_to_be_erased(self, now: datetime) -> bool:
        """Tell whether the account is due for erasure."""
        return self.erase_at is not None and self.erase_at <= now
