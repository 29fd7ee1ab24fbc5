"""Which kind of sound each program's names of sounds mean, and how each kind shows on the lips."""

KINDS = (
    "silence", "m", "n", "p", "t", "k", "f", "th", "s", "sh", "l", "r", "h",
    "i", "e", "a", "er", "o", "u", "ue", "w",
)  # fmt: skip
"""Kinds of sounds that are told apart, each named after one of its own."""
VOWELS = ("i", "e", "a", "er", "o", "u", "ue")
CLOSED, ROUNDED, AT_TEETH = ("m", "p"), ("o", "u", "ue", "w"), ("f",)

IGNORED = "ignored"
"""A sound of which nothing is learned: it lies between two kinds, or is not known."""

PLAIN = {
    "m": "m", "mm": "m", "n": "n", "nn": "n", "ng": "n", "N": "n", "J": "n", "n^": "n", "nj": "n", "nd": "n", "M": "m",
    "p": "p", "b": "p", "pp": "p", "bb": "p", "ph": "p", "bh": "p",
    "t": "t", "d": "t", "tt": "t", "dd": "t", "T": "t", "D": "t", "td": "t", "dr": "t", "t2": "t", "t#": "t", "tr": "t",
    "th": "t", "dh": "t", "tb": "t", "db": "t",
    "k": "k", "g": "k", "kk": "k", "gg": "k", "kh": "k", "gh": "k", "c": "k", "q": "k",
    "f": "f", "v": "f", "ff": "f", "vv": "f",
    "s": "s", "z": "s", "ss": "s", "zz": "s", "ts": "s", "dz": "s",
    "S": "sh", "Z": "sh", "tS": "sh", "dZ": "sh", "sh": "sh", "zh": "sh", "ch": "sh", "jh": "sh", "sch": "sh",
    "C": "sh", "chh": "sh", "shh": "sh",
    "l": "l", "ll": "l", "L": "l", "r": "r", "rr": "r", "R": "r", "R2": "r", "Q": "r", "*": "r", "r-": "r", "**": "r",
    "h": "h", "hh": "h", "x": "h", "X": "h",
    "i": "i", "ii": "i", "iy": "i", "ih": "i", "y": "i", "j": "i", "I": "i", "yy": "i", "I2": "i", "I^": "i", "jj": "i",
    "e": "e", "ee": "e", "eh": "e", "ey": "e", "ae": "e", "E": "e", "E-": "e", "eI": "e", "e@": "e", "ay": "a",
    "a": "a", "aa": "a", "ah": "a", "A": "a", "V": "a", "0": "a", "aI": "a", "aI2": "a", "AA": "a", "A@": "a", "&": "e",
    "a#": "er", "@": "er", "@2": "er", "@-": "er", "ax": "er", "er": "er", "3": "er", "VR": "er", "@L": "er",
    "o": "o", "oo": "o", "ow": "o", "ao": "o", "O": "o", "oU": "o", "o@": "o", "O@": "o", "oh": "o", "O2": "o",
    "u": "u", "uu": "u", "uw": "u", "uh": "u", "U": "u", "U@": "u", "ur": "u",
    "Y": "ue", "W": "ue", "w": "w", "w#": "w", "H": "w",
    "pau": "silence", "#": "silence", "_": "silence", "_:": "silence", "h#": "silence", "SIL": "silence",
}  # fmt: skip
"""Names that mean the same in most sets of phones."""
OWN = {
    "us": {"th": "th", "dh": "th"},
    "czech": {"ch": "h", "c~": "sh", "s~": "sh", "z~": "sh", "r~": "sh", "c": "s", "t~": "t", "d~": "t", "n~": "n",
              "_": IGNORED},
    "finnish": {"y": "ue", "@": "e", "ae": "e", "oe": "ue", "j": "i"},
    "russian": {"ay": "er", "ae": "er", "yy": "i", "c": "s", "tt": "t", "dd": "t"},
    "catalan": {"y": "i", "b": IGNORED},
    "hindi": {"j": "sh"},
    "telugu": {"j": "sh"},
    "italian": {"J": "n", "L": "l"},
    "espeak": {"y": "ue", "T": "th", "D": "th", "c": "t", "B": IGNORED, "Q": IGNORED, "u-": "ue", "8": "ue"},
}  # fmt: skip
"""What means something else, or is known only, in one set."""
SETS = {
    "kal": "us", "ked": "us", "slt": "us", "awb": "us", "rms": "us", "kal16": "us",
    "ph": "czech", "dita": "czech", "krb": "czech", "machac": "czech", "lj": "finnish", "mv": "finnish",
    "lp": "italian", "pc": "italian", "ona": "catalan", "nsh": "russian", "hi": "hindi", "te": "telugu",
}  # fmt: skip
"""By speaker, but for those of eSpeak."""
GLIDES = {
    "aw": ("a", "u", 0.6), "aU": ("a", "u", 0.6), "oy": ("o", "i", 0.55), "OI": ("o", "i", 0.55),
    "ay": ("a", "i", 0.65), "aI": ("a", "i", 0.65),
}  # fmt: skip
"""Diphthongs: the first kind, the second, and the share of the first."""


def pieces(speaker: str, name: str) -> list[tuple[str, float]]:
    """Return the kinds that a sound consists of, each with its share of the time."""
    program, voice = speaker.split("-", 1)
    voice = voice.removesuffix("-fast").removesuffix("-words")
    phones = "espeak" if program == "espeak" else SETS[voice]
    if name in GLIDES and phones in ("us", "espeak"):
        first, second, share = GLIDES[name]
        return [(first, share), (second, 1 - share)]
    own = OWN.get(phones, {})
    bare = name.rstrip(":;123")
    for candidate in (name, bare, bare.rstrip("'~^!#")):
        if candidate in own:
            return [(own[candidate], 1.0)]
        if candidate in PLAIN:
            return [(PLAIN[candidate], 1.0)]
    return [(IGNORED, 1.0)]
