"""The pieces of an answer that a rater reads: sentences, pairs of them, and 30 words every 15. No cap; linear. Pure.

    I led a team.  We moved to the cloud.  It took a year.
    └──────┬────┘  └────────┬──────────┘   └─────┬──────┘    sentences
    └──────────────┬────────────────────┘                    pairs
                   └────────────────┬───────────────────┘
    └───────────────────────┬───────────────────────────┘    30 words, then 30 words from the 16th on

Transcripts may have no punctuation: there the stretches of 30 words are all there is. What a gate has taken out is
passed over as if it had never been said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vivavoce.scoring.vocabulary import fillers_of

LONGEST = 30  # words
STRIDE = 15


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters of a text, end excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One piece. text: as the rater reads it, without fillers and stammers. spans: where it stands, in order."""

    spans: tuple[Span, ...]
    text: str


def make_windows(text: str, *, language: str, without: Sequence[Span] = ()) -> tuple[Window, ...]:
    """Every window of a normalised text, each wording once, in the order of their beginnings."""
    words = _find_words(text, without)
    found: dict[str, Window] = {}
    for first, last in sorted(_lay(words)):
        window = _make_window(text, words[first:last], fillers_of(language))
        if window.text:
            found.setdefault(window.text, window)
    return tuple(found.values())


def split_sentences(text: str) -> list[Span]:
    """The sentences of a text; a line's end ends one. Together they hold every word of it."""
    spans = []
    start = 0
    for found in _ENDS.finditer(text):
        if found[0].startswith(".") and _ABBREVIATION.search(text, max(0, found.start() - 12), found.start() + 1):
            continue
        spans.append(Span(start, found.end()))
        start = found.end()
    spans.append(Span(start, len(text)))
    return [trimmed for span in spans if (trimmed := trim(text, span)) is not None]


def trim(text: str, span: Span) -> Span | None:
    """The span without the white space at its ends; None when nothing else is in it."""
    inside = text[span.start : span.end]
    start = span.start + len(inside) - len(inside.lstrip())
    end = span.end - len(inside) + len(inside.rstrip())
    return Span(start, end) if start < end else None


@dataclass(frozen=True, slots=True)
class _Word:
    span: Span
    sentence: int
    is_after_gap: bool  # something that was taken out stands before it


def _find_words(text: str, without: Sequence[Span]) -> list[_Word]:
    gaps = sorted(without)
    words: list[_Word] = []
    gap = 0
    is_after_gap = False
    for number, sentence in enumerate(split_sentences(text)):
        for found in _WORD.finditer(text, sentence.start, sentence.end):
            while gap < len(gaps) and gaps[gap].end <= found.start():
                gap += 1
            if gap < len(gaps) and gaps[gap].start < found.end():
                is_after_gap = True
                continue
            words.append(_Word(Span(found.start(), found.end()), number, is_after_gap))
            is_after_gap = False
    return words


def _lay(words: Sequence[_Word]) -> Iterator[tuple[int, int]]:
    """First word and end of each window."""
    sentences = _group(words)
    for place, (first, last) in enumerate(sentences):
        if last - first > LONGEST:
            continue
        yield first, last
        if place + 1 < len(sentences) and sentences[place + 1][1] - sentences[place + 1][0] <= LONGEST:
            yield first, sentences[place + 1][1]
    for first in range(0, max(1, len(words) - STRIDE), STRIDE):
        yield first, min(first + LONGEST, len(words))


def _group(words: Sequence[_Word]) -> list[tuple[int, int]]:
    """First word and end of each sentence that has words left."""
    begins = [at for at, word in enumerate(words) if at == 0 or word.sentence != words[at - 1].sentence]
    return [(first, last) for first, last in pairwise([*begins, len(words)])]


def _make_window(text: str, words: Sequence[_Word], fillers: frozenset[str]) -> Window:
    spans: list[Span] = []
    said: list[str] = []
    is_after_gap = True
    for word in words:
        is_after_gap = is_after_gap or word.is_after_gap
        sign = text[word.span.start : word.span.end]
        plain = sign.strip(_PUNCTUATION).casefold()
        is_repeated = bool(said) and plain != "" and said[-1].strip(_PUNCTUATION).casefold() == plain
        if plain in fillers or is_repeated:
            continue
        said.append(sign)
        if is_after_gap:
            spans.append(word.span)
        else:
            spans[-1] = Span(spans[-1].start, word.span.end)
        is_after_gap = False
    return Window(spans=tuple(spans), text=" ".join(said))


# A character of a script without spaces counts as a word. A run of signs without any space ends after 60.
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\s\u3040-\u30ff\u3400-\u9fff]{1,60}")
_ENDS = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s)|[。！？]++|\n++")
_ABBREVIATION = re.compile(
    r"(?:(?<!\w)(?:[a-z]|\d{1,2}|e\.g|i\.e|etc|dr|mr|mrs|ms|st|vs|no|nr|bzw|ca|usw|z\.\s?b|d\.\s?h|u\.\s?a|p\.\s?ej|sr|sra"
    r"|ecc|cf|approx|inc|ltd|co))\.$",
    re.IGNORECASE,
)
_PUNCTUATION = ".,;:!?…\"'”“’‘«»()[]-–—"
