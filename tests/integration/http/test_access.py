"""Access: which operations need a token, and that the document says so."""

from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar, get
from litestar.di import NamedDependency
from litestar.exceptions import ImproperlyConfiguredException

from entrypoints.composition.container import Container, UseCase
from entrypoints.http.dependencies import PUBLIC, create_dependencies, needs_caller
from entrypoints.http.errors import answer_error
from entrypoints.http.openapi.operations import operations
from integration.http.service import BASE, Service, assert_problem

PATH_VALUES = {
    **dict.fromkeys(("request_id", "result_id", "job_id", "session_id", "consent_id"), "0" * 32),
    **dict.fromkeys(("token", "version"), "x"),
}


def needs_token(operation: dict[str, Any]) -> bool:
    """Tell whether the document says that an operation needs a token; an empty object says that it works without."""
    return {} not in operation.get("security", [{}])


async def test_an_operation_answers_401_without_a_token_exactly_when_the_document_says_that_it_needs_one(
    client: httpx.AsyncClient,
) -> None:
    document = (await client.get("/schema/openapi.json")).json()
    refused, documented = set(), set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            client.cookies.clear()  # such as that of a guest
            answer = await client.request(method, path.format_map(PATH_VALUES))
            if answer.status_code == 401:
                assert_problem(answer, 401, "invalid_token")
                refused.add(operation["operationId"])
            if needs_token(operation):
                assert "401" in operation["responses"]
                documented.add(operation["operationId"])
    assert refused == documented
    assert {
        "show_account",
        "submit",
        "show_list",
        "watch",
        "rate",
        "erase",
        "refresh",
        "end_session",
    } <= documented
    assert not documented & {
        "sign_up",
        "begin_guest",
        "validate_email",
        "log_in",
        "log_in_page",
        "log_out",
        "reset_password",
        "fetch",
        "live",
        "ready",
    }


@pytest.mark.parametrize("token", [{}, {"Token": "nonsense"}], ids=["no token", "a bad token"])
async def test_a_client_without_a_valid_token_is_refused_before_its_body_is_read(
    client: httpx.AsyncClient, token: dict[str, str]
) -> None:
    document = (await client.get("/schema/openapi.json")).json()
    chunks: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        chunks.append(b"not a form")
        yield chunks[-1]

    tried = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if needs_token(operation) and "requestBody" in operation:
                headers = {**token, "Content-Type": "text/plain", "Content-Length": str(10**9)}
                url = path.format_map(PATH_VALUES)
                answer = await client.request(method, url, content=body(), headers=headers)
                assert_problem(answer, 401, "invalid_token")
                tried += 1
    assert tried == 7
    assert chunks == []


def test_the_public_use_cases_are_use_cases_of_the_container() -> None:
    use_cases = {name for name, provider in Container.providers.items() if isinstance(provider, UseCase)}
    assert use_cases > PUBLIC


class Greet:
    """A new use case."""

    async def __call__(self) -> str:
        return "hello"


class LargerContainer(Container):
    """A container with one more use case."""

    greet = UseCase(Greet)


@pytest.fixture
def larger(service: Service) -> Container:
    larger = LargerContainer(settings=service.container.settings())
    larger.views.override(service.container.views)
    return larger


async def test_a_new_use_case_needs_a_token_until_it_is_named_as_public(larger: Container) -> None:
    @get("/greeting", tags=["Accounts"])
    async def greeting(greet: NamedDependency[Greet]) -> str:
        return await greet()

    app = Litestar(
        [greeting], dependencies=create_dependencies(larger), exception_handlers={Exception: answer_error}
    )
    transport = httpx.ASGITransport(cast("Any", app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        assert_problem(await client.get("/greeting"), 401, "invalid_token")
    (handler,) = (handler for path, _, handler in operations(app) if path == "/greeting")
    assert needs_caller(handler)


def test_a_handler_cannot_ask_for_a_provider_that_is_not_a_use_case(service: Service) -> None:
    @get("/tables")
    async def show_tables(engine: NamedDependency[Any]) -> None:
        await engine.connect()

    with pytest.raises(ImproperlyConfiguredException, match="engine"):
        Litestar([show_tables], dependencies=create_dependencies(service.container))
