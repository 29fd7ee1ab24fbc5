"""Weights of morph targets, and the arithmetic on them."""

from collections.abc import Iterable, Mapping

from adapters.faces.studio.design.targets import DETAIL, sides

Weights = dict[str, float]
"""How far each morph target is applied, by the target's name."""

SIZE, HEIGHT = ("decr", "incr"), ("down", "up")
"""The names of the two ends of most details: smaller and larger, lower and higher."""


def mix(parts: Iterable[Mapping[str, float]]) -> Weights:
    """Add up the weights of each target."""
    total: Weights = {}
    for part in parts:
        for name, weight in part.items():
            total[name] = total.get(name, 0.0) + weight
    return total


def detail(stem: str, amount: float, ends: tuple[str, str] = SIZE) -> Weights:
    """Weigh one end of a detail that has two: `detail("chin-width", -0.3)` narrows the chin.

    The amount is limited to -1..1.
    """
    amount = min(max(amount, -1.0), 1.0)
    return {f"{DETAIL}{stem}-{ends[amount > 0]}": abs(amount)}


def both_sides(stem: str, weight: float) -> Weights:
    """Give the left and the right half of a face unit the same weight: `both_sides("eyeBlink", 1.0)`."""
    return dict.fromkeys(sides(stem), weight)
