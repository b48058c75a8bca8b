"""What somebody lists only to say that none of it is theirs: no evidence, either way. Pure.

None of the following is true of me: │ Checks the label. Calls the customer. │ I work in a shop.
disowning ─────────────────────────    listed: in nobody's person               their own again
"""

import re
from collections.abc import Iterator

from vivavoce.scoring.echoes import read_text
from vivavoce.scoring.vocabulary import compile_phrases, read_words
from vivavoce.text.sentences import Span, find_sentences


def find_disowned(text: str, *, language: str) -> list[Span]:
    """Each sentence that disowns what it announces, from there to the last sentence of the list behind it.

    The list goes on while nobody speaks of themselves: "I" and "my" begin an answer again. In order, apart.
    """
    disowning = compile_phrases("disowning", language)
    if not disowning.search(text):
        return []
    return list(_find(text, disowning, read_words(language, "first_person")))


def _find(text: str, disowning: re.Pattern[str], personal: frozenset[str]) -> Iterator[Span]:
    begin = end = -1
    for sentence in find_sentences(text):
        announced = disowning.search(text, sentence.start, sentence.end)
        if announced is not None:
            if begin < 0:
                begin = announced.start()
            end = sentence.end
        elif begin >= 0 and not any(word.text in personal for word in read_text(text, sentence)):
            end = sentence.end
        elif begin >= 0:
            yield Span(begin, end)
            begin = -1
    if begin >= 0:
        yield Span(begin, end)
