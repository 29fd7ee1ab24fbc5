"""The layout of a fingerprint: which of its numbers vary what."""

from collections import Counter

import pytest

from adapters.faces.studio.design.fingerprint import (
    FINGERPRINT_SIZE,
    NO_VARIATION,
    TIMBRE_DEVIATION,
    Fingerprint,
    Slots,
    fingerprint_of,
)

COUNTING = Fingerprint(tuple(float(slot) for slot in range(FINGERPRINT_SIZE)))


def test_every_slot_lies_within_the_size_of_a_fingerprint() -> None:
    slots = [slot for group in Slots for slot in group.value]
    assert 0 <= min(slots) <= max(slots) < FINGERPRINT_SIZE


def test_only_the_lock_seed_shares_slots_with_the_style() -> None:
    uses = Counter(slot for group in Slots for slot in group.value)
    assert {slot for slot, count in uses.items() if count > 1} == {45, 46}


def test_a_number_is_read_from_the_slot_of_its_name() -> None:
    assert list(COUNTING.details) == list(range(29))
    assert list(COUNTING.head_shapes) == list(range(29, 35))
    read = COUNTING
    uneven = [read.brow_asymmetry, read.mouth_asymmetry, read.nose_asymmetry]
    colours = [read.hair_colour, read.freckles, read.iris, read.shirt]
    assert uneven == [35, 36, 37]
    assert read.build == 38
    assert colours == [40, 41, 42, 43]
    assert [read.style_choice, read.style_rarity] == [45, 46]


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
