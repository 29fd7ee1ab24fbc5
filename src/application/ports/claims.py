"""The port for claims."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.face_request import FaceRequest
from domain.generation import Generation


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedGeneration:
    """A generation as it was claimed, and the request that it belongs to."""

    generation: Generation
    request: FaceRequest


class Claims(Protocol):
    """Claims generations for workers, outside any unit of work: a user is waiting for it."""

    async def take(self, now: datetime, lease: timedelta) -> ClaimedGeneration | None:
        """Claim the fairest due generation as `Generation.claim` does, and commit that; None if nothing is due.

        It is of the user with the fewest running generations; among those, of the user who waits longest; of that
        user's, it is the one that is due longest. A user waits since the later of two moments: when the user began to
        have queued generations, and when one of them last stopped running. So users take turns, however much each has
        queued and however long ago, and to erase and submit again gains nothing.

        Claims at the same moment claim different generations, as if one came after the other. Raises
        `ServiceUnavailable`; the claim may have been committed even then, and the attempt expires with its lease.
        """
        ...
