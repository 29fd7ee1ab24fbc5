"""What an S3 server's refusals and silences mean to us."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError

from application.errors import ServiceUnavailable
from application.ports.blobs import BlobNotFound

SERVICE = "blob storage"

NO_SUCH_KEY = {"NoSuchKey", "404"}
"""A HEAD has no body to carry a code: there the status stands for it."""

TRANSIENT = {"SlowDown", "RequestTimeout", "BadDigest", "IncompleteBody", "429"}

SILENCES = (ConnectionError, HTTPClientError, IncompleteReadError, aiohttp.ClientError, TimeoutError)

log = logging.getLogger(__name__)


class BlobStorageRefuses(ServiceUnavailable):
    """The server answers and says no, to our key, our bucket or our clock: only the operator can mend it."""


@contextmanager
def s3_errors(key: str | None = None) -> Iterator[None]:
    """Turn errors of botocore and aiohttp into `BlobNotFound`, `ServiceUnavailable` or `BlobStorageRefuses`."""
    try:
        yield
    except ClientError as error:
        raise _meaning(error, key) from error
    except SILENCES as error:
        log.warning("the blob storage does not answer: %r", error)
        raise ServiceUnavailable(SERVICE) from error


def status_of(error: ClientError) -> int:
    """Return the HTTP status that the error came with."""
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])


def code_of(error: ClientError) -> str:
    """Return S3's word for the error."""
    return str(error.response["Error"].get("Code", status_of(error)))


def _meaning(error: ClientError, key: str | None) -> Exception:
    code = code_of(error)
    if key is not None and code in NO_SUCH_KEY:
        return BlobNotFound(key)
    if status_of(error) >= 500 or code in TRANSIENT:
        log.warning("the blob storage is in trouble: %s", error)
        return ServiceUnavailable(SERVICE)
    log.error("the blob storage refuses, check its endpoint, keys, bucket and region: %s", error)
    refusal = BlobStorageRefuses(SERVICE)
    refusal.add_note(f"Check the endpoint, keys, bucket and region of the blob storage: {error}")
    return refusal
