"""The pages and their files, as a browser gets them."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest

from domain.user import Language
from entrypoints.web.files import STATIC, StaticFile
from entrypoints.web.pages import LOADED, PARTS, Pages
from entrypoints.web.templates import PLACE, texts_of
from integration.http.service import Service

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAGES = [re.sub(r"\{[^}]*\}", "any", address) for address in PARTS]
VERSION = Pages().version


def assert_safe(answer: httpx.Response) -> None:
    """Expect a strict policy: nothing of another origin, and no script or style in the text."""
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("endpoint", "origin"),
    [
        ("", ""),
        ("https://media.example.org", " https://media.example.org"),
        ("http://127.0.0.1:9000/behind/a/path", " http://127.0.0.1:9000"),
    ],
)
async def test_pages_load_media_from_the_public_address_of_the_bucket_and_nothing_else(
    endpoint: str, origin: str
) -> None:
    service = Service(environment={"V2F_S3_PUBLIC_ENDPOINT": endpoint})
    async with service.client() as client:
        for address in ("/", f"/static/{VERSION}/style.css"):
            policy = (await client.get(address)).headers["content-security-policy"]
            rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
            assert rules["img-src"] == f"'self'{origin}"
            assert rules["media-src"] == f"'self'{origin} blob:"
            others = [rule for name, rule in rules.items() if name not in ("img-src", "media-src")]
            assert not any("://" in rule for rule in others)


async def assert_sent_once(client: httpx.AsyncClient, address: str) -> None:
    """Expect a tag that saves sending again what has not changed."""
    tag = (await client.get(address)).headers["etag"]
    again = await client.get(address, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"].removeprefix("W/")) == (
        304,
        b"",
        tag.removeprefix("W/"),
    )
    assert (await client.get(address, headers={"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize("address", PAGES)
async def test_a_page_is_asked_for_again_and_is_sent_only_if_it_has_changed(
    client: httpx.AsyncClient, address: str
) -> None:
    answer = await client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["cache-control"] == "no-cache"
    assert_safe(answer)
    await assert_sent_once(client, address)


@pytest.mark.parametrize("name", LOADED)
async def test_a_file_is_kept_for_ever_because_its_address_changes_with_its_content(
    client: httpx.AsyncClient, name: str
) -> None:
    answer = await client.get(f"/static/{VERSION}/{name}")
    assert (answer.status_code, answer.content) == (200, StaticFile.read(name).content)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert_safe(answer)
    await assert_sent_once(client, f"/static/{VERSION}/{name}")
    earlier = await client.get(f"/static/0123456789ab/{name}")
    assert (earlier.content, earlier.headers["cache-control"]) == (answer.content, "no-cache")


async def test_texts_are_compressed_for_those_who_take_it(client: httpx.AsyncClient) -> None:
    for accepted, encoding in [("gzip", "gzip"), ("br, gzip;q=0.5", "gzip"), ("gzip;q=0", None), ("", None)]:
        answer = await client.get(f"/static/{VERSION}/style.css", headers={"Accept-Encoding": accepted})
        assert answer.headers.get("content-encoding") == encoding
        assert answer.headers["vary"].startswith("Accept-Encoding")
        assert answer.content == StaticFile.read("style.css").content


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        f"/static/{VERSION}/",
        f"/static/{VERSION}/parts/shell.html",
        f"/static/{VERSION}/../files.py",
        f"/static/{VERSION}/%2e%2e/files.py",
        f"/static/{VERSION}/style.css/x",
        "/account/",
    ],
)
async def test_nothing_else_is_sent(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_an_unknown_address_is_answered_with_a_page_for_a_browser_only(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/nowhere", headers={**BROWSER, "Accept-Language": "ko"})
    assert (answer.status_code, answer.headers["content-language"]) == (404, "ko")
    assert texts_of(Language.KOREAN)["not_found.title"] in answer.text
    assert_safe(answer)
    for method, path, headers in [
        ("GET", "/nowhere", {}),
        ("POST", "/nowhere", BROWSER),
        ("GET", "/api/v1/nowhere", BROWSER),
        ("GET", "/static/x/nowhere.js", BROWSER),
    ]:
        answer = await client.request(method, path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "en"),
        ({"Accept-Language": "ko-KR,en;q=0.5"}, "ko"),
        ({"Accept-Language": "fr"}, "en"),
        ({"Accept-Language": "ko", "Cookie": "language=en"}, "en"),
        ({"Accept-Language": "ko", "Cookie": "language=xx"}, "ko"),
    ],
)
async def test_a_page_is_in_the_language_that_was_chosen_or_that_the_browser_prefers(
    client: httpx.AsyncClient, headers: dict[str, str], language: str
) -> None:
    answer = await client.get("/", headers=headers)
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}" ' in answer.text
    assert texts_of(Language(language))["landing.title"] in answer.text


@pytest.mark.parametrize("path", sorted((STATIC / "parts").iterdir()), ids=lambda path: path.name)
def test_a_page_holds_no_script_and_no_style_of_its_own(path: object) -> None:
    html = (STATIC / str(path)).read_text()
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|javascript:", html)


def used_keys() -> Iterator[str]:
    """Yield what pages and scripts name; a key that ends with `.` stands for all that begin with it."""
    for path in (STATIC / "parts").iterdir():
        yield from PLACE.findall(path.read_text())
    for path in STATIC.rglob("*.js"):
        yield from re.findall(r'["`]([a-z][a-z_-]*\.[a-z_.-]*)(?:["`]|\$\{)', path.read_text())


def test_every_text_is_there_in_both_languages_and_is_used() -> None:
    english, korean = (json.loads((STATIC / f"locales/{name}.json").read_text()) for name in ("en", "ko"))
    # What the API says is English: only Korean has texts of its own for all of its problems.
    assert {key for key in korean if not key.startswith("problem.")} == {
        key for key in english if not key.startswith("problem.")
    }
    assert english.keys() <= korean.keys()
    used = set(used_keys())
    beginnings = tuple(key for key in used if key.endswith("."))
    plural = {key: re.sub(r"\.(one|other|title)$", "", key) for key in english}
    unused = [
        key for key in english if not ({key, plural[key]} & used or key.startswith((*beginnings, "problem.")))
    ]
    assert unused == []
    assert [key for text in (english, korean) for key, sentence in text.items() if not sentence.strip()] == []


def test_a_text_has_the_same_values_in_both_languages() -> None:
    english, korean = (texts_of(language) for language in (Language.ENGLISH, Language.KOREAN))
    for key in english:
        assert set(re.findall(r"\{\w+\}", english[key])) == set(re.findall(r"\{\w+\}", korean[key])), key


def test_korean_buttons_end_alike_and_only_the_readers_own_questions_are_familiar() -> None:
    korean = texts_of(Language.KOREAN)
    buttons = [key for key in korean if re.search(r"\.(button(\..*)?|cancel|keep)$", key)]
    assert [key for key in buttons if not korean[key].endswith("기")] == []
    familiar = [
        key for key, text in korean.items() if re.search("[가-힣]요[.?!]", text.replace("아니요.", ""))
    ]
    assert [key for key in familiar if not key.startswith("landing.")] == []
