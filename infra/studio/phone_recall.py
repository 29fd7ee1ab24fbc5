"""Says what the film's ear hears with some weights, as tables of `phones.md`: `phone_recall.py SPEECH WEIGHTS …`.

The speech is that of the voices that `phone_speech.py` holds back; forty sentences of each. A sound counts as heard
where the curve is over 0.5 in any of its steps, for rounding in half of them; a vowel is judged at its middle.
"""

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from phone_kinds import AT_TEETH, CLOSED, IGNORED, ROUNDED, VOWELS, pieces
from phone_lessons import Sounds, sentence

from adapters.faces.studio.film.phones import PHONE_RATE, Layer, PhoneTrack, phones_of, read_layers

SENTENCES = 40
HEARD = 0.5
COLUMNS = ("m b p closed", "vowels closed", "o u w round", "others round", "f v", "others as f v")


@dataclass
class Recall:
    """Whether each sound of a voice was heard, column by column."""

    found: dict[str, list[bool]] = field(default_factory=lambda: {column: [] for column in COLUMNS})

    def add(self, kind: str, track: PhoneTrack, steps: slice) -> None:
        """Judge a sound of one kind."""
        middle = (steps.start + steps.stop) // 2
        if kind in CLOSED:
            self.found["m b p closed"].append(bool((track.closed[steps] > HEARD).any()))
        if kind in VOWELS:
            self.found["vowels closed"].append(bool(track.closed[middle] > HEARD))
        is_round = bool((track.rounded[steps] > HEARD).mean() >= 0.5)
        self.found["o u w round" if kind in ROUNDED else "others round"].append(is_round)
        at_teeth = bool((track.lip_to_teeth[steps] > HEARD).any())
        self.found["f v" if kind in AT_TEETH else "others as f v"].append(at_teeth)

    def row(self, voice: str) -> str:
        """Return the row of a table, in percent."""
        shares = (f"{100 * np.mean(having):.0f}" for having in self.found.values())
        return f"| {voice} | {' | '.join(shares)} |"


def judge(recall: Recall, voice: str, track: PhoneTrack, sounds: Sounds) -> None:
    """Judge the sounds of a sentence, but for silence, diphthongs, and what lies between two kinds."""
    start = 0.0
    for end, name in sounds:
        first = int(start * PHONE_RATE + 0.5)
        steps = slice(first, max(first + 1, int(end * PHONE_RATE + 0.5)))
        start = end
        kinds = pieces(voice, name)
        if len(kinds) == 1 and kinds[0][0] not in ("silence", IGNORED) and steps.stop <= len(track):
            recall.add(kinds[0][0], track, steps)


def table(folder: Path, layers: tuple[Layer, ...]) -> list[str]:
    """Return the rows of a table, voice by voice."""
    rows = [f"| | {' | '.join(COLUMNS)} |", f"|{'---|' * (1 + len(COLUMNS))}"]
    for voice in sorted(path for path in folder.iterdir() if path.is_dir()):
        recall = Recall()
        for path in sorted(voice.glob("*.wav"))[:SENTENCES]:
            samples, sounds = sentence(path)
            judge(recall, voice.name, phones_of(samples.astype(np.float32), layers), sounds)
        rows.append(recall.row(voice.name))
    return rows


def main() -> None:
    """Print a table for each file of weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("speech", type=Path, metavar="SPEECH")
    parser.add_argument("weights", type=Path, nargs="+", metavar="WEIGHTS")
    chosen = parser.parse_args()
    held_back = chosen.speech / "held-back"
    for missing in (path for path in (held_back, *chosen.weights) if not path.exists()):
        parser.error(f"there is no {missing}")
    for weights in chosen.weights:
        with weights.open("rb") as file:
            rows = table(held_back, read_layers(file))
        sys.stdout.write("\n".join([f"{weights}:", "", *rows, "", ""]))


if __name__ == "__main__":
    main()
