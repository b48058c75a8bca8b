"""What was said beside what was heard: how many words are wrong. Pure."""

import unicodedata
from dataclasses import dataclass

from vivavoce.text.fold import fold
from vivavoce.text.languages import UNSPACED


@dataclass(frozen=True, slots=True)
class Errors:
    """wrong: words left out, put in or mistaken for others, of `words` that were said.

    In languages that are written without spaces: characters in their place.
    """

    wrong: int
    words: int

    @property
    def rate(self) -> float:
        """0 for everything right; above 1 where more was put in than said."""
        return self.wrong / self.words if self.words else float(self.wrong > 0)

    def __add__(self, other: "Errors") -> "Errors":
        return Errors(self.wrong + other.wrong, self.words + other.words)


def count_errors(said: str, heard: str, *, language: str) -> Errors:
    """The fewest changes that make the words of one text those of the other; case and punctuation don't count."""
    wanted, got = _words(said, language=language), _words(heard, language=language)
    row = list(range(len(got) + 1))
    for at, word in enumerate(wanted, start=1):
        above, row[0] = row[0], at
        for place, other in enumerate(got, start=1):
            above, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, above + (word != other))
    return Errors(row[-1], len(wanted))


def _words(text: str, *, language: str) -> list[str]:
    folded = fold(text).replace("'", "")
    # The vowels of many scripts are marks on the letters before them.
    plain = "".join(sign if sign.isalnum() or unicodedata.category(sign).startswith("M") else " " for sign in folded)
    return [sign for sign in plain if not sign.isspace()] if language in UNSPACED else plain.split()
