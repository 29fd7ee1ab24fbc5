"""Generated sequences of calls about objects that exist: with the owner's token, without one, and with another user's.

Schemathesis follows the links of the document: sign up, log in, submit, then status, result, rating, survey, another
generation and erasure, in any order. A request whose faces are made is there from the start. No answer may be a 5xx,
and every answer must be as the document says: its status, content type, headers and body.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from threading import Timer
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx
import pytest
import requests
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from schemathesis import Case
from schemathesis.core.transport import Response

from integration.http.generated import bounded, described
from integration.http.live import live
from integration.http.service import API, UNKNOWN_ID, VOICE, Service

SETTINGS = bounded(20, stateful_step_count=25)
PASSWORD = "correct horse"
FORM = {"age": "34", "gender": "woman"}
MEDIA = f"{API}/media/"

ENDS_THE_LOGIN = ["end_all_sessions", "end_session", "erase_account"]
"""The operations after which the owner could look at nothing."""

# Which values are refused is tested for each operation; here any answer counts that the document knows.
api = described(
    checks={"positive_data_acceptance": {"enabled": False}, "negative_data_rejection": {"enabled": False}}
).exclude(
    operation_id=[*ENDS_THE_LOGIN, "begin_guest"]
)  # a guest has one request, which would soon end a sequence


class Sequence(api.as_state_machine()):  # type: ignore[misc]
    """A sequence of calls of a user to whom all requests belong, on a service of its own."""

    tried: ClassVar[set[str]]
    """The ids of the operations that were called about a request of the owner."""

    def setup(self) -> None:
        """Start a service with two users, and a request of the first whose faces are made."""
        with ExitStack() as opened:
            self.running = opened.enter_context(live(Service(), works=False))
            self.client = opened.enter_context(httpx.Client(base_url=self.running.url + API))
            self.token, self.token_of_other_user = self.token_of("owner"), self.token_of("other")
            self.client.headers["Token"] = self.token
            voice = {"file": ("voice.wav", VOICE)}
            submitted = self.client.post("/mz-request", data=FORM, files=voice).raise_for_status().json()
            self.request_id: str = submitted["mz_request_id"]
            self.result_id: str = submitted["mz_result_id"]
            self.running.run_jobs()
            self.owners = {self.request_id: self.token}
            self.media: list[str] = []
            self._opened = opened.pop_all()

    def token_of(self, name: str) -> str:
        """Sign a user up and log in."""
        login = {"email": f"{name}-not-generated@example.org", "password": PASSWORD}
        self.client.post("/users", data={**login, **FORM}).raise_for_status()
        token: str = self.client.post("/auth", data=login).raise_for_status().json()["token"]
        return token

    def teardown(self) -> None:
        """Stop the service."""
        self._opened.close()

    def headers(self, request_id: str | None) -> dict[str, str]:
        """Return the token for a call about a request, or about none."""
        return {"Token": self.owners.get(request_id or "", self.token)}

    def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:
        """Return where and as whom to call."""
        return {"base_url": self.running.url, "headers": self.headers(request_of(case))}

    def before_call(self, case: Case[Any]) -> None:
        """Remove generated tokens: who calls is decided here."""
        for name in {"Token", "Authorization"} & set(case.headers):
            del case.headers[name]

    def call(self, case: Case[Any], **options: Any) -> Response:
        """Call; while a request is watched, its job begins."""
        worker = Timer(0.05, self.running.run_jobs)
        if case.operation.definition.raw["operationId"] == "watch":
            worker.start()
        response: Response = super().call(case, **options)
        if worker.ident is not None:
            worker.join()
        return response

    def after_call(self, response: Response, case: Case[Any]) -> None:
        """Note new tokens, requests and links."""
        super().after_call(response, case)
        if request_of(case) in self.owners:
            self.tried.add(case.operation.definition.raw["operationId"])
        if response.status_code < 300 and response.content.startswith(b"{"):
            body = response.json()
            self.token = body.get("token", self.token)
            if "mz_request_id" in body and not request_of(case):
                self.owners[body["mz_request_id"]] = self.token
            self.media += media_tokens(body)

    @rule()
    def run_jobs(self) -> None:
        """Run the jobs that wait: until then they are queued."""
        self.running.run_jobs()

    @precondition(lambda self: bool(self.media))
    @rule(data=st.data(), part=st.sampled_from(["", "bytes=0-3", "bytes=99999999-"]))
    def fetch_media(self, data: st.DataObject, part: str) -> None:
        """Follow a media link that one of the answers held; its request may be erased by now."""
        token = data.draw(st.sampled_from(self.media))
        case = api[f"{MEDIA}{{token}}"]["GET"].Case(path_parameters={"token": token})
        case.call_and_validate(base_url=self.running.url, headers={"Range": part} if part else {})


class OutsiderSequence(Sequence):
    """A sequence in which all calls that name a request come from a client to whom it does not belong.

    What names none, such as listing and submitting, is done by the owner.
    """

    def setup(self) -> None:
        """Remember also what the owner sees."""
        super().setup()
        self.before = self.look()

    def look(self) -> list[Any]:
        """Return what the owner sees of the first request."""
        request = f"/mz-request/{self.request_id}"
        return [self.client.get(path).json() for path in (request, f"{request}/mz-result/{self.result_id}")]

    def validate_response(self, response: Response, case: Case[Any], *args: Any, **options: Any) -> None:
        """Check also that the answer is the same as about a request that does not exist."""
        super().validate_response(response, case, *args, **options)
        request_id = request_of(case)
        if request_id in self.owners:
            assert response.status_code >= 400
            sent = response.request.copy()
            sent.url = (sent.url or "").replace(request_id, UNKNOWN_ID)
            with requests.Session() as session:
                unknown = session.send(sent, timeout=10)
            told = (unknown.status_code, unknown.json()["error"])
            assert told == (response.status_code, response.json()["error"])

    def teardown(self) -> None:
        """Check also that nothing has happened to the owner's request."""
        try:
            assert self.look() == self.before
        finally:
            super().teardown()


class StrangerSequence(OutsiderSequence):
    """The outsider has no token."""

    def headers(self, request_id: str | None) -> dict[str, str]:
        return {} if request_id else super().headers(request_id)


class OtherUserSequence(OutsiderSequence):
    """The outsider is another user."""

    def headers(self, request_id: str | None) -> dict[str, str]:
        return {"Token": self.token_of_other_user} if request_id else super().headers(request_id)


def request_of(case: Case[Any]) -> str:
    """Return the id of the request that a call is about, or nothing."""
    request_id: str = (case.path_parameters or {}).get("request_id", "")
    return request_id


def media_tokens(node: Any) -> Iterator[str]:
    """Yield the token of each media link in an answer."""
    if isinstance(node, dict):
        for child in node.values():
            yield from media_tokens(child)
    elif isinstance(node, list):
        for child in node:
            yield from media_tokens(child)
    elif isinstance(node, str) and MEDIA in node:
        yield urlsplit(node).path.removeprefix(MEDIA)


@pytest.mark.parametrize("sequence", [Sequence, StrangerSequence, OtherUserSequence])
def test_every_answer_in_a_sequence_of_calls_is_as_described(sequence: type[Sequence]) -> None:
    Sequence.tried = set()
    sequence.run(settings=SETTINGS)
    assert Sequence.tried == {
        operation["operationId"]
        for path, methods in api.raw_schema["paths"].items()
        for operation in methods.values()
        if "{request_id}" in path
    }
