"""pytest fixtures that hand out the real servers, and a closing line that counts the tests on them.

Each shared server is started once for all workers of a run, by the first test that asks for it. Without a
Docker engine those tests are skipped, or fail if REQUIRE_REAL_SERVERS is 1.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from real_servers.mysql import MySqlDatabase, MySqlServer
from real_servers.rabbitmq import RabbitMqServer, RabbitMqVhost
from real_servers.run import Run, Server
from real_servers.s3 import S3Bucket, S3Server
from real_servers.server import RealServer, ServersUnavailable

FOLDER_VARIABLE = "REAL_SERVERS_RUN"
REQUIRE_VARIABLE = "REQUIRE_REAL_SERVERS"
PROPERTY = "real server"
RUN = pytest.StashKey[Run]()
KINDS: tuple[type[RealServer], ...] = (MySqlServer, RabbitMqServer, S3Server)


@pytest.fixture(scope="session")
def mysql_server(pytestconfig: pytest.Config) -> MySqlServer:
    """The run's shared MySQL: not to be stopped."""
    return shared(pytestconfig, MySqlServer)


@pytest.fixture(scope="session")
def rabbitmq_server(pytestconfig: pytest.Config) -> RabbitMqServer:
    """The run's shared RabbitMQ: not to be stopped."""
    return shared(pytestconfig, RabbitMqServer)


@pytest.fixture(scope="session")
def s3_server(pytestconfig: pytest.Config) -> S3Server:
    """The run's shared S3 server: not to be stopped."""
    return shared(pytestconfig, S3Server)


@pytest.fixture
def mysql_database(request: pytest.FixtureRequest) -> Iterator[MySqlDatabase]:
    """An empty database of the test's own on the shared MySQL."""
    count(request.node, MySqlServer)
    server: MySqlServer = request.getfixturevalue("mysql_server")
    database = server.create_database()
    yield database
    server.drop_database(database)


@pytest.fixture
def rabbitmq_vhost(request: pytest.FixtureRequest) -> Iterator[RabbitMqVhost]:
    """An empty virtual host of the test's own on the shared RabbitMQ."""
    count(request.node, RabbitMqServer)
    server: RabbitMqServer = request.getfixturevalue("rabbitmq_server")
    vhost = server.create_vhost()
    yield vhost
    server.delete_vhost(vhost)


@pytest.fixture
def s3_bucket(request: pytest.FixtureRequest) -> S3Bucket:
    """An empty bucket of the test's own on the shared S3 server."""
    count(request.node, S3Server)
    server: S3Server = request.getfixturevalue("s3_server")
    return server.create_bucket()


@pytest.fixture(scope="module")
def own_mysql(pytestconfig: pytest.Config) -> Iterator[MySqlServer]:
    """A MySQL of the module's own, to stop, kill and freeze; left running by each test."""
    yield from own(pytestconfig, MySqlServer)


@pytest.fixture(scope="module")
def own_rabbitmq(pytestconfig: pytest.Config) -> Iterator[RabbitMqServer]:
    """A RabbitMQ of the module's own, to stop, kill and freeze; left running by each test."""
    yield from own(pytestconfig, RabbitMqServer)


@pytest.fixture(scope="module")
def own_s3(pytestconfig: pytest.Config) -> Iterator[S3Server]:
    """An S3 server of the module's own, to stop, kill and freeze; left running by each test."""
    yield from own(pytestconfig, S3Server)


def shared(config: pytest.Config, kind: type[Server]) -> Server:
    """The run's server of this kind, or the test's end where none can be had."""
    try:
        server = config.stash[RUN].shared(kind)
    except ServersUnavailable as error:
        give_up(kind, error)
    title_file(config, kind).write_text(server.title)
    return server


def own(config: pytest.Config, kind: type[Server]) -> Iterator[Server]:
    """A server of this kind for one fixture's life, or the test's end where none can be had."""
    try:
        server = config.stash[RUN].launch(kind)
    except ServersUnavailable as error:
        give_up(kind, error)
    title_file(config, kind).write_text(server.title)
    yield server
    server.remove()


def give_up(kind: type[RealServer], error: ServersUnavailable) -> NoReturn:
    """Skip the tests on a server that cannot be had, or fail them where they must not be skipped."""
    reason = f"nothing is tested on a real {kind.name}: {error}"
    if os.environ.get(REQUIRE_VARIABLE) == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def count(item: pytest.Item, kind: type[RealServer]) -> None:
    """Have the closing line count this test for the server."""
    if (PROPERTY, kind.key) not in item.user_properties:
        item.user_properties.append((PROPERTY, kind.key))


def title_file(config: pytest.Config, kind: type[RealServer]) -> Path:
    """Where a worker leaves the name and version of a server that ran, for the closing line."""
    return config.stash[RUN].folder / f"{kind.key}.title"


def pytest_configure(config: pytest.Config) -> None:
    """Begin the run, or join it in a worker, which inherits the environment."""
    if is_worker(config):
        config.stash[RUN] = Run(Path(os.environ[FOLDER_VARIABLE]))
    else:
        config.stash[RUN] = Run.begin()
        os.environ[FOLDER_VARIABLE] = str(config.stash[RUN].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run with all its containers; pytest comes here after Ctrl-C too."""
    if not is_worker(config):
        config.stash[RUN].close()


def is_worker(config: pytest.Config) -> bool:
    """Tell whether this process is one of pytest-xdist's workers."""
    return hasattr(config, "workerinput")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Count a test that takes a server as a whole; those that take a part of one are counted by its fixture."""
    names = set(getattr(item, "fixturenames", ()))
    for kind in KINDS:
        if names & {f"{kind.key}_server", f"own_{kind.key}"}:
            count(item, kind)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell of each real server its version and how its tests ended."""
    outcomes: dict[str, Counter[str]] = {kind.key: Counter() for kind in KINDS}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, key in getattr(report, "user_properties", ()):  # a module that cannot be read has none
                if name == PROPERTY:
                    outcomes[key][outcome] += 1
    lines = []
    for kind in KINDS:
        if outcomes[kind.key]:
            title = title_file(config, kind)
            tally = ", ".join(f"{number} {outcome}" for outcome, number in outcomes[kind.key].items())
            lines.append(f"{title.read_text() if title.exists() else f'no {kind.name}'} ({tally})")
    if lines:
        terminalreporter.write_line(f"real servers: {'; '.join(lines)}")
