"""Translates the errors of the S3 client."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError

from adapters.blobs import SERVICE
from application.errors import ServiceUnavailable
from application.ports.blobs import BlobNotFound

_NO_SUCH_KEY = {
    "NoSuchKey",
    "404",
}  # a response to HEAD has no body for a code, so there the status is the code

_TRANSIENT = {"SlowDown", "RequestTimeout", "BadDigest", "IncompleteBody", "429"}

_NO_ANSWER = (ConnectionError, HTTPClientError, IncompleteReadError, aiohttp.ClientError, TimeoutError)

log = logging.getLogger(__name__)


class BlobStorageMisconfigured(ServiceUnavailable):
    """The server rejects our key, our bucket or our clock; only the operator can correct that."""


@contextmanager
def minio_errors(key: str | None = None) -> Iterator[None]:
    """Turn errors of botocore and aiohttp into errors of the port.

    These are `BlobNotFound` where a key is given, `ServiceUnavailable`, and `BlobStorageMisconfigured`.
    """
    try:
        yield
    except ClientError as error:
        raise _translated(error, key) from error
    except _NO_ANSWER as error:
        log.warning("the blob storage does not answer: %r", error)
        raise ServiceUnavailable(SERVICE) from error


def status_of(error: ClientError) -> int:
    """Return the HTTP status of the response."""
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])


def code_of(error: ClientError) -> str:
    """Return S3's error code."""
    return str(error.response["Error"].get("Code", status_of(error)))


def _translated(error: ClientError, key: str | None) -> Exception:
    code = code_of(error)
    if key is not None and code in _NO_SUCH_KEY:
        return BlobNotFound(key)
    if status_of(error) >= 500 or code in _TRANSIENT:
        log.warning("the blob storage reports an error: %s", error)
        return ServiceUnavailable(SERVICE)
    advice = f"Check the endpoint, keys, bucket and region of the blob storage: {error}"
    log.error("the blob storage rejects a request. %s", advice)
    misconfigured = BlobStorageMisconfigured(SERVICE)
    misconfigured.add_note(advice)
    return misconfigured
