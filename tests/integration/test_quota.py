"""The quotas when a user does many things at once, through the connection pools of two processes.

The test repeats that `TEST_ROUNDS` times; the default is small.
"""

import asyncio
import itertools
import os
from pathlib import Path

from adapters.sql import upgrade
from adapters.workspaces.local_disk import LocalDiskWorkspaces
from application.accounts.require_confirmed import ConfirmedAddresses
from application.requests.announce import Announce
from application.requests.count_generation import Queued
from application.requests.submit import SubmitFaceRequest, SubmitFaceRequestCommand
from databases.database import Database, sql_database
from databases.examples import CONSENT_POLICY, QUOTAS, stored_user
from domain.errors import QuotaExceeded
from domain.voice import Gender, Person
from doubles.blobs import MemoryBlobs
from doubles.clock import ManualClock
from doubles.jobs import MemoryAnnouncer
from doubles.voices import TrustingChecker
from real_servers import MySqlDatabase

RUSH = 200
ROUNDS = int(os.environ.get("TEST_ROUNDS", "3"))


async def test_of_two_hundred_submits_at_once_exactly_the_quota_is_accepted(
    mysql_database: MySqlDatabase, tmp_path: Path
) -> None:
    clock, announcer = ManualClock(), MemoryAnnouncer()
    blobs = MemoryBlobs(clock)
    voice = tmp_path / "voice"
    voice.write_bytes(b"a voice")

    def submitting(process: Database) -> SubmitFaceRequest:
        announce = Announce(announcer)
        return SubmitFaceRequest(
            process.unit_of_work,
            TrustingChecker(),
            blobs,
            announce,
            clock,
            LocalDiskWorkspaces(tmp_path / "work"),
            quotas=QUOTAS,
            consent_policy=CONSENT_POLICY,
            confirmed=ConfirmedAddresses(demanded=False),
        )

    await asyncio.to_thread(upgrade, mysql_database.url)
    async with sql_database(mysql_database.url) as one, sql_database(mysql_database.url) as other:
        processes = [submitting(one), submitting(other)]
        for _ in range(ROUNDS):
            user = await stored_user(one)
            command = SubmitFaceRequestCommand(user_id=user.id, person=Person(30, Gender.WOMAN), voice=voice)
            outcomes = await asyncio.gather(
                *(submit(command) for submit in itertools.islice(itertools.cycle(processes), RUSH)),
                return_exceptions=True,
            )
            accepted = [outcome.request for outcome in outcomes if isinstance(outcome, Queued)]
            refused = [outcome for outcome in outcomes if isinstance(outcome, QuotaExceeded)]
            assert (len(accepted), len(refused)) == (QUOTAS.open_requests, RUSH - QUOTAS.open_requests)
            held = await one.views.requests(user.id)
            assert {view.id for view in held} == {request.id for request in accepted}
            assert {blob.key async for blob in blobs.list("")} == {view.voice_key for view in held}
            assert set(announcer.announced) == {view.latest_generation_id for view in held}
            await blobs.delete([view.voice_key for view in held if view.voice_key])
            announcer.announced.clear()
