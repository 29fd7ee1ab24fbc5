"""Remove the blobs of erasures."""

import asyncio
import logging
from collections.abc import Iterable

from application.errors import ServiceUnavailable
from application.ports.blobs import BlobStorage
from domain.blob_keys import unmarked_key
from domain.erasure import Erasure

PATIENCE_SECONDS = 5.0
"""How long a user waits for the removal of files before the rest is left to housekeeping."""

log = logging.getLogger(__name__)


async def remove_blobs(blobs: BlobStorage, prefixes: Iterable[str]) -> None:
    """Remove the blobs with these keys, and those in the folders among them; raises `ServiceUnavailable`.

    Originals go first: without its marked copy one would leave the service as it is.
    """
    keys = []
    for prefix in prefixes:
        if prefix.endswith("/"):
            keys += [blob.key async for blob in blobs.list(prefix)]
        else:
            keys.append(prefix)
    await blobs.delete(sorted(keys, key=lambda key: key != unmarked_key(key)))


async def remove_at_once(blobs: BlobStorage, erasures: Iterable[Erasure]) -> bool:
    """Remove the blobs of new erasures, and tell whether that was all; housekeeping removes what is left."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            for erasure in erasures:
                await remove_blobs(blobs, erasure.prefixes)
    except ServiceUnavailable as unavailable:
        log.warning("files are removed by housekeeping: %s does not answer", unavailable.service)
    except TimeoutError:
        log.info("files are removed by housekeeping: they are many")
    else:
        return True
    return False
