"""Tell on a terminal what was measured of a voice, and what it did to the face."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from domain.voice import Acoustics, Influence

UNITS = {
    "pitch_hz": ("pitch", "{:.0f} Hz"),
    "pitch_spread_semitones": ("melody", "±{:.1f} semitones"),
    "tract_length_cm": ("vocal tract", "{:.1f} cm"),
    "spectral_slope_db_per_octave": ("slope", "{:.1f} dB an octave"),
    "harmonics_to_noise_db": ("harmonics to noise", "{:.1f} dB"),
}
"""What people call a measure, and how they write it; timbre has a dozen numbers, which nobody reads."""


def tell(console: Console, acoustics: Acoustics, influences: Sequence[Influence]) -> None:
    """Print a line a measure, what bent the face most first."""
    console.print(f"Heard {acoustics.voiced_seconds:.1f} s of voice. What was measured, and what it bent:")
    table = Table(box=None, show_header=False, padding=(0, 2))
    for influence in influences:
        name, form = UNITS.get(influence.measure, (influence.measure, ""))
        value = form.format(getattr(acoustics, influence.measure)) if form else ""
        table.add_row(name, value, f"{influence.amount:+.2f}", influence.trait)
    console.print(table)
