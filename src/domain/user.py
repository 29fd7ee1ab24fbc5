"""A user: a person with an account."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import AlreadySignedUp, ConsentWithdrawn, InvalidValue
from domain.ids import UserId, new_id
from domain.text import composed, require_visible
from domain.voice import Person

SEEN_AGAIN = timedelta(hours=1)
"""How exactly it is kept when a user was last here."""
GUEST_STAYS = timedelta(days=1)
"""How long a guest has to sign up, before all that belongs to the guest is erased."""
LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets

_EMAIL = re.compile(
    r"[^\s@<>\"(),:;\\\x00-\x1f]+@[^\s@<>\"(),:;\\\x00-\x1f.\[\]\u3002\uff0e\uff61]+"
    r"(\.[^\s@<>\"(),:;\\\x00-\x1f.\[\]\u3002\uff0e\uff61]+)+"
)
"""The dots of other scripts are no part of a domain: mails would go to that with plain ones."""


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
    if not is_email_address(address):
        raise InvalidValue("email", "Give an e-mail address such as name@example.org.")
    return address


def is_email_address(address: str) -> bool:
    """Tell whether text has the form of an address."""
    return len(address) <= LONGEST_EMAIL and _EMAIL.fullmatch(address) is not None


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
    consent_withdrawn_at: datetime | None = None
    """When the user withdrew the consent for the account; None if that never happened, or the user agreed again."""
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

    @classmethod
    def begin_as_guest(
        cls, person: Person, now: datetime, erase_at: datetime, *, language: Language = Language.ENGLISH
    ) -> "User":
        """Return a new guest, who is to be erased at that moment unless the guest signs up."""
        return cls(
            id=UserId(new_id()),
            email=None,
            password_hash=None,
            person=person,
            language=language,
            created_at=now,
            last_seen_at=now,
            erase_at=erase_at,
        )

    @property
    def is_guest(self) -> bool:
        """Whether the user has not signed up."""
        return self.email is None

    def require_consent(self) -> None:
        """Raise `ConsentWithdrawn` for a user who has withdrawn the consent for the account."""
        if self.consent_withdrawn_at is not None:
            raise ConsentWithdrawn

    @property
    def sessions_end_at(self) -> datetime | None:
        """When sessions of the user end at the latest, those of a guest with the guest; None for never."""
        return self.erase_at if self.is_guest else None

    def sign_up_as_guest(self, email: str, password_hash: str, now: datetime) -> None:
        """Make an account of a guest, who keeps all that there is.

        Raises `AlreadySignedUp`, and `InvalidValue` if `email` is not an e-mail address.
        """
        if not self.is_guest:
            raise AlreadySignedUp
        self.email = email_address(email)
        self.password_hash = password_hash
        self.last_seen_at = now
        self.erase_at = None

    def confirm(self, now: datetime) -> None:
        """Note that the user reads the mails to the address; only the first time counts."""
        self.confirmed_at = self.confirmed_at or now

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
