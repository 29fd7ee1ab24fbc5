"""The HTML of the pages: one template, filled with the texts of a language."""

import html
import json
import re
from collections.abc import Mapping

from domain.user import Language
from entrypoints.web.files import STATIC

PLACE = re.compile(r"\{\{([\w.]+)\}\}")


def texts_of(language: Language) -> Mapping[str, str]:
    """Return the texts of a language by their keys."""
    texts: dict[str, str] = json.loads((STATIC / f"locales/{language.value}.json").read_text())
    return texts


def fill(name: str, language: Language, base: str, version: str) -> bytes:
    """Return the shell with the part `name` in it.

    `{{key}}` is replaced by a text; `{{language}}`, `{{base}}` (the path of the service, which ends with a slash),
    `{{static}}` and `{{main}}` by what they name. Raises `KeyError` for a text that is missing.
    """
    plain = {"language": language.value, "base": base, "static": f"{base}static/{version}/"}
    shell, main = ((STATIC / f"parts/{part}.html").read_text() for part in ("shell", name))
    values = {**texts_of(language), **plain}
    filled = PLACE.sub(lambda place: html.escape(values[place[1]]), shell.replace("{{main}}", main))
    return filled.encode()
