"""Consents: which version of the notice a user agreed to, and who may use the service at which age."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import ConsentRequired, NoticeOutdated, TooYoung
from domain.ids import ConsentId, RequestId, UserId, new_id
from domain.voice import YOUNGEST

YOUNGEST_ON_ONES_OWN = 14
"""The age from which a person may agree without a guardian, by the law of Korea (PIPA, article 22-2).

In the European Union each country sets an age from 13 to 16 (GDPR, article 8).
"""


@dataclass(eq=False, kw_only=True)
class Consent:
    """What a user agreed to: for the account, or for one request."""

    id: ConsentId
    user_id: UserId
    request_id: RequestId | None
    """The request that it was given with, which may be erased; None where it is for the account."""
    notice_version: str | None
    """None where the client sent none, and a guardian's consent is all there is."""
    collected_by: str | None
    """Who collected the consent of the guardian; None for a person who needs none."""
    agreed_at: datetime
    withdrawn_at: datetime | None = None

    @property
    def says_something(self) -> bool:
        """Whether there is anything to record: an adult whose client sends no version has agreed to nothing."""
        return bool(self.notice_version or self.collected_by)

    def says_the_same_as(self, other: "Consent") -> bool:
        """Tell whether it is about the same thing, and was collected by the same."""
        return (self.request_id, self.notice_version, self.collected_by) == (
            other.request_id,
            other.notice_version,
            other.collected_by,
        )

    def withdraw(self, now: datetime) -> None:
        """Withdraw it; one that was withdrawn keeps the moment when that was."""
        self.withdrawn_at = self.withdrawn_at or now


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentPolicy:
    """What the operator demands before data of a person is taken."""

    current_version: str
    """The version of the notice that users agree to now."""
    is_required: bool
    """Whether every client must send a version; if not, one that is sent is recorded."""
    guardian_consent_by: str
    """Who collects the consent of guardians; empty where persons under 14 are refused."""

    @property
    def youngest(self) -> int:
        """The youngest age that is accepted."""
        return YOUNGEST if self.guardian_consent_by else YOUNGEST_ON_ONES_OWN

    def require(self, age: int, notice_version: str | None) -> None:
        """Raise `TooYoung`, `ConsentRequired` or `NoticeOutdated` unless this may be accepted."""
        self.require_age(age)
        if notice_version is None:
            if self.is_required:
                raise ConsentRequired(self.current_version)
        elif notice_version != self.current_version:
            raise NoticeOutdated(self.current_version)

    def require_age(self, age: int) -> None:
        """Raise `TooYoung` for an age that is not accepted."""
        if age < self.youngest:
            raise TooYoung(self.youngest)

    def consent(
        self,
        user_id: UserId,
        age: int,
        now: datetime,
        *,
        notice_version: str | None,
        request_id: RequestId | None = None,
    ) -> Consent:
        """Return a new consent, which `require` has accepted; `age` is that of the youngest person whom it is about."""
        return Consent(
            id=ConsentId(new_id()),
            user_id=user_id,
            request_id=request_id,
            notice_version=notice_version,
            collected_by=self.guardian_consent_by if age < YOUNGEST_ON_ONES_OWN else None,
            agreed_at=now,
        )
