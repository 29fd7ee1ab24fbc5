"""Begin the erasures of requests and results, in the transaction that erases their rows."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.blob_keys import generation_prefix
from domain.erasure import Erasure
from domain.face_request import FaceRequest
from domain.generation import Generation


def erasures_of(
    requests: Iterable[FaceRequest],
    generations: Iterable[Generation],
    now: datetime,
    stops_within: timedelta,
) -> list[Erasure]:
    """Return an erasure of what no worker stores any more and, where there is such, one of what a worker may store.

    So what is settled need not be looked for again and again, even if it is much.
    """
    settled = [key for request in requests for key in request.voice.keys]
    in_flight: list[str] = []
    for generation in generations:
        is_settled = generation.is_settled(now - stops_within)
        (settled if is_settled else in_flight).append(generation_prefix(generation.id))
    erasures = [Erasure.begin(settled, now)]
    if in_flight:
        erasures.append(Erasure.begin(in_flight, now, stops_within=stops_within))
    return erasures
