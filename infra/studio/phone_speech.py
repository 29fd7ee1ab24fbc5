"""Synthetic speech with the time of every sound, to train the film's ear for phones.

Festival, Flite and eSpeak NG say sentences that are made up here: words rich in m, b, p, f, v, o, u and w among
ordinary ones, words of Festival's lexicon, and words that mean nothing. Each sentence becomes a WAV file, mono at
16 kHz, and a text file beside it with a line `end name` for each sound, `end` in seconds.
"""

import ctypes
import re
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
SEED = 13

WORDS = Path(__file__).with_name("phone_words.txt").read_text().split()
LEXICON = Path("/usr/share/festival/dicts/cmu/cmudict-0.4.out")
LEXICON_SHARES = (0.4, 0.65, 0.8, 0.93)
"""Up to which share of all words each of its four lists is drawn from."""
CONSONANTS = (*"bpmfvwbpmntdkgszlr", "sh", "ch", "th", "h", "j", "y")
VOWELS = (*"aeiou", "oo", "ee", "ow", "a", "o")
SYLLABLES = {
    "latin": ("bpmfvbpmntdkgszlr", "aeiouou"),
    "cyrillic": ("бпмфвмбпнтдкгсзлржшхч", "аоуиэыоу"),
    "devanagari": ("मबपफवमबपनतदकगसलरजचयह", "ािीुूेोोू"),
    "telugu": ("మబపఫవమబపనతదకగసలరజచయహ", "ాిీుూెోోూ"),
}
"""Consonants and vowels of words that mean nothing, by script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A voice of one of the programs."""

    name: str
    program: str
    """`festival`, `flite` or `espeak`."""
    voice: str
    script: str = "english"
    sentences: int
    stretches: tuple[float, float] = (0.75, 1.25)
    """Least and greatest length of sounds against the voice's usual one, where the program can do that."""


FAST = (0.45, 0.75)
FAST_AND_SLOW = (0.5, 1.3)


def _festival(name: str, voice: str, sentences: int, script: str = "latin") -> Speaker:
    stretches = FAST if name.endswith("-fast") else (0.75, 1.25)
    return Speaker(
        name=name, program="festival", voice=voice, script=script, sentences=sentences, stretches=stretches
    )


def _flite(voice: str, sentences: int, *, fast: bool = False) -> Speaker:
    name = f"flite-{voice}-fast" if fast else f"flite-{voice}"
    stretches = FAST if fast else (0.75, 1.25)
    return Speaker(
        name=name, program="flite", voice=voice, script="english", sentences=sentences, stretches=stretches
    )


def _espeak(voice: str, sentences: int, script: str = "english") -> Speaker:
    name = "espeak-" + voice.replace("+", "-")
    return Speaker(name=name, program="espeak", voice=voice, script=script, sentences=sentences)


def _of_the_lexicon(speaker: Speaker, sentences: int) -> Speaker:
    """Return a speaker who says words of the lexicon, at all paces."""
    return replace(
        speaker,
        name=f"{speaker.name}-words",
        script="lexicon",
        sentences=sentences,
        stretches=FAST_AND_SLOW,
    )


ENGLISH_VARIANTS = (
    "en-us", "en-us+f2", "en-us+m3", "en-gb+f4", "en-us+klatt", "en-us+klatt4", "en-gb-scotland+m7", "en-us+Andy",
    "en-us+anika", "en-gb+Michael", "en-us+steph", "en-us+Alex", "en-us+Linda", "en-gb+klatt6", "en-us+Mike",
)  # fmt: skip
MORE_VARIANTS = (
    "en-us+f1", "en-us+m2", "en-gb+f3", "en-us+m5", "en-gb-x-rp+f4", "en-us+m7", "en-us+klatt2", "en-029+f2",
    "en-gb+m8", "en-us+Gene", "en-us+aunty",
)  # fmt: skip
OTHER_LANGUAGES = (
    "de", "fr-fr", "es+f3", "it+m2", "pt-br+f5", "nl+m4", "sv+f1", "pl+m6", "cs+f2", "tr+klatt2", "id", "ro+Annie",
)  # fmt: skip
SPEAKERS = (
    _festival("festival-kal", "voice_kal_diphone", 250, "english"),
    _flite("kal16", 60),
    _flite("awb", 250),
    _flite("rms", 250),
    _festival("festival-kal-fast", "voice_kal_diphone", 150, "english"),
    _flite("awb", 100, fast=True),
    _flite("rms", 100, fast=True),
    *(_festival(f"festival-{name}", f"voice_czech_{name}", 80) for name in ("ph", "dita", "krb", "machac")),
    _festival("festival-lj", "voice_suo_fi_lj_diphone", 80),
    _festival("festival-mv", "voice_hy_fi_mv_diphone", 80),
    _festival("festival-lp", "voice_lp_diphone", 80),
    _festival("festival-pc", "voice_pc_diphone", 80),
    _festival("festival-ona", "voice_upc_ca_ona_hts", 80),
    _festival("festival-nsh", "voice_msu_ru_nsh_clunits", 80, "cyrillic"),
    _festival("festival-hi", "voice_hindi_NSK_diphone", 80, "devanagari"),
    _festival("festival-te", "voice_telugu_NSK_diphone", 80, "telugu"),
    *(_espeak(voice, 30) for voice in ENGLISH_VARIANTS),
    *(_espeak(voice, 20, "latin") for voice in OTHER_LANGUAGES),
    _of_the_lexicon(_festival("festival-kal", "voice_kal_diphone", 0), 200),
    _of_the_lexicon(_flite("awb", 0), 150),
    _of_the_lexicon(_flite("rms", 0), 150),
    *(_of_the_lexicon(_espeak(voice, 0), 40) for voice in MORE_VARIANTS),
)
LEARNED_AT_LAST = (
    _of_the_lexicon(_festival("festival-ked", "voice_ked_diphone", 0), 300),
    _of_the_lexicon(_festival("festival-slt", "voice_cmu_us_slt_arctic_hts", 0), 300),
    _of_the_lexicon(_flite("slt", 0), 120),
    *(_of_the_lexicon(_espeak(voice, 0), 40) for voice in ("en-us+f5", "en-gb+m1")),
)
"""The voices that are held back, with other sentences, for the weights that ship."""
HELD_BACK = (
    _festival("festival-ked", "voice_ked_diphone", 120, "english"),
    _festival("festival-slt", "voice_cmu_us_slt_arctic_hts", 120, "english"),
    _flite("slt", 80),
    _festival("festival-ked-fast", "voice_ked_diphone", 60, "english"),
    _festival("festival-slt-fast", "voice_cmu_us_slt_arctic_hts", 60, "english"),
    _espeak("en-us+f5", 40),
    _espeak("en-gb+m1", 40),
)
"""What nothing is learned from: what is learned from the others is measured on it."""
PARTS = {"held-back": HELD_BACK, "at-last": LEARNED_AT_LAST, "train": SPEAKERS}


def sentences(speaker: Speaker) -> Iterator[str]:
    """Yield the sentences that a speaker says: the same ones in every run, others for each speaker."""
    random = np.random.default_rng([SEED, *speaker.name.encode()])
    for _ in range(speaker.sentences):
        words = [_word(speaker.script, random) for _ in range(random.integers(5, 13))]
        if random.random() < 0.4:
            words[len(words) // 2] += ","
        yield " ".join(words)


@cache
def _lexicon() -> tuple[NDArray[np.str_], ...]:
    """Return four lists of words: ours, those rich in sounds of the lips, those with f or v, and all."""
    entries = LEXICON.read_text(errors="ignore").splitlines()
    every = [found[1] for entry in entries if (found := re.match(r'\("([a-z]{2,11})"', entry))]
    rich = [word for word in every if len(re.findall("f|v|w|m|b|p|oo|ow", word)) >= 2]
    return tuple(np.array(words) for words in (WORDS, rich, [w for w in every if set(w) & {"f", "v"}], every))


def _word(script: str, random: np.random.Generator) -> str:
    if script == "lexicon":
        which = int(np.searchsorted(LEXICON_SHARES, random.random(), side="right"))
        word = str(random.choice(_lexicon()[min(which, 3)]))
        return word if which <= 3 else _word("english", random)
    if script == "english" and random.random() < 0.8:
        return str(random.choice(WORDS))
    consonants, vowels = (tuple(sounds) for sounds in SYLLABLES.get(script, (CONSONANTS, VOWELS)))
    pieces = [
        str(random.choice(consonants)) + str(random.choice(vowels)) for _ in range(random.integers(1, 4))
    ]
    closed = script in ("english", "latin") and random.random() < 0.4
    return "".join(pieces) + (str(random.choice(consonants)) if closed else "")


def festival(speaker: Speaker, folder: Path) -> None:
    """Let Festival say a speaker's sentences."""
    random = np.random.default_rng([SEED, 1, *speaker.name.encode()])
    lines = [f"({speaker.voice})"]
    for index, text in enumerate(sentences(speaker)):
        lines += [
            f"(Parameter.set 'Duration_Stretch {random.uniform(*speaker.stretches):.3f})",
            f"(unwind-protect (let ((utt (utt.synth (eval (list 'Utterance 'Text \"{text}\")))))",
            f'  (utt.save.wave utt "{folder / f"{index:04}.riff"}" \'riff)',
            f'  (utt.save.segs utt "{folder / f"{index:04}.segs"}")) nil)',
        ]
    script = folder / "say.scm"
    script.write_text("\n".join(lines), encoding="utf-8")
    subprocess.run(["festival", "-b", str(script)], check=True, capture_output=True)  # noqa: S603, S607
    for saved in sorted(folder.glob("*.segs")):
        rows = [line.split() for line in saved.read_text().splitlines() if line[:1].isdigit()]
        _finish(saved, [(float(row[0]), row[2]) for row in rows])
    script.unlink()


def flite(speaker: Speaker, folder: Path) -> None:
    """Let Flite say a speaker's sentences."""
    random = np.random.default_rng([SEED, 2, *speaker.name.encode()])
    for index, text in enumerate(sentences(speaker)):
        saved = folder / f"{index:04}.segs"
        said = subprocess.run(  # noqa: S603
            ["flite", "-voice",  # noqa: S607
              speaker.voice, "-psdur", "--setf", f"duration_stretch={random.uniform(*speaker.stretches)}",
             "-t", text, "-o", str(saved.with_suffix(".riff"))],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        saved.touch()
        pairs = (item.rsplit(":", 1) for item in said.stdout.split())
        _finish(saved, [(float(end), name) for name, end in pairs])


def _finish(saved: Path, sounds: list[tuple[float, str]]) -> None:
    """Turn what a program saved into the WAV file and the list of sounds."""
    source = saved.with_suffix(".riff")
    with wave.open(str(source), "rb") as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32768
    write(saved.with_suffix(".wav"), samples, rate, sounds)
    source.unlink()
    saved.unlink()


def write(target: Path, samples: NDArray[np.float64], rate: int, sounds: list[tuple[float, str]]) -> None:
    """Write a sentence at 16 kHz, and its sounds beside it."""
    if rate != RATE:
        samples = resampled(samples, rate, RATE)
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    target.with_suffix(".lab").write_text("".join(f"{end:.4f} {name}\n" for end, name in sounds))


def resampled(samples: NDArray[np.float64], rate: float, wanted: float) -> NDArray[np.float64]:
    """Return samples at another rate, through the whole signal's Fourier transform."""
    count = round(len(samples) * wanted / rate)
    spectrum = np.fft.rfft(samples)
    kept = np.zeros(count // 2 + 1, dtype=spectrum.dtype)
    shared = min(len(kept), len(spectrum))
    kept[:shared] = spectrum[:shared]
    return np.asarray(np.fft.irfft(kept, count) * count / len(samples))


class _EventId(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    """`espeak_EVENT` of speak_lib.h."""

    _fields_ = [
        ("type", ctypes.c_int), ("unique", ctypes.c_uint), ("text", ctypes.c_int), ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int), ("sample", ctypes.c_int), ("user", ctypes.c_void_p), ("id", _EventId),
    ]  # fmt: skip


PHONEME_EVENT = 7
RATE_PARAMETER, PITCH_PARAMETER, RANGE_PARAMETER = 1, 3, 4
_heard: list[NDArray[np.int16]] = []
_sounds: list[tuple[int, str]] = []


@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))
def _collect(samples, count, events):  # type: ignore[no-untyped-def]  # a call from C
    if samples and count > 0:
        _heard.append(np.ctypeslib.as_array(samples, (count,)).copy())
    index = 0
    while events[index].type != 0:
        if events[index].type == PHONEME_EVENT:
            _sounds.append((events[index].sample, events[index].id.string.decode()))
        index += 1
    return 0


@cache
def _espeak_library() -> tuple[ctypes.CDLL, int]:
    library = ctypes.CDLL("libespeak-ng.so.1")
    rate = library.espeak_Initialize(2, 0, None, 1)
    library.espeak_SetSynthCallback(_collect)
    return library, rate


def espeak(speaker: Speaker, folder: Path) -> None:
    """Let eSpeak NG say a speaker's sentences."""
    random = np.random.default_rng([SEED, 3, *speaker.name.encode()])
    library, rate = _espeak_library()
    library.espeak_SetVoiceByName(speaker.voice.encode())
    for index, sentence in enumerate(sentences(speaker)):
        _heard.clear()
        _sounds.clear()
        library.espeak_SetParameter(RATE_PARAMETER, int(random.integers(130, 230)), 0)
        library.espeak_SetParameter(PITCH_PARAMETER, int(random.integers(30, 75)), 0)
        library.espeak_SetParameter(RANGE_PARAMETER, int(random.integers(20, 80)), 0)
        text = sentence.encode()
        library.espeak_Synth(text, len(text) + 1, 0, 1, 0, 1, None, None)
        library.espeak_Synchronize()
        samples = np.concatenate(_heard) / 32768
        starts = [start for start, _ in _sounds[1:]] + [len(samples)]
        first = [(_sounds[0][0] / rate, "_")]
        rest = [(end / rate, name) for end, (_, name) in zip(starts, _sounds, strict=True)]
        write(folder / f"{index:04}.wav", samples, rate, first + rest)


PROGRAMS: dict[str, Callable[[Speaker, Path], None]] = {
    "festival": festival,
    "flite": flite,
    "espeak": espeak,
}


def main() -> None:
    """Write all speech under a folder: `<part>/<speaker>` for each of `PARTS`."""
    target = Path(sys.argv[1])
    for part, speakers in PARTS.items():
        for speaker in speakers:
            folder = target / part / speaker.name
            if folder.exists():
                continue
            folder.mkdir(parents=True)
            PROGRAMS[speaker.program](speaker, folder)
            sys.stdout.write(f"{part} {speaker.name}\n")


if __name__ == "__main__":
    main()
