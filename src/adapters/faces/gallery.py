"""Takes the condition face from a gallery of pictures that the operator has put into the blob storage."""

import hashlib
import logging
import re
from dataclasses import dataclass
from pathlib import Path

from application.ports.blobs import BlobNotFound, BlobStorage
from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, Origin, ProgressReport, Stage
from domain.blob_keys import GALLERY
from domain.voice import Gender, Person

PORTRAIT_KEY = re.compile(rf"{GALLERY}.+-(?P<gender>{'|'.join(Gender)})_(?P<decade>\d{{1,3}})\.jpg")
HIGHEST_DECADE = 40
JPEG, MP4 = (b"\xff\xd8", 0), (b"ftyp", 4)
"""What files of each kind hold, and where: browsers would show others, but what they are could not be written in."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _GalleryFace:
    decade: int
    portrait_key: str
    video_key: str


class GalleryConditionFaces:
    """Implements `FaceMaker` with portraits `output_condition/<name>-<gender>_<decade>.jpg`, each with an `.mp4`.

    The decade is the stated age rounded to the nearest ten, 5 upwards; from 50 on it is 40. Where the gallery has no
    face of that decade, as for children, the nearest decade is taken, the younger one of two. Among several faces the
    id of the generation decides, so that a retry takes the same face.
    """

    def __init__(self, blobs: BlobStorage) -> None:
        self._blobs = blobs

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Copy one portrait and its video into the workspace."""
        report(Stage.DRAWING, 0.0)
        faces = await self._faces(order.person.gender)
        if not faces:
            log.error(
                "the gallery %s has no portrait with a video for gender %s", GALLERY, order.person.gender
            )
            raise FaceFailed(
                "There is no portrait to compare your face with. Please inform the operator of this service.",
                retryable=False,
            )
        face = _choose(faces, order.person, order.generation_id)
        portrait, video = workspace / "portrait.jpg", workspace / "video.mp4"
        try:
            await self._blobs.fetch(face.portrait_key, portrait)
            report(Stage.FILMING, 0.0)
            await self._blobs.fetch(face.video_key, video)
        except BlobNotFound as error:
            log.warning("%s was removed from the gallery while it was copied", error)
            raise FaceFailed("The portrait to compare your face with is gone.", retryable=True) from error
        _require(JPEG, portrait, face.portrait_key)
        _require(MP4, video, face.video_key)
        return FaceFiles(origin=Origin.UNKNOWN, portrait=portrait, video=video)

    async def _faces(self, gender: Gender) -> list[_GalleryFace]:
        keys = {blob.key async for blob in self._blobs.list(GALLERY)}
        faces = []
        for key in sorted(keys):
            found = PORTRAIT_KEY.fullmatch(key)
            if found is None or found["gender"] != gender:
                continue
            video = key.removesuffix(".jpg") + ".mp4"
            if video not in keys:
                log.warning("the gallery has no %s, so %s is not used", video, key)
                continue
            faces.append(_GalleryFace(int(found["decade"]), key, video))
        return faces


def _require(kind: tuple[bytes, int], path: Path, key: str) -> None:
    sign, place = kind
    with path.open("rb") as file:
        file.seek(place)
        if file.read(len(sign)) == sign:
            return
    log.error("%s of the gallery is not what the ending of its name says: save it anew in that format", key)
    raise FaceFailed(
        "The portrait to compare your face with cannot be used. Please inform the operator of this service.",
        retryable=False,
    )


def _choose(faces: list[_GalleryFace], person: Person, seed: str) -> _GalleryFace:
    wanted = min((person.age + 5) // 10 * 10, HIGHEST_DECADE)
    nearest = min({face.decade for face in faces}, key=lambda decade: (abs(decade - wanted), decade))
    suitable = [face for face in faces if face.decade == nearest]
    chance = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    return suitable[chance % len(suitable)]
