"""Which secrets can be guessed."""

import itertools

SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 8
"""How many different ones a secret has at least: 32 random digits nearly always have more."""
PUBLISHED_SECRETS = frozenset({"not-a-secret-only-for-a-laptop-of-ones-own"})
"""Secrets that stood in this code, so that all the world knows them."""


def is_guessable(secret: str) -> bool:
    """Tell whether a secret is short, published, of few characters, a repeated part, or a row of neighbours."""
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(secret)}
    periods = range(1, len(secret) // 2 + 1)
    return (
        len(secret) < SHORTEST_SECRET
        or secret in PUBLISHED_SECRETS
        or len(set(secret)) < FEWEST_CHARACTERS
        or any(secret[period:] == secret[:-period] for period in periods)
        or len(steps) == 1
    )
