"""Who works on what."""

from datetime import datetime, timedelta
from typing import Protocol

from domain.face_request import FaceRequest
from domain.generation import Generation
from domain.ids import GenerationId


class Claims(Protocol):
    """Takes generations for workers: one conditional write, outside any unit of work, since a person waits for it."""

    async def take(
        self, generation_id: GenerationId, now: datetime, lease: timedelta
    ) -> tuple[Generation, FaceRequest] | None:
        """Claim a generation as `Generation.claim` does, and make it last; None for one that was erased.

        Of many who try at once one succeeds. Raises `ClaimRefused`, `NotYetDue` and `ServiceUnavailable`; after the
        last the claim may have lasted all the same, and then its lease runs out.
        """
        ...
