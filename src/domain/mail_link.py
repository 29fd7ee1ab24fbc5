"""Links of mails: each works once, and until it expires."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.ids import MailId, UserId, new_id
from domain.mail import Mail, MailKind


class LinkPurpose(StrEnum):
    """What a link of a mail is for."""

    CONFIRM = "confirm"
    RESET = "reset"


LINK_LIFETIMES: Mapping[LinkPurpose, timedelta] = {
    LinkPurpose.CONFIRM: timedelta(days=3),
    LinkPurpose.RESET: timedelta(hours=1),
}
"""How long a link works after it was sent."""

PURPOSES: Mapping[MailKind, LinkPurpose] = {
    MailKind.CONFIRM_ADDRESS: LinkPurpose.CONFIRM,
    MailKind.RESET_PASSWORD: LinkPurpose.RESET,
}
"""The mails that have a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLink:
    """A link that was not used yet; the user who follows it reads the mails to the address."""

    id: MailId
    """Of its own: a mail that is sent again has another link, and the link before it works no longer."""
    user_id: UserId
    purpose: LinkPurpose
    address: str
    expires_at: datetime

    @classmethod
    def of(cls, mail: Mail, purpose: LinkPurpose, user_id: UserId, now: datetime) -> "MailLink":
        """Return the link of a mail that is sent now."""
        return cls(
            id=MailId(new_id()),
            user_id=user_id,
            purpose=purpose,
            address=mail.address,
            expires_at=now + LINK_LIFETIMES[purpose],
        )

    def works(self, purpose: LinkPurpose, now: datetime) -> bool:
        """Tell whether it can be used for this purpose now."""
        return self.purpose is purpose and now < self.expires_at
