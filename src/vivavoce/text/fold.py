"""A text without the differences that make none: case, width, accents. Pure."""

import re
import unicodedata


def fold(text: str, *, keeps_forms: bool = False, joins_spaces: bool = False) -> str:
    """The text as it is searched and compared: case, width, ligatures and the kind of apostrophe make no difference.

    keeps_forms: only case goes, and whether an accent is a character of its own (NFC). So are a caller's questions
    held against each other: m² and m2 are two, as the contract tells.
    joins_spaces: each run of white space becomes one space, with none at the ends. Otherwise lines stay lines.
    """
    if keeps_forms:
        # Most of a caller's questions are ASCII: a create call folds each of them.
        folded = (text if text.isascii() else unicodedata.normalize("NFC", text)).casefold()
    else:
        # Before NFKC, which makes an acute accent that stands alone two characters.
        plain = unicodedata.normalize("NFKC", APOSTROPHES.sub("'", text))
        # A Turkish capital İ becomes an i with a second dot.
        folded = unicodedata.normalize("NFKC", plain.casefold()).replace("i\u0307", "i")
    return " ".join(folded.split()) if joins_spaces else folded


def without_accents(text: str) -> str:
    """The text with every letter as it is without its accents; the Turkish i without a dot is like the one with it.

    Arabic loses the vowel signs that it is written with or without. The marks of Hindi, Tamil, Thai and Japanese stay:
    they are vowels and sounds, and without them nearly every word would be another.
    """
    if text.isascii():
        return text
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_ALIKE)
    return unicodedata.normalize("NFC", bare)


APOSTROPHES = re.compile("['’‘ʼ`´]")
# The blocks of combining marks, the vowel signs of Arabic and the line that stretches its letters, invisible joints.
_MARKS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u200c\u200d]"
)
# Letters that are no other letter with a mark, but typed as one.
_ALIKE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "œ": "oe", "æ": "ae", "ı": "i"})
