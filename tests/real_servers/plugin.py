"""pytest fixtures for the real servers, and a line at the end that counts the tests on them.

Each shared server is started once for all pytest workers of a run, by the first test that needs it. Without a Docker
engine these tests are skipped, or fail if REQUIRE_REAL_SERVERS is 1.
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
    """The run's shared MySQL: a test must not stop it."""
    return shared(pytestconfig, MySqlServer)


@pytest.fixture(scope="session")
def rabbitmq_server(pytestconfig: pytest.Config) -> RabbitMqServer:
    """The run's shared RabbitMQ: a test must not stop it."""
    return shared(pytestconfig, RabbitMqServer)


@pytest.fixture(scope="session")
def s3_server(pytestconfig: pytest.Config) -> S3Server:
    """The run's shared S3 server: a test must not stop it."""
    return shared(pytestconfig, S3Server)


@pytest.fixture
def mysql_database(request: pytest.FixtureRequest) -> Iterator[MySqlDatabase]:
    """An empty database for one test on the shared MySQL."""
    count(request.node, MySqlServer)
    server: MySqlServer = request.getfixturevalue("mysql_server")
    database = server.create_database()
    yield database
    server.drop_database(database)


@pytest.fixture
def rabbitmq_vhost(request: pytest.FixtureRequest) -> Iterator[RabbitMqVhost]:
    """An empty virtual host for one test on the shared RabbitMQ."""
    count(request.node, RabbitMqServer)
    server: RabbitMqServer = request.getfixturevalue("rabbitmq_server")
    vhost = server.create_vhost()
    yield vhost
    server.delete_vhost(vhost)


@pytest.fixture
def s3_bucket(request: pytest.FixtureRequest) -> S3Bucket:
    """An empty bucket for one test on the shared S3 server."""
    count(request.node, S3Server)
    server: S3Server = request.getfixturevalue("s3_server")
    return server.create_bucket()


@pytest.fixture(scope="module")
def own_mysql(pytestconfig: pytest.Config) -> Iterator[MySqlServer]:
    """A MySQL for one module, which its tests may stop, kill and pause; each test leaves it running."""
    yield from own(pytestconfig, MySqlServer)


@pytest.fixture(scope="module")
def own_rabbitmq(pytestconfig: pytest.Config) -> Iterator[RabbitMqServer]:
    """A RabbitMQ for one module, which its tests may stop, kill and pause; each test leaves it running."""
    yield from own(pytestconfig, RabbitMqServer)


@pytest.fixture(scope="module")
def own_s3(pytestconfig: pytest.Config) -> Iterator[S3Server]:
    """An S3 server for one module, which its tests may stop, kill and pause; each test leaves it running."""
    yield from own(pytestconfig, S3Server)


def shared(config: pytest.Config, kind: type[Server]) -> Server:
    """Return the shared server of a kind; skip or fail the test where it cannot be started."""
    try:
        server = config.stash[RUN].shared(kind)
    except ServersUnavailable as error:
        skip_or_fail(f"nothing is tested on a real {kind.name}: {error}")
    title_file(config, kind).write_text(server.title)
    return server


def own(config: pytest.Config, kind: type[Server]) -> Iterator[Server]:
    """Give a new server of a kind, and remove it at the end; skip or fail the test where it cannot be started."""
    try:
        server = config.stash[RUN].launch(kind)
    except ServersUnavailable as error:
        skip_or_fail(f"nothing is tested on a real {kind.name}: {error}")
    title_file(config, kind).write_text(server.title)
    yield server
    server.remove()


def skip_or_fail(reason: str) -> NoReturn:
    """Skip a test because this machine lacks what it needs, or fail it where it must not be skipped."""
    if os.environ.get(REQUIRE_VARIABLE) == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def count(item: pytest.Item, kind: type[RealServer]) -> None:
    """Count a test for a server in the line at the end."""
    if (PROPERTY, kind.key) not in item.user_properties:
        item.user_properties.append((PROPERTY, kind.key))


def title_file(config: pytest.Config, kind: type[RealServer]) -> Path:
    """Return the file in which a pytest worker leaves a server's name and version for the line at the end."""
    return config.stash[RUN].folder / f"{kind.key}.title"


def pytest_configure(config: pytest.Config) -> None:
    """Begin the run; a pytest worker joins the run that its environment names."""
    if is_worker(config):
        config.stash[RUN] = Run(Path(os.environ[FOLDER_VARIABLE]))
    else:
        config.stash[RUN] = Run.begin()
        os.environ[FOLDER_VARIABLE] = str(config.stash[RUN].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run and remove all its containers; pytest calls this also after Ctrl-C."""
    if not is_worker(config):
        config.stash[RUN].close()


def is_worker(config: pytest.Config) -> bool:
    """Return whether this process is a worker of pytest-xdist."""
    return hasattr(config, "workerinput")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Count a test that uses a whole server; the fixtures count the tests that use a part of one."""
    names = set(getattr(item, "fixturenames", ()))
    for kind in KINDS:
        if names & {f"{kind.key}_server", f"own_{kind.key}"}:
            count(item, kind)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the version of each real server and the outcomes of its tests."""
    outcomes: dict[str, Counter[str]] = {kind.key: Counter() for kind in KINDS}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, key in getattr(
                report, "user_properties", ()
            ):  # a module that cannot be imported has none
                if name == PROPERTY:
                    outcomes[key][outcome] += 1
    lines = []
    for kind in KINDS:
        if outcomes[kind.key]:
            title = title_file(config, kind)
            counts = ", ".join(f"{number} {outcome}" for outcome, number in outcomes[kind.key].items())
            lines.append(f"{title.read_text() if title.exists() else f'no {kind.name}'} ({counts})")
    if lines:
        terminalreporter.write_line(f"real servers: {'; '.join(lines)}")
