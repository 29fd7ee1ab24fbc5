"""Phones: which kinds of sound a voice makes, as far as they show on the lips."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import IO

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.film.phone_features import (
    MOMENTS,
    PHONE_RATE,
    features_at,
    is_silent,
    spectra_of,
    steps_of,
)

__all__ = ["PHONE_RATE", "PhoneTrack", "phones_of"]

Curve = NDArray[np.float64]

CURVES = ("closed", "rounded", "lip_to_teeth", "vowel")
"""What the network tells of each step, in this order."""
DILATIONS = (1, 2, 4, 8, 4, 1)
"""Steps between the three that each block of the network hears together: in all a quarter of a second either way."""
CONTEXT = 6
"""Moments from whose features the network starts in each step: its own in the middle."""
INPUT_STEP, ACTIVATION_STEP = 2**-5, 2**-8
"""Inputs and activations are whole multiples of these, and weights are whole numbers: so every sum is exact, in
whatever order it is added."""
LARGEST_INPUT, LARGEST_ACTIVATION = 3.95, 256.0


@dataclass(frozen=True, slots=True)
class PhoneTrack:
    """How likely each kind of sound is, 0..1, every 10 ms: step i is centred on (i + 0.5) / `PHONE_RATE` seconds."""

    closed: Curve
    """Lips closed: m, b, p, with the closure before the burst."""
    rounded: Curve
    """Lips forward: o, u, w and the like."""
    lip_to_teeth: Curve
    """Lower lip under the teeth: f, v."""
    vowel: Curve
    """Any vowel: the mouth is open."""

    def __len__(self) -> int:
        return len(self.closed)


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer that was learned by `infra/studio/train_phones.py`."""

    weights: NDArray[np.float64]
    """(inputs, outputs): whole numbers."""
    steps: Curve
    """By output, what one of its weights' units is."""
    biases: Curve

    def heard(self, signal: NDArray[np.float64], unit: float) -> NDArray[np.float64]:
        """Return the outputs (steps, outputs) for whole multiples of a unit (steps, inputs)."""
        return np.asarray(signal @ self.weights * (unit * self.steps) + self.biases)


def phones_of(samples: NDArray[np.float32], layers: tuple[Layer, ...] | None = None) -> PhoneTrack:
    """Return which kinds of sounds a recording has (mono at 16 kHz); a silent one has none.

    Without other layers, those that are shipped hear it.
    """
    spectra = spectra_of(samples)
    if is_silent(spectra):
        nothing = np.zeros(steps_of(samples))
        return PhoneTrack(nothing, nothing, nothing, nothing)
    odds = log_odds(features_at(spectra), layers or _layers())
    return PhoneTrack(**{name: 1 / (1 + np.exp(-odds[:, at])) for at, name in enumerate(CURVES)})


def log_odds(features: NDArray[np.float64], layers: tuple[Layer, ...]) -> NDArray[np.float64]:
    """Return the logarithms of the odds of each of `CURVES` (steps, curves).

    A temporal convolution network with dilations and residual connections (Bai, Kolter, Koltun 2018).
    """
    front, *blocks, head = layers
    limited = np.rint(np.clip(features, -LARGEST_INPUT, LARGEST_INPUT) / INPUT_STEP)
    signal = _active(front.heard(_together(limited, CONTEXT, 1)[::MOMENTS], INPUT_STEP))
    for block, dilation in zip(blocks, DILATIONS, strict=True):
        signal += _active(block.heard(_together(signal, 3, dilation), ACTIVATION_STEP))
    return head.heard(signal, ACTIVATION_STEP)


def _active(output: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the positive part of a layer's outputs, in units of `ACTIVATION_STEP`."""
    return np.rint(np.clip(output, 0, LARGEST_ACTIVATION) / ACTIVATION_STEP)


def _together(signal: NDArray[np.float64], count: int, dilation: int) -> NDArray[np.float64]:
    """Return `count` rows about each one, `dilation` apart, side by side; before and after the signal there is 0."""
    before = (count - 1) // 2 * dilation
    padded = np.pad(signal, ((before, count * dilation), (0, 0)))
    return np.concatenate(
        [padded[at * dilation : at * dilation + len(signal)] for at in range(count)], axis=1
    )


def read_layers(file: IO[bytes]) -> tuple[Layer, ...]:
    """Return the layers in a file of weights, first to last."""
    data = np.load(file, allow_pickle=False)
    count = sum(name.startswith("weights") for name in data.files)
    return tuple(
        Layer(*(data[f"{part}{at}"].astype(np.float64) for part in ("weights", "steps", "biases")))
        for at in range(count)
    )


@cache
def _layers() -> tuple[Layer, ...]:
    """Load what was learned."""
    with resources.files(__package__).joinpath("phones.npz").open("rb") as file:
        return read_layers(file)
