"""What a position's own texts say of what follows once one has applied: what stands under such a heading. Pure."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from vivavoce.knowledge.split import split_text
from vivavoce.replies.sentences import pattern_of
from vivavoce.replies.tables import tables_to_sentences
from vivavoce.text.fold import fold

MOST_STEPS = 8  # more of them are a handbook, and no answer to what follows
LONGEST_STEPS = 900  # characters


def find_next_steps(texts: Sequence[str], *, language: str) -> list[str]:
    """The sentences, or items of a list, under such a heading; empty where there is none, or there are two.

    texts: of the position: plain, Markdown or simple HTML. language: of the interview.
    """
    under = [
        part
        for text in texts
        for part in split_text(tables_to_sentences(text))
        if part.headings and is_onward(part.headings[-1], language=language)
    ]
    if len({part.headings for part in under}) != 1:
        return []
    # A list is read step by step; sentences that stand together are one.
    steps = [line for part in under for line in (part.text.split("\n") if "\n" in part.text else [part.text])]
    return steps if len(steps) <= MOST_STEPS and sum(map(len, steps)) <= LONGEST_STEPS else []


def is_onward(heading: str, *, language: str) -> bool:
    """Whether this is a heading over what follows, in this language or in English."""
    bare = _AROUND.sub("", fold(heading, joins_spaces=True))
    patterns = (*_read().get(language, ()), *_read()["en"])
    return any(pattern_of(pattern).fullmatch(bare) is not None for pattern in patterns)


@cache
def _read() -> dict[str, list[str]]:
    """The headings of each language, from the file beside."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


# Numbers, marks and pictures around the words of a heading.
_AROUND = re.compile(r"^[\W\d_]+|[\W_]+$")
