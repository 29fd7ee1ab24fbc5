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
    kept_until = file.stat().st_mtime if file.exists() else 0
    since = ["--since", f"{kept_until:.6f}"] if kept_until else []
    began = time.time()
    with file.open("ab") as lines:
        os.fchmod(lines.fileno(), 0o600)
        done = subprocess.run(
            ["docker", "logs", *since, container.id], stdout=lines, stderr=subprocess.STDOUT
        )
    kept_until = began if done.returncode == 0 else kept_until
    os.utime(file, (kept_until, kept_until))  # some lines come twice, and none is missing
    if done.returncode:
        tell(f"the log lines of {container.service} cannot be kept, see {file}; without them")
