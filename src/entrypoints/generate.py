"""Make faces with the built-in studio, without the service."""

from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import Progress

from adapters.audio.listening import listen
from adapters.faces.studio.engine import Studio, StudioOrder
from application.generation.progress import Progress as BothFaces
from application.ports.faces import FaceFiles
from domain.feedback import FaceKind
from domain.voice import Person
from entrypoints.telling import tell

NAMES = {
    FaceKind.VOICE: ("portrait.png", "talking.mp4"),
    FaceKind.CONDITION: ("condition.png", "condition.mp4"),
}

console = Console()


def generate_faces(voice: Path, person: Person, out: Path) -> None:
    """Leave both faces of a voice in `out` and tell what was measured; raises `VoiceRefused`."""
    out.mkdir(parents=True, exist_ok=True)
    studio = Studio(listen)
    both = BothFaces()
    with TemporaryDirectory() as folder, Progress(console=console) as bar:
        task = bar.add_task("", total=100)
        for kind, make in ((FaceKind.VOICE, studio.voice_face), (FaceKind.CONDITION, studio.condition_face)):
            bar.update(task, description=f"The {kind} face")
            workspace = Path(folder) / kind
            workspace.mkdir()
            collect = both.reporter(kind)

            def report(stage, fraction, collect=collect):  # type: ignore[no-untyped-def]
                collect(stage, fraction)
                bar.update(task, completed=both.percent)

            files = make(StudioOrder(voice, person, workspace), report)
            keep(files, out, kind)
            if files.acoustics is not None:
                tell(console, files.acoustics, files.influences)
        bar.update(task, completed=100, description="Done")
    for names in NAMES.values():
        for name in names:
            console.print(f"  {out / name}", highlight=False, soft_wrap=True)


def keep(files: FaceFiles, out: Path, kind: FaceKind) -> None:
    """Move a face out of its workspace."""
    portrait, video = NAMES[kind]
    (out / portrait).write_bytes(files.portrait.read_bytes())
    if files.video is not None:
        (out / video).write_bytes(files.video.read_bytes())
