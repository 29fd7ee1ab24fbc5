"""The keys under which the service stores its blobs: made from its own ids, never from a client's file name."""

from pathlib import PurePosixPath

from domain.ids import GenerationId, RequestId
from domain.voice import Recording

VOICES = "voices/"
FACES = "faces/"
PREFIXES = (VOICES, FACES)
"""Every blob that the service stores has one of these prefixes."""
GALLERY = "output_condition/"
"""The prefix of the pictures that an operator has put into the blob storage."""
MARK = "-marked"
"""What the key of a copy with the visible mark has more than that of its original.

No row names such a copy: it is there or not, and it goes when its original goes."""


def voice_key(request_id: RequestId, recording: Recording) -> str:
    """Return the key of a request's recording."""
    return f"{VOICES}{request_id}{recording.suffix}"


def generation_prefix(generation_id: GenerationId) -> str:
    """Return the prefix of all that the attempts at a generation store."""
    return f"{FACES}{generation_id}/"


def attempt_prefix(generation_id: GenerationId, attempt: int) -> str:
    """Return the prefix under which one attempt, and no other, stores its faces."""
    return f"{generation_prefix(generation_id)}{attempt}/"


def marked_key(key: str) -> str:
    """Return the key of the copy of a portrait or a video that has the visible mark; there need not be one."""
    stem, dot, ending = key.rpartition(".")
    return f"{stem}{MARK}{dot}{ending}"


def unmarked_key(key: str) -> str:
    """Return the key of what a marked copy was made from; any other key is returned as it is."""
    stem, dot, ending = key.rpartition(".")
    return f"{stem.removesuffix(MARK)}{dot}{ending}"


def download_name(key: str) -> str:
    """Return the file name under which a user saves a blob, such as `voice2face-condition-face.mp4`."""
    path = PurePosixPath(unmarked_key(key))
    if key.startswith(VOICES):
        return f"voice2face-recording{path.suffix}"
    kind, dash, part = path.stem.partition("-")
    return f"voice2face-{kind}-face{dash}{part}{path.suffix}"
