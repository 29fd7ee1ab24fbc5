"""Moments on the wire: in whole seconds, because front ends show them as they come."""

from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, get_args

from msgspec import Meta, Struct
from msgspec.structs import fields, force_setattr

Moment = Annotated[
    datetime,
    Meta(
        tz=True,
        description="ISO 8601, in UTC, in whole seconds.",
        examples=["2026-01-02T03:04:05Z"],
        extra_json_schema={"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
    ),
]


class WithMoments(Struct, frozen=True, kw_only=True):
    """The base of every response with moments; cuts them to whole seconds."""

    def __post_init__(self) -> None:
        """Cut the moments: msgspec writes the fraction of a second that a moment has."""
        for name in _moments_of(type(self)):
            if isinstance(moment := getattr(self, name), datetime):
                # twice as fast as `replace`, which a list of hundreds would notice
                force_setattr(self, name, moment - timedelta(0, 0, moment.microsecond))


@cache
def _moments_of(struct: type[Struct]) -> tuple[str, ...]:
    """Return the fields that hold a moment; found once, because a list has hundreds of them."""
    return tuple(field.name for field in fields(struct) if datetime in _parts_of(field.type))


def _parts_of(annotation: object) -> set[object]:
    """Return an annotation and all that it is made of."""
    return {annotation}.union(*map(_parts_of, get_args(annotation)))
