"""What the page needs to compare the two faces, and to have them made again with other wishes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dependency_injector import providers

from application.ports.faces import FaceFiles, FaceOrder, ProgressReport
from doubles.faces import FastFaces
from integration.http.service import LoggedInUser, Service, assert_problem

WISHES = {"skin_tone": "olive", "hair_style": "bun", "hair_colour": "grey", "glasses": True}
NO_WISHES = {"skin_tone": None, "hair_style": None, "hair_colour": None, "glasses": False}


async def made(service: Service, user: LoggedInUser, **fields: Any) -> tuple[str, str]:
    """Return the paths of a request whose faces are made, and of its result."""
    ids = (await user.submit(**fields)).json()
    await service.run_jobs()
    request = f"/mz-request/{ids['mz_request_id']}"
    return request, f"{request}/mz-result/{ids['mz_result_id']}"


async def made_again(service: Service, user: LoggedInUser, request: str, **sends: Any) -> dict[str, Any]:
    """Return another result of a request."""
    answer = await user.call("POST", f"{request}/mz-result", **sends)
    assert answer.status_code == 201, answer.text
    await service.run_jobs()
    return await shown(user, f"{request}/mz-result/{answer.json()['regenerate_mz_result_id']}")


async def shown(user: LoggedInUser, result: str) -> dict[str, Any]:
    found: dict[str, Any] = (await user.call("GET", result)).json()["mz_result"]
    return found


def wishes_of(result: dict[str, Any]) -> dict[str, Any]:
    return {name: result[name] for name in WISHES}


async def test_a_result_shows_the_wishes_that_it_was_made_with(service: Service, anna: LoggedInUser) -> None:
    request, first = await made(service, anna, **WISHES)
    assert wishes_of(await shown(anna, first)) == WISHES
    other = {"skin_tone": "deep", "hair_style": "buzz", "hair_colour": "black", "glasses": False}
    assert wishes_of(await made_again(service, anna, request, data=other)) == other
    assert [order.wishes.skin_tone for order in service.faces.orders] == ["olive", "olive", "deep", "deep"]
    assert wishes_of(await shown(anna, first)) == WISHES
    assert wishes_of((await anna.call("GET", request)).json()["mz_request"]) == WISHES


@pytest.mark.parametrize(
    "sends", [{}, {"data": {"unknown": "1"}}, {"files": {"unknown": (None, "1")}}, {"json": {}}]
)
async def test_without_wishes_those_of_the_request_are_taken(
    service: Service, anna: LoggedInUser, sends: dict[str, Any]
) -> None:
    request, _ = await made(service, anna, **WISHES)
    assert wishes_of(await made_again(service, anna, request, **sends)) == WISHES


async def test_an_empty_form_of_a_browser_has_no_wishes(service: Service, anna: LoggedInUser) -> None:
    request, _ = await made(service, anna, **WISHES)
    headers = {"Content-Type": "multipart/form-data; boundary=----WebKitFormBoundaryNoFields"}
    content = b"------WebKitFormBoundaryNoFields--\r\n"
    assert wishes_of(await made_again(service, anna, request, headers=headers, content=content)) == WISHES


async def test_wishes_that_are_sent_replace_those_of_the_request_wholly(
    service: Service, anna: LoggedInUser
) -> None:
    request, _ = await made(service, anna, **WISHES)
    brown = await made_again(service, anna, request, data={"hair_colour": "brown"})
    assert wishes_of(brown) == {**NO_WISHES, "hair_colour": "brown"}
    assert wishes_of(await made_again(service, anna, request, data={"glasses": "false"})) == NO_WISHES
    assert wishes_of(await made_again(service, anna, request)) == WISHES


async def test_a_wish_that_there_is_not_is_refused_and_nothing_is_made(
    service: Service, anna: LoggedInUser
) -> None:
    request, _ = await made(service, anna)
    for wish in ({"skin_tone": "green"}, {"glasses": "perhaps"}):
        answer = await anna.call("POST", f"{request}/mz-result", data=wish)
        problem = assert_problem(answer, 422, "invalid_value")
        assert problem["field"] in wish
    assert len(service.faces.orders) == 2
    assert service.announcer.announced == []


async def test_a_rating_keeps_how_the_faces_were_shown(service: Service, anna: LoggedInUser) -> None:
    _, result = await made(service, anna)
    assert (await shown(anna, result))["ratings"] == {"voice": None, "condition": None}
    rating = {"type": "voice", "rating": "5", "shown_first": "condition", "named": "false"}
    assert (await anna.call("PATCH", result, data=rating)).status_code == 200
    rating = {"type": "condition", "rating": "2"}
    assert (await anna.call("PATCH", result, data=rating)).status_code == 200
    rated = await shown(anna, result)
    assert rated["ratings"] == {
        "voice": {"stars": 5, "shown_first": "condition", "named": False},
        "condition": {"stars": 2, "shown_first": None, "named": None},
    }
    assert (rated["voice_image_rating"], rated["condition_image_rating"]) == (5, 2)


async def test_the_newest_rating_says_how_the_faces_were_shown(service: Service, anna: LoggedInUser) -> None:
    _, result = await made(service, anna)
    for stars, named in ((5, False), (1, True)):
        rating = {"type": "voice", "rating": stars, "shown_first": "voice", "named": named}
        assert (await anna.call("PATCH", result, json=rating)).status_code == 200
    rated = (await shown(anna, result))["ratings"]["voice"]
    assert rated == {"stars": 1, "shown_first": "voice", "named": True}


@pytest.mark.parametrize("wrong", [{"shown_first": "left"}, {"named": "perhaps"}])
async def test_how_the_faces_were_shown_must_be_one_of_the_known_words(
    service: Service, anna: LoggedInUser, wrong: dict[str, str]
) -> None:
    _, result = await made(service, anna)
    answer = await anna.call("PATCH", result, data={"type": "voice", "rating": "5", **wrong})
    assert assert_problem(answer, 422, "invalid_value")["field"] in wrong
    assert (await shown(anna, result))["ratings"]["voice"] is None


async def test_a_result_names_the_face_to_show_first_and_always_the_same(
    service: Service, anna: LoggedInUser
) -> None:
    _, result = await made(service, anna)
    first = (await shown(anna, result))["first"]
    assert first in ("voice", "condition")
    assert {(await shown(anna, result))["first"] for _ in range(3)} == {first}


async def test_the_list_shows_the_newest_faces_and_whether_they_are_rated(
    service: Service, anna: LoggedInUser
) -> None:
    async def listed() -> dict[str, Any]:
        (one,) = (await anna.call("GET", "/mz-request")).json()["mz_request_list"]
        assert one == (await anna.call("GET", f"/mz-request/{one['id']}")).json()["mz_request"]
        return dict(one)

    await anna.submitted()
    waiting = await listed()
    assert (waiting["state"], waiting["percent"], waiting["stage"]) == ("queued", 0, None)
    assert (waiting["voice_image_url"], waiting["condition_image_url"]) == (None, None)
    await service.run_jobs()
    done = await listed()
    result = f"/mz-request/{done['id']}/mz-result/{done['latest_mz_result_id']}"
    faces = await shown(anna, result)
    names = ("voice_image_url", "voice_loop_url", "condition_image_url", "condition_loop_url")
    assert [done[name] for name in names] == [faces[name] for name in names]
    assert (await anna.client.get(done["voice_image_url"])).headers["content-type"] == "image/png"
    assert (done["state"], done["percent"], done["error"], done["rated"]) == ("succeeded", 100, None, False)
    assert done["first"] == faces["first"]
    for kind, is_rated in (("condition", False), ("voice", True)):
        await anna.call("PATCH", result, data={"type": kind, "rating": "3"})
        assert (await listed())["rated"] is is_rated


async def test_what_is_usual_stands_beside_what_was_measured(service: Service, anna: LoggedInUser) -> None:
    _, result = await made(service, anna)
    assert (await shown(anna, result))["usual"] == {
        "pitch_hz": {"low": 90.0, "high": 143.0},
        "tract_length_cm": {"low": 15.9, "high": 18.1},
    }


async def test_a_face_maker_that_does_not_know_what_is_usual_gives_none(
    service: Service, anna: LoggedInUser
) -> None:
    class ModestFaces(FastFaces):
        async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
            return replace(await super().make(order, workspace, report), usual=None, acoustics=None)

    service.container.voice_faces.override(providers.Object(ModestFaces()))
    _, result = await made(service, anna)
    found = await shown(anna, result)
    assert (found["usual"], found["acoustics"]) == (None, None)
