"""The files at the root of the service, and all of the page below a path."""

import json
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from domain.user import Language
from entrypoints.web.files import STATIC
from entrypoints.web.pages import FAVICON, PARTS, ROOT_FILES, VIEWS, Pages
from entrypoints.web.templates import colours, texts_of
from integration.http.page_addresses import ROOT
from integration.http.service import Service

PAGES = [re.sub(r"\{[^}]*\}", "any", address) for address in PARTS]
VERSION = Pages().version


@pytest.fixture
async def below() -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service that clients reach below a path; the proxy takes that path off."""
    async with Service(public_url="https://faces.example.org/voice/").client() as client:
        yield client


@pytest.mark.parametrize("address", [*PAGES, *ROOT, f"/static/{VERSION}/style.css", "/nowhere"])
async def test_head_is_answered_like_get_without_the_content(client: httpx.AsyncClient, address: str) -> None:
    browser = {"Accept": "text/html"}
    sent, asked = await client.get(address, headers=browser), await client.head(address, headers=browser)
    assert (asked.status_code, asked.content) == (sent.status_code, b"")
    varying = ("date", "x-request-id")
    fields = [
        {name: value for name, value in answer.headers.items() if name not in varying}
        for answer in (sent, asked)
    ]
    assert fields[0] == fields[1]


@pytest.mark.parametrize("name", [*ROOT_FILES, FAVICON])
async def test_a_file_at_the_root_is_asked_for_again_since_its_address_stays(
    client: httpx.AsyncClient, name: str
) -> None:
    answer = await client.get(f"/{name}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    again = await client.get(f"/{name}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_favicon_is_the_page_s_own(client: httpx.AsyncClient) -> None:
    answer = await client.get("/favicon.ico")
    assert (answer.headers["content-type"], answer.content) == (
        "image/x-icon",
        (STATIC / "icons/favicon.ico").read_bytes(),
    )


async def test_only_the_first_page_may_be_listed_by_search_engines(client: httpx.AsyncClient) -> None:
    rules = (await client.get("/robots.txt")).text
    assert {"Disallow: /faces", "Disallow: /me", "Disallow: /shared"} <= set(rules.splitlines())
    for address in (*PAGES, "/nowhere"):
        html = (await client.get(address, headers={"Accept": "text/html"})).text
        found = re.findall(r'<meta name="robots" content="(\w+)">', html)
        assert found == ["all" if address == "/" else "noindex"]


@pytest.mark.parametrize("language", list(Language))
async def test_the_manifest_is_in_the_language_of_the_page_and_leads_to_what_is_there(
    below: httpx.AsyncClient, language: Language
) -> None:
    answer = await below.get("/manifest.webmanifest", headers={"Cookie": f"language={language.value}"})
    manifest = json.loads(answer.content)
    assert answer.headers["content-type"] == "application/manifest+json"
    assert (manifest["lang"], manifest["description"]) == (language.value, texts_of(language)["landing.lead"])
    assert {manifest[name] for name in ("id", "start_url", "scope")} == {"/voice/"}
    assert manifest["theme_color"] == colours()["shade"]
    assert [icon["sizes"] for icon in manifest["icons"]] == ["any", "192x192", "512x512", "512x512"]
    for icon in manifest["icons"]:
        picture = await below.get(icon["src"].removeprefix("/voice"))
        assert (picture.status_code, picture.headers["content-type"]) == (200, icon["type"])
    for shortcut in manifest["shortcuts"]:
        assert shortcut["url"].startswith("/voice/")


@pytest.mark.parametrize("address", PAGES)
async def test_a_page_below_a_path_names_nothing_outside_of_it(
    below: httpx.AsyncClient, address: str
) -> None:
    html = (await below.get(address)).text
    named = [name for name in re.findall(r'(?:href|src)="([^"]*)"', html) if name]
    assert len(named) > 3
    outside = [name for name in named if not name.startswith(("/voice/", "#", "https://"))]
    assert outside == []
    for name in named:
        if name.startswith("/voice/static/"):
            assert (await below.get(name.removeprefix("/voice"))).status_code == 200, name


async def test_the_rules_for_search_engines_know_the_path(below: httpx.AsyncClient) -> None:
    assert "Disallow: /voice/faces\n" in (await below.get("/robots.txt")).text


async def test_the_service_worker_is_of_the_version_that_pages_name(client: httpx.AsyncClient) -> None:
    script = (await client.get("/service-worker.js")).text
    assert f'const VERSION = "{VERSION}"' in script
    assert "{{" not in script
    kept = re.findall(r'"([\w-]+/[\w.-]+|style\.css)"', script)
    assert len(kept) == 3
    for name in kept:
        assert (await client.get(f"/static/{VERSION}/{name}")).status_code == 200


@pytest.mark.parametrize("address", ["/", *VIEWS])
async def test_a_page_names_each_script_once_and_only_those_that_are_there(
    client: httpx.AsyncClient, address: str
) -> None:
    html = (await client.get(re.sub(r"\{[^}]*\}", "any", address))).text
    scripts = re.findall(r'modulepreload" fetchpriority="low" href="([^"]+)"', html)
    assert scripts
    assert len(scripts) == len(set(scripts))
    for script in scripts:
        assert (await client.get(script)).headers["content-type"] == "text/javascript; charset=utf-8"
