"""The OpenAPI document and its page."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import httpx
import jsonschema_rs
import pytest
from litestar.routes import HTTPRoute

from application.errors import ApplicationError
from domain.errors import ClaimRefused, DomainError, LeaseLost, VoiceRefused
from domain.feedback import QUESTIONS
from entrypoints.http.errors import STATUS
from entrypoints.http.openapi.problems import problems_by_status
from entrypoints.http.request_errors import RequestRefused
from integration.http.page_addresses import ADDRESSES
from integration.http.service import Service


@pytest.fixture
async def document(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/schema/openapi.json")
    assert answer.status_code == 200
    document: dict[str, Any] = answer.json()
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(target := node.get("$ref"), str):
            yield target
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def test_every_handler_is_described(service: Service, document: dict[str, Any]) -> None:
    handled = {
        (route.path_format, method.lower())
        for route in service.app.routes
        if isinstance(route, HTTPRoute)
        and not route.path.startswith("/schema")
        and route.path_format not in ADDRESSES  # pages are no operations of the API
        for method in route.methods
        if method != "OPTIONS"
    }
    assert {(path, method) for path, method, _ in operations(document)} == handled
    assert document["openapi"].startswith("3.1")


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in set(references(document)):
        node: Any = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def test_every_operation_says_what_it_does_and_what_can_go_wrong(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)
    for _, _, operation in operations(document):
        assert operation["summary"]
        assert {"400", "500", "503"} <= set(operation["responses"])
        assert ("401" in operation["responses"]) == (
            "security" in operation or operation["operationId"] in {"log_in", "log_in_page"}
        )
        assert any(status < "400" for status in operation["responses"])


def test_a_sign_up_may_have_the_token_of_a_guest_and_a_body_without_required_fields_may_be_missing(
    document: dict[str, Any],
) -> None:
    sign_up, begin = (document["paths"][f"/api/v1/{path}"]["post"] for path in ("users", "guests"))
    assert sign_up["security"] == [{}, {"token": []}, {"bearer": []}]
    assert (sign_up["requestBody"]["required"], begin["requestBody"]["required"]) == (True, False)


def test_bodies_have_three_content_types_and_uploads_only_multipart(document: dict[str, Any]) -> None:
    kinds = {"application/json", "application/x-www-form-urlencoded", "multipart/form-data"}
    with_body = {
        operation["operationId"]: set(operation["requestBody"]["content"])
        for _, _, operation in operations(document)
        if "requestBody" in operation
    }
    assert with_body.pop("submit") == {"multipart/form-data"}
    assert len(with_body) == 14
    assert all(content == kinds for content in with_body.values())


def test_the_survey_in_the_document_has_the_questions_of_the_domain(document: dict[str, Any]) -> None:
    survey = document["paths"]["/api/v1/mz-request/{request_id}/mz-result/{result_id}"]["post"]
    assert tuple(survey["requestBody"]["content"]["application/json"]["schema"]["properties"]) == QUESTIONS


def kinds_of(error: type[Exception]) -> Iterator[type[Exception]]:
    for kind in error.__subclasses__():
        yield kind
        yield from kinds_of(kind)


def test_every_error_that_a_use_case_raises_has_a_status_and_its_code_is_documented() -> None:
    for_workers_only = {ClaimRefused, LeaseLost}
    ours = {
        kind
        for base in (DomainError, ApplicationError)
        for kind in kinds_of(base)
        if kind.__module__ in ("domain.errors", "application.errors")
    }
    assert set(STATUS) == ours - for_workers_only
    documented = problems_by_status()
    for kind, status in STATUS.items():
        if kind is not VoiceRefused:
            assert kind.code in documented[status]  # type: ignore[attr-defined]
    for kind in kinds_of(RequestRefused):
        assert kind.code in documented[kind.status]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("method", "path", "status", "place"),
    [
        ("post", "/mz-request", "201", "mz_request_id"),
        ("get", "/mz-request", "200", "mz_request_list/0/id"),
        ("get", "/mz-request/{request_id}", "200", "mz_request/id"),
    ],
)
def test_an_operation_that_answers_ids_links_to_those_that_take_them(
    document: dict[str, Any], method: str, path: str, status: str, place: str
) -> None:
    links = document["paths"][f"/api/v1{path}"][method]["responses"][status]["links"]
    assert links["show_result"]["parameters"].keys() == {"request_id", "result_id"}
    assert links["show_result"]["parameters"]["request_id"] == f"$response.body#/{place}"
    taking_ids = {
        operation["operationId"] for path, _, operation in operations(document) if "{request_id}" in path
    }
    assert links.keys() == taking_ids


def test_every_link_leads_to_an_operation(document: dict[str, Any]) -> None:
    names = {operation["operationId"] for _, _, operation in operations(document)}
    linked = {
        link["operationId"]
        for _, _, operation in operations(document)
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    }
    assert linked <= names
    assert "log_in" in linked


class Anchors(HTMLParser):
    """The ids, the links and the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.links: set[str] = set()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.add(tag)
        self.names += [attributes["id"] or ""] if "id" in attributes else []
        self.links |= {attributes[name] or "" for name in ("href", "src") if name in attributes}


async def test_the_page_shows_every_operation_and_loads_nothing_from_other_addresses(
    client: httpx.AsyncClient, document: dict[str, Any]
) -> None:
    answer = await client.get("/schema")
    assert answer.headers["content-type"].startswith("text/html")
    page = Anchors()
    page.feed(answer.text)
    assert {operation["operationId"] for _, _, operation in operations(document)} <= set(page.names)
    assert len(set(page.names)) == len(page.names)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.names)
    assert {link for link in page.links if not link.startswith("#")} == {"data:,", "/schema/openapi.json"}
    assert not page.tags & {"script", "iframe", "img"}
    assert answer.headers["content-security-policy"].startswith(
        "default-src 'none'; style-src 'unsafe-inline'; "
    )
    assert "url(" not in answer.text


async def test_the_type_of_a_problem_is_the_address_of_its_explanation(client: httpx.AsyncClient) -> None:
    problem = (await client.get("/nothing")).json()
    page, _, anchor = problem["type"].partition("#")
    assert f'id="{anchor}"' in (await client.get(page)).text


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    found = 0
    for field in fields(document):
        for example in field.get("examples", ()):
            jsonschema_rs.validate({**field, "components": document["components"]}, example)
            found += 1
    assert found > 50
    for response in document["components"]["responses"].values():
        for example in response["content"]["application/problem+json"]["examples"].values():
            problem = {"$ref": "#/components/schemas/ProblemResponse", "components": document["components"]}
            jsonschema_rs.validate(problem, example["value"])


def fields(node: object) -> Iterator[dict[str, Any]]:
    """Yield the schema of every property in the document."""
    if isinstance(node, dict):
        if isinstance(properties := node.get("properties"), dict):
            yield from (field for field in properties.values() if isinstance(field, dict))
        for child in node.values():
            yield from fields(child)
    elif isinstance(node, list):
        for child in node:
            yield from fields(child)
