"""Verdicts that rest on words which the ear was unsure of. Pure.

An "um" or an article that was heard badly carries nothing; a word of substance, a "not" or a number does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from vivavoce.scoring.flags import Flag, Raised
from vivavoce.scoring.given import Given
from vivavoce.scoring.verdicts import Quote, Verdict
from vivavoce.scoring.vocabulary import fillers_of, loose_words_of, read_words
from vivavoce.scoring.windows import read_bare_words


def mark_heard(verdict: Verdict, given: Given) -> Verdict:
    """The verdict, marked where a word that carries it was heard doubtfully."""
    is_doubtful = any(True for quote in verdict.quotes for _ in find_heard(quote, given))
    return replace(verdict, is_heard_doubtfully=True) if is_doubtful else verdict


def raise_heard(verdicts: Sequence[Verdict], given: Given) -> list[Raised]:
    """A flag for each stretch that a verdict rests on and the ear was unsure of, once, in order."""
    places = {
        (quote.turn, start, end)
        for verdict in verdicts
        for quote in verdict.quotes
        for start, end in find_heard(quote, given)
    }
    return [Raised(flag=Flag.DOUBTFUL_HEARING, turn=turn, start=start, end=end) for turn, start, end in sorted(places)]


def find_heard(quote: Quote, given: Given) -> Iterator[tuple[int, int]]:
    """The doubtful stretches within a quote that carry something."""
    for turn in given.turns:
        if turn.number != quote.turn:
            continue
        for start, end in turn.doubts:
            words = turn.text[start:end]
            if start < quote.end and quote.start < end and _carries(words, given.language):
                yield start, end


def _carries(words: str, language: str) -> bool:
    small = loose_words_of(language) | fillers_of(language)
    loose = small - read_words(language, "denials") - read_words(language, "numbers")
    return any(word.casefold().replace("’", "'") not in loose for word in read_bare_words(words))
