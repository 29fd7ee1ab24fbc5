"""Prints the acoustics of a voice, and the traits of the face that they changed."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from domain.voice import Acoustics, Influence

MEASURES = {
    "pitch_hz": ("pitch", "{:.0f} Hz"),
    "pitch_spread_semitones": ("melody", "±{:.1f} semitones"),
    "tract_length_cm": ("vocal tract", "{:.1f} cm"),
    "spectral_slope_db_per_octave": ("slope", "{:.1f} dB an octave"),
    "harmonics_to_noise_db": ("harmonics to noise", "{:.1f} dB"),
}
"""The name of each measure on the terminal, and the format of its value.

Timbre is not here: it is printed without its twelve numbers, which say nothing to a reader.
"""


def print_acoustics(console: Console, acoustics: Acoustics, influences: Sequence[Influence]) -> None:
    """Print one line for each influence, in the given order."""
    console.print(
        f"Found {acoustics.voiced_seconds:.1f} s of voice. The measures, and the traits that they changed:"
    )
    table = Table(box=None, show_header=False, padding=(0, 2))
    for influence in influences:
        name, form = MEASURES.get(influence.measure, (influence.measure, ""))
        value = form.format(getattr(acoustics, influence.measure)) if form else ""
        table.add_row(name, value, f"{influence.amount:+.2f}", influence.trait)
    console.print(table)
