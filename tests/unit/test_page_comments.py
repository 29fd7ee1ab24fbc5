"""Scripts and styles are sent without comments, and with all of their code."""

import pytest

from entrypoints.web.files import STATIC, without_comments

CODE = b"""// About the script.
import {one} from "./one.js" // stays

/**
 * Add.
 */
export const add = 1 /* stays, too */ + 1
  /** @type {string} */ (add).length
  // "https://example.org"
const link = "https://example.org" /* over
two lines */
"""
SENT = b"""
import {one} from "./one.js" // stays




export const add = 1 /* stays, too */ + 1
  /** @type {string} */ (add).length

const link = "https://example.org" /* over
two lines */
"""
FILES = sorted(path for suffix in ("js", "css") for path in STATIC.rglob(f"*.{suffix}"))


def test_comments_that_have_lines_to_themselves_are_left_out_and_the_lines_keep_their_numbers() -> None:
    assert without_comments(CODE) == SENT


@pytest.mark.parametrize("name", [str(path.relative_to(STATIC)) for path in FILES])
def test_no_text_in_a_script_spans_lines_in_which_a_comment_could_be_meant(name: str) -> None:
    lines = (STATIC / name).read_text().splitlines()
    assert [line for line in lines if line.count("`") % 2 and not line.lstrip().startswith(("//", "*"))] == []
