"""Mails: what the service writes to its users."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.ids import MailId, new_id
from domain.user import Language


class MailKind(StrEnum):
    """What a mail is about."""

    CONFIRM_ADDRESS = "confirm_address"
    RESET_PASSWORD = "reset_password"  # noqa: S105 (no password)
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (no password)
    IDLE_ACCOUNT = "idle_account"


FIRST_PAUSE = timedelta(minutes=2)
"""How long a mail waits for its second try: longer than a try can take."""
LONGEST_PAUSE = timedelta(hours=4)
TRIED_FOR = timedelta(days=2)
"""How long a mail is tried; then it is given up."""


@dataclass(eq=False, kw_only=True)
class Mail:
    """A mail that is to be sent; its text is written when it is sent."""

    id: MailId
    kind: MailKind
    address: str
    language: Language
    facts: Mapping[str, str] = field(default_factory=dict)
    """What its text tells beside what its kind says, by name."""
    created_at: datetime
    due_at: datetime
    """When it may be sent, or tried again; a process that sends it moves this on first."""
    tries: int = 0

    @classmethod
    def write(
        cls,
        kind: MailKind,
        address: str,
        language: Language,
        now: datetime,
        facts: Mapping[str, str] | None = None,
    ) -> "Mail":
        """Return a new mail, due now."""
        return cls(
            id=MailId(new_id()),
            kind=kind,
            address=address,
            language=language,
            facts=facts or {},
            created_at=now,
            due_at=now,
        )

    def try_to_send(self, now: datetime) -> None:
        """Count a try; the next one is after a pause that grows, if the mail is not removed until then."""
        self.due_at = now + min(FIRST_PAUSE * 2 ** min(self.tries, 10), LONGEST_PAUSE)
        self.tries += 1

    def is_given_up(self, now: datetime) -> bool:
        """Tell whether it was tried for so long that it is not tried again."""
        return now - self.created_at >= TRIED_FOR
