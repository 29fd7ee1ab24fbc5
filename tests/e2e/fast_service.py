"""The real service in a separate process, but with a fast face maker.

    python tests/e2e/fast_service.py serve --port 8000 --data data

Everything else is as in production, so that a test can kill it at any moment of many jobs. `FAST_FACE_SECONDS` is the
time that one face takes.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from doubles.faces import FastFaces
from entrypoints.commands.cli import main
from entrypoints.composition.container import Container

SECONDS = float(os.environ.get("FAST_FACE_SECONDS", "0.5"))


def use_fast_faces() -> None:
    """Replace the studio in the container by the fast face maker."""
    Container.voice_faces.override(FastFaces(SECONDS))
    Container.condition_faces.override(FastFaces(SECONDS))


if __name__ == "__main__":  # child processes import this file too
    use_fast_faces()
    main()
