"""Connects to the bucket on MinIO, or on any other S3 server."""

import hashlib
import logging
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

from adapters.blobs.minio_errors import BlobStorageMisconfigured
from adapters.blobs.minio_storage import MinioBlobStorage
from application.errors import ServiceUnavailable

CLIENT_CONFIG = AioConfig(
    signature_version="s3v4",
    # To sign the content, the client would hash the file on the event loop. The signed Content-MD5 covers it instead.
    s3={"addressing_style": "path", "payload_signing_enabled": False},
    # Newer checksums only where S3 requires one: older servers do not know them.
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
    """The address of the bucket, and the keys to it."""

    endpoint: str
    """The address at which this service reaches the server, such as `http://minio:9000`."""
    public_endpoint: str | None = None
    """The address at which browsers reach it, where that is another one; links are made for it."""
    access_key: str
    secret_key: str = field(repr=False)
    bucket: str
    region: str


@asynccontextmanager
async def open_minio(server: MinioServer) -> AsyncIterator[MinioBlobStorage]:
    """Give the blob storage; its bucket is created when it is missing, if the access key allows it.

    A server that does not answer now does not prevent the start. A server that rejects us raises
    `BlobStorageMisconfigured`.
    """
    session = get_session()

    def client(endpoint: str):  # type: ignore[no-untyped-def]
        return session.create_client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=server.access_key,
            aws_secret_access_key=server.secret_key,
            region_name=server.region,
            config=CLIENT_CONFIG,
        )

    # The signature of a link covers the host, so links need a second client, which never connects.
    public_endpoint = server.public_endpoint or server.endpoint
    async with client(server.endpoint) as own_client, client(public_endpoint) as public_client:
        own_client.meta.events.register("before-call.s3.DeleteObjects", _add_content_md5)
        storage = MinioBlobStorage(own_client, public_client, server.bucket)
        try:
            await storage.check()
        except BlobStorageMisconfigured:
            raise
        except ServiceUnavailable:
            log.warning("starting without the blob storage at %s: it does not answer", server.endpoint)
        yield storage


def _add_content_md5(params: dict[str, Any], **_: Any) -> None:
    """Add the checksum that older servers require for a batch of deletions; botocore sends only newer checksums."""
    digest = hashlib.md5(params["body"], usedforsecurity=False).digest()
    params["headers"]["Content-MD5"] = b64encode(digest).decode()
