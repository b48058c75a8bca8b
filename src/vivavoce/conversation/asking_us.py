"""What a candidate asks us of the interview itself, and says of their nerves: no part of an answer. Pure.

By the lists of phrases of a language's `[aside]`; in any other language nothing is told apart.

    We cut waste by a third. │ Who decides about me?        ask us: replied to, neither quoted nor judged
    And what did I do? │ I called him.                      a story's own question
    He asked: who decides?                                  somebody else's
"""

import re
from enum import StrEnum
from functools import cache, lru_cache

from vivavoce.conversation.intents import (
    LONGEST_WISH,
    cover_worry,
    find_wish,
    is_chat,
    is_courtesy,
    is_declining,
    is_question,
    without_politeness,
)
from vivavoce.conversation.phrase_patterns import compile_any, fold_words, read_phrases, split_clauses
from vivavoce.text.languages import CODES
from vivavoce.text.sentences import Span, find_sentences, split_sentences

MOST_BEHIND = 8  # words that may follow the beginning of such a question, up to its mark
JUST_SAID = 8  # words before a question that tell who asks it


class AskingUs(StrEnum):
    """What a question to us is about."""

    COURSE = "course"  # how long the interview takes, how many questions there are
    MISTAKES = "mistakes"  # whether their grammar, spelling or accent counts
    TONGUE = "tongue"  # whether they may answer in another language
    COUNTS = "counts"  # whether something counts against them
    SKIPPING = "skipping"  # whether a question may be skipped
    ENOUGH = "enough"  # whether the answer was enough
    OTHER = "other"  # who decides, when one hears, the pay: answered from the texts, or passed on


# Asked in a story as well: of somebody else, by somebody else.
DOUBTFUL = frozenset({AskingUs.ENOUGH, AskingUs.OTHER, None})  # None: anything else


@lru_cache(maxsize=1024)
def find_asking_us(sentence: str, *, language: str) -> AskingUs | None:
    """What of the interview the sentence asks us; None for any other sentence, and where we know no such phrases.

    Without a question mark the phrase must be all of it: "How long the interview takes, nobody told me."
    """
    if not knows_asides(language) or len(sentence) > LONGEST_WISH:
        return None
    words = _after_lead(without_politeness(sentence, language=language), language)
    is_marked = is_question(sentence)
    for kind in AskingUs:
        cue = _cues(kind.value, language)
        begun = cue.match(words) if is_marked else None
        if cue.fullmatch(words) or (begun is not None and words.count(" ", begun.end()) <= MOST_BEHIND):
            return kind
    return None


def _asks_anything(sentence: str, *, language: str) -> bool:
    """Whether the sentence asks us anything else, and is no question about what may be spoken of, nor wants a nod."""
    words = _after_lead(without_politeness(sentence, language=language), language)
    is_begun = is_question(sentence) and _cues("anything", language).match(words) is not None
    if not is_begun or find_wish(sentence, language=language) is not None:
        return False
    return not any(_cues(name, language).match(words) for name in ("scope", "meaning", "nod"))


@lru_cache(maxsize=256)
def find_asked_at_end(text: str, *, question: str, language: str) -> tuple[str, ...]:
    """What an answer asks us at its end, question by question, as it was written; empty where nothing is asked.

    question: as it was asked: who was asked what they would say or ask is not asking us.
    """
    if not knows_asides(language):
        return ()
    asked: list[str] = []
    sentences = split_sentences(text)
    while sentences:
        last = _find_asking_part(sentences[-1], language)
        if last:
            asked.insert(0, last)
        elif without_politeness(sentences[-1], language=language):
            break
        is_part = bool(last) and last != sentences[-1]
        sentences.pop()
        if is_part:
            break
    if not asked:
        return ()
    before = text[: text.rindex(asked[0])].strip()
    kinds = {find_asking_us(part, language=language) for part in asked}
    if all(is_no_answer(sentence, language=language) for sentence in split_sentences(before)):
        return ()
    if is_led_to_saying(before, language=language):
        return ()
    if is_courtesy(" ".join(asked), language=language) and is_declining(before, language=language):
        return ()  # "I'd rather not say. Is that okay?" wants no more than to hear that it is
    return () if kinds & DOUBTFUL and wants_words(question, language=language) else tuple(asked)


def asks_what_it_costs(asked: str, *, language: str) -> bool:
    """Whether it asks, beside a refusal, what that costs, or whether the question may be skipped."""
    kinds = {find_asking_us(part, language=language) for part in split_sentences(asked)}
    is_bad = knows_asides(language) and _cues("bad", language).search(fold_words(asked, language=language))
    return bool(is_bad) or bool(kinds & {AskingUs.COUNTS, AskingUs.SKIPPING})


def wants_words(question: str, *, language: str) -> bool:
    """Whether the question wants to hear what one would say or ask: there a question may be the answer."""
    if not knows_asides(language):
        return False
    return _cues("asks_for_words", language).search(fold_words(question, language=language)) is not None


def is_led_to_saying(before: str, *, language: str) -> bool:
    """Whether the text ends in somebody's saying or asking something, which follows: "She asked me:"."""
    if not knows_asides(language):
        return False
    said = " ".join(fold_words(before, language=language).split()[-JUST_SAID:]) + " "
    return before.rstrip().endswith(":") or _cues("saying", language).search(said) is not None


def quotes_somebody(sentence: str, *, language: str) -> bool:
    """Whether the question that ends the sentence is another one's: "He asked: who decides?", “Who decides?”."""
    before, colon, _ = sentence.rpartition(":")
    is_said = bool(colon) and is_led_to_saying(before, language=language)
    return bool(_QUOTED_END.search(sentence)) or (is_said and not _is_lead(before, language))


@lru_cache(maxsize=1024)
def is_no_answer(sentence: str, *, language: str) -> bool:
    """Whether the sentence is no answer: an apology, a worry, a greeting, a wish, a question to us or its beginning."""
    if not without_politeness(sentence, language=language):
        return True
    if not knows_asides(language):
        return False
    return (
        is_chat(sentence, language=language)
        or is_worried(sentence, language=language)
        or asks_leave(sentence, language=language)
        or find_wish(sentence, language=language) is not None
        or _cues("unclear", language).fullmatch(without_politeness(sentence, language=language)) is not None
        or find_asking_us(sentence, language=language) is not None
    )


def is_worried(text: str, *, language: str) -> bool:
    """Whether the text says that somebody is nervous, sorry, or at a loss for words, and nothing else."""
    if not knows_asides(language) or is_question(text):
        return False
    if cover_worry(text, language=language):
        return True
    is_bare = not without_politeness(text, language=language)
    return is_bare and _cues("sorry", language).search(fold_words(text, language=language)) is not None


def is_joking(text: str, *, language: str) -> bool:
    """Whether the text ends in saying that it was a joke: none of it is meant."""
    if not knows_asides(language) or len(text) > LONGEST_WISH:
        return False
    clauses = split_clauses(text, language=language)
    return bool(clauses) and _cues("joking", language).fullmatch(fold_words(clauses[-1], language=language)) is not None


def is_asked_of_oneself(question: str, *, language: str) -> bool:
    """Whether the question asks how somebody feels, speaks or fares: there a worry is the answer."""
    return _cues("about_self", language).search(fold_words(question, language=language)) is not None


def asks_leave(text: str, *, language: str) -> bool:
    """Whether the text asks to be allowed a question, and does not ask it yet."""
    return knows_asides(language) and _is_lead(text, language) and _holds_leave(text, language)


def cut_lead(sentence: str, *, language: str) -> str:
    """The question without "By the way," and "I'd like to ask something first:" before it."""
    start = 0
    for comma in _COMMA.finditer(sentence):
        if not _is_lead(sentence[start : comma.start()], language):
            break
        start = comma.end()
    return sentence[start:]


def find_told(text: str, *, language: str) -> list[Span]:
    """The sentences of an answer that may be quoted to anybody, in order: those that answer.

    What stands before the first word of a story within one sentence ("Sorry, I'm nervous, …") is left out of it.
    """
    told = []
    for sentence in find_sentences(text):
        if is_no_answer(text[sentence.start : sentence.end], language=language):
            continue
        start = sentence.start
        for comma in _COMMA.finditer(text, sentence.start, sentence.end):
            head = text[sentence.start : comma.start()]
            if not is_worried(head, language=language) and without_politeness(head, language=language):
                break
            start = comma.end()
        told.append(Span(start, sentence.end))
    return told


def knows_asides(language: str) -> bool:
    """Whether what is said beside the answer is told from it in this language."""
    return language in CODES and "aside" in read_phrases(language)


def _find_asking_part(sentence: str, language: str) -> str:
    """The sentence, or its end behind a comma, where it asks us; '' where it does not, or quotes somebody."""
    if quotes_somebody(sentence, language=language):
        return ""
    if find_asking_us(sentence, language=language):
        return sentence
    if not is_question(sentence):
        return ""
    for comma in _COMMA_OR_CAPITAL.finditer(sentence):
        part = sentence[comma.end() :]
        is_sentence = comma[0].isspace() and _asks_anything(part, language=language)
        if is_sentence or find_asking_us(part, language=language) is not None:
            return "" if is_led_to_saying(sentence[: comma.start()], language=language) else part
    return sentence if _asks_anything(sentence, language=language) else ""


def _is_lead(text: str, language: str) -> bool:
    words = without_politeness(text, language=language)
    return knows_asides(language) and words != "" and not _after_lead(words, language)


def _holds_leave(text: str, language: str) -> bool:
    return _cues("leave", language).search(without_politeness(text, language=language)) is not None


def _after_lead(words: str, language: str) -> str:
    """The words behind "and", "by the way", "one more question"."""
    at, lead = 0, _leads(language).match(words)
    while lead is not None and lead.end() > at:
        at = lead.end()
        lead = _leads(language).match(words, at)
    return words[at:]


@cache
def _leads(language: str) -> re.Pattern[str]:
    aside = read_phrases(language)["aside"]
    return compile_any([*aside["leave"], *aside["lead"]], language=language)


@cache
def _cues(name: str, language: str) -> re.Pattern[str]:
    return compile_any(read_phrases(language)["aside"][name], language=language)


_COMMA = re.compile(r"[,;:–—،؛]\s*|\s+-\s+|\.\.\.\s*|…\s*")
# The ear leaves out a full stop at times, and goes on with a capital: "we found it the same day Is that enough?"; and
# one after a number may be that of an ordinal.
_COMMA_OR_CAPITAL = re.compile(rf"{_COMMA.pattern}|(?:(?<=[a-zß-ÿ])|(?<=\d\.))\s+(?=[A-ZÄÖÜÀ-Ý¿])")
_QUOTED_END = re.compile("[\"'”’»“«]\\s*$")
