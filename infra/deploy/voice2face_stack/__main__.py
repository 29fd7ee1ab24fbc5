"""Starts, upgrades and stops all parts of the service on this machine."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from voice2face_stack.backups import Restored, check_backup, load_backup, remove_data, write_backup
from voice2face_stack.compose import ONCE, Compose, output
from voice2face_stack.images import has_id, provide_servers, provide_service, service_image
from voice2face_stack.locking import the_only_command
from voice2face_stack.logs import keep_logs
from voice2face_stack.replacing import COUNTS, STOP_SECONDS, replace_all
from voice2face_stack.rotation import ROTATED, rotate_secrets
from voice2face_stack.servers import forget_servers, images_of, keep_servers
from voice2face_stack.settings import (
    LOCAL,
    StackError,
    StackSettings,
    keep_given,
    read_settings,
    stack_folder,
)
from voice2face_stack.test_authority import make_server_certificate
from voice2face_stack.waiting import is_fine, tell, wait

PROFILES = ("--profile", "test-authority", "--profile", "grafana")
AUTHORITY = "test-authority"
NO_SHELL = (126, 127)
"""What the engine ends with where a container has no such program."""
ROOT = f"{AUTHORITY}/root.pem"


def main() -> int:
    """Run one command; return its exit code."""
    try:
        if sys.argv[1:2] == ["compose"]:  # whose options are not ours
            return compose(sys.argv[2:])
        options = parsed()
        with (
            the_only_command(stack_folder(), ALONE[options.work]) if options.work in ALONE else nullcontext()
        ):
            return int(options.work(options) or 0)
    except StackError as error:
        sys.stderr.write(f"stack: {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"stack: {error.filename}: {error.strerror}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("stack: stopped; what was started goes on. The same command continues.\n")
        return 130


def parsed() -> argparse.Namespace:
    """Return the command and its options; exits with 2 and a sentence where they are not ours."""
    parser = argparse.ArgumentParser(prog="infra/deploy/stack", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, work, text in (
        ("up", up, "start what does not run, and wait until all of it is healthy"),
        (
            "upgrade",
            upgrade,
            "build the image of this checkout (or take IMAGE), and replace API and workers without interruption; "
            "also to have them read changed settings",
        ),
        ("status", status, "print what runs, and how it is"),
        (
            "backup",
            backup,
            "write a backup of database and files into the folder of the stack, while it runs",
        ),
        ("restore", restore, "load a backup, erase again what was erased since, and start the service"),
        ("down", down, "remove all containers; the data stays in the volumes"),
        (
            "rotate",
            rotate,
            "give secrets of the stack new values, and the service new containers that use them",
        ),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(work=work)
        if name == "down":
            command.add_argument("--data", action="store_true", help="remove the volumes with all data, too")
        if name == "backup":
            command.add_argument("--recipient", metavar="KEY", help="encrypt for this public key")
        if name in ("up", "upgrade"):
            text = "pull or make all images again, with the security updates that there are"
            command.add_argument("--fresh", action="store_true", help=text)
        if name == "restore":
            command.add_argument("file", type=Path, metavar="FILE")
            command.add_argument("--identity", type=Path, metavar="FILE", help="file with the private key")
            text = "log lines of the service since the backup that are not in the folder of the stack"
            command.add_argument("--log", type=Path, metavar="FILE", action="append", default=[], help=text)
            text = "remove the data that is there, once the backup has been read"
            command.add_argument("--replace", action="store_true", help=text)
            command.set_defaults(fresh=False)
        if name == "rotate":
            command.add_argument(
                "secrets", nargs="+", choices=ROTATED, metavar="SECRET", help=", ".join(ROTATED)
            )
    commands.add_parser("compose", help="run a command of Docker Compose, such as `compose logs -f api`")
    return parser.parse_args()


def up(options: argparse.Namespace) -> None:
    """Start the stack; it can be called again after a change of settings."""
    settings = read_settings()
    tell("images of the servers")
    servers = provide_servers(fresh=options.fresh)
    keep_servers(settings.folder, servers)
    tell(f"the image {service_image(settings)}")
    provide_service(settings, servers, fresh=options.fresh)
    stack = stack_of(settings)
    require_same_network(stack, settings)
    for name, value in keep_given(settings).items():
        tell(f"keeping {name}={value} in {settings.folder / 'stack.env'}")
    if settings.is_test:
        make_server_certificate(settings.folder / AUTHORITY)
        stack(*PROFILES, "up", "--detach", "--no-recreate", "pebble")
        forget_earlier_authority(stack, settings.folder / AUTHORITY)
    tell("containers")
    keep_all_logs(stack, settings)  # of containers that get new ones, since their settings have changed
    stack("up", "--detach", *scales(settings))
    wait(stack, stack.services())
    read_page_again(stack)
    if settings.is_test:
        keep_root(stack, settings.folder / ROOT)
    print_address(settings)


def upgrade(options: argparse.Namespace) -> None:
    """Replace API and workers by those of this checkout, one after the other.

    The page comes last: the new one may call what the old API does not have.
    """
    settings = read_settings()
    running_stack(settings)
    stack = stack_of(settings)
    require_same_network(stack, settings)
    if options.fresh:
        tell("images of the servers, which `make stack` starts")
        keep_servers(settings.folder, provide_servers(fresh=True))
    tell(f"the image {service_image(settings)}")
    provide_service(settings, images_of(settings.folder), fresh=options.fresh)
    tell("the schema")
    stack.do("migrate")
    replace_all(stack, settings)
    tell("the page")
    stack.do("page")
    read_page_again(stack)
    wait(stack, stack.services())
    print_address(settings)


def rotate(options: argparse.Namespace) -> None:
    """Give secrets new values."""
    settings = read_settings()
    stack = running_stack(settings)
    require_same_network(stack, settings)
    names = list(dict.fromkeys(options.secrets))
    rotate_secrets(stack, settings, names)
    wait(stack, stack.services() - ONCE)
    sys.stdout.write(f"There are new values of {', '.join(names)}, and all of it uses them.\n")


def status(_: argparse.Namespace) -> int:
    """Print each container; return 1 unless all are as they should be."""
    stack = running_stack(read_settings())
    found = stack.containers()
    for each in found:
        health = each.health or (f"ended with {each.exit_code}" if each.service in ONCE else each.state)
        sys.stdout.write(f"{each.service:15} {health:12} {each.image}\n")
    missing = sorted(stack.services() - {each.service for each in found})
    for service in missing:
        sys.stdout.write(f"{service:15} {'missing':12}\n")
    is_well = all(is_fine(each.service, each.health, each.exit_code) for each in found)
    return 0 if is_well and not missing else 1


def down(options: argparse.Namespace) -> None:
    """Remove the containers, and the data if that is wanted."""
    settings = read_settings()
    stack = stack_of(settings)
    done = "The stack is removed" if stack.containers() else "There was no container"
    volumes = ["--volumes"] if options.data else []
    stack(*PROFILES, "stop", "--timeout", str(STOP_SECONDS))
    keep_all_logs(stack, settings)
    stack(*PROFILES, "down", "--remove-orphans", *volumes)
    if options.data:
        forget_servers(settings.folder)
    data = "All data is removed." if options.data else "Data stays in volumes; `make stack` goes on with it."
    sys.stdout.write(f"{done}. {data} Settings, secrets, logs and backups stay in {settings.folder}.\n")


def backup(options: argparse.Namespace) -> int:
    """Write a backup into the folder `backups` of the stack."""
    settings = read_settings()
    stack = running_stack(settings)
    # A restore needs their lines, of which a container keeps the last ones only.
    keep_all_logs(stack, settings)
    return write_backup(stack, settings, options.recipient)


def restore(options: argparse.Namespace) -> int:
    """Load a backup and start the service, which does not run before that."""
    settings = read_settings()
    given = Restored.read(options.file, options.identity, options.log)
    servers = provide_servers()
    keep_servers(settings.folder, servers)
    provide_service(settings, servers)
    stack = stack_of(settings)
    if options.replace:
        if code := check_backup(stack, settings, given):
            return code
        tell("removing the data of before")
        stack("stop", "--timeout", str(STOP_SECONDS), *COUNTS)
        keep_all_logs(stack, settings)
        remove_data(stack)
    elif any(stack.containers(service) for service in COUNTS):
        raise StackError(
            "The service runs. With --replace the backup takes the place of its data, which is then removed."
        )
    if code := load_backup(stack, settings, given):
        return code
    up(options)
    return 0


def compose(arguments: Sequence[str]) -> int:
    """Run a command of Docker Compose with the settings of the stack."""
    return stack_as_it_runs(read_settings()).run(*arguments).returncode


def keep_all_logs(stack: Compose, settings: StackSettings) -> None:
    """Keep what API and workers have logged, since their containers are going to be removed."""
    for service in COUNTS:
        for container in stack.containers(service):
            keep_logs(container, settings.folder)


def stack_of(settings: StackSettings) -> Compose:
    """Return the stack with these settings and the image of this checkout, or the one that is set."""
    images = {**images_of(settings.folder), "VOICE2FACE_IMAGE": service_image(settings)}
    return Compose({**settings.environment(), **images})


def require_same_network(stack: Compose, settings: StackSettings) -> None:
    """Raise `StackError` where the network is another one than is set: Compose would leave it as it is."""
    now, wanted = stack.subnet("edge"), settings.values["EDGE_SUBNET"]
    if now and now != wanted:
        raise StackError(
            f"EDGE_SUBNET is {wanted}, and the network of this stack is {now}. To have it made anew, run "
            "`make stack-down` and then `make stack`; the data stays."
        )


def stack_as_it_runs(settings: StackSettings) -> Compose:
    """Return the stack with the image that its API runs, unless the environment names another one.

    That of this checkout need not be built yet.
    """
    stack = stack_of(settings)
    running = stack.containers("api")
    if not running or settings.asked_image:
        return stack
    image, image_id = running[0].image, running[0].image_id
    is_named = has_id(image, image_id)  # the name may have been given to another image since, or to none
    return Compose({**stack.environment, "VOICE2FACE_IMAGE": image if is_named else image_id})


def running_stack(settings: StackSettings) -> Compose:
    """Return the stack as it runs; raises `StackError` where it was not started."""
    stack = stack_as_it_runs(settings)
    if not stack.containers():
        raise StackError("The stack does not run: `make stack` starts it.")
    return stack


def read_page_again(stack: Compose) -> None:
    """Have nginx read the fields of the page's answers again, which were written anew.

    Not by `docker kill`: after any signal of that, the engine does not start a container again that ends.
    """
    script = 'test ! -e /run/nginx.pid || kill -HUP "$(cat /run/nginx.pid)"'
    for frontend in stack.containers("frontend"):
        done = subprocess.run(
            ["docker", "exec", frontend.id, "sh", "-c", script], capture_output=True, text=True
        )
        if done.returncode not in (0, *NO_SHELL):  # an operator's own server may have none
            raise StackError(f"The page's server cannot read its files again: {done.stderr.strip()}")


def scales(settings: StackSettings) -> list[str]:
    """Return the options that say how many containers there are of API and worker."""
    return ["--scale", f"api={settings.count('API')}", "--scale", f"worker={settings.count('WORKERS')}"]


def forget_earlier_authority(stack: Compose, folder: Path) -> None:
    """Remove the certificates of a test authority that was started again: it knows no account and has another root."""
    (pebble,) = stack.containers("pebble")
    since = output("docker", "inspect", "--format", "{{.State.StartedAt}}", pebble.id)
    file = folder / "since"
    if file.exists() and file.read_text() == since:
        return
    places = ("accounts/pebble*", f"live/*{LOCAL}", f"archive/*{LOCAL}", f"renewal/*{LOCAL}.conf")
    script = "cd /etc/letsencrypt && rm -rf " + " ".join(places)
    stack("rm", "--stop", "--force", "certbot")
    stack("run", "--rm", "--no-deps", "-T", "--entrypoint", "sh", "certbot", "-c", script)
    file.write_text(since)


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


ALONE = {**dict.fromkeys((up, upgrade, restore, down, rotate), 0), backup: 1800}
"""Commands that do not work beside one another, and how many seconds one waits for its turn."""

if __name__ == "__main__":
    sys.exit(main())
