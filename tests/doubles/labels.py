"""Labels that a test can find again."""

from application.ports.faces import FaceFiles

LABEL = b"[a label]"


class AppendedLabels:
    """Implements `FaceLabels`: each file ends with `LABEL` afterwards."""

    def require_ready(self) -> None:
        """Nothing is needed."""

    async def label(self, files: FaceFiles) -> None:
        """Append the label to each file."""
        for path in files.paths:
            with path.open("ab") as file:
                file.write(LABEL)
