"""The pages and the files at the root of the service: templates, filled with the texts of a language."""

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from domain.user import Language
from entrypoints.web.files import COMPRESSED, MEDIA_TYPES, STATIC, StaticFile
from entrypoints.web.scripts import needed_at

PLACE = re.compile(r"\{\{([\w.]+)\}\}")
INDEXED = "landing"
"""The part that search engines may list."""
WHOLE = frozenset({"offline"})
"""Parts that are pages of their own: they have the head of all pages, and stand in no shell."""


def texts_of(language: Language) -> Mapping[str, str]:
    """Return the texts of a language by their keys."""
    texts: dict[str, str] = json.loads((STATIC / f"locales/{language.value}.json").read_text())
    return texts


def colours() -> Mapping[str, str]:
    """Return the colours of the page, in light and in dark, for the browser's own parts around it."""
    light, dark = re.findall(r"--shade:\s*(#\w+)", (STATIC / "style.css").read_text())[:2]
    return {"shade": light, "dark_shade": dark}


def _as_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


_ESCAPES: Mapping[str, Callable[[str], str]] = {
    ".html": html.escape,
    ".webmanifest": _as_json,
    ".js": _as_json,
    ".txt": str,
}
"""How a value is written in each kind of template."""


@dataclass(frozen=True)
class Templates:
    """Fills templates; `base` is the path of the service, which ends with a slash, and `version` that of its files.

    `{{key}}` is replaced by a text, and `{{language}}`, `{{base}}`, `{{static}}` and others by what they name. A text
    that is missing raises `KeyError`.
    """

    base: str
    version: str
    takes_guests: bool = True
    sends_mail: bool = True
    same_styling: bool = True
    """Whether the studio makes both faces of a result, so that hair, eyes and clothes are the same."""

    @property
    def static(self) -> str:
        """Where the files of this version are."""
        return f"{self.base}static/{self.version}/"

    def page(self, part: str, address: str, language: Language) -> StaticFile:
        """Return the page at an address: the shell with `part` in it, after the head that all pages begin with."""
        name, page = f"{part}.html", _read(f"{part}.html")
        if part not in WHOLE:
            links = "\n".join(self._preloads(address, language))
            page = _read("shell.html").replace("{{main}}", page).replace("{{preloads}}", links)
        page = page.replace("{{head}}\n", _read("head.html"))
        return self._filled(name, page, language, robots="all" if part == INDEXED else "noindex")

    def file(self, name: str, language: Language) -> StaticFile:
        """Return a file at the root."""
        return self._filled(name, _read(name), language)

    def _preloads(self, address: str, language: Language) -> list[str]:
        """Return links to what scripts would ask for one after the other; what is painted first is loaded first."""
        needed = needed_at(address)
        links = [
            f'  <link rel="modulepreload" fetchpriority="low" href="{self.static}{name}">'
            for name in needed.scripts
        ]
        if needed.has_texts:
            texts = f"{self.static}locales/{language.value}.json"
            links.insert(0, f'  <link rel="preload" as="fetch" crossorigin href="{texts}">')
        if needed.styles:
            styles = f"{self.static}styles/{needed.styles}.css"
            links.insert(0, f'  <link rel="stylesheet" href="{styles}" data-styles="{needed.styles}">')
        return links

    def _filled(self, name: str, template: str, language: Language, **more: str) -> StaticFile:
        own = {"language": language.value, "base": self.base, "static": self.static, "version": self.version}
        offers = {"guests": self.takes_guests, "mail": self.sends_mail, "same_styling": self.same_styling}
        states = {name: "on" if is_on else "off" for name, is_on in offers.items()}
        values = {**texts_of(language), **colours(), **own, **states, **more}
        suffix = PurePath(name).suffix
        filled = PLACE.sub(lambda place: _ESCAPES[suffix](values[place[1]]), template)
        return StaticFile(filled.encode(), MEDIA_TYPES[suffix], suffix in COMPRESSED)


def _read(name: str) -> str:
    return (STATIC / "parts" / name).read_text()
