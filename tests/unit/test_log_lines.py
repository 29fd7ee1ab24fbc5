"""Each log record is one line that says which call and which user it is about."""

import asyncio
import io
import logging
import re
from collections.abc import Iterator

import pytest

from application.log_context import LogContext, log_context
from entrypoints.composition.log_lines import OneLineFormatter, configure_logging
from entrypoints.http.tracing import loggable_address

log = logging.getLogger("adapters.example")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written to standard error; the logging of pytest comes back at the end."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    monkeypatch.setattr("sys.stderr", stream)
    configure_logging()
    yield stream
    root.handlers[:], root.level = handlers, level


def test_a_line_has_the_trace_id_the_user_and_the_address(written: io.StringIO) -> None:
    log.warning("nothing is known")
    with LogContext(trace_id="01a2", address="203.0.113.0"):
        log_context().user_id = "ann"  # found out in the middle of the work
        log.warning("all is %s", "known")
    log.warning("nothing is known again")
    lines = [line.split(maxsplit=2)[2] for line in written.getvalue().splitlines()]
    assert lines == [
        "WARNING - - - adapters.example: nothing is known",
        "WARNING 01a2 ann 203.0.113.0 adapters.example: all is known",
        "WARNING - - - adapters.example: nothing is known again",
    ]


async def test_tasks_and_threads_of_the_work_have_its_context(written: io.StringIO) -> None:
    with LogContext(trace_id="01a2"):
        await asyncio.create_task(asyncio.to_thread(log.warning, "from a thread"))
    assert " 01a2 - - adapters.example: from a thread" in written.getvalue()


@pytest.mark.parametrize(
    "value",
    ["a\nb", "a\r\nb", "a\x1b[2Jb", "a\u2028b", "a\x85b", "a\x0bb", "a\u202eb"],
    ids=ascii,
)
def test_no_value_can_begin_another_line(written: io.StringIO, value: str) -> None:
    log.warning("«%s», says é", value)
    with LogContext(user_id=value):
        try:
            raise ValueError(value)
        except ValueError:
            log.exception("broke")
    text = written.getvalue()
    assert text.isascii() is False  # letters stay letters
    assert all(line.isprintable() for line in text.split("\n"))
    begins = [line for line in text.splitlines() if re.match(r"\d{4}-\d\d-\d\d ", line)]
    assert len(begins) == 2
    assert all(line.startswith("    ") for line in text.splitlines() if line not in begins)


def test_half_a_character_is_written_as_its_code() -> None:
    record = logging.makeLogRecord({"msg": "a\ud800b"})
    assert OneLineFormatter("%(message)s").format(record) == "a\\ud800b"


@pytest.mark.parametrize(
    ("address", "form", "logged"),
    [
        ("203.0.113.77", "short", "203.0.113.0"),
        ("203.0.113.77", "full", "203.0.113.77"),
        ("203.0.113.77", "none", None),
        ("2001:db8:1:2:3::4", "short", "2001:db8:1::"),
        ("::ffff:203.0.113.77", "short", "203.0.113.0"),
        ("fe80::1%eth0", "full", "fe80::1"),
        ("/run/socket", "full", None),
        ("", "short", None),
        ("", "full", None),
    ],
)
def test_addresses_are_logged_as_the_setting_says(address: str, form: str, logged: str | None) -> None:
    assert loggable_address(address, form) == logged
