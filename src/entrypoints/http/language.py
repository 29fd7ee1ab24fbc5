"""In which language a client reads (RFC 9110, section 12.5.4)."""

from typing import Any

from litestar.connection import ASGIConnection

from domain.user import Language

MOST_RANGES = 20
"""More than these are not looked at: browsers send a few."""


def language_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Language:
    """Return the language that a client prefers of those that there are; English where it names none of them."""
    return preferred(connection.headers.get("accept-language", ""))


def preferred(accepted: str) -> Language:
    """Return the language of an `Accept-Language` that has the highest weight, the first of equals."""
    weights: dict[Language, float] = {}
    for entry in accepted.split(",")[:MOST_RANGES]:
        name, _, parameter = entry.partition(";")
        primary = name.strip().lower().partition("-")[0]
        if primary in [*Language]:
            weights.setdefault(Language(primary), _weight(parameter))
    wanted = {language: weight for language, weight in weights.items() if weight > 0}
    return max(wanted, key=wanted.__getitem__, default=Language.ENGLISH)


def _weight(parameter: str) -> float:
    """Return the weight that `q=…` says; 1 where there is none, 0 for one that is no number from 0 to 1."""
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
