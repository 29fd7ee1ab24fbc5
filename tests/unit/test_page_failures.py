"""The page finds its own texts for the sentences of the API by their beginnings."""

import ast
import re

from entrypoints.web.files import STATIC

SOURCE = STATIC.parents[2]
BEGINNING = re.compile(r'^  \["(.+)", "(\w+)"\],$', re.MULTILINE)


def sentences() -> set[str]:
    """Return all texts in the service's code."""
    nodes = (node for file in SOURCE.rglob("*.py") for node in ast.walk(ast.parse(file.read_text())))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_each_beginning_that_the_page_knows_is_that_of_a_sentence_of_the_service() -> None:
    beginnings = [beginning for beginning, _ in BEGINNING.findall((STATIC / "face/failures.js").read_text())]
    said = sentences()
    assert len(beginnings) > 10
    assert [one for one in beginnings if not any(text.startswith(one) for text in said)] == []
