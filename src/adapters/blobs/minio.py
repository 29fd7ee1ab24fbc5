"""Opens the blobs on an S3 server: two clients for the life of a process."""

import hashlib
import logging
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

from adapters.blobs.bucket import MinioBlobStorage
from adapters.blobs.s3_errors import BlobStorageRefuses
from application.errors import ServiceUnavailable

__all__ = ["MinioBlobStorage", "MinioServer", "open_minio"]

CONFIG = AioConfig(
    signature_version="s3v4",
    # Signing a payload would hash the file on the event loop; the signed Content-MD5 vouches for it instead.
    s3={"addressing_style": "path", "payload_signing_enabled": False},
    # Newer checksums only where S3 demands one: older servers do not know them.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    connect_timeout=3,
    read_timeout=10,
    retries={"total_max_attempts": 3, "mode": "standard"},
    max_pool_connections=50,
    tcp_keepalive=True,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MinioServer:
    """Where the bucket is, and how to get in."""

    endpoint: str
    """As we reach it, such as `http://minio:9000`."""
    public_endpoint: str | None = None
    """As browsers reach it, where that differs; links are made for it."""
    access_key: str
    secret_key: str = field(repr=False)
    bucket: str
    region: str = "us-east-1"


@asynccontextmanager
async def open_minio(server: MinioServer) -> AsyncIterator[MinioBlobStorage]:
    """Give the storage, its bucket made if need be and if our key may do so.

    A server that is away now does not keep us from starting; one that refuses us raises `BlobStorageRefuses`.
    """
    session = get_session()

    def client(endpoint: str):  # type: ignore[no-untyped-def]
        return session.create_client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=server.access_key,
            aws_secret_access_key=server.secret_key,
            region_name=server.region,
            config=CONFIG,
        )

    # The host is part of what is signed, so links take a client of their own; it never calls anywhere.
    async with client(server.endpoint) as ours, client(server.public_endpoint or server.endpoint) as public:
        ours.meta.events.register("before-call.s3.DeleteObjects", _add_content_md5)
        storage = MinioBlobStorage(ours, public, server.bucket)
        try:
            await storage.check()
        except BlobStorageRefuses:
            raise
        except ServiceUnavailable:
            log.warning("starting without the blob storage at %s: it does not answer", server.endpoint)
        yield storage


def _add_content_md5(params: dict[str, Any], **_: Any) -> None:
    """Give a batch of deletions the checksum that older servers insist on; botocore knows only newer ones."""
    digest = hashlib.md5(params["body"], usedforsecurity=False).digest()
    params["headers"]["Content-MD5"] = b64encode(digest).decode()
