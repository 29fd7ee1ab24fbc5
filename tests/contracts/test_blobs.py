"""What every `BlobStorage` promises."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.blobs.local_folder import LocalFolderBlobs
from adapters.blobs.minio_connection import MinioServer, open_minio
from application.ports.blobs import BlobNotFound, BlobStorage
from doubles.blobs import MemoryBlobs
from real_servers import S3Bucket

LARGEST_CHUNK = 256 * 1024


@pytest.fixture(params=["memory", "folder", "minio"])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BlobStorage]:
    match request.param:
        case "memory":
            yield MemoryBlobs()
        case "folder":
            yield LocalFolderBlobs(tmp_path / "blobs")
        case "minio":
            bucket: S3Bucket = request.getfixturevalue("s3_bucket")
            server = MinioServer(
                endpoint=bucket.endpoint,
                access_key=bucket.access_key,
                secret_key=bucket.secret_key,
                bucket=bucket.name,
                region=bucket.region,
            )
            async with open_minio(server) as blobs:
                yield blobs


@pytest.fixture
def own_prefix() -> str:
    """A prefix of this test, for a storage that keeps its blobs after the test."""
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(os.urandom(700_001))
    return path


async def whole(blobs: BlobStorage, key: str, start: int = 0, length: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in blobs.read(key, start, length)])


async def keys(blobs: BlobStorage, prefix: str) -> list[str]:
    return sorted([blob.key async for blob in blobs.list(prefix)])


async def test_a_blob_is_read_as_it_was_put(blobs: BlobStorage, own_prefix: str, source: Path) -> None:
    await blobs.put(f"{own_prefix}/voice.webm", source, "audio/webm")
    assert await whole(blobs, f"{own_prefix}/voice.webm") == source.read_bytes()


async def test_an_empty_file_is_a_blob(blobs: BlobStorage, own_prefix: str, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    await blobs.put(f"{own_prefix}/empty.wav", tmp_path / "empty", "audio/wav")
    assert (await blobs.stat(f"{own_prefix}/empty.wav")).size == 0
    assert await whole(blobs, f"{own_prefix}/empty.wav") == b""


async def test_a_stored_blob_does_not_change_with_its_source_file(
    blobs: BlobStorage, own_prefix: str, source: Path
) -> None:
    before = source.read_bytes()
    await blobs.put(f"{own_prefix}/voice.webm", source, "audio/webm")
    source.write_bytes(b"changed afterwards")
    assert await whole(blobs, f"{own_prefix}/voice.webm") == before


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.webm", "audio/webm"), ("a.png", "image/png"), ("a.jpg", "image/jpeg"), ("a.mp4", "video/mp4")],
)
async def test_a_blob_has_a_size_a_media_type_and_a_time(
    blobs: BlobStorage, own_prefix: str, source: Path, name: str, media_type: str
) -> None:
    await blobs.put(f"{own_prefix}/{name}", source, media_type)
    info = await blobs.stat(f"{own_prefix}/{name}")
    assert (info.key, info.size, info.media_type) == (f"{own_prefix}/{name}", 700_001, media_type)
    assert abs(datetime.now(UTC) - info.modified_at) < timedelta(minutes=1)


async def test_a_newer_blob_replaces_an_older_one_of_its_key(
    blobs: BlobStorage, own_prefix: str, source: Path, tmp_path: Path
) -> None:
    (tmp_path / "newer").write_bytes(b"newer")
    await blobs.put(f"{own_prefix}/a.png", source, "image/png")
    await blobs.put(f"{own_prefix}/a.png", tmp_path / "newer", "image/png")
    assert await whole(blobs, f"{own_prefix}/a.png") == b"newer"
    assert (await blobs.stat(f"{own_prefix}/a.png")).size == 5


async def test_a_blob_is_fetched_into_a_file(
    blobs: BlobStorage, own_prefix: str, source: Path, tmp_path: Path
) -> None:
    await blobs.put(f"{own_prefix}/a.mp4", source, "video/mp4")
    target = tmp_path / "fetched" / "a.mp4"
    target.parent.mkdir()
    await blobs.fetch(f"{own_prefix}/a.mp4", target)
    assert target.read_bytes() == source.read_bytes()
    assert list(target.parent.iterdir()) == [target]


async def test_a_key_without_a_blob_is_not_found(blobs: BlobStorage, own_prefix: str, tmp_path: Path) -> None:
    missing = f"{own_prefix}/missing.png"
    with pytest.raises(BlobNotFound):
        await blobs.stat(missing)
    with pytest.raises(BlobNotFound):
        await whole(blobs, missing)
    with pytest.raises(BlobNotFound):
        await blobs.fetch(missing, tmp_path / "target")
    assert list(tmp_path.glob("target*")) == []


async def test_a_prefix_of_blobs_is_not_a_blob(
    blobs: BlobStorage, own_prefix: str, source: Path, tmp_path: Path
) -> None:
    await blobs.put(f"{own_prefix}/a/b.png", source, "image/png")
    with pytest.raises(BlobNotFound):
        await blobs.stat(f"{own_prefix}/a")
    with pytest.raises(BlobNotFound):
        await whole(blobs, f"{own_prefix}/a")
    with pytest.raises(BlobNotFound):
        await blobs.fetch(f"{own_prefix}/a", tmp_path / "target")
    await blobs.delete([f"{own_prefix}/a"])
    assert await keys(blobs, f"{own_prefix}/") == [f"{own_prefix}/a/b.png"]


@pytest.mark.parametrize(
    ("start", "length"),
    [(0, 1), (0, None), (1, 300_000), (699_999, None), (699_999, 50), (700_001, None), (800_000, 9), (5, 0)],
)
async def test_a_range_is_read_as_a_slice_of_the_content(
    blobs: BlobStorage, own_prefix: str, source: Path, start: int, length: int | None
) -> None:
    await blobs.put(f"{own_prefix}/a.mp4", source, "video/mp4")
    end = None if length is None else start + length
    assert await whole(blobs, f"{own_prefix}/a.mp4", start, length) == source.read_bytes()[start:end]


async def test_chunks_are_bounded_and_never_empty(blobs: BlobStorage, own_prefix: str, source: Path) -> None:
    await blobs.put(f"{own_prefix}/a.mp4", source, "video/mp4")
    sizes = [len(chunk) async for chunk in blobs.read(f"{own_prefix}/a.mp4")]
    assert min(sizes) > 0
    assert max(sizes) <= LARGEST_CHUNK


@pytest.mark.parametrize(("start", "length"), [(-1, None), (0, -1)])
async def test_a_negative_range_is_an_error(
    blobs: BlobStorage, own_prefix: str, source: Path, start: int, length: int | None
) -> None:
    await blobs.put(f"{own_prefix}/a.mp4", source, "video/mp4")
    with pytest.raises(ValueError, match="range"):
        await whole(blobs, f"{own_prefix}/a.mp4", start, length)


async def test_a_reader_may_stop_before_the_end(blobs: BlobStorage, own_prefix: str, source: Path) -> None:
    await blobs.put(f"{own_prefix}/a.mp4", source, "video/mp4")
    chunks = blobs.read(f"{own_prefix}/a.mp4")
    first = await anext(chunks)
    assert source.read_bytes().startswith(first)
    await chunks.aclose()  # type: ignore[attr-defined]
    assert await whole(blobs, f"{own_prefix}/a.mp4") == source.read_bytes()


async def test_a_listing_yields_all_blobs_under_the_prefix_and_no_others(
    blobs: BlobStorage, own_prefix: str, source: Path
) -> None:
    for name in ("faces/1/1/voice.png", "faces/1/1/voice.mp4", "faces/1/2/voice.png", "faces/10/1/voice.png"):
        await blobs.put(f"{own_prefix}/{name}", source, "image/png")
    assert await keys(blobs, f"{own_prefix}/faces/1/") == [
        f"{own_prefix}/faces/1/1/voice.mp4",
        f"{own_prefix}/faces/1/1/voice.png",
        f"{own_prefix}/faces/1/2/voice.png",
    ]
    assert await keys(blobs, f"{own_prefix}/faces/10/") == [f"{own_prefix}/faces/10/1/voice.png"]
    assert len(await keys(blobs, f"{own_prefix}/faces/1")) == 4
    assert len(await keys(blobs, own_prefix)) == 4
    assert await keys(blobs, f"{own_prefix}/voices/") == []


async def test_a_listing_yields_sizes_and_times(blobs: BlobStorage, own_prefix: str, source: Path) -> None:
    await blobs.put(f"{own_prefix}/a.png", source, "image/png")
    (listed,) = [blob async for blob in blobs.list(f"{own_prefix}/")]
    info = await blobs.stat(f"{own_prefix}/a.png")
    assert (listed.key, listed.size) == (info.key, info.size)
    assert abs(listed.modified_at - info.modified_at) <= timedelta(seconds=1)


async def test_a_listing_goes_on_while_blobs_are_removed(
    blobs: BlobStorage, own_prefix: str, source: Path
) -> None:
    everything = [f"{own_prefix}/{folder}/{name}.png" for folder in "abc" for name in "xyz"]
    for key in everything:
        await blobs.put(key, source, "image/png")
    listing = blobs.list(f"{own_prefix}/")
    await anext(listing)
    await blobs.delete(everything)
    assert {blob.key async for blob in listing} <= set(everything)
    assert await keys(blobs, f"{own_prefix}/") == []


async def test_deleting_removes_the_given_blobs_and_no_others(
    blobs: BlobStorage, own_prefix: str, source: Path
) -> None:
    for name in "abc":
        await blobs.put(f"{own_prefix}/{name}.png", source, "image/png")
    await blobs.delete(f"{own_prefix}/{name}.png" for name in "ac")
    assert await keys(blobs, f"{own_prefix}/") == [f"{own_prefix}/b.png"]
    with pytest.raises(BlobNotFound):
        await blobs.stat(f"{own_prefix}/a.png")


async def test_deleting_a_key_without_a_blob_is_not_an_error(
    blobs: BlobStorage, own_prefix: str, source: Path
) -> None:
    await blobs.put(f"{own_prefix}/a.png", source, "image/png")
    await blobs.delete([f"{own_prefix}/a.png", f"{own_prefix}/never.png"])
    await blobs.delete([f"{own_prefix}/a.png"])
    await blobs.delete([])
    assert await keys(blobs, f"{own_prefix}/") == []


async def test_a_key_can_be_used_again_after_its_blob_was_deleted(
    blobs: BlobStorage, own_prefix: str, source: Path
) -> None:
    await blobs.put(f"{own_prefix}/a/b.png", source, "image/png")
    await blobs.delete([f"{own_prefix}/a/b.png"])
    await blobs.put(f"{own_prefix}/a/b.png", source, "image/png")
    assert await whole(blobs, f"{own_prefix}/a/b.png") == source.read_bytes()


async def test_a_reader_gets_one_whole_version_while_the_blob_is_replaced(
    blobs: BlobStorage, own_prefix: str, tmp_path: Path
) -> None:
    versions = [bytes([letter]) * 900_000 for letter in range(6)]
    for number, version in enumerate(versions):
        (tmp_path / str(number)).write_bytes(version)
    await blobs.put(f"{own_prefix}/a.mp4", tmp_path / "0", "video/mp4")

    async def replace() -> None:
        for number in range(len(versions)):
            await blobs.put(f"{own_prefix}/a.mp4", tmp_path / str(number), "video/mp4")

    replacing = asyncio.create_task(replace())
    seen = {await whole(blobs, f"{own_prefix}/a.mp4")}
    while not replacing.done():
        seen.add(await whole(blobs, f"{own_prefix}/a.mp4"))
        await asyncio.sleep(0)
    await replacing
    assert seen <= set(versions)


async def test_no_blob_is_lost_while_many_are_put_and_deleted_at_once(
    blobs: BlobStorage, own_prefix: str, source: Path
) -> None:
    async def come_and_go(name: str) -> None:
        for _ in range(5):
            await blobs.put(f"{own_prefix}/shared/{name}.png", source, "image/png")
            await blobs.delete([f"{own_prefix}/shared/{name}.png"])
        await blobs.put(f"{own_prefix}/shared/{name}.png", source, "image/png")

    await asyncio.gather(*(come_and_go(name) for name in "abcd"))
    assert await keys(blobs, f"{own_prefix}/") == [f"{own_prefix}/shared/{name}.png" for name in "abcd"]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "a/../../b",
        "..",
        ".",
        "a//b",
        "a/",
        "a/.hidden",
        "a\\b",
        "a\x00b",
        "a\nb",
        "é" * 600,
    ],
)
async def test_a_key_that_could_lead_out_of_the_storage_is_an_error(
    blobs: BlobStorage, source: Path, tmp_path: Path, key: str
) -> None:
    with pytest.raises(ValueError, match="key"):
        await blobs.put(key, source, "image/png")
    with pytest.raises(ValueError, match="key"):
        await blobs.fetch(key, tmp_path / "target")
    with pytest.raises(ValueError, match="key"):
        await blobs.stat(key)
    with pytest.raises(ValueError, match="key"):
        await whole(blobs, key)
    with pytest.raises(ValueError, match="key"):
        await blobs.delete([key])
    with pytest.raises(ValueError, match="key"):
        await blobs.direct_link(key, "image/png", timedelta(minutes=1))


@pytest.mark.parametrize("prefix", ["/", "../", "a/../", "a//b", ".incoming/"])
async def test_a_prefix_that_could_lead_out_of_the_storage_is_an_error(
    blobs: BlobStorage, prefix: str
) -> None:
    with pytest.raises(ValueError, match="prefix"):
        await keys(blobs, prefix)


async def test_a_key_may_hold_letters_of_any_script(
    blobs: BlobStorage, own_prefix: str, source: Path
) -> None:
    key = f"{own_prefix}/얼굴 하나-woman_20.jpg"
    await blobs.put(key, source, "image/jpeg")
    assert await keys(blobs, f"{own_prefix}/") == [key]
    assert await whole(blobs, key) == source.read_bytes()


async def test_a_storage_that_answers_passes_its_check(blobs: BlobStorage) -> None:
    await blobs.check()
