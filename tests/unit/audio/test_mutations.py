"""Damaged recordings in the process that checks uploads; `make mutations` checks many more."""

from pathlib import Path

import pytest

from adapters.audio.checking import DecodingVoiceChecker
from adapters.processes.limited import LimitedProcesses
from application.ports.processes import ProcessDied
from domain.errors import VoiceRefused
from domain.ids import UserId
from unit.audio.mutations import damaged


@pytest.mark.parametrize("seed", range(4))
async def test_damaged_recordings_end_in_sound_or_a_refusal_and_no_process_dies(
    seed: int, tmp_path: Path
) -> None:
    checker = DecodingVoiceChecker(LimitedProcesses())
    path = tmp_path / "damaged"
    died = []

    for number in range(25):
        path.write_bytes(damaged(seed, number).content)
        try:
            await checker.check(path, tmp_path / "copy", UserId("one"))
        except VoiceRefused as refused:  # as which a process that died appears, too, with this cause
            if isinstance(refused.__cause__, ProcessDied):
                died.append(number)

    assert died == []


def test_a_damaged_recording_can_be_made_again_from_its_number() -> None:
    assert damaged(2, 40) == damaged(2, 40)
    assert damaged(2, 40) != damaged(2, 41)
