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


def voice_key(request_id: RequestId, recording: Recording) -> str:
    """Return the key of a request's recording."""
    return f"{VOICES}{request_id}{recording.suffix}"


def generation_prefix(generation_id: GenerationId) -> str:
    """Return the prefix of all that the attempts at a generation store."""
    return f"{FACES}{generation_id}/"


def attempt_prefix(generation_id: GenerationId, attempt: int) -> str:
    """Return the prefix under which one attempt, and no other, stores its faces."""
    return f"{generation_prefix(generation_id)}{attempt}/"


def download_name(key: str) -> str:
    """Return the file name under which a user saves a blob, such as `voice2face-condition-face.mp4`."""
    path = PurePosixPath(key)
    if key.startswith(VOICES):
        return f"voice2face-recording{path.suffix}"
    kind, dash, part = path.stem.partition("-")
    return f"voice2face-{kind}-face{dash}{part}{path.suffix}"
