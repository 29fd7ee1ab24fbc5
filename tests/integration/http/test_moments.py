"""Times on the wire."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import jsonschema_rs
import msgspec
import pytest

from entrypoints.http.schemas.moments import WithMoments, _moments_of
from integration.http.service import LoggedInUser, Service
from integration.http.test_document import fields
from integration.http.test_events import parse

WHOLE_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def moments(node: object) -> Iterator[str]:
    """Yield every text in a body that begins like a date."""
    if isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from moments(child)
    elif isinstance(node, str) and re.match(r"\d{4}-\d\d-\d\d", node):
        yield node


async def test_every_moment_is_in_whole_seconds(service: Service, anna: LoggedInUser) -> None:
    service.clock.now += timedelta(microseconds=678_901)
    ids = await anna.submitted()
    await service.run_jobs()
    path = f"/mz-request/{ids['mz_request_id']}"
    await anna.call("PATCH", f"{path}/mz-result/{ids['mz_result_id']}", data={"type": "voice", "rating": "5"})
    found = {}
    for what in (
        "",
        f"/status/{ids['job_id']}",
        f"/result/{ids['job_id']}",
        f"/mz-result/{ids['mz_result_id']}",
    ):
        found[what] = list(moments((await anna.call("GET", path + what)).json()))
    found["list"] = list(moments((await anna.call("GET", "/mz-request")).json()))
    events = parse((await anna.call("GET", f"{path}/events")).text)
    found["event"] = re.findall(r'"(\d{4}-[^"]+)"', events[-1]["data"])
    assert {what: len(texts) for what, texts in found.items()} == {
        "": 3,
        f"/status/{ids['job_id']}": 1,
        f"/result/{ids['job_id']}": 2,
        f"/mz-result/{ids['mz_result_id']}": 2,
        "list": 3,
        "event": 1,
    }
    for texts in found.values():
        assert all(WHOLE_SECONDS.fullmatch(text) for text in texts), found


async def test_the_document_says_that_every_moment_is_in_whole_seconds(client: httpx.AsyncClient) -> None:
    document = (await client.get("/schema/openapi.json")).json()
    found = [schema for field in fields(document) for schema in dates_in(field)]
    assert len(found) > 5
    for schema in found:
        jsonschema_rs.validate(schema, "2026-01-02T03:04:05Z")
        with pytest.raises(jsonschema_rs.ValidationError):
            jsonschema_rs.validate(schema, "2026-01-02T03:04:05.678901Z")


def test_every_struct_with_a_moment_cuts_it_to_whole_seconds() -> None:
    """The document cannot show this: a struct without the base would say the same and send fractions."""
    with_moments = {struct for struct in structs() if _moments_of(struct)}
    assert len(with_moments) > 2
    assert all(issubclass(struct, WithMoments) for struct in with_moments)


def structs(base: type[msgspec.Struct] = msgspec.Struct) -> Iterator[Any]:
    """Yield every struct of the service's answers and bodies."""
    for struct in base.__subclasses__():
        if struct.__module__.startswith("entrypoints.http.schemas"):
            yield struct
        yield from structs(struct)


def dates_in(field: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the schemas of moments in a field, which may be null."""
    yield from (
        one
        for one in (field, *field.get("anyOf", ()))
        if isinstance(one, dict) and one.get("format") == "date-time"
    )
