"""The layout of a fingerprint: which of its numbers vary what."""

from collections import Counter
from dataclasses import replace

import pytest

from adapters.faces.studio.design.fingerprint import (
    FINGERPRINT_SIZE,
    NO_VARIATION,
    TIMBRE_DEVIATION,
    Fingerprint,
    Slots,
    fingerprint_of,
)
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.styling import PLAIN
from adapters.faces.studio.design.traits import Traits
from domain.voice import Gender, Person

COUNTING = Fingerprint(tuple(float(slot) for slot in range(FINGERPRINT_SIZE)))


def test_every_slot_lies_within_the_size_of_a_fingerprint() -> None:
    slots = [slot for group in Slots for slot in group.value]
    assert 0 <= min(slots) <= max(slots) < FINGERPRINT_SIZE


def test_no_two_names_share_a_slot() -> None:
    uses = Counter(slot for group in Slots for slot in group.value)
    assert [slot for slot, count in uses.items() if count > 1] == []


def test_every_slot_has_a_name() -> None:
    assert {slot for group in Slots for slot in group.value} == set(range(FINGERPRINT_SIZE))


def test_the_seed_of_the_locks_changes_nothing_but_the_seed() -> None:
    person, traits = Person(30, Gender.WOMAN), Traits(fingerprint=Fingerprint((0.3,) * FINGERPRINT_SIZE))
    before, after = (design_face(person, traits, replace(PLAIN, lock_seed=seed)) for seed in (7, 0))
    assert (before.lock_seed, after.lock_seed) == (7, 0)
    assert replace(after, lock_seed=before.lock_seed) == before


def test_a_number_is_read_from_the_slot_of_its_name() -> None:
    assert list(COUNTING.details) == [*range(29), 46]
    assert list(COUNTING.head_shapes) == list(range(29, 35))
    asymmetries = [COUNTING.brow_asymmetry, COUNTING.mouth_asymmetry, COUNTING.nose_asymmetry]
    colours = [COUNTING.hair_colour, COUNTING.freckles, COUNTING.iris, COUNTING.shirt]
    assert asymmetries == [35, 36, 37]
    assert COUNTING.build == 38
    assert colours == [40, 41, 42, 43]
    assert COUNTING.brow_thickness == 45


def test_each_lock_seed_slot_sets_one_bit_of_the_seed() -> None:
    seeds = set()
    for slot in Slots.LOCK_SEED.value:
        numbers = [-0.5] * FINGERPRINT_SIZE
        numbers[slot] = 0.5
        seeds.add(Fingerprint(tuple(numbers)).lock_seed)
    assert seeds == {1, 2, 4}


def test_a_fingerprint_of_another_size_is_an_error() -> None:
    with pytest.raises(ValueError, match="48 numbers, not 12"):
        Fingerprint((0.0,) * 12)


def test_a_usual_timbre_gives_no_variation_and_an_unusual_one_some() -> None:
    usual = (1.0,) * len(TIMBRE_DEVIATION)
    assert fingerprint_of(usual, usual) == NO_VARIATION
    assert fingerprint_of(usual, (0.0,) * len(usual)).strength > 0.3
    assert NO_VARIATION.strength == 0
