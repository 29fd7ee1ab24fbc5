"""Which secrets can be guessed."""

import itertools
import math
from collections import Counter

SHORTEST_SECRET = 32
FEWEST_BITS = 60
"""How much a secret tells at least, by its own characters: one in a billion of 32 random digits tells less."""
PUBLISHED_SECRETS = frozenset({"not-a-secret-only-for-a-laptop-of-ones-own"})
"""Secrets that stood in this code, so that all the world knows them."""


def is_guessable(secret: str) -> bool:
    """Tell whether a secret is short, published, a repeated part, a row of neighbours, or tells next to nothing."""
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(secret)}
    periods = range(1, len(secret) // 2 + 1)
    return (
        len(secret) < SHORTEST_SECRET
        or secret in PUBLISHED_SECRETS
        or _bits(secret) < FEWEST_BITS
        or any(secret[period:] == secret[:-period] for period in periods)
        or len(steps) == 1
    )


def _bits(text: str) -> float:
    """Return the information in a text if each character comes as often as it does here (Shannon's entropy)."""
    return sum(count * math.log2(len(text) / count) for count in Counter(text).values())
