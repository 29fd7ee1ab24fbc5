"""The real bandwidth of a recording: how far up its voice reaches, whatever its sample rate claims.

A filter, a low sample rate or a codec ends the band at an edge. A codec with few bits also leaves most vowels empty
far below the edge that the louder fricatives show.
"""

import numpy as np

from adapters.audio.arrays import Floats, Mask
from adapters.audio.spectrum import FREQUENCIES
from application.ports.audio import SAMPLE_RATE

FULL_BANDWIDTH_HZ = SAMPLE_RATE / 2

_LOWEST_HZ, _HIGHEST_HZ = 1_700.0, 5_600.0  # of an edge; a higher one limits nothing that is measured
_SMOOTHING = np.hanning(11) / np.hanning(11).sum()

_STEP = 3  # frames; those between overlap with them
_SHARE = 0.97  # of the frames are weaker in each bin; vowels fill the low end, fricatives the high end
_NOISE = 3.5  # means of steady noise make that quantile of it
_LEAST_LEFT = 0.15

_FLOOR = 1e-8  # of the strongest bin
_EDGE_BINS = round(700 / FREQUENCIES[1])
# Voices, dark ones too, fall by up to 16 dB over 700 Hz; codecs by 19 dB where no noise hides it.
_EDGE_DB = 17.0
_LOUDEST_ABOVE_DB = -35.0  # of the strongest bin; what is louder is voice
_PLATEAU_BINS = round(1_000 / FREQUENCIES[1])
_END_DB = 8.0  # below the plateau before the edge

_EMPTY = 2e-8  # of a frame's power
_GAP_BINS = round(500 / FREQUENCIES[1])  # at least; voices have narrower ones


def bandwidth(spectra: Floats, voiced: Mask, noise: Floats) -> float:
    """Return the upper end of a voice's band in Hz; `FULL_BANDWIDTH_HZ` where none is found.

    `spectra` are the power spectra of all frames, shape (frames, bins); `noise` is that of the background.
    """
    strongest = np.quantile(spectra[::_STEP], _SHARE, axis=0)
    strongest = np.maximum(strongest - _NOISE * noise, _LEAST_LEFT * strongest)
    return min(_edge(strongest), _first_gap(spectra[voiced][::_STEP]))


def _edge(power: Floats) -> float:
    """Return the frequency at which a spectrum falls steeply, and above which it stays low."""
    smooth = _smoothed(power)
    level = 10 * np.log10(smooth / (smooth.max() + 1e-20) + _FLOOR)
    loudest_above = np.maximum.accumulate(level[::-1])[::-1]
    starts = np.flatnonzero((FREQUENCIES >= _LOWEST_HZ) & (FREQUENCIES <= _HIGHEST_HZ))
    starts = starts[loudest_above[starts + _EDGE_BINS] < _LOUDEST_ABOVE_DB]
    drops = loudest_above[starts] - loudest_above[starts + _EDGE_BINS]
    if drops.max(initial=0) < _EDGE_DB:
        return FULL_BANDWIDTH_HZ
    start = starts[drops.argmax()]
    plateau = np.median(level[start - _PLATEAU_BINS : start + 1])
    inside = np.flatnonzero(level[: start + _EDGE_BINS] >= plateau - _END_DB)
    return float(FREQUENCIES[inside[-1]])


def _first_gap(spectra: Floats) -> float:
    """Return the frequency from which most frames of the louder half are empty."""
    power = spectra.sum(axis=1)
    is_loud = power >= np.median(power)
    shares = np.median(spectra[is_loud] / np.maximum(power[is_loud, None], 1e-20), axis=0)
    is_empty = (_smoothed(shares) < _EMPTY) & (FREQUENCIES >= _LOWEST_HZ)
    gaps = np.flatnonzero(np.convolve(is_empty, np.ones(_GAP_BINS), mode="valid") > _GAP_BINS - 0.5)
    return float(FREQUENCIES[gaps[0]]) if len(gaps) else FULL_BANDWIDTH_HZ


def _smoothed(power: Floats) -> Floats:
    smooth: Floats = np.convolve(power, _SMOOTHING, mode="same")
    return smooth
