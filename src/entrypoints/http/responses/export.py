"""The response with an export: a ZIP archive that is written while it is sent."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import cache
from typing import Any

import msgspec
from litestar import Response

from application.accounts.export import AccountExport, ExportAccount, ExportAccountCommand
from application.ports.blobs import BlobNotFound
from entrypoints.http.responses.closing_stream import closing, closing_stream
from entrypoints.http.responses.export_readme import README
from entrypoints.http.responses.zip_stream import ZipStream
from entrypoints.http.schemas.export import ExportDocument

PIECE_BYTES = 64 * 1024
"""How many bytes are sent at once, at least."""

ZIP = "application/zip"

log = logging.getLogger(__name__)


async def export_response(
    export_account: ExportAccount, command: ExportAccountCommand, place: AbstractContextManager[None]
) -> Response[Any]:
    """Return an archive of all that is kept of a user; the place is held until it is sent.

    The first piece is made before the response begins: an error until then is an answer of its own. A later one cuts
    the connection off, so that no client takes a part for the whole.
    """
    with ExitStack() as held:
        held.enter_context(place)
        export = await export_account(command)
        archive = archive_of(export, held)
        first = await anext(archive)
    name = f"voice2face-export-{export.exported_at:%Y-%m-%d}.zip"
    return closing_stream(
        archive,
        first=first,
        media_type=ZIP,
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Accel-Buffering": "no",  # no proxy keeps it in a file of its own
        },
    )


async def archive_of(export: AccountExport, held: ExitStack) -> AsyncGenerator[bytes, None]:
    """Yield the archive in pieces of about `PIECE_BYTES`; closes what is held at the end, also if it is left early.

    `data.json` comes last, because it tells which files were found.
    """
    with held.pop_all(), ZipStream() as archive:
        for path, content in (("README.txt", README.encode()), ("schema.json", schema())):
            with archive.entry(path, export.exported_at, compressed=True) as entry:
                entry.write(content)
        sizes: dict[str, int] = {}
        for file in export.files:
            async with closing(await export.read(file)) as chunks:
                try:
                    chunk = await anext(chunks, b"")
                except BlobNotFound:
                    log.warning("an export lacks a file that was erased meanwhile, or lost: %s", file.path)
                    continue
                sizes[file.path] = 0
                with archive.entry(file.path, file.created_at, compressed=False) as entry:
                    while chunk:
                        sizes[file.path] += entry.write(chunk)
                        if archive.waiting_bytes >= PIECE_BYTES:
                            yield archive.take()
                            await export.require_session()
                        chunk = await anext(chunks, b"")
        with archive.entry("data.json", export.exported_at, compressed=True) as entry:
            for piece in pieces_of(await asyncio.to_thread(document, export, sizes)):
                entry.write(piece)
                if archive.waiting_bytes >= PIECE_BYTES:
                    yield archive.take()
                    await export.require_session()
                await asyncio.sleep(0)  # compressing takes some milliseconds
        yield archive.end()


@cache
def schema() -> bytes:
    """Return the JSON Schema of `data.json`."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **msgspec.json.schema(ExportDocument),
    }
    return msgspec.json.format(msgspec.json.encode(described), indent=2)


def document(export: AccountExport, sizes: Mapping[str, int]) -> bytes:
    """Return `data.json`."""
    return msgspec.json.format(msgspec.json.encode(ExportDocument.of(export, sizes)), indent=2)


def pieces_of(content: bytes) -> Iterator[bytes]:
    """Yield the content in pieces of `PIECE_BYTES`."""
    return (content[start : start + PIECE_BYTES] for start in range(0, len(content), PIECE_BYTES))
