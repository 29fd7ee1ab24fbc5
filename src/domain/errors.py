"""What the domain refuses, each with a stable code and a sentence for the person."""


class DomainError(Exception):
    """A rule of the domain was broken; `code` is stable, the message tells a person what to do."""

    code = "domain_error"


class InvalidValue(DomainError):
    """A value lies outside what the domain allows; `field` names it."""

    code = "invalid_value"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class VoiceRefused(DomainError):
    """A recording cannot become a face; `reason` is a stable word, the message tells what to do."""

    code = "voice_refused"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason

    def __reduce__(self) -> tuple[type["VoiceRefused"], tuple[str, str]]:
        """Travel between processes whole: recordings are checked in a process of their own."""
        return type(self), (self.reason, str(self))


class QuotaExceeded(DomainError):
    """The user holds as many requests as one may."""

    code = "quota_exceeded"

    def __init__(self, most: int) -> None:
        super().__init__(f"You have {most} requests, which is the limit. Delete one to make another.")


class GenerationInFlight(DomainError):
    """The request's faces are being made right now."""

    code = "generation_in_flight"

    def __init__(self) -> None:
        super().__init__("Your faces are being made already. Wait until they are done.")


class NotFinished(DomainError):
    """There are no faces yet, so there is nothing to rate."""

    code = "not_finished"

    def __init__(self) -> None:
        super().__init__("Your faces are not ready yet. Rate them when they are.")


class ClaimRefused(DomainError):
    """The generation is not waiting for a worker: done, taken, or not yet due."""

    code = "claim_refused"


class NotYetDue(ClaimRefused):
    """The generation waits for a retry whose time has not come."""


class LeaseLost(DomainError):
    """The attempt is no longer the one that may write: another took over, or all was settled."""

    code = "lease_lost"
