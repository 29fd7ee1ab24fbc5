"""The files of the page: all that are named exist, all that exist are named, and together they are light."""

import gzip
import posixpath
import re
from collections.abc import Iterator, Mapping

import pytest

from domain.user import Language
from entrypoints.web.files import STATIC, StaticFile
from entrypoints.web.pages import LOADED, PARTS, VIEWS, Pages
from entrypoints.web.scripts import needed_at, view_modules
from figures import Tell

ALL_BYTES = 120_000
"""Compressed: all scripts and styles, the texts of one language and a page. Pictures do not count."""
FIRST_VIEW_BYTES = 40_000

PARTS_FOLDER = STATIC / "parts"
TEXTS = {name: (STATIC / name).read_text() for name in LOADED if name.endswith((".js", ".css", ".svg"))}
NAMED_IN_PARTS = {
    name
    for path in PARTS_FOLDER.iterdir()
    for name in re.findall(r"\{\{static\}\}([\w./-]+)", path.read_text())
}
KNOWN_OTHERWISE = {
    *(f"locales/{language.value}.json" for language in Language),
    "icons/favicon.ico",
    # The service worker makes addresses of these names.
    *re.findall(r'"([\w-]+/[\w.-]+|style\.css)"', (PARTS_FOLDER / "service-worker.js").read_text()),
}
_IMPORT = re.compile(r'(?:from\s+|import\s+|import\(|new URL\()"(\.\.?/[^"]+\.\w+)"')
_FILE = re.compile(r'fileAddress\([`"]([^`"]+)[`"]')
_STYLES = re.compile(r'export const styles = "([\w-]+)"')
_URL = re.compile(r'url\("?([\w./-]+)"?\)')


def named_by(name: str) -> Iterator[str]:
    """Yield the files that a file names; `*` stands for what a script fills in."""
    text, folder = TEXTS.get(name, ""), posixpath.dirname(name)
    for found in (*_IMPORT.findall(text), *(_URL.findall(text) if name.endswith(".css") else [])):
        yield posixpath.normpath(posixpath.join(folder, found))
    for found in _FILE.findall(text):
        yield re.sub(r"\$\{[^}]*\}", "*", found)
    yield from (f"styles/{found}.css" for found in _STYLES.findall(text))


def matching(pattern: str) -> set[str]:
    """Return the files that a name with `*` may mean."""
    expression = re.compile(re.escape(pattern).replace(r"\*", "[^/]+"))
    return {name for name in LOADED if expression.fullmatch(name)}


def packed(*contents: bytes) -> int:
    """Return how many bytes these are, each compressed by itself, as they are sent."""
    return sum(len(gzip.compress(content, 9)) for content in contents)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_file_that_a_file_names_exists(name: str) -> None:
    assert [named for named in named_by(name) if "*" not in named and not matching(named)] == []


def test_every_file_that_a_page_names_exists() -> None:
    assert sorted(NAMED_IN_PARTS - set(LOADED)) == []


def test_every_file_is_named_by_a_page_or_by_one_that_a_page_loads() -> None:
    found = {*NAMED_IN_PARTS, *KNOWN_OTHERWISE}
    new = set(found)
    while new:
        new = {file for name in new for named in named_by(name) for file in matching(named)} - found
        found |= new
    assert sorted(set(LOADED) - found) == []


def test_every_view_has_an_address_and_every_address_a_view() -> None:
    modules = view_modules()
    addresses = {re.sub(r"\{[^}]*\}", "{}", address) for address in VIEWS}
    assert set(modules) == addresses
    assert sorted(modules.values()) == sorted(name for name in LOADED if name.startswith("views/"))


def test_a_page_names_all_that_its_view_needs_at_once() -> None:
    needed = needed_at("/account/reset")
    assert {"app/main.js", "app/texts.js", "views/reset.js", "components/password.js"} <= set(needed.scripts)
    assert "views/confirm.js" not in needed.scripts
    assert "app/texts.js" not in needed_at("/").scripts


@pytest.fixture(scope="module")
def sizes() -> Mapping[str, int]:
    """The size of each file of text, compressed."""
    return {name: packed(StaticFile.read(name).content) for name in LOADED if not name.startswith("icons/")}


def test_all_of_the_page_is_light(sizes: Mapping[str, int], tell_figure: Tell) -> None:
    code = sum(size for name, size in sizes.items() if name.endswith((".js", ".css")))
    texts = max(size for name, size in sizes.items() if name.startswith("locales/"))
    pages = max(packed(Pages().page(address, language).content) for address in PARTS for language in Language)
    worker = packed(Pages().root_file("service-worker.js", Language.ENGLISH).content)
    size = code + texts + pages + worker
    assert size <= ALL_BYTES
    tell_figure(f"all of the page: {size / 1000:.1f} of {ALL_BYTES / 1000:.0f} KB")


@pytest.mark.parametrize("language", list(Language))
def test_the_first_view_is_lighter_still(
    language: Language, sizes: Mapping[str, int], tell_figure: Tell
) -> None:
    page = Pages().page("/", language).content
    loaded = set(re.findall(rf"/static/{Pages().version}/([\w/.-]+\.(?:css|js|json))", page.decode()))
    assert {"style.css", "app/main.js"} <= loaded
    size = packed(page) + sum(sizes[name] for name in loaded)
    assert size <= FIRST_VIEW_BYTES
    tell_figure(f"the first view, {language}: {size / 1000:.1f} of {FIRST_VIEW_BYTES / 1000:.0f} KB")
