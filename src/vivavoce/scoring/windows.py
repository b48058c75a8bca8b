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
from dataclasses import dataclass, replace
from itertools import pairwise

from vivavoce.scoring.vocabulary import fillers_of, loose_words_of
from vivavoce.text.sentences import Span, find_sentences

SIZES = (8, 16)  # words of substance in a window; the next one begins after half as many
UNKNOWN_AS = 2  # so many words are one of substance where we don't know which are small
QUOTED_SHARE = 0.5  # of a sentence in a window: it is quoted whole
MOST_QUOTED = 60  # words, twice what a window holds: who speaks without stops would be quoted from start to end
NEAR_END = 12  # words to a sentence's end: a quote goes on to it, though it carries without
LEAST_GAP = 4  # words that were taken out: a window ends there
GAP = "[…]"  # how that is shown to a reader of whole answers
MOST_ALIKE = 20  # of one character in a row: no more of them is shown to a reader
MOST_LOOSE = 8  # small words in a row; the next one is counted, so that no window grows without end


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWindow:
    """One piece. text: its words alone, without fillers and stammers. spans: where it stands, in order.

    words: where each word of text stands.
    """

    spans: tuple[Span, ...]
    text: str
    words: tuple[Span, ...]

    def narrow(self, places: Sequence[int]) -> "AnswerWindow":
        """Some of its words alone, by their places, at least one; what lies between neighbours goes with them."""
        said = self.text.split(" ")
        runs: list[list[int]] = []
        for place in places:
            if runs and place == runs[-1][-1] + 1:
                runs[-1].append(place)
            else:
                runs.append([place])
        held = [Span(self.words[run[0]].start, self.words[run[-1]].end) for run in runs]
        clipped = (
            Span(max(span.start, whole.start), min(span.end, whole.end))
            for span in held
            for whole in self.spans
            if span.start < whole.end and whole.start < span.end
        )
        return AnswerWindow(
            spans=tuple(clipped),
            text=" ".join(said[place] for place in places),
            words=tuple(self.words[place] for place in places),
        )


def make_windows(text: str, *, language: str, without: Sequence[Span] = ()) -> tuple[AnswerWindow, ...]:
    """Every window of a normalised text, each wording once, in the order of their beginnings."""
    loose = loose_words_of(language)
    by_text: dict[str, AnswerWindow] = {}
    for words in _split_at_gaps(_find_words(text, without, fillers_of(language))):
        for first, last in sorted(_lay(words, loose)):
            window = _make_window(words[first:last])
            by_text.setdefault(window.text, window)
    return tuple(by_text.values())


def make_stretches(text: str, *, without: Sequence[Span] = ()) -> tuple[AnswerWindow, ...]:
    """All that may be read of a normalised text, fillers and stammers too, cut where a gate has taken something out.

    It is what a reader of whole answers may quote from.
    """
    words = _find_words(text, without, frozenset(), keeps_stammers=True)
    return tuple(_make_window(some) for some in _split_at_gaps(words))


def show_stretches(text: str, *, without: Sequence[Span] = ()) -> str:
    """The text as a reader of whole answers gets it, stops and all: GAP stands where make_stretches cuts."""
    words = _find_words(text, without, frozenset(), keeps_stammers=True)
    if not words:
        return ""
    kept = list(text)
    last = 0
    for gap in [*sorted(without), Span(len(text), len(text))]:
        # A stop that is left of a sentence goes with it.
        begin = gap.start if _WORD.search(text, last, gap.start) else min(last, gap.start)
        kept[begin : gap.end] = " " * (gap.end - begin)
        last = max(last, gap.end)
    for place, word in enumerate(words):
        if place and word.taken >= LEAST_GAP:
            kept[word.span.start] = f"{GAP} {kept[word.span.start]}"
    shown = _RUN.sub(lambda run: run[0][:MOST_ALIKE], "".join(kept))
    return re.sub(r"[^\S\n]+", " ", shown).strip()


def read_bare_words(text: str) -> list[str]:
    """The words alone, as a window holds them: without stops, and no filler left out."""
    return [word[0] for word in _WORD.finditer(text)]


def strip_stops(text: str) -> str:
    """The same in one line."""
    return " ".join(read_bare_words(text))


def round_off(
    text: str, window: AnswerWindow, *, language: str, without: Sequence[Span] = ()
) -> tuple[tuple[AnswerWindow, ...], tuple[AnswerWindow, ...]]:
    """The whole sentences that the window holds, as a person would quote it: each alone, and several together.

    Alone, and all together: those of which it holds at least half. Then all that it touches, unless that is longer than
    anybody quotes. text, language, without: as they were given to make_windows.
    """
    touched = [sentence for sentence in find_sentences(text) if _share_inside(sentence, window.spans) > 0]
    held = [sentence for sentence in touched if _share_inside(sentence, window.spans) >= QUOTED_SHARE]
    runs = [held] if len(held) > 1 else []
    runs += [touched] if touched != held else []

    def make(sentences: Sequence[Span]) -> AnswerWindow | None:
        return _make_rounded(text, sentences, language=language, without=without)

    single = tuple(rounded for sentence in held if (rounded := make([sentence])) is not None)
    together = (rounded for run in runs if (rounded := make(run)) is not None)
    return single, tuple(rounded for rounded in together if len(rounded.words) <= MOST_QUOTED)


def finish(text: str, window: AnswerWindow, *, language: str, without: Sequence[Span] = ()) -> AnswerWindow:
    """The window to the near ends of the sentences that it breaks: nobody quotes "and we finished two".

    text, language, without: as they were given to make_windows.
    """
    touched = [sentence for sentence in find_sentences(text) if _share_inside(sentence, window.spans) > 0]
    if not touched:
        return window
    first, last = window.words[0].start, window.words[-1].end
    start, end = touched[0].start, touched[-1].end
    reach = Span(
        start if len(_WORD.findall(text, start, first)) <= NEAR_END else first,
        end if len(_WORD.findall(text, last, end)) <= NEAR_END else last,
    )
    return _make_rounded(text, [reach], language=language, without=without) or window


def _make_rounded(
    text: str, sentences: Sequence[Span], *, language: str, without: Sequence[Span]
) -> AnswerWindow | None:
    around = [Span(0, sentences[0].start), Span(sentences[-1].end, len(text))]
    words = _find_words(text, [*without, *(span for span in around if span.start < span.end)], fillers_of(language))
    if not words:
        return None
    grown = _make_window(words)
    return replace(grown, spans=_with_stops(text, grown.spans, sentences))


def _with_stops(text: str, spans: Sequence[Span], sentences: Sequence[Span]) -> tuple[Span, ...]:
    """The spans with the marks at the ends of the sentences that they are made of."""
    kept = list(spans)
    first = next(sentence for sentence in sentences if kept[0].start < sentence.end)
    if not _WORD.search(text, first.start, kept[0].start):
        kept[0] = Span(first.start, kept[0].end)
    last = next(sentence for sentence in sentences if kept[-1].end <= sentence.end)
    if not _WORD.search(text, kept[-1].end, last.end):
        kept[-1] = Span(kept[-1].start, last.end)
    return tuple(kept)


def _share_inside(sentence: Span, spans: Sequence[Span]) -> float:
    inside = sum(max(0, min(sentence.end, span.end) - max(sentence.start, span.start)) for span in spans)
    return inside / (sentence.end - sentence.start)


@dataclass(frozen=True, slots=True)
class _SpanWord:
    span: Span
    text: str
    is_after_gap: bool  # something that was taken out stands before it
    taken: int  # words of it


def _find_words(
    text: str, without: Sequence[Span], fillers: frozenset[str], *, keeps_stammers: bool = False
) -> list[_SpanWord]:
    """The words that are left, without fillers and, unless they are kept, stammers."""
    gaps = sorted(without)
    words: list[_SpanWord] = []
    gap = 0
    is_after_gap = False
    taken = 0
    for match in _WORD.finditer(text):
        while gap < len(gaps) and gaps[gap].end <= match.start():
            gap += 1
            is_after_gap = True
        if gap < len(gaps) and gaps[gap].start < match.end():
            taken += 1
            continue
        plain = match[0].casefold()
        is_stammer = not keeps_stammers and bool(words) and words[-1].text.casefold() == plain
        if plain in fillers or is_stammer:
            continue
        words.append(_SpanWord(Span(match.start(), match.end()), match[0], is_after_gap, taken))
        is_after_gap, taken = False, 0
    return words


def _split_at_gaps(words: Sequence[_SpanWord]) -> Iterator[Sequence[_SpanWord]]:
    begins = [0, *(place for place, word in enumerate(words) if word.taken >= LEAST_GAP and place), len(words)]
    return (words[begin:end] for begin, end in pairwise(begins) if begin < end)


def _lay(words: Sequence[_SpanWord], loose: frozenset[str]) -> Iterator[tuple[int, int]]:
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


def _is_hollow(words: Sequence[_SpanWord], loose: frozenset[str]) -> bool:
    """Whether so many words hold nothing of substance: a rater would read something into the noise."""
    return len(words) > MOST_LOOSE and all(_is_loose(word, loose) for word in words)


def _is_loose(word: _SpanWord, loose: frozenset[str]) -> bool:
    return word.text.casefold().replace("’", "'") in loose


def _count(words: Sequence[_SpanWord], loose: frozenset[str]) -> list[int]:
    """Behind which words a window may end: those of substance."""
    ends = []
    passed = 0
    for place, word in enumerate(words, start=1):
        passed += 1
        if passed > MOST_LOOSE or not _is_loose(word, loose):
            ends.append(place)
            passed = 0
    return ends


def _make_window(words: Sequence[_SpanWord]) -> AnswerWindow:
    spans: list[Span] = []
    for word in words:
        if word.is_after_gap or not spans:
            spans.append(word.span)
        else:
            spans[-1] = Span(spans[-1].start, word.span.end)
    return AnswerWindow(
        spans=tuple(spans), text=" ".join(word.text for word in words), words=tuple(word.span for word in words)
    )


# A character of a script without spaces counts as a word. "e-mail", "don't", "3.5", "C++" and "20%" are one; a run of
# letters without any space ends after 60.
# The vowel signs of Indian scripts are marks, no letters, to `re`.
_INSIDE = r"(?:[\u0300-\u036f\u0900-\u0dff]|[^\W_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])"
# What English speech clips keeps its mark, as a rater has to tell "an'" from "an": "mornin'", "'em".
_CLIPPED = r"(?<!\w)['’](?:em|cause|cos|bout|til|n)\b|\b(?:an|o|wi|th|[a-z]{0,12}[aeiouy][a-z]{0,12}in)['’](?!\w)"
_RUN = re.compile(rf"([^\s])\1{{{MOST_ALIKE},}}")
_WORD = re.compile(
    rf"{_CLIPPED}|[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
    rf"|[$€£]?(?:{_INSIDE}|(?<=\w)['’-](?=\w)|(?<=\d)[.,:](?=\d)){{1,60}}(?:[+#]{{1,2}}(?!\w)|[%€£$])?",
    re.IGNORECASE,
)
