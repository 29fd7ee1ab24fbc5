"""No quota can be passed by regenerating, failing, sending at once, or erasing and sending again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts.hostile_client import (
    AT_ONCE,
    LARGEST_FACE,
    LARGEST_VOICE,
    HostileClient,
    most_moments_within_a_day,
    most_within_a_day,
)
from databases.database import Database
from domain.quotas import Quotas

HOURS = 36
FEW_REQUESTS = Quotas(
    open_requests=8,
    requests_a_day=12,
    drawing_seconds_a_day=6000,
    stored_bytes=20_000,
    results=2,
    time_limit=timedelta(seconds=400),
)
LITTLE_DRAWING = replace(FEW_REQUESTS, requests_a_day=0, drawing_seconds_a_day=1500)
LITTLE_STORAGE = replace(FEW_REQUESTS, requests_a_day=30, stored_bytes=9000, open_requests=0)


@pytest.mark.parametrize(
    ("quotas", "starts", "seed", "felt"),
    [
        (FEW_REQUESTS, "00:00", 1, "daily_quota_exceeded"),
        (LITTLE_DRAWING, "13:37", 2, "drawing_quota_exceeded"),
        (LITTLE_STORAGE, "23:59", 3, "storage_quota_exceeded"),
    ],
    ids=["requests", "drawing", "storage"],
)
async def test_a_day_and_a_half_of_a_hostile_client_stores_and_draws_no_more_than_the_quotas_say(
    database: Database, tmp_path: Path, quotas: Quotas, starts: str, seed: int, felt: str
) -> None:
    hour, minute = map(int, starts.split(":"))
    client = HostileClient(database, quotas, tmp_path, seed, datetime(2026, 1, 2, hour, minute, tzinfo=UTC))
    await client.attack(HOURS)
    requests = most_moments_within_a_day([one.created_at for one in client.queued])
    seconds = most_within_a_day(client.faces.drawn)
    assert not quotas.requests_a_day or requests <= quotas.requests_a_day
    assert not quotas.drawing_seconds_a_day or seconds <= quotas.drawing_seconds_a_day
    # While it is decided whether a recording is kept, and while files of what was erased are removed, both are there.
    moments = AT_ONCE * LARGEST_VOICE + 2 * (LARGEST_VOICE + quotas.results * (LARGEST_FACE + 100))
    assert client.blobs.most_stored <= quotas.stored_bytes + moments
    assert client.refused[felt] > 0, "the client has not reached the quota"
