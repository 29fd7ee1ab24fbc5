"""The table of all figures."""

from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A figure, its floor where there is one, and its bar."""

    what: str
    figure: float
    unit: str
    bar: float
    """The limit of the ratio to the floor, or of the figure itself where there is no floor."""
    kind: Literal["at least", "at most"]
    floor: float | None = None

    @property
    def compared(self) -> float:
        """The number that is compared with the bar."""
        return self.figure if self.floor is None else self.figure / self.floor

    @property
    def holds(self) -> bool:
        """Whether the figure keeps to the bar."""
        return self.compared >= self.bar if self.kind == "at least" else self.compared <= self.bar


def print_table(lines: list[Line]) -> None:
    """Print all lines."""
    table = Table(title="Medians; each figure and its floor were measured in turns")
    for heading in ("what", "figure", "floor", "ratio", "bar", ""):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for line in lines:
        table.add_row(
            line.what,
            f"{line.figure:,.4g} {line.unit}",
            "" if line.floor is None else f"{line.floor:,.4g} {line.unit}",
            "" if line.floor is None else f"{line.compared:.2f}",
            f"{line.kind} {line.bar:g}{'' if line.floor is None else ' of the floor'}",
            "kept" if line.holds else "MISSED",
        )
    Console(width=140).print(table)
