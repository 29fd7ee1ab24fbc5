"""What only the S3 storage must prove: how it works with a server that is slow, strict or away."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from adapters.blobs import minio_storage, minio_upload
from adapters.blobs.minio_connection import CLIENT_CONFIG, MinioServer, open_minio
from adapters.blobs.minio_errors import BlobStorageMisconfigured
from adapters.blobs.minio_storage import MinioBlobStorage
from application.errors import ServiceUnavailable
from e2e.memory import MEGABYTE, growth
from real_servers import S3Bucket, S3Server

NO_SERVER = "http://127.0.0.1:9"


def server_of(empty: S3Bucket) -> MinioServer:
    return MinioServer(
        endpoint=empty.endpoint,
        access_key=empty.access_key,
        secret_key=empty.secret_key,
        bucket=empty.name,
        region=empty.region,
    )


@pytest.fixture
def server(s3_bucket: S3Bucket) -> MinioServer:
    return server_of(s3_bucket)


@pytest.fixture
async def blobs(server: MinioServer) -> AsyncIterator[MinioBlobStorage]:
    async with open_minio(server) as blobs:
        yield blobs


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "recording"
    path.write_bytes(os.urandom(MEGABYTE))
    return path


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large"
    path.write_bytes(os.urandom(MEGABYTE) * 25)
    return path


async def test_objects_of_other_programs_are_not_listed(
    blobs: MinioBlobStorage, s3_bucket: S3Bucket, recording: Path
) -> None:
    await blobs.put("voices/a.webm", recording, "audio/webm")
    async with s3_bucket.client(CLIENT_CONFIG) as client:
        for name in ("voices/.DS_Store", "voices/a\tb", "voices/folder/"):
            await client.put_object(Bucket=s3_bucket.name, Key=name, Body=b"")
    assert [blob.key async for blob in blobs.list("voices/")] == ["voices/a.webm"]


async def require_empty_bucket(bucket: S3Bucket) -> None:
    async with bucket.client(CLIENT_CONFIG) as client:
        assert "Contents" not in await client.list_objects_v2(Bucket=bucket.name)
        assert not (await client.list_multipart_uploads(Bucket=bucket.name)).get("Uploads")


@asynccontextmanager
async def stalling_proxy(server: MinioServer) -> AsyncIterator[tuple[MinioServer, asyncio.Event]]:
    """Give the server behind a proxy that stops reading after 3 MB of a connection and then sets the event."""
    address, stalled = urlsplit(server.endpoint), asyncio.Event()

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        passed = 0
        while chunk := await source.read(65_536):
            sink.write(chunk)
            await sink.drain()
            passed += len(chunk)
            if passed > 3 * MEGABYTE:
                stalled.set()
                await asyncio.Event().wait()
        sink.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream_reader, upstream_writer = await asyncio.open_connection(address.hostname, address.port)
        pumps = asyncio.gather(pump(reader, upstream_writer), pump(upstream_reader, writer))
        connections.append((pumps, writer, upstream_writer))

    connections: list[tuple[asyncio.Future[Any], asyncio.StreamWriter, asyncio.StreamWriter]] = []
    proxy = await asyncio.start_server(connect, "127.0.0.1")
    try:
        host, port = proxy.sockets[0].getsockname()
        yield replace(server, endpoint=f"http://{host}:{port}"), stalled
    finally:
        proxy.close()
        for pumps, *writers in connections:
            pumps.cancel()
            await asyncio.gather(pumps, return_exceptions=True)
            for writer in writers:
                writer.close()


async def keys(blobs: MinioBlobStorage) -> list[str]:
    return sorted([blob.key async for blob in blobs.list("")])


async def test_the_media_type_is_kept_whatever_the_ending_of_the_key(
    blobs: MinioBlobStorage, recording: Path
) -> None:
    await blobs.put("voices/a.webm", recording, "audio/x-unusual")
    assert (await blobs.stat("voices/a.webm")).media_type == "audio/x-unusual"


async def test_an_upload_and_a_fetch_of_25_mb_take_little_memory(
    blobs: MinioBlobStorage, large: Path, recording: Path, tmp_path: Path
) -> None:
    await blobs.put("voices/warm-up.wav", recording, "audio/wav")
    with growth(os.getpid()) as grown:
        await blobs.put("voices/a.wav", large, "audio/wav")
        await blobs.fetch("voices/a.wav", tmp_path / "fetched")
    assert grown.megabytes < 20
    assert (tmp_path / "fetched").stat().st_size == 25 * MEGABYTE


async def test_a_cancelled_upload_leaves_nothing_behind(
    server: MinioServer, s3_bucket: S3Bucket, large: Path
) -> None:
    async with stalling_proxy(server) as (proxied, stalled), open_minio(proxied) as blobs:
        putting = asyncio.create_task(blobs.put("voices/a.wav", large, "audio/wav"))
        await stalled.wait()
        putting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await putting
    await require_empty_bucket(s3_bucket)


async def test_a_stalled_upload_is_stopped_and_leaves_nothing_behind(
    server: MinioServer, s3_bucket: S3Bucket, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minio_upload, "TIME_LIMIT_SECONDS", 4)  # enough for the first 3 MB on any machine
    monkeypatch.setattr(minio_upload, "SLOWEST_BYTES_PER_SECOND", 1000 * MEGABYTE)
    async with stalling_proxy(server) as (proxied, stalled), open_minio(proxied) as blobs:
        with pytest.raises(ServiceUnavailable):
            await blobs.put("voices/a.wav", large, "audio/wav")
        assert stalled.is_set()
    await require_empty_bucket(s3_bucket)


async def test_more_blobs_than_one_call_can_take_are_listed_and_deleted(
    s3_bucket: S3Bucket, blobs: MinioBlobStorage
) -> None:
    many = [f"faces/{number:04}.png" for number in range(1010)]
    async with s3_bucket.client(CLIENT_CONFIG) as client:
        for start in range(0, len(many), 50):
            batch = many[start : start + 50]
            await asyncio.gather(
                *(client.put_object(Bucket=s3_bucket.name, Key=key, Body=b"a face") for key in batch)
            )
    assert await keys(blobs) == many
    await blobs.delete(many)
    assert await keys(blobs) == []


async def test_a_link_opens_one_blob_without_login_and_with_the_given_media_type(
    blobs: MinioBlobStorage, recording: Path
) -> None:
    await blobs.put("voices/a.webm", recording, "application/octet-stream")
    link = await blobs.direct_link("voices/a.webm", "audio/webm", timedelta(minutes=1))
    assert link is not None
    async with httpx.AsyncClient() as browser:
        whole = await browser.get(link)
        part = await browser.get(link, headers={"Range": "bytes=10-19"})
        unsigned = await browser.get(link.split("?")[0])
        other = await browser.get(link.replace("a.webm", "b.webm"))
    assert (whole.content, whole.headers["content-type"]) == (recording.read_bytes(), "audio/webm")
    assert whole.headers["content-disposition"] == "inline"
    assert (part.status_code, part.content) == (206, recording.read_bytes()[10:20])
    assert (unsigned.status_code, other.status_code) == (403, 403)


@pytest.mark.parametrize(
    ("asked", "given"),
    [(timedelta(minutes=31, milliseconds=900), 1860), (timedelta(days=30), 604_800), (timedelta(), 1)],
)
async def test_a_link_is_valid_for_the_given_lifetime_but_at_most_seven_days(
    blobs: MinioBlobStorage, asked: timedelta, given: int
) -> None:
    link = await blobs.direct_link("voices/a.webm", "audio/webm", asked)
    assert link is not None
    assert parse_qs(urlsplit(link).query)["X-Amz-Expires"] == [str(given)]


async def test_a_browser_saves_a_blob_under_the_given_name_and_caches_it_until_the_link_expires(
    blobs: MinioBlobStorage, recording: Path
) -> None:
    await blobs.put("voices/a.webm", recording, "audio/webm")
    expires = datetime.now(UTC) + timedelta(minutes=1)
    link = await blobs.direct_link("voices/a.webm", "audio/webm", timedelta(minutes=1), "recording.webm")
    assert link is not None
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(link)
    assert answer.headers["content-disposition"] == 'attachment; filename="recording.webm"'
    assert answer.headers["cache-control"] == "private"
    assert abs(parsedate_to_datetime(answer.headers["expires"]) - expires) < timedelta(seconds=30)


async def test_a_page_that_shows_a_blob_may_fetch_it_too(blobs: MinioBlobStorage, recording: Path) -> None:
    await blobs.put("voices/a.webm", recording, "audio/webm")
    link = await blobs.direct_link("voices/a.webm", "audio/webm", timedelta(minutes=1))
    assert link is not None
    async with httpx.AsyncClient() as browser:
        shown = await browser.get(link)
        fetched = await browser.get(link, headers={"Origin": "null"})  # as browsers send it after a redirect
    assert shown.headers["vary"] == fetched.headers["vary"] == "Origin"
    assert fetched.headers["access-control-allow-origin"] in ("*", "null")


async def test_links_are_made_for_the_public_endpoint_without_calling_it(
    server: MinioServer, recording: Path
) -> None:
    async with open_minio(replace(server, public_endpoint="https://media.example.org")) as blobs:
        await blobs.put("voices/a.webm", recording, "audio/webm")
        link = await blobs.direct_link("voices/a.webm", "audio/webm", timedelta(minutes=1))
    assert link is not None
    assert link.startswith(f"https://media.example.org/{server.bucket}/voices/a.webm?")


async def test_a_missing_bucket_is_created_and_private(server: MinioServer, recording: Path) -> None:
    async with open_minio(replace(server, bucket=f"{server.bucket}-new")) as blobs:
        await blobs.put("voices/a.webm", recording, "audio/webm")
        link = await blobs.direct_link("voices/a.webm", "audio/webm", timedelta(minutes=1))
    assert link is not None
    async with httpx.AsyncClient() as browser:
        assert (await browser.get(link.split("?")[0])).status_code == 403
        assert (await browser.get(f"{server.endpoint}/{server.bucket}-new")).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [{"access_key": "unknown"}, {"secret_key": "something-else"}, {"bucket": "Not_A_Bucket"}],
)
async def test_wrong_keys_or_bucket_name_prevent_the_start_and_the_error_says_what_to_check(
    server: MinioServer, wrong: dict[str, str]
) -> None:
    with pytest.raises(BlobStorageMisconfigured) as refused:
        async with open_minio(replace(server, **wrong)):
            pytest.fail("it started")
    assert "endpoint, keys, bucket and region" in "".join(refused.value.__notes__)
    assert server.secret_key not in repr(refused.value) + repr(server)


async def test_a_deleted_bucket_is_an_error_of_configuration_and_not_a_missing_blob(
    s3_bucket: S3Bucket, blobs: MinioBlobStorage, recording: Path
) -> None:
    async with s3_bucket.client(CLIENT_CONFIG) as client:
        await client.delete_bucket(Bucket=s3_bucket.name)
    with pytest.raises(BlobStorageMisconfigured):
        await blobs.put("voices/a.webm", recording, "audio/webm")
    with pytest.raises(BlobStorageMisconfigured):
        await anext(blobs.read("voices/a.webm"))
    await blobs.check()
    await blobs.put("voices/a.webm", recording, "audio/webm")
    assert await keys(blobs) == ["voices/a.webm"]


async def require_every_operation_unavailable(
    blobs: MinioBlobStorage, tmp_path: Path, recording: Path
) -> None:
    with pytest.raises(ServiceUnavailable):
        await blobs.check()
    with pytest.raises(ServiceUnavailable):
        await blobs.put("voices/a.webm", recording, "audio/webm")
    with pytest.raises(ServiceUnavailable):
        await blobs.fetch("voices/a.webm", tmp_path / "target")
    with pytest.raises(ServiceUnavailable):
        await blobs.stat("voices/a.webm")
    with pytest.raises(ServiceUnavailable):
        await anext(blobs.read("voices/a.webm"))
    with pytest.raises(ServiceUnavailable):
        await blobs.delete(["voices/a.webm"])
    with pytest.raises(ServiceUnavailable):
        await keys(blobs)
    assert list(tmp_path.glob("target*")) == []


async def test_the_storage_can_be_opened_without_the_server(tmp_path: Path) -> None:
    no_server = MinioServer(
        endpoint=NO_SERVER, access_key="a", secret_key="b", bucket="c", region="us-east-1"
    )
    async with open_minio(no_server) as blobs:
        assert await blobs.direct_link("voices/a.webm", "audio/webm", timedelta(minutes=1)) is not None
        with pytest.raises(ServiceUnavailable):
            await blobs.stat("voices/a.webm")


async def test_the_same_client_uses_the_server_again_after_a_restart(
    own_s3: S3Server, tmp_path: Path, recording: Path
) -> None:
    server = server_of(await asyncio.to_thread(own_s3.create_bucket))
    async with open_minio(server) as blobs:
        await blobs.put("voices/a.webm", recording, "audio/webm")
        await asyncio.to_thread(own_s3.kill)
        try:
            await require_every_operation_unavailable(blobs, tmp_path, recording)
        finally:
            await asyncio.to_thread(own_s3.start)
        await blobs.fetch("voices/a.webm", tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == recording.read_bytes()


async def test_a_paused_server_fails_the_check_soon_and_is_used_again_once_it_continues(
    own_s3: S3Server, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minio_storage, "CHECK_SECONDS", 0.5)
    server = server_of(await asyncio.to_thread(own_s3.create_bucket))
    async with open_minio(server) as blobs:
        await asyncio.to_thread(own_s3.pause)
        try:
            with pytest.raises(ServiceUnavailable):
                await blobs.check()
        finally:
            await asyncio.to_thread(own_s3.unpause)
        await blobs.put("voices/a.webm", recording, "audio/webm")
        assert await keys(blobs) == ["voices/a.webm"]


async def test_a_read_that_breaks_off_means_service_unavailable(
    own_s3: S3Server, large: Path, tmp_path: Path
) -> None:
    server = server_of(await asyncio.to_thread(own_s3.create_bucket))
    async with open_minio(server) as blobs:
        await blobs.put("voices/a.wav", large, "audio/wav")
        chunks = blobs.read("voices/a.wav")
        await anext(chunks)
        await asyncio.to_thread(own_s3.kill)
        try:
            with pytest.raises(ServiceUnavailable):
                async for _ in chunks:
                    pass
        finally:
            await asyncio.to_thread(own_s3.start)
