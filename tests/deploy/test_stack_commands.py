"""What the commands of the stack ask of Docker Compose."""

import itertools
import os
import subprocess
import sys
import time
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace
from typing import IO

import pytest
from voice2face_stack import __main__ as commands
from voice2face_stack.backups import Restored, load_backup, run_with_disk, told
from voice2face_stack.compose import ONCE, Compose, Container
from voice2face_stack.locking import the_only_command
from voice2face_stack.logs import keep_logs
from voice2face_stack.replacing import replace
from voice2face_stack.settings import LOGS, REPOSITORY, StackError, StackSettings, read_settings
from voice2face_stack.waiting import wait


@dataclass(frozen=True, slots=True)
class Asked(Compose):
    """Docker Compose that keeps what it is asked, and whether the folders of this machine are there then."""

    folders: dict[str, bool] = field(default_factory=dict)

    def run(
        self, *arguments: str, quiet: bool = False, given: IO[bytes] | None = None
    ) -> CompletedProcess[str]:
        """Keep the folders that a container is to see."""
        for option, value in pairwise(arguments):
            if option == "--volume":
                folder, place = value.split(":")
                self.folders[place] = Path(folder).is_dir()
                assert Path(folder).parent == Path(self.environment["STACK_FOLDER"])
        assert "V2F_DATA=/rows/data" in arguments
        return CompletedProcess(arguments, 7, "", "")


def test_the_rows_of_a_backup_lie_on_the_disk_and_are_gone_afterwards(tmp_path: Path) -> None:
    stack = Asked({"STACK_FOLDER": str(tmp_path)})
    assert run_with_disk(stack, tmp_path, {}, "api", "voice2face", "backup") == 7
    assert stack.folders == {"/rows": True}
    assert not list(tmp_path.iterdir())


@dataclass(frozen=True, slots=True)
class Running(Compose):
    """A stack whose proxy is healthy, as the engine says, and that keeps what is done with it."""

    done: list[str] = field(default_factory=list)

    def run(
        self, *arguments: str, quiet: bool = False, given: IO[bytes] | None = None
    ) -> CompletedProcess[str]:
        """Keep the service that a container is started of."""
        self.done.append(arguments[-1])
        return CompletedProcess(arguments, 0, "", "")

    def containers(self, service: str | None = None) -> list[Container]:
        """Return the proxy, and what has done its work."""
        proxy = Container("1f", "proxy", "nginx", "sha256:1f", "running", "healthy", pid=7, exit_code=0)
        done = [
            Container(each, each, "image", "sha256:1f", "exited", "", pid=0, exit_code=0)
            for each in self.done
            if each in ONCE
        ]
        return [each for each in (proxy, *done) if service in (None, each.service)]


def put_docker(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program `docker` in the way of the engine's."""
    docker = folder / "docker"
    docker.write_text(f"#!/bin/sh\n{script}\n")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def docker_that_answers(folder: Path, monkeypatch: pytest.MonkeyPatch, *, at_call: int) -> Path:
    """Put a program `docker` in the way, whose calls fail before this one; return the file with a line for each."""
    calls = folder / "calls"
    put_docker(folder, monkeypatch, f'echo "$@" >> {calls}\ntest "$(wc -l < {calls})" -ge {at_call}')
    return calls


def container(service: str, number: int, health: str) -> Container:
    """Return one that runs."""
    return Container(f"{number:064x}", service, "image", "sha256:1f", "running", health, pid=7, exit_code=0)


@dataclass(frozen=True, slots=True)
class Starting(Compose):
    """A stack whose new containers become as healthy as is said, and whose removed ones are gone."""

    health: str = "unhealthy"
    calls: Path = Path()
    started: list[str] = field(default_factory=list)

    def run(
        self, *arguments: str, quiet: bool = False, given: IO[bytes] | None = None
    ) -> CompletedProcess[str]:
        """Start one."""
        self.started.append(arguments[-1])
        return CompletedProcess(arguments, 0, "", "")

    def containers(self, service: str | None = None) -> list[Container]:
        """Return the old one, and the new one after its start."""
        found = [container("api", 1, "healthy"), container("api", 2, self.health)][: 1 + len(self.started)]
        called = self.calls.read_text() if self.calls.exists() else ""
        return [each for each in found if f"rm {each.id}" not in called]


def test_new_containers_that_do_not_become_healthy_are_removed_and_the_old_ones_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / LOGS).mkdir()
    stack = Starting({}, calls=docker_that_answers(tmp_path, monkeypatch, at_call=1))
    seconds = itertools.count(step=200)
    monkeypatch.setattr(
        "voice2face_stack.replacing.time",
        SimpleNamespace(monotonic=lambda: next(seconds), sleep=lambda _: None),
    )
    with pytest.raises(StackError, match="api did not become healthy, see above, and are removed"):
        replace(stack, "api", 1, tmp_path)
    assert [each.id[-1] for each in stack.containers("api")] == ["1"]


def test_log_lines_that_could_not_be_kept_once_are_kept_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / LOGS).mkdir()
    calls = docker_that_answers(tmp_path, monkeypatch, at_call=2)
    for _ in range(3):
        keep_logs(container("api", 1, "healthy"), tmp_path)
    asked = [line.split()[1:-1] for line in calls.read_text().splitlines()]
    assert asked[:2] == [[], []]  # all lines
    assert asked[2][0] == "--since"


def test_a_front_end_with_a_server_of_its_own_needs_no_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @dataclass(frozen=True, slots=True)
    class WithFrontend(Compose):
        def containers(self, service: str | None = None) -> list[Container]:
            return [container("frontend", 1, "healthy")]

    for code in (0, 127):
        put_docker(tmp_path, monkeypatch, f"exit {code}")
        commands.read_page_again(WithFrontend({}))
    put_docker(tmp_path, monkeypatch, "echo 'kill: no such process' >&2; exit 1")
    with pytest.raises(StackError, match="no such process"):
        commands.read_page_again(WithFrontend({}))


def test_the_page_is_replaced_after_the_api_that_it_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STACK", str(tmp_path))
    docker_that_answers(tmp_path, monkeypatch, at_call=1)
    stack = Running({"STACK_FOLDER": str(tmp_path), "COMPOSE_PROJECT_NAME": "own"})
    for found in ("stack_of", "running_stack"):
        monkeypatch.setattr(commands, found, lambda _: stack)
    monkeypatch.setattr(commands, "images_of", lambda _: {})
    monkeypatch.setattr(commands, "provide_service", lambda *_, **__: stack.done.append("image"))
    monkeypatch.setattr(commands, "replace_all", lambda *_: stack.done.append("api and workers"))
    commands.upgrade(Namespace(fresh=False))
    assert stack.done == ["image", "migrate", "api and workers", "page", "--services"]


def test_work_that_fails_is_told_with_what_it_said_and_nobody_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_docker(tmp_path, monkeypatch, 'echo "There is no setting V2F_QUOTA_OPEN_REQUEST."')

    @dataclass(frozen=True, slots=True)
    class Failing(Compose):
        def run(
            self, *arguments: str, quiet: bool = False, given: IO[bytes] | None = None
        ) -> CompletedProcess[str]:
            """Start it, and say no more than Docker Compose does of it."""
            code = 0 if arguments[-1] == "page" else 1
            return CompletedProcess(arguments, code, "", "ERROR: for api Container exited with code 2.")

        def containers(self, service: str | None = None) -> list[Container]:
            """Return one that has failed."""
            return [Container("1f", "page", "image", "sha256:1f", "exited", "", pid=0, exit_code=2)]

    for work in (
        partial(Failing({}).do, "page"),
        partial(wait, Failing({}), ["page"]),
        partial(Failing({}), "up", "--detach"),
    ):
        with pytest.raises(StackError, match="There is no setting V2F_QUOTA_OPEN_REQUEST"):
            work()


@pytest.mark.parametrize("now", ["", "10.217.83.0/24", "10.9.0.0/24"])
def test_a_network_that_is_another_one_than_is_set_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: str
) -> None:
    put_docker(
        tmp_path, monkeypatch, f'test -z "{now}" || case "$2" in ls) echo 1f ;; *) echo "{now}" ;; esac'
    )
    settings = read_settings({"STACK": str(tmp_path / "stack")})
    stack = Compose({"COMPOSE_PROJECT_NAME": "own"})
    if now in ("", settings.values["EDGE_SUBNET"]):
        commands.require_same_network(stack, settings)
    else:
        with pytest.raises(
            StackError, match=r"EDGE_SUBNET is .*, and the network of this stack is 10\.9\.0\.0/24"
        ):
            commands.require_same_network(stack, settings)


def test_two_commands_that_change_containers_do_not_work_at_once(tmp_path: Path) -> None:
    with (
        the_only_command(tmp_path),
        pytest.raises(StackError, match="Another command works on the stack"),
        the_only_command(tmp_path),
    ):
        pytest.fail("both work")
    with the_only_command(tmp_path):
        pass


@pytest.mark.parametrize("command", ["up", "upgrade", "down", "rotate secret", "restore FILE"])
def test_a_command_says_that_another_one_works(tmp_path: Path, command: str) -> None:
    with the_only_command(tmp_path):
        asked = subprocess.run(
            [str(REPOSITORY / "infra/deploy/stack"), *command.split()],
            env={**os.environ, "PYTHON": sys.executable, "STACK": str(tmp_path)},
            capture_output=True,
            text=True,
        )
    assert asked.returncode == 1
    assert asked.stderr.startswith("stack: Another command works on the stack")


def test_a_backup_waits_for_its_turn(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        with the_only_command(tmp_path):
            other = pool.submit(lambda: the_only_command(tmp_path, 60).__enter__())
            time.sleep(0.2)
            assert not other.done()
        other.result(timeout=30)


@dataclass(frozen=True, slots=True)
class Restoring(Compose):
    """A stack that keeps the commands of the service that it is asked for, and in which the last of them fails."""

    failing: str = ""
    done: list[str] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)

    def run(
        self, *arguments: str, quiet: bool = False, given: IO[bytes] | None = None
    ) -> CompletedProcess[str]:
        """Do nothing but keep it."""
        if "voice2face" in arguments:
            command = arguments[arguments.index("voice2face") + 1]
            self.done.append(command)
            self.lines.extend(given.readlines() if given else [])
            return CompletedProcess(arguments, int(command == self.failing), "", "")
        return CompletedProcess(arguments, 0, "", "")

    def wait_until_healthy(self, service: str, count: int, seconds: float = 300) -> list[Container]:
        """Return at once."""
        return []


def test_a_backup_is_loaded_and_then_all_that_the_log_lines_tell_of_is_erased_again(tmp_path: Path) -> None:
    settings, given = settings_and_backup(tmp_path)
    stack = Restoring({})
    assert load_backup(stack, settings, given) == 0
    assert stack.done == ["restore", "erase-again"]
    assert stack.lines == [b"kept by the stack\n", b"brought here\n"]


def test_the_service_does_not_start_where_not_all_was_erased_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, given = settings_and_backup(tmp_path)
    stack = Restoring({}, failing="erase-again")
    monkeypatch.setattr(commands, "read_settings", lambda: settings)
    for name in ("provide_servers", "provide_service", "keep_servers"):
        monkeypatch.setattr(commands, name, lambda *_, **__: {})
    monkeypatch.setattr(commands, "stack_of", lambda _: stack)
    monkeypatch.setattr(commands, "up", lambda _: pytest.fail("it was started"))
    monkeypatch.setattr(Restoring, "containers", lambda *_: [])
    options = Namespace(file=given.backup, identity=None, log=given.logs, replace=False)
    with pytest.raises(
        StackError, match=r"not all was erased again.*/log\.txt \| infra/deploy/stack compose run"
    ):
        commands.restore(options)


def settings_and_backup(folder: Path) -> tuple[StackSettings, Restored]:
    """Return a stack with a line in its logs, and a backup with a line since."""
    settings = read_settings({"STACK": str(folder / "stack")})
    (settings.folder / LOGS / "api-1f.log").write_text("kept by the stack\n")
    backup, log = folder / "backup", folder / "log.txt"
    backup.touch()
    log.write_text("brought here\n")
    return settings, Restored.read(backup, None, [log])


def test_a_file_that_is_missing_is_told_before_anything_is_done(tmp_path: Path) -> None:
    _, given = settings_and_backup(tmp_path)
    with pytest.raises(FileNotFoundError, match="typo"):
        Restored.read(given.backup, None, [tmp_path / "typo"])


def test_messages_of_a_container_name_the_files_of_this_machine() -> None:
    places = {
        "/backups": Path("/root/stack/backups"),
        "/backup.tar": Path("b.age"),
        "/backup-key": Path("key"),
    }
    said = "Creating own_api_run ... done\n/backups/one.tar, /backup.tar and /backup-key\n1\n"
    assert told(said, places) == "/root/stack/backups/one.tar, b.age and key\n"


def test_a_file_that_is_no_private_key_is_told(tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    backup.write_bytes(b"age-encryption.org/v1\n\xff\xfe")
    with pytest.raises(StackError, match="backup holds no private key"):
        Restored.read(backup, backup, [])


def test_waiting_ends_when_the_proxy_answers_not_when_the_engine_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = docker_that_answers(tmp_path, monkeypatch, at_call=2)
    wait(Running({}), ["proxy"], seconds=30)
    assert calls.read_text() == "exec 1f sh /proxy/healthy\n" * 2
