"""What a position's own texts say of what follows once one has applied: what stands under such a heading, or beside a
sentence on when one hears. Pure.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from vivavoce.knowledge.split import split_text
from vivavoce.replies.plain_headings import mark_headings
from vivavoce.replies.sentences import pattern_of, search
from vivavoce.replies.tables import tables_to_sentences
from vivavoce.replies.topics import find_words
from vivavoce.text.fold import fold
from vivavoce.text.sentences import split_sentences

MOST_STEPS = 8  # more of them are a handbook, and no answer to what follows
LONGEST_STEPS = 900  # characters


def find_next_steps(texts: Sequence[str], *, language: str) -> list[str]:
    """The sentences, or items of a list, under such a heading, else in the one part that says when one hears; empty
    where there is none, or there are two. Without a first one that is this interview: it is over.

    texts: of the position: plain, Markdown or simple HTML. language: of the interview.
    """
    parts = [part for text in texts for part in split_text(mark_headings(tables_to_sentences(text)))]
    under = [part for part in parts if part.headings and is_onward(part.headings[-1], language=language)]
    if not under:
        under = [part for part in parts if tells_when(part.text, language=language)]
        if len(under) != 1:
            return []
    if len({part.headings for part in under}) != 1:
        return []
    # A list is read step by step; sentences that stand together are one.
    lines = [line for part in under for line in (part.text.split("\n") if "\n" in part.text else [part.text])]
    steps = _leave_out_over(lines, language)
    return steps if len(steps) <= MOST_STEPS and sum(map(len, steps)) <= LONGEST_STEPS else []


def _leave_out_over(steps: list[str], language: str) -> list[str]:
    first, *sentences = split_sentences(steps[0])
    if not sentences and not steps[1:]:
        return steps
    bare = _AROUND.sub("", fold(first, joins_spaces=True))
    patterns = _patterns("over", language)
    if not any(pattern_of(pattern).fullmatch(bare) for pattern in patterns):
        return steps
    return [" ".join(sentences), *steps[1:]] if sentences else steps[1:]


def is_onward(heading: str, *, language: str) -> bool:
    """Whether this is a heading over what follows, in this language or in English."""
    bare = _AROUND.sub("", fold(heading, joins_spaces=True))
    return any(pattern_of(pattern).fullmatch(bare) is not None for pattern in _patterns("headings", language))


def tells_when(text: str, *, language: str) -> bool:
    """Whether a sentence says that somebody decides, or lets one know, and by when: "We aim to decide by Friday"."""
    every = [words for code in dict.fromkeys((language, "en")) if (words := find_words(code)) is not None]
    return any(
        search(words.told_by, sentence) and search(words.soon, sentence)
        for sentence in map(fold, split_sentences(text))
        for words in every
    )


def _patterns(name: str, language: str) -> tuple[str, ...]:
    """Those of this language, and the English ones."""
    known = _read()[name]
    return (*known.get(language, ()), *known["en"])


@cache
def _read() -> dict[str, dict[str, list[str]]]:
    """The patterns of each language, from the file beside."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


# Numbers, marks and pictures around the words of a heading.
_AROUND = re.compile(r"^[\W\d_]+|[\W_]+$")
