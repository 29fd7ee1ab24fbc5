"""Draws the condition face from a gallery of faces that the operator has put into the store of blobs."""

import hashlib
import logging
import re
from dataclasses import dataclass
from pathlib import Path

from application.ports.blobs import BlobNotFound, BlobStorage
from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, ProgressReport, Stage
from domain.voice import Gender, Person

PREFIX = "output_condition/"
PORTRAIT = re.compile(rf"{PREFIX}.+-(?P<gender>{'|'.join(Gender)})_(?P<decade>\d{{1,3}})\.jpg")
OLDEST_DECADE = 40

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Picture:
    decade: int
    portrait: str
    video: str


class GalleryConditionFaces:
    """The port `FaceMaker` over pictures `output_condition/<name>-<gender>_<decade>.jpg`, each with an `.mp4`.

    The decade is the stated age rounded to ten, a five upwards; 50 and over use 40. Where the gallery has nothing
    for that decade, as for children, the nearest one that it has stands in, the younger of two. Among several
    pictures chance decides, by the generation's id: a retry shows the same face.
    """

    def __init__(self, blobs: BlobStorage) -> None:
        self._blobs = blobs

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Copy one picture and its video into the workspace."""
        report(Stage.DRAWING, 0.0)
        pictures = await self._pictures(order.person.gender)
        if not pictures:
            log.error("the gallery %s holds no picture with a video for «%s»", PREFIX, order.person.gender)
            raise FaceFailed(
                "There is no picture to compare your face with. Please tell those who run this service.",
                retryable=False,
            )
        picture = _draw(pictures, order.person, order.generation_id)
        portrait, video = workspace / "portrait.jpg", workspace / "talking.mp4"
        try:
            await self._blobs.fetch(picture.portrait, portrait)
            report(Stage.FILMING, 0.0)
            await self._blobs.fetch(picture.video, video)
        except BlobNotFound as error:
            log.warning("%s vanished from the gallery while it was fetched", error)
            raise FaceFailed("The picture to compare your face with is gone.", retryable=True) from error
        return FaceFiles(portrait=portrait, video=video)

    async def _pictures(self, gender: Gender) -> list[_Picture]:
        keys = {blob.key async for blob in self._blobs.list(PREFIX)}
        pictures = []
        for key in sorted(keys):
            found = PORTRAIT.fullmatch(key)
            if found is None or found["gender"] != gender:
                continue
            video = key.removesuffix(".jpg") + ".mp4"
            if video not in keys:
                log.warning("the gallery lacks %s, so %s is not shown", video, key)
                continue
            pictures.append(_Picture(int(found["decade"]), key, video))
        return pictures


def _draw(pictures: list[_Picture], person: Person, seed: str) -> _Picture:
    wanted = min((person.age + 5) // 10 * 10, OLDEST_DECADE)
    nearest = min({picture.decade for picture in pictures}, key=lambda decade: (abs(decade - wanted), decade))
    fitting = [picture for picture in pictures if picture.decade == nearest]
    chance = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    return fitting[chance % len(fitting)]
