"""Finding in the answer what a rater quotes: no rater's word is taken for it. Pure.

A rater returns text. What proves a verdict is not that text but the answer's own characters at the place where its
words stand, one after the other and letter by letter. A transcript may have been set right by whoever read it, so there
a quote may be off by two letters, as long as it says no more and no less: not in what it denies, not in a number, and
not by a word that means the contrary.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache
from types import MappingProxyType

from vivavoce.scoring.vocabulary import LANGUAGES, loose_words_of, read_vocabulary, read_words
from vivavoce.scoring.windows import AnswerWindow, read_bare_words

MOST_EDITS_SPOKEN = 2  # letters put in, left out or changed
LETTERS_AN_EDIT = 6  # a shorter quote with an edit in it could be anything
LEAST_LETTERS = 2  # in words of substance; the whole of a short answer, as "Yes.", is quoted all the same
LEAST_SMALL = 5  # different words: so many say something without any of substance, as "When exactly does it go?"
# "And", "so", written as one with the word behind: whoever quotes from there on leaves them out.
JOINED = MappingProxyType({"ar": ("و", "ف")})


def find_quotes(quotes: Sequence[str], window: AnswerWindow, *, language: str, is_spoken: bool) -> AnswerWindow | None:
    """The window's words that the quotes say; None unless each stands there, in this order, none within another.

    is_spoken: whether the words were heard, so that MOST_EDITS_SPOKEN are forgiven in each quote.
    """
    said = window.text.split(" ")
    most_edits = MOST_EDITS_SPOKEN if is_spoken and language in LANGUAGES else 0
    places: list[int] = []
    for quote in quotes:
        begin = places[-1] + 1 if places else 0
        stands_at = _find(read_bare_words(quote), said, begin, most_edits=most_edits, language=language)
        if stands_at is None:
            return None
        places += stands_at
    if not places or not _is_proof([said[place] for place in places], said, language):
        return None
    return window.narrow(places)


def _is_proof(quoted: Sequence[str], said: Sequence[str], language: str) -> bool:
    """Whether it is enough to prove anything: a letter or an "and" stands in every answer."""
    loose = loose_words_of(language)
    told = [word.casefold().replace("’", "'") for word in quoted]
    letters = sum(len(word) for word in told if word not in loose)
    return letters >= LEAST_LETTERS or len(set(told)) >= LEAST_SMALL or len(quoted) == len(said)


def _find(quote: Sequence[str], said: Sequence[str], begin: int, *, most_edits: int, language: str) -> range | None:
    """The places of the words; those with the fewest edits, the first of them."""
    if not quote:
        return None
    for before in ("", *JOINED.get(language, ())):
        wanted = [before + quote[0], *quote[1:]]
        for place in range(begin, len(said) - len(quote) + 1):
            if list(said[place : place + len(quote)]) == wanted:
                return range(place, place + len(quote))
    text = " ".join(quote)
    most = min(most_edits, len(text) // LETTERS_AN_EDIT)
    near = [
        (edits, first, end)
        for first in range(begin, len(said))
        for end in range(max(first + 1, first + len(quote) - most), min(len(said), first + len(quote) + most) + 1)
        if (edits := count_edits(" ".join(said[first:end]), text, most=most)) <= most
        and says_the_same(quote, said[first:end], language=language)
    ]
    if not most or not near:
        return None
    _, first, end = min(near)
    return range(first, end)


def says_the_same(quote: Sequence[str], said: Sequence[str], *, language: str) -> bool:
    """Whether words that are a few letters apart can't mean different things by what they deny, count or oppose."""
    denials, numbers = read_words(language, "denials"), read_words(language, "numbers")
    told, heard = ([word.casefold().replace("’", "'") for word in words] for words in (quote, said))
    for kept in (denials.__contains__, lambda word: word in numbers or any(map(str.isdigit, word))):
        if [word for word in told if kept(word)] != [word for word in heard if kept(word)]:
            return False
    changes = SequenceMatcher(None, told, heard, autojunk=False).get_opcodes()
    return not any(
        _is_turned("".join(told[a:b]), "".join(heard[c:d]), language) for kind, a, b, c, d in changes if kind != "equal"
    )


def _is_turned(word: str, other: str, language: str) -> bool:
    shorter, longer = sorted((word, other), key=len)
    if frozenset((word, other)) in _read_opposites(language):
        return True
    prefixes = read_words(language, "denying_prefixes")
    return bool(shorter) and longer.endswith(shorter) and longer.removesuffix(shorter) in prefixes


@cache
def _read_opposites(language: str) -> frozenset[frozenset[str]]:
    pairs = read_vocabulary(language)["near_opposites"].split()
    return frozenset(frozenset(pair.split("/")) for pair in pairs)


def count_edits(text: str, other: str, *, most: int) -> int:
    """Levenshtein's distance of two texts; most + 1 for whatever is farther."""
    if abs(len(text) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for line, character in enumerate(text, start=1):
        above, row = row, [line] + [most + 1] * len(other)
        for at in range(max(1, line - most), min(len(other), line + most) + 1):
            row[at] = min(above[at - 1] + (character != other[at - 1]), above[at] + 1, row[at - 1] + 1)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
