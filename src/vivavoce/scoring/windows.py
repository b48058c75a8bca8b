"""The pieces of an answer that a rater reads, cut by its words alone. No cap; linear. Pure.

    Well, I led a team of six, and we moved it all to the cloud within one year.
            └┬┘   └┬─┘    └┬┘         └─┬─┘           └─┬─┘            └┬─┘      words of substance
    └──────────────────────────────────┬───────────────────────────────────┘
                  8 of them, and 8 from the 5th on; 16, and 16 from the 9th on, which are some 30 words

Nothing hangs on stops, commas and capitals, which are the ear's or the typist's and not the speaker's: the same words
are cut and read alike with them and without. Small words aren't counted, so that an "um", or an article that a learner
leaves out, moves no window. Where a gate has taken something out, a window ends, so that what stands before is read as
if nothing followed; of fewer than four words nothing is noticed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vivavoce.scoring.sentences import Span, split_sentences
from vivavoce.scoring.vocabulary import fillers_of, loose_words_of

SIZES = (8, 16)  # words of substance in a window; the next one begins after half as many
UNKNOWN_AS = 2  # so many words are one of substance where we don't know which are small
QUOTED_SHARE = 0.5  # of a sentence in a window: it is quoted whole
LEAST_GAP = 4  # words that were taken out: a window ends there
MOST_LOOSE = 8  # small words in a row; the next one is counted, so that no window grows without end


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One piece. text: its words alone, without fillers and stammers. spans: where it stands, in order."""

    spans: tuple[Span, ...]
    text: str


def make_windows(text: str, *, language: str, without: Sequence[Span] = ()) -> tuple[Window, ...]:
    """Every window of a normalised text, each wording once, in the order of their beginnings."""
    loose = loose_words_of(language)
    found: dict[str, Window] = {}
    for words in _split_at_gaps(_find_words(text, without, fillers_of(language))):
        for first, last in sorted(_lay(words, loose)):
            window = _make_window(words[first:last])
            found.setdefault(window.text, window)
    return tuple(found.values())


def strip_stops(text: str) -> str:
    """The words alone, as a window holds them."""
    return " ".join(found[0] for found in _WORD.finditer(text))


def round_off(text: str, window: Window, *, language: str, without: Sequence[Span] = ()) -> tuple[Window, ...]:
    """The whole sentences that the window holds, as a person would quote it: each alone, then all of them.

    Those of which it holds at least half. text, language, without: as they were given to make_windows.
    """
    held = [one for one in split_sentences(text) if _share_inside(one, window.spans) >= QUOTED_SHARE]
    runs = [*([one] for one in held), *([held] if len(held) > 1 else [])]
    rounded = (_make_rounded(text, run, language=language, without=without) for run in runs)
    return tuple(one for one in rounded if one is not None)


def _make_rounded(text: str, sentences: Sequence[Span], *, language: str, without: Sequence[Span]) -> Window | None:
    around = [Span(0, sentences[0].start), Span(sentences[-1].end, len(text))]
    words = _find_words(text, [*without, *(span for span in around if span.start < span.end)], fillers_of(language))
    if not words:
        return None
    grown = _make_window(words)
    return Window(spans=_with_stops(text, grown.spans, sentences), text=grown.text)


def _with_stops(text: str, spans: Sequence[Span], sentences: Sequence[Span]) -> tuple[Span, ...]:
    """The spans with the signs at the ends of the sentences that they are made of."""
    kept = list(spans)
    first = next(one for one in sentences if kept[0].start < one.end)
    if not _WORD.search(text, first.start, kept[0].start):
        kept[0] = Span(first.start, kept[0].end)
    last = next(one for one in sentences if kept[-1].end <= one.end)
    if not _WORD.search(text, kept[-1].end, last.end):
        kept[-1] = Span(kept[-1].start, last.end)
    return tuple(kept)


def _share_inside(sentence: Span, spans: Sequence[Span]) -> float:
    inside = sum(max(0, min(sentence.end, span.end) - max(sentence.start, span.start)) for span in spans)
    return inside / (sentence.end - sentence.start)


@dataclass(frozen=True, slots=True)
class _Word:
    span: Span
    text: str
    is_after_gap: bool  # something that was taken out stands before it
    taken: int  # words of it


def _find_words(text: str, without: Sequence[Span], fillers: frozenset[str]) -> list[_Word]:
    """The words that are left, without fillers and stammers."""
    gaps = sorted(without)
    words: list[_Word] = []
    gap = 0
    is_after_gap = False
    taken = 0
    for found in _WORD.finditer(text):
        while gap < len(gaps) and gaps[gap].end <= found.start():
            gap += 1
            is_after_gap = True
        if gap < len(gaps) and gaps[gap].start < found.end():
            taken += 1
            continue
        plain = found[0].casefold()
        if plain in fillers or (words and words[-1].text.casefold() == plain):
            continue
        words.append(_Word(Span(found.start(), found.end()), found[0], is_after_gap, taken))
        is_after_gap, taken = False, 0
    return words


def _split_at_gaps(words: Sequence[_Word]) -> Iterator[Sequence[_Word]]:
    begins = [0, *(place for place, word in enumerate(words) if word.taken >= LEAST_GAP and place), len(words)]
    return (words[begin:end] for begin, end in pairwise(begins) if begin < end)


def _lay(words: Sequence[_Word], loose: frozenset[str]) -> Iterator[tuple[int, int]]:
    """First word and end of each window. The small words before a counted one go with it."""
    ends = _count(words, loose)
    for size in SIZES:
        wide = size if loose else size * UNKNOWN_AS
        step = wide // 2
        for number in range(0, max(1, len(ends) - step), step):
            first = ends[number - 1] if number else 0
            last = ends[number + wide - 1] if number + wide < len(ends) else len(words)
            if first < last and not _is_hollow(words[first:last], loose):
                yield first, last


def _is_hollow(words: Sequence[_Word], loose: frozenset[str]) -> bool:
    """Whether so many words hold nothing of substance: a rater would read something into the noise."""
    return len(words) > MOST_LOOSE and all(_is_loose(word, loose) for word in words)


def _is_loose(word: _Word, loose: frozenset[str]) -> bool:
    return word.text.casefold().replace("’", "'") in loose


def _count(words: Sequence[_Word], loose: frozenset[str]) -> list[int]:
    """Behind which words a window may end: those of substance."""
    ends = []
    passed = 0
    for place, word in enumerate(words, start=1):
        passed += 1
        if passed > MOST_LOOSE or not _is_loose(word, loose):
            ends.append(place)
            passed = 0
    return ends


def _make_window(words: Sequence[_Word]) -> Window:
    spans: list[Span] = []
    for word in words:
        if word.is_after_gap or not spans:
            spans.append(word.span)
        else:
            spans[-1] = Span(spans[-1].start, word.span.end)
    return Window(spans=tuple(spans), text=" ".join(word.text for word in words))


# A character of a script without spaces counts as a word. "e-mail", "don't", "3.5", "C++" and "20%" are one; a run of
# letters without any space ends after 60.
# The vowel signs of Indian scripts are marks, no letters, to `re`.
_INSIDE = r"(?:[\u0300-\u036f\u0900-\u0dff]|[^\W_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])"
# What English speech clips keeps its mark, as a rater has to tell "an'" from "an": "mornin'", "'em".
_CLIPPED = r"(?<!\w)['’](?:em|cause|cos|bout|til|n)\b|\b(?:an|o|wi|th|[a-z]{0,12}[aeiouy][a-z]{0,12}in)['’](?!\w)"
_WORD = re.compile(
    rf"{_CLIPPED}|[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
    rf"|[$€£]?(?:{_INSIDE}|(?<=\w)['’-](?=\w)|(?<=\d)[.,:](?=\d)){{1,60}}(?:[+#]{{1,2}}(?!\w)|[%€£$])?",
    re.IGNORECASE,
)
