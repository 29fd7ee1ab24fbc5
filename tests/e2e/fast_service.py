"""The real service in a process of its own, but for faces that are made fast.

    python tests/e2e/fast_service.py serve --port 8000 --data data

Everything else is as in production, so that a test can kill it at any moment of many jobs. `FAST_FACE_SECONDS` tells
how long a face takes.
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
    """Put fast faces where the container has the studio; pool processes import this file too, and must not serve."""
    Container.voice_faces.override(FastFaces(SECONDS))
    Container.condition_faces.override(FastFaces(SECONDS))


if __name__ == "__main__":
    use_fast_faces()
    main()
