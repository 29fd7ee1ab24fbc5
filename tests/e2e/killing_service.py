"""The real service in a separate process, which kills itself while it works at a recording.

    KILLED_AT=check python tests/e2e/killing_service.py serve --port 8000 --data data

`check` is before the request is recorded; `announce` is after that and before the answer. Nothing is cleaned up, as by
`kill -9`.
"""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from entrypoints.commands.cli import main
from entrypoints.composition.container import Container


class Killing:
    """Stands for an object of the service, and kills the process when it is used."""

    async def __call__(self, *_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    check = __call__


if __name__ == "__main__":  # child processes import this file too
    moment = {"check": Container.checker, "announce": Container.announce}[os.environ["KILLED_AT"]]
    moment.override(Killing())  # type: ignore[attr-defined]
    main()
