"""What the commands say while they work, and waiting until containers are as they should be."""

import subprocess
import sys
import time
from collections.abc import Collection

from voice2face_stack.compose import ONCE, Compose, Container, has_failed
from voice2face_stack.settings import StackError

NO_CERTIFICATE = (
    "All of it runs, but there is no valid certificate. Does the DNS entry of {DOMAIN} lead to this machine, and is "
    "its port 80 open to the Internet? certbot goes on trying, after longer and longer pauses; "
    "`infra/deploy/stack compose restart certbot` has it try at once."
)


def wait(stack: Compose, services: Collection[str], seconds: float = 600) -> None:
    """Wait until these services and all others that run are healthy, and say what it waits for; raises `StackError`.

    Work that ends by itself counts only if it is asked for.
    """
    deadline, told = time.monotonic() + seconds, set[str]()
    while waiting := unfinished(concerned(stack, services), services):
        if told != waiting.keys():
            tell(f"waiting for {', '.join(sorted(waiting))}")
            told = set(waiting)
        if waiting == {"certbot": "unhealthy"}:
            raise StackError(f"{stack.logs('certbot')}\n{NO_CERTIFICATE.format(**stack.environment)}")
        if failed := [
            name for name in waiting if name in ONCE and any(map(has_failed, stack.containers(name)))
        ]:
            raise StackError(
                "\n".join([*map(stack.logs, failed), f"{', '.join(failed)} has failed, see above."])
            )
        if time.monotonic() > deadline:
            names = sorted(waiting)
            logs = "\n".join(stack.logs(service) for service in names)
            raise StackError(f"{logs}\nNot healthy after {seconds:g} s, see above: {', '.join(names)}.")
        time.sleep(1)


def concerned(stack: Compose, services: Collection[str]) -> list[Container]:
    """Return the containers that count."""
    return [each for each in stack.containers() if each.service in services or each.service not in ONCE]


def unfinished(containers: list[Container], services: Collection[str]) -> dict[str, str]:
    """Return the health of what is not as it should be, by service.

    Where the engine says that all is, the proxy is asked once more: its certificate may have come since the engine did.
    """
    missing = set(services) - {each.service for each in containers}
    if missing:
        return dict.fromkeys(missing, "missing")
    found = [each for each in containers if not is_fine(each.service, each.health, each.exit_code)]
    return {
        each.service: each.health
        for each in found or containers
        if each in found or (each.service == "proxy" and not answers(each))
    }


def answers(proxy: Container) -> bool:
    """Tell whether the proxy answers now, by TLS, too, if there is a certificate."""
    asked = subprocess.run(["docker", "exec", proxy.id, "sh", "/proxy/healthy"], capture_output=True)
    return asked.returncode == 0


def is_fine(service: str, health: str, exit_code: int) -> bool:
    """Tell whether a container is healthy, or has done its work, or has no check."""
    return exit_code == 0 if service in ONCE else health in ("healthy", "")


def tell(step: str) -> None:
    """Say what is done now."""
    sys.stderr.write(f"stack: {step} …\n")
