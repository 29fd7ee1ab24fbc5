"""Starts, upgrades and stops all parts of the service on this machine."""

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from voice2face_stack.compose import Compose, output, program
from voice2face_stack.images import build, chosen_images, own_image, provide_servers
from voice2face_stack.settings import StackError, StackSettings, read_settings
from voice2face_stack.test_authority import make_server_certificate

ONCE = {"migrate", "page"}
"""Services that end by themselves."""
STOP_SECONDS = 90
"""How long a container of the service may take to stop: its drain, its requests and its jobs."""
PROFILES = ("--profile", "test-authority", "--profile", "grafana")
AUTHORITY = "test-authority"
ROOT = f"{AUTHORITY}/root.pem"
ROLLED = ("api", "worker")


def main() -> int:
    """Run one command; return its exit code."""
    parser = argparse.ArgumentParser(prog="infra/deploy/stack", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, work, text in (
        ("up", up, "start what does not run, and wait until all of it is healthy"),
        (
            "upgrade",
            upgrade,
            "build the image of this checkout and replace API and workers without interruption",
        ),
        ("status", status, "print what runs, and how it is"),
        (
            "backup",
            backup,
            "write a backup of database and files into the folder of the stack, while it runs",
        ),
        ("restore", restore, "load a backup into a stack without data, and start it"),
        ("down", down, "remove all containers; the data stays in the volumes"),
        ("compose", compose, "run a command of Docker Compose, such as `compose logs -f api`"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(work=work)
        if name == "down":
            command.add_argument("--data", action="store_true", help="remove the volumes with all data, too")
        if name == "backup":
            command.add_argument("--recipient", metavar="KEY", help="encrypt for this public key")
        if name == "restore":
            command.add_argument("file", type=Path, metavar="FILE")
            command.add_argument("--identity", type=Path, metavar="FILE", help="file with the private key")
        if name == "compose":
            command.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    try:
        return int(options.work(options) or 0)
    except StackError as error:
        sys.stderr.write(f"stack: {error}\n")
        return 1


def up(_: argparse.Namespace) -> None:
    """Start the stack; it can be called again after a change of settings."""
    settings = read_settings()
    install_compose()
    tell("images of the servers")
    servers = provide_servers()
    image = own_image()
    tell(f"the image {image}")
    build(image, servers)
    stack = stack_of(settings, image, servers)
    if settings.is_test:
        make_server_certificate(settings.folder / AUTHORITY)
        stack(*PROFILES, "up", "--detach", "--no-recreate", "pebble")
    tell("containers")
    stack("up", "--detach", *scales(settings))
    wait(stack)
    if settings.is_test:
        keep_root(stack, settings.folder / ROOT)
    print_address(settings)


def upgrade(_: argparse.Namespace) -> None:
    """Replace API and workers by those of this checkout, one after the other."""
    settings = read_settings()
    servers = chosen_images()
    image = own_image()
    tell(f"the image {image}")
    build(image, servers)
    stack = stack_of(settings, image, servers)
    tell("the schema and the page")
    for once in ("migrate", "page"):
        stack("run", "--rm", "--no-deps", once)
    for frontend in stack.containers("frontend"):
        output("docker", "kill", "--signal", "HUP", frontend.id)  # it reads the fields of answers again
    for service, name in zip(ROLLED, ("API", "WORKERS"), strict=True):
        tell(service)
        replace(stack, service, settings.count(name))
    wait(stack)
    print_address(settings)


def replace(stack: Compose, service: str, count: int) -> None:
    """Start new containers beside the old ones, and stop these when the new ones are healthy."""
    old = stack.containers(service)
    stack("up", "--detach", "--no-deps", "--no-recreate", "--scale", f"{service}={len(old) + count}", service)
    known = {each.id for each in old}
    deadline = time.monotonic() + 300
    while (
        sum(each.health == "healthy" and each.id not in known for each in stack.containers(service)) < count
    ):
        if time.monotonic() > deadline:
            raise StackError(
                f"the new {service} is not healthy, the old one goes on:\n{stack.logs(service)}\n"
                "Remove the new containers, or put right what they say and upgrade again."
            )
        time.sleep(0.5)
    time.sleep(3)  # the proxy looks every second which of them are ready
    with ThreadPoolExecutor(max(1, len(old))) as pool:
        for _ in pool.map(remove, [each.id for each in old]):
            pass


def remove(container: str) -> None:
    """Stop a container in its own time, and remove it."""
    subprocess.run(
        ["docker", "stop", "--time", str(STOP_SECONDS), container], check=True, capture_output=True
    )
    subprocess.run(["docker", "rm", container], check=True, capture_output=True)


def status(_: argparse.Namespace) -> int:
    """Print each container; return 1 unless all are as they should be."""
    stack = stack_of(read_settings(), own_image(), chosen_images())
    found = stack.containers()
    for each in found:
        health = each.health or (f"ended with {each.exit_code}" if each.service in ONCE else each.state)
        sys.stdout.write(f"{each.service:15} {health:12} {each.image}\n")
    return 0 if found and all(is_fine(each.service, each.health, each.exit_code) for each in found) else 1


def down(options: argparse.Namespace) -> None:
    """Remove the containers, and the data if that is wanted."""
    settings = read_settings()
    stack = stack_of(settings, own_image(), chosen_images())
    stack(
        *PROFILES,
        "down",
        "--remove-orphans",
        "--timeout",
        str(STOP_SECONDS),
        *(["--volumes"] if options.data else []),
    )
    rest = "" if options.data else " Its data is still there, in volumes; `make stack` goes on with it."
    sys.stdout.write(f"The stack is removed.{rest}\n")


def backup(options: argparse.Namespace) -> int:
    """Write a backup into the folder `backups` of the stack."""
    settings = read_settings()
    stack = stack_of(settings, own_image(), chosen_images())
    folder = settings.folder / "backups"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)  # for the user of the container; the folder around it is closed to others
    key = ["--recipient", options.recipient] if options.recipient else []
    return run_once(stack, "--volume", f"{folder}:/backups", "api", "voice2face", "backup", "/backups", *key)


def restore(options: argparse.Namespace) -> int:
    """Start the servers alone, load a backup, and start the rest."""
    settings = read_settings()
    servers = provide_servers()
    image = own_image()
    build(image, servers)
    stack = stack_of(settings, image, servers)
    if any(stack.containers(service) for service in ROLLED):
        raise StackError(
            "The service runs. A backup is restored into a stack without data: `make stack-down DATA=remove`."
        )
    tell("the servers")
    stack("up", "--detach", "mysql", "minio", "rabbitmq")
    wait(stack)
    tell("the backup")
    files = {"/backup": options.file, "/identity": options.identity}
    given = {place: file.resolve(strict=True) for place, file in files.items() if file}
    mounts = [option for place, file in given.items() for option in ("--volume", f"{file}:{place}:ro")]
    owner = given["/backup"].stat()  # who can read it
    user = ["--user", f"{owner.st_uid}:{owner.st_gid}", "--env", "V2F_DATA=/tmp/data"]
    key = ["--identity", "/identity"] if options.identity else []
    code = run_once(stack, *mounts, *user, "api", "voice2face", "restore", "/backup", *key)
    if code == 0:
        up(options)
    return code


def run_once(stack: Compose, *arguments: str) -> int:
    """Run a command in a container of its own, with its output here, and return its exit code."""
    return stack.run("run", "--rm", "--no-deps", "-T", *arguments).returncode


def compose(options: argparse.Namespace) -> int:
    """Run a command of Docker Compose with the settings of the stack."""
    stack = stack_of(read_settings(), own_image(), chosen_images())
    return stack.run(*options.arguments).returncode


def stack_of(settings: StackSettings, image: str, servers: dict[str, str]) -> Compose:
    """Return the stack with these settings."""
    return Compose({**settings.environment(), **servers, "VOICE2FACE_IMAGE": image})


def scales(settings: StackSettings) -> list[str]:
    """Return the options that say how many containers there are of API and worker."""
    return ["--scale", f"api={settings.count('API')}", "--scale", f"worker={settings.count('WORKERS')}"]


def wait(stack: Compose, seconds: float = 600) -> None:
    """Wait until all of it is healthy, and say what it waits for; raises `StackError`."""
    deadline, told = time.monotonic() + seconds, set[str]()
    while True:
        waiting = {
            each.service
            for each in stack.containers()
            if not is_fine(each.service, each.health, each.exit_code)
        }
        if not waiting:
            return
        if waiting != told:
            tell(f"waiting for {', '.join(sorted(waiting))}")
            told = waiting
        if time.monotonic() > deadline:
            logs = "\n".join(stack.logs(service) for service in sorted(waiting))
            raise StackError(f"{', '.join(sorted(waiting))}: not healthy after {seconds:g} s\n{logs}")
        time.sleep(1)


def is_fine(service: str, health: str, exit_code: int) -> bool:
    """Tell whether a container is healthy, or has done its work, or has no check."""
    return exit_code == 0 if service in ONCE else health in ("healthy", "")


def install_compose() -> None:
    """Install Docker Compose where it is missing and Debian's can be installed."""
    try:
        program()
    except StackError:
        program.cache_clear()
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "docker-compose"],
            stdout=subprocess.DEVNULL,
            check=False,
        )
        program()


def keep_root(stack: Compose, file: Path) -> None:
    """Keep the certificate of the test authority, which it makes anew at each start."""
    (proxy,) = stack.containers("proxy")
    address = "https://pebble:15000/roots/0"
    file.write_text(output("docker", "exec", proxy.id, "curl", "-fsS", "--insecure", address))


def print_address(settings: StackSettings) -> None:
    """Print where the service is."""
    sys.stdout.write(f"Voice2Face is at {settings.public_url}/\n")
    if settings.is_test:
        sys.stdout.write(
            f"Only this machine reaches it, and browsers do not know its test authority ({settings.folder / ROOT}).\n"
            f"For a public one, set DOMAIN and EMAIL in {settings.folder / 'stack.env'} and run `make stack` again.\n"
        )


def tell(step: str) -> None:
    """Say what is done now."""
    sys.stderr.write(f"stack: {step} …\n")


if __name__ == "__main__":
    sys.exit(main())
