"""Keeping what a container has logged when it is removed: a restore needs what it tells of erasures."""

import os
import subprocess
import time
from pathlib import Path

from voice2face_stack.compose import Container
from voice2face_stack.settings import LOGS
from voice2face_stack.waiting import tell


def keep_logs(container: Container, folder: Path) -> None:
    """Append what a container has logged since the last call to a file of its own, for this user alone.

    It goes on where that cannot be, and says so: a logging driver may keep the lines elsewhere.
    """
    file = folder / LOGS / f"{container.service}-{container.id[:12]}.log"
    since = ["--since", f"{file.stat().st_mtime:.6f}"] if file.exists() else []
    began = time.time()
    with file.open("ab") as lines:
        os.fchmod(lines.fileno(), 0o600)
        done = subprocess.run(
            ["docker", "logs", *since, container.id], stdout=lines, stderr=subprocess.STDOUT
        )
    if done.returncode == 0:
        os.utime(file, (began, began))  # some lines come twice, and none is missing
    else:
        tell(f"the log lines of {container.service} cannot be kept, see {file}; without them")
