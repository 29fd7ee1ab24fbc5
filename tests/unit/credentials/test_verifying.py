"""Credentials of strangers and of damaged files: whatever they hold, there is an answer."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from adapters.credentials.certificates import new_identity
from adapters.credentials.labels import SignedLabels
from adapters.credentials.verifying import CLAIM_MISSING, Findings, Standing, findings_of, read_credentials
from application.ports.faces import FaceFiles, Origin
from doubles.face_files import noise

STEP = 13


async def test_each_damage_to_a_manifest_has_an_answer(tmp_path: Path) -> None:
    identity = new_identity("Voice2Face", datetime.now(UTC))
    path = tmp_path / "portrait.png"
    noise().save(path)
    await SignedLabels(identity, "9.9").label(FaceFiles(origin=Origin.ALGORITHM, portrait=path, video=None))
    whole = path.read_bytes()
    start = whole.index(b"caBX") + 4
    end = start + int.from_bytes(whole[start - 8 : start - 4])
    chance = Random(1)
    found = Counter[Standing]()
    for place in range(start, end, STEP):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        found[read_credentials(path, identity.issuer).standing] += 1
    assert found.keys() <= {Standing.BROKEN, Standing.UNREADABLE, Standing.TRUSTED}  # trusted: in the padding
    assert found[Standing.BROKEN] > 50
    assert found[Standing.UNREADABLE] > 20


async def test_a_file_that_names_a_claim_which_it_does_not_hold_is_broken(tmp_path: Path) -> None:
    identity = new_identity("Voice2Face", datetime.now(UTC))
    path = tmp_path / "portrait.png"
    noise().save(path)
    await SignedLabels(identity, "9.9").label(FaceFiles(origin=Origin.ALGORITHM, portrait=path, video=None))
    whole = path.read_bytes()
    for place in range(whole.index(b"urn:c2pa:"), whole.index(b"urn:c2pa:") + 45):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert read_credentials(path, identity.issuer).standing in {Standing.BROKEN, Standing.UNREADABLE}


def told(claim: object) -> str:
    return json.dumps({"active_manifest": "a", "manifests": {"a": claim}, "validation_state": "Valid"})


def actions(data: object) -> object:
    return {"assertions": [{"label": "c2pa.actions.v2", "data": data}]}


@pytest.mark.parametrize(
    "claim",
    [
        1,
        {"assertions": [{}]},
        {"assertions": 1},
        {"claim_generator_info": ["a tool"]},
        {"signature_info": {"issuer": 1}},
        actions("a text"),
        actions({"actions": 1}),
        actions({"actions": ["opened"]}),
        actions({"actions": [{"digitalSourceType": {}}]}),
        {"ingredients": [{"validation_results": 1}]},
    ],
)
def test_a_claim_of_another_shape_is_broken(claim: object) -> None:
    found = findings_of(told(claim))
    assert found.standing is Standing.BROKEN
    assert found.failures


@pytest.mark.parametrize("claim", [{}, {"signature_info": None, "claim_generator_info": []}, actions({})])
def test_a_claim_may_say_little(claim: object) -> None:
    assert findings_of(told(claim)) == Findings(standing=Standing.UNKNOWN_ISSUER)


@pytest.mark.parametrize("report", ["{}", '{"active_manifest": "a", "manifests": {}}'])
def test_a_claim_that_is_not_there_is_broken(report: str) -> None:
    assert findings_of(report) == Findings(standing=Standing.BROKEN, failures=(CLAIM_MISSING,))
