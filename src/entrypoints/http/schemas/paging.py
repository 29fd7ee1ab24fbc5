"""Pages of a list on the wire."""

from typing import Annotated

from litestar.params import QueryParameter

from domain.ids import RequestId
from entrypoints.http.schemas.identifiers import ID_LENGTH, ID_PATTERN

DEFAULT_PAGE = 20
LARGEST_PAGE = 100

Limit = Annotated[
    int | None,
    QueryParameter(ge=1, le=LARGEST_PAGE, description="How many on a page; without it, all."),
]
Cursor = Annotated[
    RequestId | None,
    QueryParameter(
        pattern=ID_PATTERN,
        max_length=ID_LENGTH,
        description="Where the page begins: the last page's `next_cursor`.",
    ),
]
