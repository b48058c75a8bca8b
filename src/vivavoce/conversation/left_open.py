"""What an answer surely leaves open, so that a follow-up may ask for it without a language model. Pure.

An end is told in words that no list holds. So an answer's end is open only where its last clause is a deed of its
teller's: whatever is said last of somebody else may well be how it turned out.

    I called the depot, and asked for a new one.        open: "I" called, and asked
    I called the depot, and since then none was late.   told
    I fetched her every day, she stayed for years.      told: "she" did

Words that show such things stand in the files of some languages. In the others nothing is sure, and nothing is asked.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from vivavoce.conversation.intents import asks_for_event, names_figure, tells_end, tells_own_deed
from vivavoce.conversation.phrase_patterns import compile_any, fold_words, read_phrases, split_clauses
from vivavoce.text.sentences import split_sentences

MOST_NONE = 14  # words: whoever says more after a "never" tells something
FIRST_OF_NONE = 4  # words, one of which says that there is none


def leaves_end_open(question: str, answer: str, *, language: str) -> bool:
    """Whether an event was asked for that turns out one way or another, and what is told of it surely stops before its
    end.
    """
    sentences = split_sentences(answer)
    if not sentences or not asks_for_event(question, language=language):
        return False
    if not _has("turns_out", question, language=language):
        return False  # whoever was helped may have died since
    clauses = list(_split(sentences[-1], language=language))
    # "I led a team of six" tells who was there; "…, and I got it down to six" may be the end.
    is_counted = len(clauses) > 1 and names_figure(clauses[-1], language=language)
    return not (tells_end(answer, language=language) or is_counted) and _are_own(clauses, language=language)


def asks_of_ways(question: str, *, language: str) -> bool:
    """Whether it asks how one goes about something, of which there may be an example."""
    return _has("ways", question, language=language)


def asks_for_names(question: str, *, language: str) -> bool:
    """Whether it asks for names of things, so that a word is an answer."""
    return _has("naming", question, language=language) and not asks_for_event(question, language=language)


def asks_how(question: str, *, language: str) -> bool:
    """Whether it asks how something works or is done. True in languages without words for it."""
    return "open" not in read_phrases(language) or _has("how", question, language=language)


def weighs(text: str, *, language: str) -> bool:
    """Whether it says where something ends, or what else there is. True in languages without words for it."""
    return "open" not in read_phrases(language) or _has("weighs", text, language=language)


def says_none(text: str, *, language: str) -> bool:
    """Whether a few words say that there is nothing to tell: "Never happened to me", "Not much, to be honest"."""
    words = text.split()
    return len(words) <= MOST_NONE and _has("none", " ".join(words[:FIRST_OF_NONE]), language=language)


def _are_own(clauses: Iterable[str], *, language: str) -> bool:
    """Whether the last of them is a deed of the one who tells it."""
    is_own = False
    for clause in clauses:
        goes_on = is_own and _goes_on(language).search(clause.casefold()) is not None
        is_own = goes_on or tells_own_deed(clause, language=language)
    return is_own


def _split(sentence: str, *, language: str) -> Iterator[str]:
    """Its clauses, parted by the words that join them as well."""
    for clause in split_clauses(sentence, language=language):
        words: list[str] = []
        for word in clause.split():
            if fold_words(word, language=language) in _joins(language):
                yield from [" ".join(words)] if words else []
                words = []
            else:
                words.append(word)
        yield from [" ".join(words)] if words else []


def _has(name: str, text: str, *, language: str) -> bool:
    if "open" not in read_phrases(language):
        return False
    return _cues(name, language).search(fold_words(text, language=language)) is not None


@cache
def _cues(name: str, language: str) -> re.Pattern[str]:
    return compile_any(read_phrases(language)["open"][name], language=language)


@cache
def _joins(language: str) -> frozenset[str]:
    words: str = read_phrases(language)["open"]["joins"]
    return frozenset(fold_words(word, language=language) for word in words.split())


@cache
def _goes_on(language: str) -> re.Pattern[str]:
    """A clause without a subject of its own: its verb stands first, where the language says nothing else."""
    phrases = read_phrases(language)
    goes_on: str = phrases["open"].get("goes_on", "^(?:" + phrases["story"]["past"] + ")")
    return re.compile(goes_on)
