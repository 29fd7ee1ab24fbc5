"""What the health check of a container says of an API."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner

from entrypoints.commands.cli import main
from entrypoints.commands.healthy import Unhealthy, check_api
from entrypoints.composition.setting_sections import ServerSettings

NOT_READY = (
    b'{"error": "Some do not answer.", "services": {"database": "up", "queue": "down", "blobs": "down"}}'
)


class Answers(BaseHTTPRequestHandler):
    answer: bytes

    def do_GET(self) -> None:
        self.wfile.write(self.answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 503 .\r\n\r\n" + NOT_READY, "not ready: Some do not answer. Down: queue, blobs."),
        (b"HTTP/1.1 503 .\r\n\r\n" + b'{"error": "No."}', "not ready: No."),
        (b"HTTP/1.1 404 .\r\n\r\n<p>nothing here", "its answer is not one of this service"),
        (b"HTTP/1.1 404 .\r\n\r\n[]", "its answer is not one of this service"),
        (b"SSH-2.0\r\n", "No API answers at 0.0.0.0"),
        (b"", "No API answers at 0.0.0.0"),
    ],
    ids=["down", "stopping", "other", "list", "other protocol", "nothing"],
)
def test_an_api_that_is_not_ready_is_unhealthy_and_the_reason_is_told(
    server: HTTPServer, monkeypatch: pytest.MonkeyPatch, answer: bytes, said: str
) -> None:
    monkeypatch.setattr(Answers, "answer", answer, raising=False)
    with pytest.raises(Unhealthy, match=said):
        check_api(ServerSettings(host="0.0.0.0", port=server.server_port))


def test_a_setting_that_cannot_be_used_is_told_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("V2F_PORT", "0")
    result = CliRunner().invoke(main, ["healthy", "api"])
    assert (result.exit_code, "V2F_PORT is 0" in result.output) == (2, True)
    assert CliRunner().invoke(main, ["healthy", "database"]).exit_code == 2
