"""`docs/security.md` has a row for every requirement of the ASVS at levels 1 and 2."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

DOCUMENT = (Path(__file__).parents[2] / "docs" / "security.md").read_text()
STATES = re.compile(r"held|not held|does not apply|not yet \(14\)")
ROW = re.compile(r"^\| (V[\d.]+)(?:–(V[\d.]+))? \| ([^|]*) \| ([^|]*) \| ([^|]*)\|$", re.MULTILINE)
SHOWN = re.compile(r"`[^`]+`|\]\([^)]+\)")

SECTIONS = {
    1: (2, 9, 11, 3, 2),
    2: (3, 3, 4, 1),
    3: (0, 2, 4, 6, 5, 0, 2),
    4: (3, 1, 2, 4),
    5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4),
    7: (3, 4, 2, 5, 2, 2),
    8: (2, 3, 1, 1),
    9: (3, 4),
    10: (2, 2, 4, 11, 5, 2, 3),
    11: (2, 3, 3, 4, 1, 1),
    12: (3, 2, 4),
    13: (1, 5, 2, 5),
    14: (2, 4, 3),
    15: (3, 3, 7),
    16: (1, 5, 4, 3, 3),
    17: (1, 4, 2),
}
"""How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has, by chapter; those of level 3 come last."""


def required() -> Iterator[str]:
    for chapter, counts in SECTIONS.items():
        for section, count in enumerate(counts, 1):
            yield from (f"V{chapter}.{section}.{number}" for number in range(1, count + 1))


def named(first: str, last: str) -> Iterator[str]:
    """Yield the requirements of a row: one, or all from the first to the last of a section."""
    section, _, begin = first.rpartition(".")
    end = last.rpartition(".")[2] or begin
    yield from (f"{section}.{number}" for number in range(int(begin), int(end) + 1))


def test_the_standard_has_253_requirements_at_levels_1_and_2() -> None:
    assert len(list(required())) == 253


@pytest.mark.parametrize("chapter", SECTIONS)
def test_the_document_has_each_chapter(chapter: int) -> None:
    assert re.search(rf"^### V{chapter} \w", DOCUMENT, re.MULTILINE)


def test_every_requirement_has_one_row() -> None:
    rows = Counter(requirement for row in ROW.findall(DOCUMENT) for requirement in named(row[0], row[1]))
    assert rows == Counter(required())


def test_every_row_has_a_state_and_a_reason_and_one_that_is_held_names_what_shows_it() -> None:
    for first, _, state, reason, shown_by in ROW.findall(DOCUMENT):
        assert STATES.fullmatch(state), first
        assert reason.strip(), first
        assert state != "held" or SHOWN.search(reason + shown_by), f"{first} is held, but nothing shows it"
