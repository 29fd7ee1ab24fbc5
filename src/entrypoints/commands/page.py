"""Writes the page as files, for a web server in front of the service."""

import re
from collections.abc import Iterator
from pathlib import Path

from domain.user import Language
from entrypoints.composition.settings import Settings
from entrypoints.http.response_headers import SAFETY_HEADERS
from entrypoints.web.files import StaticFile
from entrypoints.web.pages import FAVICON, NOT_FOUND, PARTS, ROOT_FILES, Pages

HEADERS = "headers.conf"
PARAMETER = re.compile(r"\{[^}]*\}")


def write_page(settings: Settings, folder: Path) -> None:
    """Write all pages and files into a folder, each of them at once, so that a web server can go on reading.

    The files of a version come before the pages that name them, and those of earlier versions stay: pages that are
    still open load them.
    """
    pages = Pages.of(settings)
    for name, file in pages.files.items():
        _write_with_compressed(folder / "static" / pages.version / name, file)
    for language in Language:
        for name, file in _translated(pages, language):
            _write_with_compressed(folder / "pages" / language.value / name, file)
    _write(folder / HEADERS, _header_lines(pages).encode())


def _translated(pages: Pages, language: Language) -> Iterator[tuple[str, StaticFile]]:
    for address in PARTS:
        yield file_of(address), pages.page(address, language)
    yield f"{NOT_FOUND}.html", pages.page("", language)
    for name in (*ROOT_FILES, FAVICON):
        yield name, pages.root_file(name, language)


def file_of(address: str) -> str:
    """Return the name of the file of an address; a parameter in it is called `any`."""
    return PARAMETER.sub("any", address.lstrip("/") or "index") + ".html"


def _header_lines(pages: Pages) -> str:
    """Return the fields of each answer, in the words of nginx."""
    fields = {name.decode(): value.decode() for name, value in SAFETY_HEADERS}
    fields = {"content-security-policy": pages.policy, **fields}
    return "".join(f'add_header {name} "{value}" always;\n' for name, value in fields.items())


def _write_with_compressed(path: Path, file: StaticFile) -> None:
    _write(path, file.content)
    if file.is_compressed:
        _write(path.with_name(path.name + ".gz"), file.gzipped)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_bytes(content)
    new.replace(path)
