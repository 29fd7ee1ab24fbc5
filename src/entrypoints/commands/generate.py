"""Makes faces with the built-in studio, without the service."""

from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import Progress as ProgressBar

from adapters.audio.listening import listen
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
    """Copy a face from its workspace to `out`."""
    names = FILE_NAMES[kind]
    (out / names.portrait).write_bytes(files.portrait.read_bytes())
    if files.video is not None:
        (out / names.video).write_bytes(files.video.read_bytes())
