"""The command line: `voice2face serve | healthy | demo | generate | verify | page | db upgrade | backup | restore`."""

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from application.errors import ServiceUnavailable
from domain.errors import DomainError
from domain.voice import OLDEST, YOUNGEST, Gender, Person
from entrypoints.commands.backups import backup, backup_key, erase_again, restore, verify_backup
from entrypoints.commands.credentials import issuer, signing_key, verify
from entrypoints.commands.settings_errors import settings_errors_told
from entrypoints.composition.log_lines import configure_logging
from entrypoints.composition.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
@click.version_option(package_name="voice2face")
def main() -> None:
    """Turn a voice into a face: a portrait and a talking video that suit it.

    Settings are read from V2F_… variables; the README lists them.
    """
    configure_logging()


def person_options(command: Command) -> Command:
    """Add the options --age and --gender, and call the command with a `Person`."""

    @click.option(
        "--age", type=click.IntRange(YOUNGEST, OLDEST), default=30, show_default=True, help="In years."
    )
    @click.option(
        "--gender", type=click.Choice([g.value for g in Gender]), default="woman", show_default=True
    )
    @wraps(command)
    def with_person(*, age: int, gender: str, **options: Any) -> Any:
        return command(person=Person(age, Gender(gender)), **options)

    return with_person  # type: ignore[return-value]


def writable_folder(_context: click.Context, _parameter: click.Parameter, folder: Path) -> Path:
    """Make a folder, and refuse one that cannot be written to before any work is done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise click.BadParameter(
            f"Nothing can be written to {folder}: {error.strerror}. Name another folder."
        ) from error


voice_argument = click.argument(
    "voice", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="VOICE"
)
out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("out"),
    show_default=True,
    callback=writable_folder,
    help="Folder for the pictures and videos.",
)


@main.command()
@click.option("--host", default=None, help="Address to listen on.  [default: 127.0.0.1, or V2F_HOST]")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="[default: 8000, or V2F_PORT]")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder for the database and the files.  [default: data, or V2F_DATA]",
)
def serve(host: str | None, port: int | None, data: Path | None) -> None:
    """Serve the HTTP API until stopped; jobs run in this process unless V2F_AMQP_URL is set."""
    from entrypoints.http.server import serve_until_stopped

    given = {"V2F_HOST": host, "V2F_PORT": port, "V2F_DATA": data}
    overrides = {name: str(value) for name, value in given.items() if value is not None}
    with settings_errors_told():
        serve_until_stopped(Settings.read({**os.environ, **overrides}))


@main.command()
@click.argument("process", type=click.Choice(["api", "worker"]))
def healthy(process: str) -> None:
    """Tell by the exit code, 0 or 1, whether the API or the worker of this machine works: for health checks.

    The API is asked at V2F_HOST and V2F_PORT whether it is ready. A worker renews a file in V2F_DATA.
    """
    from entrypoints.commands.healthy import Unhealthy, check_api, check_worker

    with settings_errors_told():
        settings = Settings.read(os.environ)
        try:
            click.echo(check_api(settings.server) if process == "api" else check_worker(settings.data))
        except Unhealthy as unhealthy:
            raise click.ClickException(str(unhealthy)) from unhealthy


@main.command()
@voice_argument
@person_options
@out_option
def demo(voice: Path, person: Person, out: Path) -> None:
    """Start the service, send VOICE as a front end does, save the faces, and stop the service."""
    import asyncio

    from entrypoints.commands.demo import run_demo
    from entrypoints.commands.demo_client import DemoFailed

    try:
        asyncio.run(run_demo(voice, person, out))
    except DemoFailed as failed:
        raise click.ClickException(str(failed)) from failed
    except asyncio.CancelledError:
        sys.exit(128 + signal.SIGTERM)


@main.command()
@voice_argument
@person_options
@out_option
def generate(voice: Path, person: Person, out: Path) -> None:
    """Make the faces for VOICE with the built-in studio, without the service."""
    from entrypoints.commands.generate import generate_faces

    try:
        generate_faces(voice, person, out)
    except DomainError as refused:
        raise click.ClickException(str(refused)) from refused


@main.command()
@click.argument(
    "folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", callback=writable_folder
)
def page(folder: Path) -> None:
    """Write the page into DIR, for a web server in front of the service; infra/page/nginx.conf shows how."""
    from entrypoints.commands.page import write_page

    with settings_errors_told():
        write_page(Settings.read(os.environ), folder)
    click.echo(f"The page is in {folder}.")


@main.command("warm-up")
@click.option(
    "--every-level",
    is_flag=True,
    help="Compile for older CPUs, too: for an image that runs on other machines.",
)
def warm_up(*, every_level: bool) -> None:
    """Compile the studio's drawing code ahead of time, so that no request waits for it."""
    from entrypoints.commands.warm_up import compile_every_level, compile_kernels

    kept = compile_every_level() if every_level else compile_kernels()
    if not kept:
        raise click.ClickException("The compiled code could not be kept, and no later process will find it.")


@main.group()
def db() -> None:
    """Commands for the database."""


@db.command()
def upgrade() -> None:
    """Bring the schema of V2F_DATABASE_URL up to date."""
    from adapters.sql import upgrade as upgrade_schema
    from entrypoints.composition.data_folder import prepare_data_folder

    with settings_errors_told():
        settings = Settings.read(os.environ)
        if settings.database.is_embedded:
            prepare_data_folder(settings)
    try:
        upgrade_schema(settings.database.url)
    except ServiceUnavailable as away:
        raise click.ClickException("The database of V2F_DATABASE_URL does not answer.") from away
    click.echo("The schema is up to date.")


for command in (backup, backup_key, erase_again, issuer, restore, signing_key, verify, verify_backup):
    main.add_command(command)
