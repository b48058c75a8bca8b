"""How a drawn mouth is while somebody speaks: as the voice's marks tell, or as loud as it is."""

from collections.abc import Sequence

RATE = 12  # pictures a second: a mouth takes no more shapes
EARLY = 0.06  # seconds: a mouth opens before it is heard
REST = "rest"
LOUD, AUDIBLE = 0.12, 0.015  # as the page's own mouth opens where a voice has no marks (sound/mouth.js)
SHAPES = {
    "rest": REST,
    "closed": "m",
    "teeth": "f",
    "narrow": "u",
    "tongue": "l",
    "wide": "e",
    "open": "a",
    "round": "o",
}

Marks = Sequence[tuple[float, float, str]]  # begin and end in seconds, and the voice's name of the mouth's shape


def mouth_by_marks(marks: Marks, moment: float) -> str:
    """The drawing's mouth at a moment of what is said."""
    at = moment + EARLY
    shape = next((shape for begin, end, shape in marks if begin <= at < end), "rest")
    return SHAPES.get(shape, REST)


def mouth_by_loudness(loudness: float) -> str:
    """The same without marks. loudness: of a twelfth of a second, of full."""
    return "a" if loudness > LOUD else "e" if loudness > AUDIBLE else REST
