"""The recordings that the project ships."""

from pathlib import Path

SAMPLES = Path(__file__).parents[3] / "samples"
SAMPLE = SAMPLES / "voice.flac"
SECOND_TAKE = SAMPLES / "voice-second-take.flac"
