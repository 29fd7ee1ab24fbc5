from itertools import pairwise

from domain.feedback import FaceKind, first_face
from domain.ids import GenerationId

CONSECUTIVE_IDS = [GenerationId(f"01a224ea8787{number:020x}") for number in range(4000)]


def test_the_first_face_is_the_same_whenever_a_result_is_shown() -> None:
    known = {
        "01a224ea878777508e967e708a8ade15": FaceKind.CONDITION,
        "019a8f2e5c7d7b3a9c41d2e6f8a01b23": FaceKind.VOICE,
    }
    assert {one: first_face(GenerationId(one)) for one in known} == known


def test_each_face_is_first_in_half_of_the_results() -> None:
    order = [first_face(one) for one in CONSECUTIVE_IDS]
    assert 1900 < order.count(FaceKind.VOICE) < 2100


def test_which_face_is_first_does_not_follow_from_the_result_before() -> None:
    order = [first_face(one) for one in CONSECUTIVE_IDS]
    assert 1900 < sum(one is not other for one, other in pairwise(order)) < 2100
