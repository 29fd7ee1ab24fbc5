"""Blobs in a bucket of MinIO, or of any other S3 server."""

import asyncio
import hashlib
import logging
from base64 import b64encode
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, timedelta
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import anyio
from botocore.exceptions import ClientError

from adapters.blobs.files import arriving
from adapters.blobs.keys import ANY_BYTES, is_key, require_key, require_prefix, require_range
from adapters.blobs.s3_errors import SERVICE, code_of, s3_errors, status_of
from application.errors import ServiceUnavailable
from application.ports.blobs import BlobInfo

CHUNK = 256 * 1024
SMALL = 512 * 1024
DELETED_AT_ONCE = 1000
LONGEST_LINK = timedelta(days=7)
CHECK_LIMIT_S = 5
PUT_LIMIT_S = 30
SLOWEST_UPLOAD = 512 * 1024
"""Bytes a second, on top of the first `PUT_LIMIT_S`; a server that takes them slower counts as stuck."""

log = logging.getLogger(__name__)


class MinioBlobStorage:
    """The port `BlobStorage` in one private bucket; `adapters.blobs.minio.open_minio` makes it.

    A blob goes up in a single PUT that streams from the file: S3 shows an object once all of it has come, so
    an upload that breaks off leaves nothing to clear away, and memory holds half a megabyte of it.
    """

    def __init__(self, client: Any, signer: Any, bucket: str) -> None:
        self._client = client
        self._signer = signer
        self._bucket = bucket

    async def put(self, key: str, source: Path, media_type: str) -> None:
        """Store a file; the server compares what it received with the checksum of what we read."""
        require_key(key)
        body, size, checksum = await asyncio.to_thread(_open, source)
        with s3_errors(), body:
            async with asyncio.timeout(PUT_LIMIT_S + size / SLOWEST_UPLOAD):
                await self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=body,
                    ContentLength=size,
                    ContentMD5=checksum,
                    ContentType=media_type,
                )

    async def fetch(self, key: str, target: Path) -> None:
        """Copy a blob into a file, which appears when it is whole."""
        with arriving(target) as part:
            async with await anyio.open_file(part, "wb") as file:
                async for chunk in self.read(key):
                    await file.write(chunk)

    async def stat(self, key: str) -> BlobInfo:
        """Describe a blob."""
        require_key(key)
        with s3_errors(key):
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
        if length == 0:  # HTTP has no range of nothing
            await self.stat(key)
            return
        wanted = {} if start == 0 and length is None else {"Range": _range(start, length)}
        with s3_errors(key):
            try:
                answer = await self._client.get_object(Bucket=self._bucket, Key=key, **wanted)
            except ClientError as error:
                if code_of(error) == "InvalidRange":  # it starts behind the end
                    return
                raise
            async with answer["Body"] as body:
                async for chunk in body.iter_chunks(CHUNK):
                    yield chunk

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove blobs."""
        remaining = iter(keys)
        while batch := list(islice(remaining, DELETED_AT_ONCE)):
            for key in batch:
                require_key(key)
            objects = [{"Key": key} for key in batch]
            with s3_errors():
                answer = await self._client.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True}
                )
            if errors := [error for error in answer.get("Errors", ()) if error["Code"] != "NoSuchKey"]:
                log.error("the blob storage could not delete %d blobs: %s", len(errors), errors[0])
                raise ServiceUnavailable(SERVICE)

    async def list(self, prefix: str) -> AsyncIterator[BlobInfo]:
        """Yield what lies under a prefix, a thousand at a call; S3 does not tell media types here.

        What can be no blob of ours is passed over, empty folders as some consoles show them included.
        """
        require_prefix(prefix)
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        with s3_errors():
            async for page in pages:
                for found in page.get("Contents", ()):
                    if not is_key(found["Key"]):
                        continue
                    yield BlobInfo(
                        key=found["Key"],
                        size=found["Size"],
                        media_type=ANY_BYTES,
                        modified_at=found["LastModified"].astimezone(UTC),
                    )

    async def direct_link(self, key: str, media_type: str, lifetime: timedelta) -> str | None:
        """Return a presigned address on the public endpoint, made without a call to any server.

        It answers with the media type given here, and no longer than asked (nor than S3's seven days).
        """
        require_key(key)
        link: str = await self._signer.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": key, "ResponseContentType": media_type},
            ExpiresIn=max(1, int(min(lifetime, LONGEST_LINK).total_seconds())),
        )
        return link

    async def check(self) -> None:
        """Return when the bucket answers; one that is missing is made, if our key may do so."""
        with s3_errors():
            async with asyncio.timeout(CHECK_LIMIT_S):
                try:
                    await self._client.head_bucket(Bucket=self._bucket)
                except ClientError as error:
                    if status_of(error) != 404:
                        raise
                    await self._make_bucket()

    async def _make_bucket(self) -> None:
        region = self._client.meta.region_name
        # S3's oldest region is the one that must not be named.
        place = {} if region == "us-east-1" else {"LocationConstraint": region}
        configuration = {"CreateBucketConfiguration": place} if place else {}
        try:
            await self._client.create_bucket(Bucket=self._bucket, **configuration)
        except ClientError as error:
            if code_of(error) != "BucketAlreadyOwnedByYou":  # another process was faster
                raise
            return
        log.info("made the bucket %s, private", self._bucket)


def _open(source: Path) -> tuple[BinaryIO, int, str]:
    """Return a file's content, its size in bytes, and its checksum: an MD5, as the oldest S3 servers know it.

    A small file is read at once, since streaming it would take a thread for each chunk.
    """
    file = source.open("rb")
    digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
    size, checksum = file.tell(), b64encode(digest.digest()).decode()
    file.seek(0)
    if size > SMALL:
        return file, size, checksum
    with file:
        return BytesIO(file.read()), size, checksum


def _range(start: int, length: int | None) -> str:
    return f"bytes={start}-" if length is None else f"bytes={start}-{start + length - 1}"
