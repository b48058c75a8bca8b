"""The sentences of a text, as its stops and lines make them. Pure, and in time linear in its length."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_READ = 1_500  # characters: what is longer has no sentences, and is cut between words


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters of a text, end excluded."""

    start: int
    end: int


def split_sentences(text: str) -> list[str]:
    """The sentences of a text that is read, in order, without the white space between them. A line's end ends one.

    None is longer than LONGEST_READ. A full stop before a small letter ends none.
    """
    return [
        text[piece.start : piece.end]
        for span in _find(text, unfinished=_UNFINISHED, is_read=True)
        for piece in _cut(text, span)
    ]


def find_sentences(text: str) -> list[Span]:
    """Where the sentences of an answer are; a line's end ends one. Together they hold every word of it.

    What goes on after an abbreviation is as it was when the rater learned from such sentences: with another list it
    would read other windows than it was trained and measured on.
    """
    return list(_find(text, unfinished=_UNFINISHED_AS_LEARNED, is_read=False))


def _find(text: str, *, unfinished: re.Pattern[str], is_read: bool) -> Iterator[Span]:
    """unfinished: what a full stop belongs to, and does not end the sentence after. is_read: by a reader's rules."""
    for line in _LINES.finditer(text):
        start, last = line.span()
        for end in _ENDS.finditer(text, start, last):
            if end[0].startswith(".") and _goes_on(text, end, unfinished, is_read=is_read):
                continue
            yield from _trim(text, start, end.end())
            start = end.end()
        yield from _trim(text, start, last)


def _goes_on(text: str, end: re.Match[str], unfinished: re.Pattern[str], *, is_read: bool) -> bool:
    """Whether a full stop is within a sentence."""
    if is_read and _is_small(text, _skip_spaces(text, end.end())):
        return True
    # He said “No.” Then he left.
    if is_read and end[0][-1] not in _STOPS:
        return False
    return unfinished.search(text, max(0, end.start() - _LONGEST_UNFINISHED), end.start()) is not None


def _trim(text: str, start: int, end: int) -> Iterator[Span]:
    """The stretch without the white space at its ends; nothing where nothing else is in it."""
    inside = text[start:end]
    start += len(inside) - len(inside.lstrip())
    end -= len(inside) - len(inside.rstrip())
    if start < end:
        yield Span(start, end)


def _cut(text: str, span: Span) -> Iterator[Span]:
    """The sentence, or its pieces where it is too long to be one."""
    start = span.start
    while span.end - start > LONGEST_READ:
        at = text.rfind(" ", start + 1, start + LONGEST_READ)
        at = start + LONGEST_READ if at < 0 else at
        yield Span(start, at)
        start = _skip_spaces(text, at)
    yield Span(start, span.end)


def _is_small(text: str, at: int) -> bool:
    return text[at : at + 1].islower()


def _skip_spaces(text: str, at: int) -> int:
    spaces = _SPACES.match(text, at)
    return spaces.end() if spaces else at


_SPACES = re.compile(r"\s*+")
_LINES = re.compile("[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
# What ends a sentence, with the marks that close it: before white space, or in scripts that have none before anything.
_STOPS = ".!?…।॥؟۔"
_ENDS = re.compile(r"(?<![.!?…।॥؟۔])[.!?…।॥؟۔]++[\"'”’»)\]]*+(?=\s)|[。！？]++[」』”’)）]*+")
_LONGEST_UNFINISHED = 12  # characters
# A letter by itself, an ordinal, an abbreviation.
_UNFINISHED = re.compile(
    r"(?<![\w’'])(?:\w|\d{1,2}"
    r"|abs|approx|art|av|avda|bzw|ca|cf|co|corp|dept|dra?|ecc|eg|etc|evtl|excl|gen|ggf|ie|inc|incl|inkl|jr|kl|ltd|max|min"
    r"|mind|mio|mlle|mme|mrs?|ms|mt|no|nr|núm|p\.\s?ej|pp|prof|resp|sig|sra?|srl|st|str|tel|usw|vgl|vs|zzgl)\Z",
    re.IGNORECASE,
)
_UNFINISHED_AS_LEARNED = re.compile(
    r"(?<!\w)(?:[a-z]|\d{1,2}|approx|bzw|ca|cf|co|dr|ecc|etc|inc|ltd|mrs?|ms|no|nr|p\.\s?ej|sra?|st|usw|vs)\Z",
    re.IGNORECASE,
)
