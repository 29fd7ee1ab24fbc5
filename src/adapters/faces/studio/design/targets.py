"""The names of the morph targets in `head.npz`: a prefix for their kind, then a stem."""

MACRO = "macro/"
"""Bodies by age, gender, ancestry, muscle and weight."""
IDEAL = "ideal/"
"""Regular proportions by age and gender."""
DETAIL = "detail/"
"""Single features of a face."""
ASYMMETRY = "asymmetry/"
"""Features that differ between the two sides of a face."""
FACE_UNIT = "face/"
"""Movements of an expression."""

BROWS_UP = f"{FACE_UNIT}browInnerUp"
JAW_OPEN = f"{FACE_UNIT}jawOpen"
MOUTH_FUNNEL = f"{FACE_UNIT}mouthFunnel"
MOUTH_PUCKER = f"{FACE_UNIT}mouthPucker"


LIPS_CLOSED = "lips/closed"
"""No morph target: how far the lips are brought together, whatever the face units leave between them."""
LIP_TO_TEETH = "lips/to_teeth"
"""No morph target: how far the lower lip lies at the edge of the upper teeth, as on f."""


def sides(stem: str) -> tuple[str, str]:
    """Return the names of a face unit's left and right half: `sides("eyeBlink")`."""
    return f"{FACE_UNIT}{stem}Left", f"{FACE_UNIT}{stem}Right"
