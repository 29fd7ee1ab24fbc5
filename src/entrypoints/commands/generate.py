"""Makes faces with the built-in studio, without the service."""

from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import Progress as ProgressBar

from adapters.audio.listening import listen
from adapters.credentials.metadata.statement import statement_of, tool_of
from adapters.credentials.metadata.writing import write_with_statement
from adapters.faces.studio.engine import Studio, StudioOrder
from application.generation.progress import Progress
from application.ports.faces import FaceFiles
from domain.feedback import FaceKind
from domain.voice import Person
from entrypoints.commands.acoustics_table import print_acoustics
from entrypoints.commands.face_files import FILE_NAMES, print_paths

console = Console()


def generate_faces(voice: Path, person: Person, out: Path) -> None:
    """Leave both faces of a voice in the folder `out` and print its acoustics; raises `VoiceRefused`."""
    studio = Studio(listen)
    progress = Progress()
    with TemporaryDirectory() as folder, ProgressBar(console=console) as bar:
        task = bar.add_task("", total=100)
        for kind, make in ((FaceKind.VOICE, studio.voice_face), (FaceKind.CONDITION, studio.condition_face)):
            bar.update(task, description=f"The {kind} face")
            workspace = Path(folder) / kind
            workspace.mkdir()
            collect = progress.reporter(kind)

            def report(stage, fraction, collect=collect):  # type: ignore[no-untyped-def]
                collect(stage, fraction)
                bar.update(task, completed=progress.percent)

            files = make(StudioOrder(voice, person, workspace), report)
            save(files, out, kind)
            if files.acoustics is not None:
                print_acoustics(console, files.acoustics, files.influences)
        bar.update(task, completed=100, description="Done")
    print_paths(console, out)


def save(files: FaceFiles, out: Path, kind: FaceKind) -> None:
    """Write a face from its workspace to `out`, with metadata; credentials are for a service, which has a key."""
    names = FILE_NAMES[kind]
    statement = statement_of(files.origin, tool_of(version("voice2face")))
    write_with_statement(files.portrait, out / names.portrait, statement)
    if files.video is not None:
        write_with_statement(files.video, out / names.video, statement)
