"""The files of the pages, as a browser gets them."""

import json
import re

import httpx
import pytest

from entrypoints.web.files import STATIC
from entrypoints.web.pages import ADDRESSES, PAGES

TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
}


@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_file_has_its_type_a_strict_policy_and_a_tag_that_saves_sending_it_again(
    client: httpx.AsyncClient, address: str
) -> None:
    answer = await client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == TYPES[ADDRESSES[address].rpartition(".")[2]]
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    content_policy = answer.headers["content-security-policy"]
    assert content_policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in content_policy
    again = await client.get(address, headers={"If-None-Match": f'"other", W/{answer.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]
    assert (await client.get(address, headers={"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize(
    "path", ["/static/", "/static/../files.py", "/static/%2e%2e/files.py", "/account/", "/static/style.css/x"]
)
async def test_nothing_else_is_sent(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("page", PAGES.values())
def test_a_page_holds_no_script_and_no_style_of_its_own(page: str) -> None:
    html = (STATIC / page).read_text()
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|javascript:", html)


def test_every_text_is_there_in_both_languages_and_is_used() -> None:
    english, korean = (json.loads((STATIC / f"locales/{name}.json").read_text()) for name in ("en", "ko"))
    named = set()
    for path in (*STATIC.rglob("*.html"), *STATIC.glob("*.js")):
        text = path.read_text()
        named |= set(re.findall(r'data-text="([^"]+)"', text)) | set(re.findall(r'texts\["([^"]+)"\]', text))
    assert named == english.keys()
    assert {key for key in korean if not key.startswith("problem.")} == {
        key for key in english if not key.startswith("problem.")
    }
    assert english.keys() <= korean.keys()


@pytest.mark.parametrize("page", PAGES.values())
def test_the_texts_in_a_page_are_the_english_ones(page: str) -> None:
    english = json.loads((STATIC / "locales/en.json").read_text())
    for key, text in re.findall(r'data-text="([^"]+)">([^<]+)<', (STATIC / page).read_text()):
        assert english[key] == text
