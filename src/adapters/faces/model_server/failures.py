"""How a model server fails us: the person reads a sentence, the operator reads the details."""

import logging

from application.ports.faces import FaceFailed

log = logging.getLogger(__name__)


def silent(details: object) -> FaceFailed:
    """Return the failure for a server that cannot be reached, breaks off, or is in trouble."""
    log.warning("the model server is not available: %.500r", details)
    return FaceFailed("The face model is not available. Please try again later.", retryable=True)


def slow(details: str) -> FaceFailed:
    """Return the failure for a server that is given up."""
    log.warning("the model server takes too long: %.500s", details)
    return FaceFailed("The face model took too long. Please try again later.", retryable=True)


def unusable(details: str, *, retryable: bool = True) -> FaceFailed:
    """Return the failure for an answer, or a file, that is not what it should be."""
    log.error("the model server's answer is of no use: %.500s", details)
    return FaceFailed(
        "The face model gave an answer that we cannot use. Please try again later.", retryable=retryable
    )


def refused(details: object) -> FaceFailed:
    """Return the failure for a server that says that it cannot make this face."""
    log.warning("the model server made no face: %.500r", details)
    return FaceFailed(
        "The face model could not make a face from this recording. Record again, and speak a little longer.",
        retryable=False,
    )
