"""Submitting a recording of 320 KB, compared with a raw put and the check of the same bytes."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from adapters.audio.checking import DecodingVoiceChecker
from adapters.auth.tokens import JwtTokens
from adapters.blobs.minio_connection import CLIENT_CONFIG
from adapters.processes.limited import LimitedProcesses
from application.ports.auth import Principal
from bench.load import CONNECTIONS, Load
from bench.rig import Rig, head, run_on_uvloop
from bench.table import Line
from databases.database import sql_database
from databases.examples import QUOTAS, new_user
from domain.ids import SessionId, UserId, new_id
from e2e.cluster import SECRET
from e2e.service import Service, running
from e2e.voices import short_voice
from entrypoints.composition.container import utc_now

VOICE_SECONDS = 10.0
"""Of 16-bit samples at 16 kHz: 320 KB."""
MOST_A_SECOND = 100
BAR = 0.6
BOUNDARY = "a-boundary"


async def new_users(rig: Rig, number: int) -> list[str]:
    """Write users into the database and return their tokens."""
    tokens = JwtTokens(SECRET, utc_now)
    async with sql_database(rig.cluster.database.url) as database:
        users = [new_user(f"{uuid4().hex}@example.org") for _ in range(number)]
        for user in users:
            async with database.unit_of_work() as uow:
                await uow.users.add(user)
                await uow.commit()
    principals = [
        Principal(
            user_id=user.id,
            session_id=SessionId(new_id()),
            email=user.email,
            expires_at=utc_now() + timedelta(hours=1),
        )
        for user in users
    ]
    return [tokens.issue(principal) for principal in principals]


def form_with(recording: bytes) -> bytes:
    """Return the body of a submission."""
    fields = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("age", "30"), ("gender", "woman"))
    )
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="v.wav"\r\n\r\n'
    return fields.encode() + file.encode() + recording + f"\r\n--{BOUNDARY}--\r\n".encode()


def submit_all(rig: Rig, api: Service, form: Path, seconds: float) -> float:
    """Return how many submissions were accepted a second."""
    number = int(seconds * MOST_A_SECOND / QUOTAS.open_requests)
    tokens = run_on_uvloop(new_users(rig, number))
    heads = [
        head(
            "POST",
            "/api/v1/mz-request",
            Token=token,
            Content_Type=f"multipart/form-data; boundary={BOUNDARY}",
            Content_Length=form.stat().st_size,
        )
        for token in tokens
        for _ in range(QUOTAS.open_requests)
    ]
    load = Load(port=api.port, heads=heads, body=str(form), seconds=seconds, once=True)
    return load.run().only(201).rate


async def put_and_check(rig: Rig, recording: Path, seconds: float) -> float:
    """Return how many times a second the recording can be checked and put into the bucket, sixteen at once."""
    bucket, checker = rig.cluster.bucket, DecodingVoiceChecker(LimitedProcesses())
    copies = [recording.with_name(f"copy-{number}") for number in range(CONNECTIONS)]
    done = 0
    async with bucket.client(CLIENT_CONFIG) as client:
        await asyncio.gather(
            *(checker.check(recording, copy, UserId(copy.name)) for copy in copies[:2])
        )  # starts the processes
        started = time.perf_counter()

        async def repeat(copy: Path) -> None:
            nonlocal done
            while time.perf_counter() < started + seconds:
                await checker.check(recording, copy, UserId(copy.name))
                content = copy.read_bytes()
                await client.put_object(Bucket=bucket.name, Key=f"raw/{uuid4().hex}", Body=content)
                done += 1

        await asyncio.gather(*(repeat(copy) for copy in copies))
        return done / (time.perf_counter() - started)


def measure_submitting(rig: Rig) -> list[Line]:
    """Measure submissions a second."""
    recording, form = rig.cluster.folder / "recording.wav", rig.cluster.folder / "recording.form"
    recording.write_bytes(short_voice(VOICE_SECONDS))
    form.write_bytes(form_with(recording.read_bytes()))
    # The connections send the requests of one user after those of another, and so several of one user at once.
    with running(rig.cluster.api(V2F_QUOTA_UPLOADS_AT_ONCE="0")) as api:
        submit_all(rig, api, form, seconds=2)
        figure, floor = rig.in_turns(
            lambda: submit_all(rig, api, form, rig.seconds),
            lambda: run_on_uvloop(put_and_check(rig, recording, rig.seconds)),
        )
    what = (
        f"Submitting a recording of {recording.stat().st_size / 1000:.0f} KB; floor: a raw put and its check"
    )
    return [Line(what=what, figure=figure, floor=floor, unit="/s", bar=BAR, kind="at least")]
