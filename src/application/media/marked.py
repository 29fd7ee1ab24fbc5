"""Which copy of a file leaves the service."""

from application.ports.blobs import BlobNotFound, BlobStorage
from domain.blob_keys import FACES, marked_key, unmarked_key


async def leaving_key(blobs: BlobStorage, key: str) -> str:
    """Return the key of the copy with the visible mark, or the key as it is where there is none.

    There is none of recordings, of loops, and of faces that were made without marks or before there were any.
    """
    if not key.startswith(FACES) or key != unmarked_key(key):
        return key
    marked = marked_key(key)
    try:
        await blobs.stat(marked)
    except BlobNotFound:
        return key
    return marked
