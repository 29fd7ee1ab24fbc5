"""The port for claims."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.face_request import FaceRequest
from domain.generation import Generation
from domain.ids import GenerationId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedGeneration:
    """A generation as it was claimed, and the request that it belongs to."""

    generation: Generation
    request: FaceRequest


class Claims(Protocol):
    """Claims generations for workers, in one conditional write outside any unit of work: a user is waiting for it."""

    async def take(
        self, generation_id: GenerationId, now: datetime, lease: timedelta
    ) -> ClaimedGeneration | None:
        """Claim a generation as `Generation.claim` does, and commit that; return None for one that was erased.

        Of many workers that try at once one succeeds. Raises `ClaimRefused`, `NotYetDue` and `ServiceUnavailable`.
        After the last the claim may have been committed, and then the attempt expires with its lease.
        """
        ...
