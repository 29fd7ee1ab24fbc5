"""What the commands say while they work, and waiting until containers are as they should be."""

import sys
import time

from voice2face_stack.compose import Compose
from voice2face_stack.settings import StackError

ONCE = {"migrate", "page"}
"""Services that end by themselves."""
NO_CERTIFICATE = (
    "All of it runs, but there is no certificate yet. Does the DNS entry of {DOMAIN} lead to this machine, and is its "
    "port 80 open to the Internet? certbot goes on trying, after longer and longer pauses; "
    "`infra/deploy/stack compose restart certbot` has it try at once."
)


def wait(stack: Compose, seconds: float = 600) -> None:
    """Wait until all of it is healthy, and say what it waits for; raises `StackError`."""
    deadline, told = time.monotonic() + seconds, set[str]()
    while waiting := {
        each.service: each.health
        for each in stack.containers()
        if not is_fine(each.service, each.health, each.exit_code)
    }:
        if told != waiting.keys():
            tell(f"waiting for {', '.join(sorted(waiting))}")
            told = set(waiting)
        if waiting == {"certbot": "unhealthy"}:
            raise StackError(f"{stack.logs('certbot')}\n{NO_CERTIFICATE.format(**stack.environment)}")
        if time.monotonic() > deadline:
            names = sorted(waiting)
            logs = "\n".join(stack.logs(service) for service in names)
            raise StackError(f"{logs}\nNot healthy after {seconds:g} s, see above: {', '.join(names)}.")
        time.sleep(1)


def is_fine(service: str, health: str, exit_code: int) -> bool:
    """Tell whether a container is healthy, or has done its work, or has no check."""
    return exit_code == 0 if service in ONCE else health in ("healthy", "")


def tell(step: str) -> None:
    """Say what is done now."""
    sys.stderr.write(f"stack: {step} …\n")
