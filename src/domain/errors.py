"""What the domain refuses, as errors: each has a stable code and a message."""


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
    """The user holds as many requests as the quota allows."""

    code = "quota_exceeded"

    def __init__(self, most: int) -> None:
        super().__init__(f"You have {most} requests, which is the limit. Delete one to make another.")


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


class ClaimRefused(DomainError):
    """The generation cannot be claimed: it is running, it has ended, or it is not yet due."""

    code = "claim_refused"


class LeaseLost(DomainError):
    """The attempt may not write any more: it has ended, another one has begun, or the request was erased."""

    code = "lease_lost"
