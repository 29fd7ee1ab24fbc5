"""Pitch and tract length as Praat measures them, for comparison."""

import numpy as np
import parselmouth
from numpy.typing import NDArray
from parselmouth.praat import call

from adapters.audio.vocal_tract import fitted_length
from application.ports.audio import SAMPLE_RATE
from unit.audio.sounds import Samples


def median_pitch(samples: Samples) -> float:
    """Return the median of Praat's pitch in Hz, with its standard settings."""
    return float(np.median(_voiced(_sound(samples).to_pitch())))


def lowered(samples: Samples, hertz: float) -> Samples:
    """Return a voice with another median pitch and the same formants, by overlap and add."""
    manipulation = call(_sound(samples), "To Manipulation", 0.01, 60, 600)
    tier = call(manipulation, "Extract pitch tier")
    call(tier, "Multiply frequencies", 0, 1_000, hertz / median_pitch(samples))
    call([tier, manipulation], "Replace pitch tier")
    resynthesised = call(manipulation, "Get resynthesis (overlap-add)")
    return np.asarray(resynthesised.values[0], dtype=np.float32)


def pitch_contour(samples: Samples, moments: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Praat's pitch in Hz at moments in seconds, with its standard settings; NaN where unvoiced."""
    pitch = _sound(samples).to_pitch()
    return np.array([pitch.get_value_at_time(float(t)) for t in moments])


def tract_length(samples: Samples, ceiling: float) -> float:
    """Return the length in cm by the median of each of Praat's first four formants in voiced frames."""
    sound = _sound(samples)
    pitch = sound.to_pitch()
    formants = sound.to_formant_burg(maximum_formant=ceiling)
    moments = pitch.xs()[pitch.selected_array["frequency"] > 0]
    table = [[formants.get_value_at_time(i, float(t)) for i in (1, 2, 3, 4)] for t in moments]
    return fitted_length(np.nanmedian(np.array(table), axis=0))


def _sound(samples: Samples) -> parselmouth.Sound:
    return parselmouth.Sound(samples.astype(float), SAMPLE_RATE)


def _voiced(pitch: parselmouth.Pitch) -> NDArray[np.float64]:
    hertz: NDArray[np.float64] = pitch.selected_array["frequency"]
    return hertz[hertz > 0]
