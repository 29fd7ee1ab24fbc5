"""The demo: the service in a process of its own, and a client that does what a front end does."""

import asyncio
import json
import secrets
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
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from domain.voice import Acoustics, Influence, Person
from entrypoints.commands.acoustics_table import tell

START_SECONDS = 60
STAGES = {
    "listening": "Listening to the voice",
    "shaping": "Shaping the head",
    "drawing": "Drawing the portrait",
    "filming": "Filming it as it talks",
    "saving": "Saving",
    None: "Waiting for its turn",
}
FILES = {
    "voice_image_url": "portrait.png",
    "voice_gif_url": "talking.mp4",
    "condition_image_url": "condition.png",
    "condition_gif_url": "condition.mp4",
}

console = Console()


class DemoFailed(Exception):
    """The demo could not be brought to its end; the message says what happened."""


async def run_demo(voice: Path, person: Person, out: Path) -> None:
    """Sign up, send the voice, watch, and save the faces into `out`; raises `DemoFailed`.

    Told to stop, it is cancelled, and stops its service first.
    """
    if (demo := asyncio.current_task()) is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, demo.cancel)
    with tempfile.TemporaryDirectory(prefix="voice2face-demo-") as data:
        async with running_service(Path(data)) as address, client_of(address) as client:
            console.print(f"The service listens on {address}.")
            await sign_up(client, person)
            console.print(f"Sending {voice.name}, the voice of a {person.gender} of {person.age} years.")
            sent = await send_voice(client, voice, person)
            await watch(client, sent["mz_request_id"])
            result = await call(
                client, "GET", f"/mz-request/{sent['mz_request_id']}/mz-result/{sent['mz_result_id']}"
            )
            await save(client, result["mz_result"], out)
            measured = result["mz_result"]["acoustics"]
            tell(
                console,
                msgspec.convert(measured, Acoustics),
                msgspec.convert(measured["influences"], list[Influence]),
            )


@asynccontextmanager
async def client_of(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of a service on this machine, whatever proxy the environment names for others."""
    async with httpx.AsyncClient(
        base_url=f"{address}/api/v1", timeout=60, follow_redirects=True, trust_env=False
    ) as client:
        try:
            yield client
        except httpx.TransportError as gone:
            raise DemoFailed("The service went away before the faces were done.") from gone


@asynccontextmanager
async def running_service(data: Path) -> AsyncIterator[str]:
    """Run the service on a free port until the context ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = data / "service.log"
    with log.open("wb") as output:
        service = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "entrypoints", "serve", "--port", str(port), "--data", str(data),
            stdout=output, stderr=output,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        await answering(address, service, log)
        yield address
    finally:
        if service.returncode is None:
            service.terminate()
            await service.wait()


async def answering(address: str, service: asyncio.subprocess.Process, log: Path) -> None:
    """Return once the service is ready; raises `DemoFailed` with its last words when it is not."""
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


async def call(client: httpx.AsyncClient, method: str, path: str, **options: Any) -> Any:
    """Return the answer of the API; raises `DemoFailed` with its sentence when it refuses."""
    answer = await client.request(method, path, **options)
    if not answer.is_success:
        raise DemoFailed(answer.json()["error"])
    return answer.json()


async def sign_up(client: httpx.AsyncClient, person: Person) -> None:
    """Open an account of a random name and use its token from here on."""
    account = {"email": f"demo-{secrets.token_hex(4)}@example.org", "password": secrets.token_urlsafe()}
    about = {"age": str(person.age), "gender": person.gender.value}
    await call(client, "POST", "/users", data=account | about)
    client.headers["Token"] = (await call(client, "POST", "/auth", data=account))["token"]


async def send_voice(client: httpx.AsyncClient, voice: Path, person: Person) -> Any:
    """Submit the recording under the name and type that browsers give it."""
    with voice.open("rb") as recording:
        return await call(
            client,
            "POST",
            "/mz-request",
            data={"age": str(person.age), "gender": person.gender.value},
            files={"file": ("svelte_audio.wav", recording, "audio/wav")},
        )


async def watch(client: httpx.AsyncClient, request_id: str) -> None:
    """Show a bar that follows the request's events to the end; raises `DemoFailed` when it fails."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:24}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task(STAGES[None], total=100)
        async with client.stream("GET", f"/mz-request/{request_id}/events", timeout=None) as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data:"):
                    continue
                progress = json.loads(line.removeprefix("data:"))
                bar.update(task, completed=progress["percent"], description=STAGES[progress["stage"]])
                if progress["state"] == "failed":
                    raise DemoFailed(progress["error"])
                if progress["state"] == "succeeded":
                    bar.update(task, description="Done")
                    return
    raise DemoFailed("The service hung up before the faces were done.")


async def save(client: httpx.AsyncClient, result: dict[str, Any], out: Path) -> None:
    """Fetch the four files of a result and say where they are."""
    out.mkdir(parents=True, exist_ok=True)
    for field, name in FILES.items():
        answer = await client.get(result[field])
        answer.raise_for_status()
        (out / name).write_bytes(answer.content)
    console.print("The face that suits the voice, and the face made from age and gender alone:")
    for name in FILES.values():
        console.print(f"  {out / name}", highlight=False, soft_wrap=True)
