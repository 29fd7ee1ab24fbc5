"""Morph targets and phenotypes on the head asset."""

import numpy as np
import pytest

from adapters.faces.studio.anatomy.asset import MASKS, load_head_asset
from adapters.faces.studio.anatomy.morphs import deform
from adapters.faces.studio.design.phenotype import age_blend, phenotype
from adapters.faces.studio.design.weights import detail, mix
from adapters.faces.studio.render.mesh import Part

HEAD = load_head_asset()


def test_a_target_moves_its_vertices_in_proportion_to_its_weight() -> None:
    vertices, offsets = HEAD.targets.of("face/jawOpen")
    half = deform(HEAD, HEAD.base, {"face/jawOpen": 0.5})
    np.testing.assert_allclose(half[vertices] - HEAD.base[vertices], offsets / 2, atol=1e-6)
    rest = np.setdiff1d(np.arange(len(HEAD.base)), vertices)
    assert np.array_equal(half[rest], HEAD.base[rest])


def test_deforming_does_not_change_the_base_mesh() -> None:
    before = HEAD.base.copy()
    deform(HEAD, HEAD.base, {"face/mouthSmileLeft": 1.0})
    assert np.array_equal(HEAD.base, before)


def test_an_unknown_target_is_an_error() -> None:
    with pytest.raises(KeyError):
        deform(HEAD, HEAD.base, {"face/thirdEye": 1.0})


def test_a_blink_closes_one_eye_and_moves_its_lashes_with_it() -> None:
    vertices, offsets = HEAD.targets.of("face/eyeBlinkLeft")
    lashes = np.isin(vertices, HEAD.vertices_of(Part.LASH))
    assert lashes.sum() > 40
    assert offsets[lashes, 1].min() < -0.05
    assert (HEAD.base[vertices[lashes], 0] > 0).all()


def test_the_sign_of_a_detail_chooses_its_end_and_its_weight_is_at_most_one() -> None:
    assert detail("chin-width", -0.3) == {"detail/chin-width-decr": 0.3}
    assert detail("nose-point", 4.0, ("down", "up")) == {"detail/nose-point-up": 1.0}


def test_weights_of_the_same_target_add_up() -> None:
    assert mix([{"a": 0.25}, {"a": 0.5, "b": 1.0}]) == {"a": 0.75, "b": 1.0}


@pytest.mark.parametrize("age", [1, 8, 12, 18.5, 40, 90])
def test_an_age_is_divided_between_the_two_nearest_anchors(age: float) -> None:
    shares = age_blend(age)
    assert sum(shares.values()) == pytest.approx(1)
    assert sum(share > 0 for share in shares.values()) <= 2


@pytest.mark.parametrize("masculinity", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("weight", [0.3, 0.5, 0.7])
def test_the_weights_of_all_bodies_and_of_all_ancestries_add_up_to_one(
    masculinity: float, weight: float
) -> None:
    weights = phenotype(33, masculinity, weight=weight, muscle=0.6, ideal=0.5)
    assert sum(w for name, w in weights.items() if "universal" in name) == pytest.approx(1)
    assert sum(w for name, w in weights.items() if "/asian-" in name) == pytest.approx(1 / 3)
    assert sum(w for name, w in weights.items() if name.startswith("ideal/")) == pytest.approx(0.5)
    assert set(weights) <= set(HEAD.targets.numbers)


def test_the_asset_has_every_part_and_mask() -> None:
    drawn = {Part.SKIN, Part.EYE, Part.LASH, Part.TEETH, Part.TONGUE}
    assert set(np.unique(HEAD.parts)) == {int(part) for part in drawn}
    for name in MASKS:
        assert 10 < (HEAD.masks[name] > 0.5).sum() < len(HEAD.base) / 2
