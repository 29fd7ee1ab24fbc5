"""The client of the demo, which makes the same calls as a front end."""

import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from application.ports.faces import Stage
from domain.voice import Person

STAGES = {
    Stage.LISTENING: "Listening to the voice",
    Stage.SHAPING: "Shaping the head",
    Stage.DRAWING: "Drawing the portrait",
    Stage.FILMING: "Making the video",
    Stage.SAVING: "Saving",
    None: "Waiting in the queue",
}
"""What the terminal shows in each stage of a generation."""


class DemoFailed(Exception):
    """The demo cannot continue; the message says why."""


@asynccontextmanager
async def client_of(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of a service on this machine; the proxies of the environment are not used."""
    async with httpx.AsyncClient(
        base_url=f"{address}/api/v1", timeout=60, follow_redirects=True, trust_env=False
    ) as client:
        try:
            yield client
        except httpx.TransportError as error:
            raise DemoFailed("The service stopped before the faces were made.") from error


async def call(client: httpx.AsyncClient, method: str, path: str, **options: Any) -> Any:
    """Return the JSON of a successful response; raises `DemoFailed` with the API's sentence for any other."""
    response = await client.request(method, path, **options)
    if not response.is_success:
        raise DemoFailed(response.json()["error"])
    return response.json()


async def sign_up(client: httpx.AsyncClient, person: Person) -> None:
    """Create an account with a random name, and use its token in all later calls."""
    account = {"email": f"demo-{secrets.token_hex(4)}@example.org", "password": secrets.token_urlsafe()}
    about = {"age": str(person.age), "gender": person.gender.value}
    await call(client, "POST", "/users", data=account | about)
    client.headers["Token"] = (await call(client, "POST", "/auth", data=account))["token"]


async def send_voice(client: httpx.AsyncClient, voice: Path, person: Person) -> Any:
    """Submit the recording under the file name and the media type that the front end gives it."""
    with voice.open("rb") as recording:
        return await call(
            client,
            "POST",
            "/mz-request",
            data={"age": str(person.age), "gender": person.gender.value},
            files={"file": ("svelte_audio.wav", recording, "audio/wav")},
        )


async def watch(client: httpx.AsyncClient, request_id: str, console: Console) -> None:
    """Show a progress bar until the request has succeeded; raises `DemoFailed` when it fails."""
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
    raise DemoFailed("The service closed the connection before the faces were made.")
