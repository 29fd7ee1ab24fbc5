"""The demo: the service in a process of its own, and a client of it."""

import asyncio
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
from rich.console import Console

from domain.feedback import FaceKind
from domain.voice import Acoustics, Influence, Person
from entrypoints.commands.acoustics_table import print_acoustics
from entrypoints.commands.demo_client import DemoFailed, call, client_of, send_voice, sign_up, watch
from entrypoints.commands.face_files import FILE_NAMES, print_paths

START_SECONDS = 60
FIELDS = {
    FaceKind.VOICE: ("voice_image_url", "voice_gif_url"),
    FaceKind.CONDITION: ("condition_image_url", "condition_gif_url"),
}
"""The fields of a result that hold the links to a face's portrait and video."""

SETTINGS = {"V2F_CONSENT_REQUIRED": "false", "V2F_GUARDIAN_CONSENT_BY": "the user of this demo"}
"""The service of the demo has one user, who chooses whose voice of any age it hears."""

console = Console()


async def run_demo(voice: Path, person: Person, out: Path) -> None:
    """Sign up, send the voice, watch the request, and save the faces in `out`; raises `DemoFailed`.

    On SIGTERM it stops the service and is cancelled.
    """
    if (demo := asyncio.current_task()) is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, demo.cancel)
    with tempfile.TemporaryDirectory(prefix="voice2face-demo-") as data:
        async with running_service(Path(data)) as address, client_of(address) as client:
            console.print(f"The service listens on {address}.")
            await sign_up(client, person)
            console.print(f"Sending {voice.name}, the voice of a {person.gender} of {person.age} years.")
            sent = await send_voice(client, voice, person)
            await watch(client, sent["mz_request_id"], console)
            path = f"/mz-request/{sent['mz_request_id']}/mz-result/{sent['mz_result_id']}"
            result = (await call(client, "GET", path))["mz_result"]
            await save(client, result, out)
            console.print(
                "The face that follows the voice, and the face of a made-up voice of that age and gender:"
            )
            print_paths(console, out)
            if (measured := result["acoustics"]) is not None:
                influences = msgspec.convert(measured["influences"], list[Influence])
                print_acoustics(console, msgspec.convert(measured, Acoustics), influences)


@asynccontextmanager
async def running_service(data: Path) -> AsyncIterator[str]:
    """Run the service on a free port until the context ends, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = data / "service.log"
    with log.open("wb") as output:
        service = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "entrypoints", "serve", "--port", str(port), "--data", str(data),
            env=os.environ | SETTINGS, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        await wait_until_ready(address, service, log)
        yield address
    finally:
        if service.returncode is None:
            service.terminate()
            await service.wait()


async def wait_until_ready(address: str, service: asyncio.subprocess.Process, log: Path) -> None:
    """Return when the service is ready; raises `DemoFailed` with the end of its log when it does not start."""
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(START_SECONDS * 10):
            try:
                if (await client.get(f"{address}/health/ready")).is_success:
                    return
            except httpx.TransportError:
                pass
            if service.returncode is not None:
                break
            await asyncio.sleep(0.1)
    raise DemoFailed(f"The service did not start:\n{log.read_text()[-2000:]}")


async def save(client: httpx.AsyncClient, result: dict[str, Any], out: Path) -> None:
    """Fetch the files of a result: two portraits, and the videos that there are."""
    for kind, names in FILE_NAMES.items():
        for field, name in zip(FIELDS[kind], names, strict=True):
            if result[field] is None:
                (out / name).unlink(missing_ok=True)  # of an earlier demo
                console.print(f"There is no {name}. {result['note'] or ''}", highlight=False)
                continue
            response = await client.get(result[field])
            response.raise_for_status()
            (out / name).write_bytes(response.content)
