"""What the domain refuses, as errors: each has a stable code and a message."""

from collections.abc import Sequence
from datetime import timedelta

from domain.usage import QuotaName, QuotaState

MEGABYTE = 1024 * 1024


class DomainError(Exception):
    """A rule of the domain was broken; `code` is stable, the message is a sentence for the user."""

    code = "domain_error"


class InvalidValue(DomainError):
    """A value that the domain does not allow; `field` names it."""

    code = "invalid_value"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class ConsentRequired(InvalidValue):
    """The service demands consent, and the client says nothing of it."""

    code = "consent_required"

    def __init__(self, current_version: str) -> None:
        super().__init__(
            "notice_version", f"Read the privacy notice «{current_version}» first, and agree to it."
        )


class NoticeOutdated(InvalidValue):
    """The client agrees to another version of the notice than the current one."""

    code = "notice_outdated"

    def __init__(self, current_version: str) -> None:
        super().__init__(
            "notice_version",
            f"The current privacy notice is «{current_version}». Read it, and agree to that one.",
        )


class TooYoung(InvalidValue):
    """The person is too young for this service; `youngest` is the age that is accepted."""

    code = "too_young"

    def __init__(self, youngest: int) -> None:
        super().__init__(
            "age",
            f"This service is for people of {youngest} years and older. "
            "A younger person needs the consent of a guardian, which this service does not collect.",
        )


class ConsentWithdrawn(DomainError):
    """The user has withdrawn consent for the account, or for the request."""

    code = "consent_withdrawn"

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(
            sentence
            or "You have withdrawn your consent, so no faces are made or shared. "
            "Agree to the privacy notice again to go on."
        )


class VoiceRefused(DomainError):
    """A recording cannot be used; `reason` is a stable word, the message tells the user what to do."""

    code = "voice_refused"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason

    def __reduce__(self) -> tuple[type["VoiceRefused"], tuple[str, str]]:
        """Keep both arguments when the error is pickled: recordings are checked in another process."""
        return type(self), (self.reason, str(self))


class QuotaExceeded(DomainError):
    """The user has used up a quota, each of which has a code; `states` says how much is used of each."""

    code = "quota_exceeded"

    def __init__(self, exceeded: QuotaState, states: Sequence[QuotaState]) -> None:
        self.code, sentence = _OF_QUOTA[exceeded.name]
        quota = exceeded.quota
        super().__init__(sentence.format(quota=quota, used=exceeded.used, megabytes=quota // MEGABYTE))
        self.retry_after = exceeded.more_room_in
        self.states = states


class GuestLimit(QuotaExceeded):
    """The guest has used up a quota that is higher for users who have signed up."""

    def __init__(self, exceeded: QuotaState, states: Sequence[QuotaState]) -> None:
        super().__init__(exceeded, states)
        self.code = "guest_limit"
        self.args = (_OF_GUEST[exceeded.name],)
        self.retry_after = None  # waiting helps no guest


_OF_GUEST = {
    QuotaName.OPEN_REQUESTS: "A guest can send one recording. Sign up to send more: your faces stay.",
    QuotaName.REQUESTS: "A guest can have faces made twice. Sign up to have more made: your faces stay.",
    QuotaName.STORED_BYTES: "A guest has no room for more files. Sign up to get more room: your faces stay.",
}
"""The sentence of each quota that is lower for guests."""

_OF_QUOTA = {
    QuotaName.OPEN_REQUESTS: (
        "quota_exceeded",
        "You have {used} requests, and {quota} is the limit. Delete one to make another.",
    ),
    QuotaName.STORED_BYTES: (
        "storage_quota_exceeded",
        "Your recordings and faces may take {megabytes} MB, and there is no room for more. "
        "Delete a request to make room.",
    ),
    QuotaName.REQUESTS: (
        "daily_quota_exceeded",
        "You have asked for faces {used} times within 24 hours, and {quota} is the limit. Try again later.",
    ),
    QuotaName.DRAWING_SECONDS: (
        "drawing_quota_exceeded",
        "Too little is left of the time for drawing that you have within 24 hours. Try again later.",
    ),
}
"""The code and the sentence of each quota."""


class AlreadySignedUp(DomainError):
    """The guest has signed up before, perhaps in another window."""

    code = "already_signed_up"

    def __init__(self) -> None:
        super().__init__("You have signed up already. Log in with your e-mail address and password.")


class GenerationInFlight(DomainError):
    """The newest generation of the request has not ended yet."""

    code = "generation_in_flight"

    def __init__(self) -> None:
        super().__init__("Your faces are being made already. Wait until they are done.")


class NotFinished(DomainError):
    """The generation has no faces yet, so there is nothing to rate."""

    code = "not_finished"

    def __init__(self) -> None:
        super().__init__("Your faces are not ready yet. Rate them when they are.")


class RecordingErased(DomainError):
    """The recording was kept for as long as the service keeps recordings."""

    code = "recording_erased"

    def __init__(self) -> None:
        super().__init__(
            "Your recording was erased: this service keeps recordings for a limited time. Send a new one."
        )


class FacesErased(DomainError):
    """The faces were kept for as long as the service keeps faces."""

    code = "faces_erased"

    def __init__(self) -> None:
        super().__init__("These faces were erased: this service keeps faces for a limited time.")


class ClaimRefused(DomainError):
    """The generation cannot be claimed: it is running, it has ended, or it is not yet due."""

    code = "claim_refused"


class LeaseLost(DomainError):
    """The attempt may not write any more: it has ended, another one has begun, or the request was erased."""

    code = "lease_lost"


class KeyReused(DomainError):
    """The idempotency key was used for another call."""

    code = "key_reused"

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was used for another call. Send each call with a key of its own."
        )


class KeyRunning(DomainError):
    """The call with this idempotency key has not ended yet."""

    code = "key_running"
    retry_after = timedelta(seconds=2)

    def __init__(self) -> None:
        super().__init__("The call with this Idempotency-Key is not done yet. Send it again in some seconds.")


class TooManyKeys(DomainError):
    """So many calls of the user are remembered by their idempotency keys that no further one can be."""

    code = "too_many_keys"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"You have used {most} idempotency keys within 24 hours. "
            "Send the call without one, or try again later."
        )
