"""Train the film's ear for phones on what `phone_speech.py` has made, and write its weights.

A temporal convolution network (Bai, Kolter, Koltun 2018), trained by AdamW in PyTorch, which only this script needs:
the film hears with numpy alone. Batch normalisation is folded into the weights, which become whole numbers of 8 bits.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from phone_kinds import AT_TEETH, CLOSED, KINDS, ROUNDED, VOWELS
from phone_lessons import Lesson, collected
from phone_speech import SEED
from torch import Tensor, nn
from torch.nn import functional

from adapters.faces.studio.film.phone_features import BANDS, MOMENTS
from adapters.faces.studio.film.phones import CONTEXT, CURVES, DILATIONS, INPUT_STEP

FEATURES = BANDS + 1
CHANNELS = 96
STEPS, BATCH = 256, 16
"""Steps of a piece of speech, and pieces that are learned from at a time."""
ROUNDS, ROUNDS_OF_ALL = 6000, 8000
"""How often `BATCH` pieces are learned from: without the voices that are held back, and then with them."""
SHARE_AT_LAST = 0.375
"""Of the pieces: those of voices that were held back at first."""
FASTEST, SLOWEST, WARMING = 3e-3, 1.5e-5, 100
"""Size of the steps of learning at most and at last, and the rounds until the first."""
DECAY, LARGEST_SLOPE = 0.01, 2.0
DROPPED = 0.1
"""Share of channels that are not heard while learning."""
CERTAIN = 0.98
"""Certainty that is asked for (Szegedy 2016): labels are some 10 ms wrong."""
KINDS_SMOOTHING = 0.05
CURVES_WEIGHT, KINDS_WEIGHT = 4.0, 0.4
MASKED, TILTED = 0.4, 0.3
"""Shares of the pieces in which a few bands are not heard (Park 2019), and in which all are louder or quieter."""
LARGEST_WEIGHT = 127


@dataclass(frozen=True, slots=True)
class Rule:
    """What a curve shows, and how much it counts to be right about which kinds; 1 where nothing is said."""

    kinds: Sequence[str]
    weights: dict[Sequence[str], float]
    others: float = 1.0


RULES = {
    "closed": Rule(CLOSED, {CLOSED: 1.5, VOWELS: 2.0, ("n", "t", "k", "silence"): 0.3}),
    "rounded": Rule(
        ROUNDED, {ROUNDED: 1.5, ("i", "e", "a"): 1.0, ("r", "l", "er", "silence"): 0.3}, others=0.5
    ),
    "lip_to_teeth": Rule(AT_TEETH, {AT_TEETH: 3.0, ("th",): 0.3, ("s", "sh", "h", "silence"): 0.5}),
    "vowel": Rule(VOWELS, {}),
}
"""No lips are read on a t, and next to an o anything may be round: there errors cost little."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Lessons one after another."""

    features: Tensor
    kinds: Tensor
    weights: Tensor
    """By step: short sounds count more, and the edges of long ones less."""


def joined(lessons: Sequence[Lesson]) -> Speech:
    """Return lessons one after another."""
    kinds = np.concatenate([lesson.kinds for lesson in lessons])
    return Speech(
        torch.from_numpy(np.concatenate([lesson.features for lesson in lessons])),
        torch.from_numpy(kinds.astype(np.int64)),
        torch.from_numpy(weights_of(kinds)),
    )


def weights_of(kinds: NDArray[np.int8]) -> NDArray[np.float32]:
    """Return how much each step counts."""
    edges = np.flatnonzero(np.diff(kinds)) + 1
    lengths = np.diff(np.concatenate([[0], edges, [len(kinds)]]))
    weights = np.repeat(np.clip(np.sqrt(8 / lengths), 0.6, 1.8), lengths)
    at_edge = np.zeros(len(kinds), dtype=bool)
    at_edge[edges], at_edge[edges - 1] = True, True
    weights[at_edge & np.repeat(lengths >= 6, lengths)] *= 0.5
    return weights.astype(np.float32)


class Network(nn.Module):  # type: ignore[misc]  # types are checked without PyTorch
    """What `phones.log_odds` computes, and the kinds besides, from which it learns but which nobody asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.front = nn.Conv1d(
            FEATURES, CHANNELS, CONTEXT, stride=MOMENTS, padding=(CONTEXT - 1) // 2, bias=False
        )
        self.blocks = nn.ModuleList(
            nn.Conv1d(CHANNELS, CHANNELS, 3, dilation=dilation, padding=dilation, bias=False)
            for dilation in DILATIONS
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(CHANNELS) for _ in range(1 + len(DILATIONS)))
        self.curves = nn.Conv1d(CHANNELS, len(CURVES), 1)
        self.kinds = nn.Conv1d(CHANNELS, len(KINDS), 1)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logarithms of the odds of curves and of kinds, (pieces, outputs, steps)."""
        signal = torch.relu(self.norms[0](self.front(features)))
        for block, norm in zip(self.blocks, self.norms[1:], strict=True):
            heard = functional.dropout1d(signal, DROPPED, self.training)
            signal = signal + torch.relu(norm(block(heard)))
        return self.curves(signal), self.kinds(signal)

    def layers(self) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Return weights (inputs, outputs) and biases of each layer, with its normalisation folded in."""
        found = []
        for layer, norm in zip([self.front, *self.blocks], self.norms, strict=True):
            gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            found.append((layer.weight * gain[:, None, None], norm.bias - norm.running_mean * gain))
        found.append((self.curves.weight, self.curves.bias))
        return [
            (weights.detach().numpy().transpose(2, 1, 0).reshape(-1, len(biases)), biases.detach().numpy())
            for weights, biases in found
        ]


def piece(speech: Speech, random: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Return the features, kinds and weights of a piece of speech."""
    start = int(random.integers(len(speech.kinds) - STEPS))
    steps = slice(start, start + STEPS)
    features = speech.features[MOMENTS * start : MOMENTS * (start + STEPS)].float().T * INPUT_STEP
    if random.random() < MASKED:
        band = int(random.integers(BANDS - 2))
        features[band : band + int(random.integers(1, 6))] = 0
    if random.random() < TILTED:
        features[:BANDS] += float(random.normal(0, 0.15))
    return features, speech.kinds[steps], speech.weights[steps]


def rules() -> tuple[Tensor, Tensor]:
    """Return what is wanted of each curve for each kind, and how much it counts (kinds, curves)."""
    wanted, counts = torch.zeros(len(KINDS), len(CURVES)), torch.ones(len(KINDS), len(CURVES))
    for at, name in enumerate(CURVES):
        rule = RULES[name]
        counts[:, at] = rule.others
        wanted[[KINDS.index(kind) for kind in rule.kinds], at] = 1.0
        for kinds, weight in rule.weights.items():
            counts[[KINDS.index(kind) for kind in kinds], at] = weight
    return CERTAIN * wanted + (1 - CERTAIN) / 2, counts


def teach(network: Network, given: Sequence[tuple[Speech, float]], rounds: int) -> None:
    """Let a network learn from several kinds of speech, each with its share of the pieces."""
    random = np.random.default_rng([SEED, rounds])
    network.train()
    learner = torch.optim.AdamW(network.parameters(), lr=FASTEST, weight_decay=DECAY)
    wanted, counts = rules()
    for done in range(rounds):
        speed = SLOWEST + (FASTEST - SLOWEST) * 0.5 * (1 + np.cos(np.pi * done / rounds))
        learner.param_groups[0]["lr"] = speed * min(1.0, (done + 1) / WARMING)
        chosen = random.choice(len(given), BATCH, p=[share for _, share in given])
        pieces = [piece(given[which][0], random) for which in chosen]
        features, kinds, weights = (torch.stack(parts) for parts in zip(*pieces, strict=True))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            curves, others = network(features)
        known = kinds.clamp(min=0)
        counting = counts[known].transpose(1, 2) * (weights * (kinds >= 0))[:, None]
        target = wanted[known].transpose(1, 2)
        loss = CURVES_WEIGHT * torch.mean(
            counting * functional.binary_cross_entropy_with_logits(curves.float(), target, reduction="none")
        ) + KINDS_WEIGHT * functional.cross_entropy(
            others.float(), kinds, ignore_index=-1, label_smoothing=KINDS_SMOOTHING
        )
        learner.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), LARGEST_SLOPE)
        learner.step()
        if done % 200 == 0:
            sys.stdout.write(f"round {done} of {rounds}: loss {loss.item():.4f}\n")
    network.eval()


def written(network: Network, target: Path) -> None:
    """Write what a network has learned, its weights as whole numbers of units of their own for each output."""
    learned: dict[str, NDArray[np.generic]] = {}
    for at, (weights, biases) in enumerate(network.layers()):
        steps = np.abs(weights).max(axis=0) / LARGEST_WEIGHT + 1e-12
        learned[f"weights{at}"] = np.rint(weights / steps).astype(np.int8)
        learned[f"steps{at}"], learned[f"biases{at}"] = steps.astype(np.float32), biases
    np.savez_compressed(target, **learned)  # type: ignore[arg-type]  # numpy takes any arrays by name


def main() -> None:
    """Train on the speech in a folder, and write two files of weights.

    `<target>` has heard all voices; `<target>-some` has not heard those that are held back, and serves to measure.
    """
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    network = Network()
    usual = joined(collected(sorted(source.glob("train/*/*.wav")), 2))
    teach(network, [(usual, 1.0)], ROUNDS)
    written(network, target.with_stem(target.stem + "-some"))
    at_last = joined(collected(sorted(source.glob("at-last/*/*.wav")), 2))
    teach(network, [(usual, 1 - SHARE_AT_LAST), (at_last, SHARE_AT_LAST)], ROUNDS_OF_ALL)
    written(network, target)


if __name__ == "__main__":
    main()
