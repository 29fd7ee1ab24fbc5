"""What the domain refuses, as errors: each has a stable code and a message."""

from collections.abc import Sequence

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
