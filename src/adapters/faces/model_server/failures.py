"""The failures of a model server: the user reads a sentence, the log has the details for the operator."""

import logging

from application.ports.faces import FaceFailed

log = logging.getLogger(__name__)


def unavailable(details: object) -> FaceFailed:
    """Return the failure for a server that cannot be reached, breaks off, or reports an internal error."""
    log.warning("the model server is not available: %.500r", details)
    return FaceFailed("The face model is not available. Please try again later.", retryable=True)


def too_slow(details: str) -> FaceFailed:
    """Return the failure for a server that exceeds its time limit."""
    log.warning("the model server takes too long: %.500s", details)
    return FaceFailed("The face model took too long. Please try again later.", retryable=True)


def unusable(details: str, *, retryable: bool = True) -> FaceFailed:
    """Return the failure for a response, or a file, that is not what it must be."""
    log.error("the response of the model server cannot be used: %.500s", details)
    return FaceFailed(
        "The face model gave an answer that we cannot use. Please try again later.", retryable=retryable
    )


def cannot_make(details: object) -> FaceFailed:
    """Return the failure for a server that reports that it cannot make this face."""
    log.warning("the model server made no face: %.500r", details)
    return FaceFailed(
        "The face model could not make a face from this recording. Record again, and speak a little longer.",
        retryable=False,
    )
