"""Phones: which kinds of sound a voice makes, as far as they show on the lips."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.film.phone_features import PHONE_RATE, features_at, is_silent, spectra_of, steps_of

__all__ = ["PHONE_RATE", "PhoneTrack", "phones_of"]

Curve = NDArray[np.float64]

KINDS = (
    "silence", "m", "n", "p", "t", "k", "f", "th", "s", "sh", "l", "r", "h",
    "i", "e", "a", "er", "o", "u", "ue", "w",
)  # fmt: skip
"""Kinds of sounds that are told apart, each named after one of its own."""
VOWELS = ("i", "e", "a", "er", "o", "u", "ue")
OFFSETS = (-11, -8, -5, -3, -2, -1, 0, 1, 2, 3, 5, 8, 11)
"""Steps whose features are heard together."""
INPUT_STEP, ACTIVATION_STEP, WEIGHT_STEP = 2**-5, 2**-6, 2**-9
"""Inputs, activations and weights are whole multiples of these: so every sum is exact in any order of adding."""
LARGEST_INPUT, LARGEST_ACTIVATION = 4.0, 32.0
SCALES = (0.85, 0.92, 1.0, 1.09, 1.18, 1.28)
"""By how much the formants of a recording may be higher than those of the voices that were learned from."""
ACOUSTIC_SCALE = 1.0
"""How much a step's own sound counts against the usual course of speech: neighbours hear nearly the same."""


@dataclass(frozen=True, slots=True)
class _Decision:
    """When a sound counts as one that shows in a certain way."""

    kinds: tuple[str, ...]
    alike: tuple[str, ...] = ()
    """Kinds that are easily taken for those, where to be wrong costs little: no lips are read on a t."""
    cost: float = 1.0
    """Of that, as a share of the cost of being wrong about other kinds."""
    leaning: float = 0.0
    """Added to the log odds: what is missed costs more than what is heard in vain."""


DECISIONS = {
    "closed": _Decision(("m", "p"), alike=("n", "t", "k", "silence"), cost=0.2, leaning=1.5),
    "rounded": _Decision(("o", "u", "ue", "w"), alike=("r", "l", "er"), cost=0.5, leaning=3.0),
    "lip_to_teeth": _Decision(("f",), alike=("th",), cost=0.5, leaning=2.5),
    "vowel": _Decision(VOWELS),
}


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
class _Ear:
    """What was learned by `infra/studio/train_phones.py`."""

    layers: tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]
    """Weights (inputs, outputs) in units of `WEIGHT_STEP`, and biases."""
    prior: Curve
    """How often each kind is heard."""
    moves: NDArray[np.float64]
    """(kinds, kinds): how often a step of one kind is followed by one of another."""


def phones_of(samples: NDArray[np.float32]) -> PhoneTrack:
    """Return which kinds of sounds a recording has (mono at 16 kHz); a silent one has none."""
    spectra = spectra_of(samples)
    if is_silent(spectra):
        nothing = np.zeros(steps_of(samples))
        return PhoneTrack(nothing, nothing, nothing, nothing)
    ear = _ear()
    likely = _smoothed(_at_the_best_scale(spectra, ear), ear)
    return PhoneTrack(**{name: _decided(likely, decision) for name, decision in DECISIONS.items()})


def _at_the_best_scale(spectra: NDArray[np.float64], ear: _Ear) -> NDArray[np.float64]:
    """Return the scores (steps, kinds) at which the ear is surest: so a short tract is heard as a usual one.

    After Lee and Rose (1996), who scale frequencies by what makes a recording likeliest.
    """
    heard = [scores(features_at(spectra, scale), ear.layers) for scale in SCALES]
    return max(heard, key=_certainty)


def _certainty(score: NDArray[np.float64]) -> float:
    """Return the mean logarithm of the likeliest kind's share."""
    ahead = score - score.max(axis=1, keepdims=True)
    return -float(np.mean(np.log(np.exp(ahead).sum(axis=1))))


def _decided(likely: NDArray[np.float64], decision: _Decision) -> Curve:
    """Return a curve that is over 0.5 where the decision is yes."""

    def share(kinds: tuple[str, ...]) -> Curve:
        return np.asarray(likely[:, [KINDS.index(kind) for kind in kinds]].sum(axis=1))

    wanted = share(decision.kinds) * np.exp(decision.leaning)
    against = 1 - share(decision.kinds) - (1 - decision.cost) * share(decision.alike)
    return np.asarray(wanted / (wanted + np.maximum(against, 1e-9)))


def in_context(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each step's features with those of its neighbours (steps, inputs), in units of `INPUT_STEP`."""
    reach = max(OFFSETS)
    limited = np.clip(features, -LARGEST_INPUT, LARGEST_INPUT)
    padded = np.pad(np.rint(limited / INPUT_STEP), ((reach, reach), (0, 0)), mode="edge")
    return np.concatenate(
        [padded[reach + shift : reach + shift + len(features)] for shift in OFFSETS], axis=1
    )


def scores(
    features: NDArray[np.float64], layers: tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]
) -> NDArray[np.float64]:
    """Return a score for each step and kind (steps, kinds): logarithms of likelihoods but for a constant a step."""
    signal, unit = in_context(features), INPUT_STEP
    for weights, biases in layers[:-1]:
        active = np.clip(signal @ weights * (unit * WEIGHT_STEP) + biases, 0, LARGEST_ACTIVATION)
        signal, unit = np.rint(active / ACTIVATION_STEP), ACTIVATION_STEP
    weights, biases = layers[-1]
    return np.asarray(signal @ weights * (unit * WEIGHT_STEP) + biases)


def _smoothed(score: NDArray[np.float64], ear: _Ear) -> NDArray[np.float64]:
    """Return how likely each kind is in each step, given all of them (forward and backward, Rabiner 1989)."""
    heard = ACOUSTIC_SCALE * (score - np.log(ear.prior))
    heard = np.exp(heard - heard.max(axis=1, keepdims=True))
    ahead = np.empty_like(heard)
    state = ear.prior
    for step, sound in enumerate(heard):
        state = sound * (state @ ear.moves if step else state)
        state = state / state.sum()
        ahead[step] = state
    back = np.ones(len(KINDS))
    for step in range(len(heard) - 1, -1, -1):
        ahead[step] *= back
        back = ear.moves @ (heard[step] * back)
        back = back / back.sum()
    return np.asarray(ahead / ahead.sum(axis=1, keepdims=True))


@cache
def _ear() -> _Ear:
    """Load what was learned."""
    with resources.files(__package__).joinpath("phones.npz").open("rb") as file:
        data = np.load(file, allow_pickle=False)
        names = sorted(name for name in data.files if name.startswith("weights"))
        layers = tuple(
            (data[name].astype(np.float64), data[name.replace("weights", "biases")].astype(np.float64))
            for name in names
        )
        return _Ear(
            layers=layers,
            prior=data["prior"].astype(np.float64),
            moves=data["moves"].astype(np.float64),
        )
