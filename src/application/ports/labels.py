"""The port for labels: what the files of a face say of themselves."""

from typing import Protocol

from application.ports.faces import FaceFiles


class FaceLabels(Protocol):
    """Has files say in themselves that they are synthetic, and who made them."""

    def require_ready(self) -> None:
        """Raise `FaceFailed` where no file could be labelled now, so that no face is made in vain."""
        ...

    async def label(self, files: FaceFiles) -> None:
        """Replace each of the files by one that shows and sounds the same and carries its label.

        Raises `FaceFailed` for a file that cannot be labelled, and `ServiceUnavailable` when the disk is full or
        broken; then some of the files may have none. Never returns while one has none.
        """
        ...
