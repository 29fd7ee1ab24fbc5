"""The progress of two faces that are made side by side, as one stage and one percentage."""

from dataclasses import dataclass, field

from application.ports.faces import ProgressReport, Stage
from domain.feedback import FaceKind

STAGE_ENDS = {
    Stage.LISTENING: 4.0,
    Stage.SHAPING: 7.0,
    Stage.DRAWING: 15.0,
    Stage.FILMING: 97.0,
    Stage.SAVING: 99.0,
}
"""The percentage at the end of each stage, from how long the built-in studio takes for it."""

_ORDER = list(Stage)


@dataclass
class Progress:
    """The reports of both face makers together: the stage of the slower one, and the mean percentage."""

    _stages: dict[FaceKind, Stage] = field(default_factory=dict)
    _percents: dict[FaceKind, float] = field(default_factory=lambda: dict.fromkeys(FaceKind, 0.0))

    def reporter(self, kind: FaceKind) -> ProgressReport:
        """Return the function that one face maker reports to."""

        def report(stage: Stage, fraction: float) -> None:
            before = _ORDER.index(stage) - 1
            start = STAGE_ENDS[_ORDER[before]] if before >= 0 else 0.0
            percent = start + min(max(fraction, 0.0), 1.0) * (STAGE_ENDS[stage] - start)
            self._stages[kind] = stage
            self._percents[kind] = max(percent, self._percents[kind])

        return report

    @property
    def stage(self) -> str | None:
        """The stage of the face maker that is behind; None before the first report."""
        return min(self._stages.values(), key=_ORDER.index) if self._stages else None

    @property
    def percent(self) -> int:
        """0 to 99; only a recorded outcome makes it 100."""
        return int(sum(self._percents.values()) / len(self._percents))
