"""Blobs in a bucket of MinIO, or of any other S3 server."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import anyio
from botocore.exceptions import ClientError

from adapters.blobs import CHUNK_BYTES, SERVICE, UNKNOWN_MEDIA_TYPE
from adapters.blobs.files import atomic_write
from adapters.blobs.keys import is_key, require_key, require_prefix, require_range
from adapters.blobs.minio_errors import code_of, minio_errors, status_of
from adapters.blobs.minio_upload import open_upload
from application.errors import ServiceUnavailable
from application.ports.blobs import BlobInfo

MOST_DELETED_AT_ONCE = 1000
"""S3's limit for one call."""
LONGEST_LINK = timedelta(days=7)
"""S3's limit for a presigned URL."""
CHECK_SECONDS = 5

log = logging.getLogger(__name__)


class MinioBlobStorage:
    """Implements `BlobStorage` in one private bucket; `adapters.blobs.minio_connection.open_minio` creates it.

    A blob is uploaded by a single PUT that streams from the file. S3 shows an object only when all of it has arrived,
    so an upload that breaks off leaves nothing behind, and at most half a megabyte of it is in memory.
    """

    def __init__(self, client: Any, public_client: Any, bucket: str) -> None:
        self._client = client
        self._public_client = public_client
        self._bucket = bucket

    async def put(self, key: str, source: Path, media_type: str) -> None:
        """Store a file; the server compares the bytes that it receives with the checksum of the bytes that we read."""
        require_key(key)
        upload = await asyncio.to_thread(open_upload, source)
        with minio_errors(), upload.body:
            async with asyncio.timeout(upload.time_limit_seconds):
                await self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=upload.body,
                    ContentLength=upload.size,
                    ContentMD5=upload.checksum,
                    ContentType=media_type,
                )

    async def fetch(self, key: str, target: Path) -> None:
        """Copy a blob into a file, which appears when it is complete."""
        with atomic_write(target) as part:
            async with await anyio.open_file(part, "wb") as file:
                async for chunk in self.read(key):
                    await file.write(chunk)

    async def stat(self, key: str) -> BlobInfo:
        """Describe a blob."""
        require_key(key)
        with minio_errors(key):
            head = await self._client.head_object(Bucket=self._bucket, Key=key)
        return BlobInfo(
            key=key,
            size=head["ContentLength"],
            media_type=head["ContentType"],
            modified_at=head["LastModified"].astimezone(UTC),
        )

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes of a range, of the blob as it was when the reading began."""
        require_key(key)
        require_range(start, length)
        if length == 0:  # HTTP has no empty range
            await self.stat(key)
            return
        wanted = {} if start == 0 and length is None else {"Range": _range(start, length)}
        with minio_errors(key):
            try:
                response = await self._client.get_object(Bucket=self._bucket, Key=key, **wanted)
            except ClientError as error:
                if code_of(error) == "InvalidRange":  # it starts after the end of the blob
                    return
                raise
            async with response["Body"] as body:
                async for chunk in body.iter_chunks(CHUNK_BYTES):
                    yield chunk

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove blobs."""
        remaining = iter(keys)
        while batch := list(islice(remaining, MOST_DELETED_AT_ONCE)):
            for key in batch:
                require_key(key)
            objects = [{"Key": key} for key in batch]
            with minio_errors():
                response = await self._client.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True}
                )
            if errors := [error for error in response.get("Errors", ()) if error["Code"] != "NoSuchKey"]:
                log.error("the blob storage could not delete %d blobs: %s", len(errors), errors[0])
                raise ServiceUnavailable(SERVICE)

    async def list(self, prefix: str) -> AsyncIterator[BlobInfo]:
        """Yield the blobs under a prefix, a thousand for each call of the server; S3 lists no media types.

        Objects that cannot be blobs of this service are left out, among them the empty folders of some consoles.
        """
        require_prefix(prefix)
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        with minio_errors():
            async for page in pages:
                for found in page.get("Contents", ()):
                    if not is_key(found["Key"]):
                        continue
                    yield BlobInfo(
                        key=found["Key"],
                        size=found["Size"],
                        media_type=UNKNOWN_MEDIA_TYPE,
                        modified_at=found["LastModified"].astimezone(UTC),
                    )

    async def direct_link(
        self, key: str, media_type: str, lifetime: timedelta, file_name: str | None = None
    ) -> str | None:
        """Return a presigned URL on the public endpoint, made without a call to any server.

        The server answers it with the given media type, for the given lifetime but never longer than `LONGEST_LINK`.
        """
        require_key(key)
        lifetime = min(lifetime, LONGEST_LINK)
        answer = {
            "ResponseContentType": media_type,
            "ResponseContentDisposition": f'attachment; filename="{file_name}"' if file_name else "inline",
            "ResponseCacheControl": "private",
            "ResponseExpires": datetime.now(UTC) + lifetime,  # a max-age would begin with each answer
        }
        link: str = await self._public_client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": key, **answer},
            ExpiresIn=max(1, int(lifetime.total_seconds())),
        )
        return link

    async def check(self) -> None:
        """Return when the bucket answers; a missing one is created if the access key allows it."""
        with minio_errors():
            async with asyncio.timeout(CHECK_SECONDS):
                try:
                    await self._client.head_bucket(Bucket=self._bucket)
                except ClientError as error:
                    if status_of(error) != 404:
                        raise
                    await self._create_bucket()

    async def _create_bucket(self) -> None:
        region = self._client.meta.region_name
        # S3 rejects the name of its oldest region here: that one is the default and must be left out.
        location = {} if region == "us-east-1" else {"LocationConstraint": region}
        configuration = {"CreateBucketConfiguration": location} if location else {}
        try:
            await self._client.create_bucket(Bucket=self._bucket, **configuration)
        except ClientError as error:
            if code_of(error) != "BucketAlreadyOwnedByYou":  # another process was faster
                raise
            return
        log.info("created the private bucket %s", self._bucket)


def _range(start: int, length: int | None) -> str:
    return f"bytes={start}-" if length is None else f"bytes={start}-{start + length - 1}"
