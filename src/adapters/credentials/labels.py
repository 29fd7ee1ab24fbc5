"""Labels the files of faces: metadata first, and then the credentials, which cover it."""

import asyncio
import logging
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from adapters.credentials.certificates import Identity, UnusableIdentity
from adapters.credentials.metadata.bounds import require_bounded
from adapters.credentials.metadata.malformed import Malformed
from adapters.credentials.metadata.statement import NAME, SOURCE_TYPES, statement_of, tool_of
from adapters.credentials.metadata.writing import write_with_statement
from adapters.credentials.signing import Content, NotSigned, sign
from application.errors import ServiceUnavailable
from application.ports.faces import FaceFailed, FaceFiles, Origin
from domain.media import media_type_of

SECONDS = 60.0
"""For all files of a face: a hundred times what the studio's need."""

log = logging.getLogger(__name__)


class SignedLabels:
    """Implements `FaceLabels` with metadata and content credentials."""

    def __init__(self, identity: Identity, version: str) -> None:
        """Sign with a key that was checked, for this version of the service."""
        self._identity = identity
        self._version = version

    def require_ready(self) -> None:
        """Check the dates of the certificates; whatever else may be wrong with them was tried at the start."""
        try:
            self._identity.require_usable(datetime.now(UTC))
        except UnusableIdentity as error:
            log.error("no face can be signed: what is in the settings or in the data folder %s", error)
            raise _cannot_be_marked("No face can be made: it could not be marked as synthetic.") from error

    async def label(self, files: FaceFiles) -> None:
        """Label the files in a thread, one after the other; where one takes too long, its thread ends by itself.

        A marked copy comes after what it is a copy of, which its credentials name and whose credentials they hold.
        """
        copied = ((files.marked_portrait, files.portrait), (files.marked_video, files.video))
        parents = {copy: source for copy, source in copied if copy}
        try:
            async with asyncio.timeout(SECONDS):
                for path in sorted(files.paths, key=parents.__contains__):
                    await asyncio.to_thread(self._label, path, files.origin, parents.get(path))
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise FaceFailed(
                    "Signing the face took too long. Please try again.", retryable=True
                ) from error
            log.warning("no label can be written: %s", error)
            raise ServiceUnavailable("disk") from error
        except (Malformed, NotSigned) as error:
            log.error("a file of the origin %s cannot be labelled: %s", files.origin, error)
            raise _cannot_be_marked(
                "The face was made, but it cannot be marked as synthetic, so it is not kept."
            ) from error

    def _label(self, path: Path, origin: Origin, parent: Path | None) -> None:
        require_bounded(path)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix="label-") as folder:
            described, signed = (Path(folder, name + path.suffix) for name in ("described", "signed"))
            write_with_statement(path, described, statement_of(origin, tool_of(self._version)))
            content = Content(
                file=described,
                media_type=media_type_of(path.name),
                original=parent or path,
                is_copy=parent is not None,
                source_type=SOURCE_TYPES.get(origin),
            )
            sign(content, signed, self._identity, (NAME, self._version))
            require_bounded(signed)  # else `verify` would refuse it
            signed.replace(path)


def _cannot_be_marked(sentence: str) -> FaceFailed:
    return FaceFailed(f"{sentence} Please inform the operator of this service.", retryable=False)
