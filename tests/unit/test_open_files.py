"""How many connections fit into the open files of a process."""

import logging

import pytest

from entrypoints.http.connections.open_files import connections_that_fit


def test_as_many_connections_are_held_as_the_settings_want(caplog: pytest.LogCaptureFixture) -> None:
    assert connections_that_fit(1000, open_files=4096) == 1000
    assert connections_that_fit(0, open_files=256) == 0
    assert not caplog.messages


def test_fewer_connections_are_held_where_the_open_files_allow_no_more_and_the_log_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        held = connections_that_fit(1000, open_files=1024)
    assert 0 < held < 512
    (message,) = caplog.messages
    assert "V2F_HTTP_CONNECTIONS is 1000" in message
    assert f"holds {held} connections" in message


def test_one_connection_is_held_however_few_open_files_there_are() -> None:
    assert connections_that_fit(10, open_files=20) == 1
