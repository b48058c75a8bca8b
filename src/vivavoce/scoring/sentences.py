"""Stretches of a text, and the sentences that its stops make. Pure."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters of a text, end excluded."""

    start: int
    end: int


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
    return [trimmed for span in spans if (trimmed := _trim(text, span)) is not None]


def _trim(text: str, span: Span) -> Span | None:
    """The span without the white space at its ends; None when nothing else is in it."""
    inside = text[span.start : span.end]
    start = span.start + len(inside) - len(inside.lstrip())
    end = span.end - len(inside) + len(inside.rstrip())
    return Span(start, end) if start < end else None


_ENDS = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s)|[。！？]++|\n++")
_ABBREVIATION = re.compile(
    r"(?:(?<!\w)(?:[a-z]|\d{1,2}|e\.g|i\.e|etc|dr|mr|mrs|ms|st|vs|no|nr|bzw|ca|usw|z\.\s?b|d\.\s?h|u\.\s?a|p\.\s?ej|sr|sra"
    r"|ecc|cf|approx|inc|ltd|co))\.$",
    re.IGNORECASE,
)
