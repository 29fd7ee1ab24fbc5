"""Which scripts import which, so that a page names all that it needs at once."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from entrypoints.web.files import STATIC

MAIN = "app/main.js"
EARLY = "app/early.js"
"""What makes the controls work that the server has drawn: it is asked for first."""
TEXTS = "app/texts.js"
"""What the router loads beside each view."""
_IMPORT = re.compile(
    r'^(?:import|export)\s+(?:[^"\n(={]*(?:\{[^}]*\})?\s*from\s*)?"(\.[^"]+\.js)"', re.MULTILINE
)
_VIEW = re.compile(r'\[/\^(?P<pattern>\S+)\$/,\s*\(\)\s*=>\s*import\("\.\./(?P<module>[^"]+)"\)\]')
_STYLES = re.compile(r'^export const styles = "([\w-]+)"', re.MULTILINE)
_GROUP = re.compile(r"\(\?<\w+>[^)]*\)")
_PARAMETER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Needed:
    """What a view needs before it can be shown: scripts, and the name of its styles, if it has any."""

    scripts: tuple[str, ...]
    styles: str = ""

    @property
    def has_texts(self) -> bool:
        """Whether its scripts show texts of the language's file."""
        return TEXTS in self.scripts


@cache
def read(name: str) -> str:
    """Return the text of a script."""
    return (STATIC / name).read_text()


def imports_of(name: str) -> Iterator[str]:
    """Yield the scripts that a script imports at its start."""
    for found in _IMPORT.findall(read(name)):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(name), found))


def all_imports_of(*names: str) -> tuple[str, ...]:
    """Return scripts with all that they import, and what that imports, and so on."""
    found = list(names)
    for name in found:  # it grows meanwhile
        found.extend(imported for imported in imports_of(name) if imported not in found)
    return tuple(dict.fromkeys(found))


def view_modules() -> dict[str, str]:
    """Return the script of each view by its address, in which `{}` stands for a parameter."""
    return {
        "/" + _GROUP.sub("{}", found["pattern"].replace("\\/", "/")): found["module"]
        for found in _VIEW.finditer(read("app/router.js"))
    }


def needed_at(address: str) -> Needed:
    """Return what the page at an address needs; one that is no view needs the first script only."""
    module = view_modules().get(_PARAMETER.sub("{}", address))
    if module is None:
        return Needed(all_imports_of(MAIN))
    styles = _STYLES.search(read(module))
    scripts = sorted(all_imports_of(MAIN, TEXTS, module), key=lambda script: script != EARLY)
    return Needed(tuple(scripts), styles[1] if styles else "")
