"""Chooses among the channels of a recording the one with the clearest voice."""

from collections.abc import Sequence

import numpy as np

from adapters.audio.arrays import Channels, Samples
from adapters.audio.clarity import voice_clarity
from adapters.audio.resampling import resampled
from application.ports.audio import SAMPLE_RATE

_SILENT = 1e-6  # of the power of the loudest channel
_SAME = 0.98  # correlation of channels that hold the same sound, in phase or out of phase
_MIX_MARGIN = 1.3  # how many times clearer a mix must be


def clearest(blocks: Sequence[Channels], rate: int) -> Samples:
    """Return the channel with the clearest voice, or the mean of those with a voice where that is clearer still.

    Where no channel has a voice, the mean of all may have one: what surrounds a voice may be opposite in two channels.
    Blocks follow each other and may differ in their number of channels. A mean is the exception: two microphones hear
    a voice at different times, and their mean lacks what is out of phase.
    """
    count = max(block.shape[1] for block in blocks)
    if count == 1:
        return _mean(blocks, [0])
    channels = [resampled(_mean(blocks, [number]), rate, SAMPLE_RATE) for number in range(count)]
    distinct = _distinct(channels)
    if len(distinct) == 1:
        return _mean(blocks, distinct)
    clarity = {number: voice_clarity(channels[number]) for number in distinct}
    best = max(distinct, key=lambda number: clarity[number])
    mix = _mean(blocks, [number for number in distinct if clarity[number] > 0] or distinct)
    mix_is_clearer = voice_clarity(resampled(mix, rate, SAMPLE_RATE)) > clarity[best] * _MIX_MARGIN
    return mix if mix_is_clearer else _mean(blocks, [best])


def _mean(blocks: Sequence[Channels], numbers: Sequence[int]) -> Samples:
    """Return the mean of some channels; where a block has too few channels, all of them stand for those it lacks."""
    chosen = (block[:, numbers] if max(numbers) < block.shape[1] else block for block in blocks)
    return np.concatenate([c[:, 0] if c.shape[1] == 1 else c.mean(axis=1, dtype=np.float32) for c in chosen])


def _distinct(channels: Sequence[Samples]) -> list[int]:
    """Return the numbers of the channels that differ, loudest first; those that are silent beside it are left out."""
    power = [float(channel @ channel) for channel in channels]
    loudest = max(power)
    distinct: list[int] = []
    for number in sorted(range(len(channels)), key=lambda number: -power[number]):
        if distinct and power[number] <= _SILENT * loudest:
            break
        if all(
            abs(float(channels[number] @ channels[other])) < _SAME * (power[number] * power[other]) ** 0.5
            for other in distinct
        ):
            distinct.append(number)
    return distinct
