"""Rules of taste that a program can check; the layers are import-linter's."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "src"
LONGEST_FUNCTION = 60
MOST_POSITIONAL = 6
VAGUE = ("nobody", "somebody", "whoever", "everybody", "anybody")
"""Words where a noun of the glossary tells more: the user, the caller, another process."""
REPLACED = {
    "chore": "task",
    "wake-up call": "announcement",
    "scratch file": "workspace",
    "stumble": "record a fault",
}
"""Words that once stood beside the glossary's."""


def source_files() -> Iterator[Path]:
    yield from sorted(SOURCES.rglob("*.py"))


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef, bool]]:
    """Yield each function with its place, and whether it is a method."""
    for path in source_files():
        for owner in ast.walk(ast.parse(path.read_text())):
            for node in ast.iter_child_nodes(owner):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    place = f"{path.relative_to(SOURCES)}:{node.lineno} {node.name}"
                    yield place, node, isinstance(owner, ast.ClassDef)


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        place
        for place, node, _ in functions()
        if (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


def test_no_function_takes_more_than_six_positional_arguments() -> None:
    crowded = []
    for place, node, is_method in functions():
        names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        if is_method and names[:1] in (["self"], ["cls"]):
            names = names[1:]
        if len(names) > MOST_POSITIONAL:
            crowded.append(f"{place}({', '.join(names)})")
    assert not crowded


@pytest.mark.parametrize("word", [*VAGUE, *REPLACED])
def test_the_code_uses_the_words_of_the_glossary(word: str) -> None:
    pattern = re.compile(rf"\b{re.escape(word)}s?\b", re.IGNORECASE)
    found = [
        f"{path.relative_to(SOURCES)}:{number}"
        for path in sorted(SOURCES.rglob("*"))
        if path.suffix in (".py", ".md", ".mako") and "versions" not in path.parts  # migrations name what was
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, f"say {REPLACED.get(word, 'the user, the caller, another process')} instead"
