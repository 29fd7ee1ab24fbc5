"""Submitting a voice of 320 KB, beside a raw put and the check of the same bytes."""

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from aiobotocore.session import get_session

from adapters.audio.checking import DecodingVoiceChecker
from adapters.auth.tokens import JwtTokens
from adapters.blobs.minio import CONFIG
from application.ports.auth import Principal
from bench.load import CONNECTIONS, Load
from bench.rig import Rig, head, run_on_uvloop
from bench.table import Line
from databases.database import sql_database
from databases.examples import new_user
from domain.face_request import MOST_OPEN_REQUESTS
from e2e.cluster import SECRET
from e2e.service import Service, running
from e2e.voices import short_voice
from entrypoints.composition.container import utc_now

VOICE_SECONDS = 10.0
"""Of 16-bit samples at 16 kHz: 320 KB."""
MOST_A_SECOND = 100
BAR = 0.6
BOUNDARY = "a-boundary"


async def newcomers(rig: Rig, number: int) -> list[str]:
    """Write people into the database and return their tokens."""
    tokens = JwtTokens(SECRET, timedelta(hours=1), utc_now)
    async with sql_database(rig.cluster.database.url) as database:
        users = [new_user(f"{uuid4().hex}@example.org") for _ in range(number)]
        for user in users:
            async with database.unit_of_work() as uow:
                await uow.users.add(user)
                await uow.commit()
    return [tokens.issue(Principal(user_id=user.id, email=user.email)) for user in users]


def form_with(voice: bytes) -> bytes:
    """Return the body of a submission."""
    fields = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("age", "30"), ("gender", "woman"))
    )
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="v.wav"\r\n\r\n'
    return fields.encode() + file.encode() + voice + f"\r\n--{BOUNDARY}--\r\n".encode()


def submit_all(rig: Rig, api: Service, form: Path, seconds: float) -> float:
    """Return how many were accepted a second."""
    people = int(seconds * MOST_A_SECOND / MOST_OPEN_REQUESTS)
    tokens = run_on_uvloop(newcomers(rig, people))
    heads = [
        head(
            "POST",
            "/api/v1/mz-request",
            Token=token,
            Content_Type=f"multipart/form-data; boundary={BOUNDARY}",
            Content_Length=form.stat().st_size,
        )
        for token in tokens
        for _ in range(MOST_OPEN_REQUESTS)
    ]
    load = Load(port=api.port, heads=heads, body=str(form), seconds=seconds, once=True)
    return load.run().only(201).rate


async def put_and_check(rig: Rig, voice: Path, seconds: float) -> float:
    """Return how many times a second the bytes can be checked and put, sixteen at once."""
    bucket, content = rig.cluster.bucket, voice.read_bytes()
    checker = DecodingVoiceChecker()
    done = 0
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            get_session().create_client(
                "s3",
                endpoint_url=bucket.endpoint,
                aws_access_key_id=bucket.access_key,
                aws_secret_access_key=bucket.secret_key,
                region_name=bucket.region,
                config=CONFIG,
            )
        )
        await asyncio.gather(checker.check(voice), checker.check(voice))  # starts the processes
        started = time.perf_counter()

        async def go_on() -> None:
            nonlocal done
            while time.perf_counter() < started + seconds:
                await checker.check(voice)
                await client.put_object(Bucket=bucket.name, Key=f"raw/{uuid4().hex}", Body=content)
                done += 1

        await asyncio.gather(*(go_on() for _ in range(CONNECTIONS)))
        return done / (time.perf_counter() - started)


def measure_submitting(rig: Rig) -> list[Line]:
    """Measure submissions a second."""
    voice, form = rig.cluster.folder / "voice.wav", rig.cluster.folder / "voice.form"
    voice.write_bytes(short_voice(VOICE_SECONDS))
    form.write_bytes(form_with(voice.read_bytes()))
    with running(rig.cluster.api()) as api:
        submit_all(rig, api, form, seconds=2)
        figure, floor = rig.in_turns(
            lambda: submit_all(rig, api, form, rig.seconds),
            lambda: run_on_uvloop(put_and_check(rig, voice, rig.seconds)),
        )
    what = f"Submitting a voice of {voice.stat().st_size / 1000:.0f} KB, beside a raw put and its check"
    return [Line(what=what, figure=figure, floor=floor, unit="/s", bar=BAR, kind="at least")]
