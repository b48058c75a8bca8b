"""What a candidate's words are: the answer, or something beside it. Pure, and by rule.

A language whose phrases have no `[aside]` (en, de, es, fr and ar have one) tells a wish and a refusal alone; all else
is the answer. In doubt words are the answer: an answer that is taken for a question costs its candidate more than a
question that is taken for an answer.

    text ──► declines, whatever is asked besides        ──► REFUSAL
         ──► greets, thanks, wonders who this is        ──► SMALL_TALK
         ──► is nervous, sorry, asks to ask             ──► SMALL_TALK
         ──► wants something of the conversation        ──► REQUEST
         ──► "I've told you that", or an earlier answer ──► SAID_BEFORE
         ──► asks what the question means, or may be,
             how long the interview is, what counts     ──► QUESTION
         ──► weather, football, the neighbours          ──► OFF_TOPIC
         ──► all the rest                               ──► ANSWER
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache, lru_cache

from vivavoce.conversation.asking_us import (
    AskingUs,
    addresses,
    asks_leave,
    find_asked_at_end,
    find_asking_us,
    is_asked_of_oneself,
    is_brief,
    is_joking,
    is_no_answer,
    is_only_nervous,
    is_verbless,
    is_worried,
    knows_asides,
    speaks_of_job,
    split_spoken,
)
from vivavoce.conversation.intents import (
    QuestionAim,
    Wish,
    asks_to_tell,
    find_asked_beside,
    find_asking,
    find_wish,
    is_chat,
    is_declining,
    is_denying,
    is_plain_no,
    is_question,
    names_figure,
    telling_stems,
    without_politeness,
)
from vivavoce.conversation.phrase_patterns import compile_any, fold_words, read_phrases, split_clauses
from vivavoce.text.fold import fold
from vivavoce.text.languages import CODES
from vivavoce.text.sentences import split_sentences

LONGEST_ASKING = 250  # characters: whoever writes more tells something
LONGEST_SAYING = 150  # characters of "I have told you that …"
MOST_BESIDE = 3  # words of meaning beside a question that is still one, and beside "I have told you that"
MOST_REASONS = 10  # words of why somebody wants to hear the question again
LEAST_WISHED = 3  # words of a wish that a reason may follow: "What?" and "Again" begin answers
MOST_BARE = 10  # words of two things to choose from, and nothing else
LEAST_REPEATED = 6  # words that make an answer one that can be recognised
ALIKE = 0.85  # of their words that two texts share to be the same


class Utterance(StrEnum):
    """What words can be."""

    ANSWER = "answer"
    QUESTION = "question"  # about the question: what it means, what may be spoken of, how long, why; or the interview
    REQUEST = "request"  # a wish
    SMALL_TALK = "small_talk"
    SAID_BEFORE = "said_before"
    OFF_TOPIC = "off_topic"
    REFUSAL = "refusal"


class AskingBack(StrEnum):
    """What a question about the question, or about the interview, wants to know."""

    MEANING = "meaning"
    SCOPE = "scope"  # what may be spoken of
    EITHER = "either"  # which of two things
    LENGTH = "length"
    PURPOSE = "purpose"  # why it is asked
    COURSE = "course"  # these as in AskingUs
    MISTAKES = "mistakes"
    TONGUE = "tongue"
    COUNTS = "counts"
    SKIPPING = "skipping"
    ENOUGH = "enough"
    LATER = "later"
    PAUSE = "pause_later"


# What nobody asks who may answer yet: asked beside a refusal, it stays one.
OF_INTERVIEW = frozenset(AskingBack) - {
    AskingBack.MEANING, AskingBack.SCOPE, AskingBack.EITHER, AskingBack.LENGTH, AskingBack.PURPOSE,
}  # fmt: skip


def tell_apart(text: str, *, question: str, earlier: Sequence[str] = (), language: str) -> Utterance:
    """What these words are. question: as it was asked. earlier: what was answered before them, in this attempt."""
    if language not in CODES:
        return Utterance.ANSWER
    back = find_asking_back(text, question=question, language=language)
    # "What do you mean by it?" is asked by who may answer yet. "Why do you ask?" is asked by people who decline, and by
    # people who wonder.
    refuses = find_asked_beside(text, language=language) != ""
    is_of_all = back is AskingBack.PURPOSE or back in OF_INTERVIEW
    if back is not None and is_of_all != refuses:
        return Utterance.QUESTION
    if is_declining(text, language=language) or is_plain_no(text, language=language):
        return Utterance.REFUSAL if is_declining(text, language=language) else Utterance.ANSWER
    if any(is_it(text, language=language) for is_it in (is_chat, asks_leave, is_joking)):
        return Utterance.SMALL_TALK
    wish = find_wish(text, language=language) or find_reasoned_wish(text, question=question, language=language)
    if wish is not None and wish is not Wish.REPHRASE:
        return Utterance.REQUEST
    is_nervous = is_worried(text, language=language) or is_only_nervous(text, question=question, language=language)
    if is_nervous and not is_asked_of_oneself(question, language=language):
        return Utterance.SMALL_TALK
    if is_said_before(text, earlier, language=language):
        return Utterance.SAID_BEFORE
    if back is not None:
        return Utterance.QUESTION
    if wish is not None:
        return Utterance.REQUEST
    is_beside = is_off_topic(text, question=question, language=language)
    # An answer that asks us something at its end is one, whatever it speaks of.
    asked = find_asked_at_end(text, question=question, language=language)
    is_answer = bool(asked) and asked[0] in split_spoken(text)
    return Utterance.OFF_TOPIC if is_beside and not is_answer else Utterance.ANSWER


@lru_cache(maxsize=256)
def find_asking_back(text: str, *, question: str, language: str) -> AskingBack | None:
    """What the text wants to know of the question; None where it is no question about it."""
    if not knows_asides(language) or len(text) > LONGEST_ASKING:
        return None
    sentences = split_spoken(text)
    if len(sentences) == 1 and not is_question(text):
        sentences = _part_unmarked(text, question, language)
    if find_asked_at_end(text, question=question, language=language):
        return None  # an answer stands before it
    if (
        not sentences
        or sum(_count_telling(sentence, language) for sentence in sentences[:-1] if not is_question(sentence))
        > MOST_BESIDE
    ):
        return None
    if not is_question(sentences[-1]) and any(is_question(sentence) for sentence in sentences):
        return None
    says_more = any(
        not is_question(sentence) and not is_no_answer(sentence, language=language) for sentence in sentences[:-1]
    )
    asking = [sentence for sentence in sentences if is_question(sentence) or len(sentences) == 1]
    kinds = [_kind_of(sentence, question, language) for sentence in asking]
    if kinds and kinds[0] is AskingBack.MEANING:  # "What do you mean by difficult? Somebody angry, or somebody slow?"
        kinds[1:] = [kind or _find_either(sentence, language) for kind, sentence in zip(kinds, asking, strict=True)][1:]
    # Of the interview nobody asks who has just begun to answer.
    if not all(kinds) or (says_more and not OF_INTERVIEW.isdisjoint(kinds)):
        return None
    if AskingBack.EITHER in kinds:
        return AskingBack.EITHER
    return next((kind for kind in kinds if kind is not None), None)


def _find_either(sentence: str, language: str) -> AskingBack | None:
    words = without_politeness(sentence, language=language)
    return AskingBack.EITHER if _asks_which_of_two(words, language) else None


def _part_unmarked(text: str, question: str, language: str) -> list[str]:
    """The sentence; only its end, where it asks behind saying that the question was not understood, without a mark:
    "I'm not sure I understand, do you mean one region".
    """
    first, *others = split_clauses(text, language=language) or [""]
    rest = ", ".join(other.strip() for other in others)
    is_unclear = find_wish(first, language=language) is Wish.REPHRASE or is_no_answer(first, language=language)
    return [rest] if rest and is_unclear and _kind_of(rest, question, language) is not None else [text]


@lru_cache(maxsize=256)
def find_reasoned_wish(text: str, *, question: str, language: str) -> Wish | None:
    """To hear the question again, or to wait, and why: "Could you repeat that? There was some noise."

    None where what follows may be an answer: it is long, has a number, asks, or speaks in a word of the question.
    """
    clauses = split_clauses(text, language=language)
    if not knows_asides(language) or len(text) > LONGEST_SAYING or _NUMBER.search(text):
        return None
    if _skips_for_want_of_words(clauses, language):
        return Wish.SKIP
    if telling_stems(text, language=language) & telling_stems(question, language=language):
        return None
    for count in range(1, len(clauses)):
        begun, rest = " ".join(clauses[:count]), " ".join(clauses[count:])
        wish, words = find_wish(begun, language=language), without_politeness(begun, language=language)
        is_brief_rest = len(fold_words(rest, language=language).split()) <= MOST_REASONS
        if wish is Wish.REPEAT and len(words.split()) >= LEAST_WISHED and is_brief_rest:
            return Wish.REPEAT
        if wish is Wish.THINK and _cues("pause", language).search(words) and is_brief_rest:
            return Wish.THINK
    return None


def _skips_for_want_of_words(clauses: Sequence[str], language: str) -> bool:
    """Whether somebody wishes to skip at the end, and says before it only that they have nothing to say: "Can't think
    of one. Can we skip this?". "Go on" and "next" behind an answer are none.
    """
    if len(clauses) < 2 or find_wish(clauses[-1], language=language) is not Wish.SKIP:
        return False
    return all(
        is_declining(clause, language=language)
        or is_denying(clause, language=language)
        or is_no_answer(clause, language=language)
        for clause in clauses[:-1]
    )


def is_said_before(text: str, earlier: Sequence[str], *, language: str) -> bool:
    """Whether the text is an earlier answer once more, or only says that all was said."""
    return _is_repeated(text, earlier) or _says_so(text, language)


@lru_cache(maxsize=256)
def is_off_topic(text: str, *, question: str, language: str) -> bool:
    """Whether the text chats of what no question here asks for."""
    if not knows_asides(language) or len(text) > LONGEST_ASKING:
        return False
    if telling_stems(text, language=language) & telling_stems(question, language=language):
        return False
    asks_us = any(is_question(sentence) for sentence in split_sentences(text))
    # Reasons and facts are told in words of their own: "Because of the mountains."
    if not asks_us and find_asking(question, language=language) in (QuestionAim.MOTIVATION, QuestionAim.FACT):
        return False
    folded = fold_words(text, language=language)
    subjects = sum(_cue(pattern, language).search(folded) is not None for pattern in _patterns("idle", language))
    return subjects >= 2 or (subjects == 1 and asks_us and len(text) <= LONGEST_SAYING)


@lru_cache(maxsize=256)
def gives_orders(text: str, *, language: str) -> bool:
    """Whether the text tells a program what to do, in place of an answer or in the middle of one."""
    return knows_asides(language) and _cues("orders", language).search(fold_words(text, language=language)) is not None


def _kind_of(sentence: str, question: str, language: str) -> AskingBack | None:
    of_interview = find_asking_us(sentence, language=language)
    if of_interview not in (None, AskingUs.OTHER):
        return AskingBack(of_interview.value)
    words = without_politeness(sentence, language=language)
    if _cues("unclear", language).fullmatch(words) and find_wish(sentence, language=language) is None:
        return AskingBack.MEANING
    # Without a mark only a plain beginning tells: "How long it took" and "Only one of them" answer something.
    is_marked = is_question(sentence)
    for kind in (AskingBack.LENGTH, AskingBack.PURPOSE, AskingBack.SCOPE, AskingBack.MEANING):
        if kind is AskingBack.LENGTH and (of_interview is not None or speaks_of_job(sentence, language=language)):
            continue  # "How much is the pay?", "How long are the shifts?"
        cue = _cues(kind.value, language)
        if cue.search(words) and (is_marked or _cues("unmarked", language).match(words)):
            of_two = kind in (AskingBack.SCOPE, AskingBack.MEANING) and _asks_which_of_two(words, language)
            return AskingBack.EITHER if of_two else kind
    if is_marked and _is_bare_either(sentence, words, question, language):
        return AskingBack.EITHER
    if is_marked and not is_brief(sentence, language=language) and _echoes(sentence, words, question, language):
        return AskingBack.EITHER if _asks_which_of_two(words, language) else AskingBack.MEANING
    return AskingBack.SCOPE if is_brief(sentence, language=language) else None


def asks_which_of_two(text: str, *, language: str) -> bool:
    """Whether a sentence of the text asks which of two things is meant: "a guest in the hotel or also outside?"."""
    return any(
        _asks_which_of_two(without_politeness(sentence, language=language), language) for sentence in split_spoken(text)
    )


def _asks_which_of_two(words: str, language: str) -> bool:
    """Whether it gives two things to choose from: not "or so", "or what?", and not behind "what do you mean"; nor what
    somebody may do: "Can I hand it out, or must I ask the boss first?".
    """
    if _cues("asking", language).match(words):
        return False
    allowed = sum(1 for _ in _cues("may_i", language).finditer(words))
    if allowed > 1 or (allowed and not _cues("scope", language).search(words)):
        return False  # "Should I talk about work or school?" asks for a choice
    either = _cues("either", language).search(_cues("or_so", language).sub("", words))
    return either is not None and either.start() > 0


def _is_bare_either(sentence: str, words: str, question: str, language: str) -> bool:
    """Whether it is nothing but two things to choose from ("like, at work or privately?"), where a story is asked for,
    or what somebody would do: "1 or 2?" may be a try at what one knows, and "two or three years?" tells how long.
    """
    aim = find_asking(question, language=language)
    is_told = aim is QuestionAim.EXPERIENCE or (
        aim is QuestionAim.KNOWLEDGE
        and (addresses(question, language=language) or asks_to_tell(question, language=language))
    )
    # "As a team or just I?": the last word may be one that makes a sentence elsewhere.
    *before, _ = words.split() or [""]
    is_bare = len(before) < MOST_BARE and is_verbless("".join(f"{word} " for word in before), language=language)
    has_number = _NUMBER.search(sentence) is not None or names_figure(sentence, language=language)
    return is_told and is_bare and not has_number and _asks_which_of_two(words, language)


def _echoes(sentence: str, words: str, question: str, language: str) -> bool:
    """Whether a word of the question is taken up to ask which of several, or what of it: "Angry at me, or at us?"."""
    if not telling_stems(sentence, language=language) & telling_stems(question, language=language):
        return False
    if _ends_with(_cues("tag", language), words):
        return False
    if _cues("either", language).search(words):
        return True
    asking = _cues("asking", language)
    return asking.match(words) is not None or _ends_with(asking, words)


def _ends_with(cue: re.Pattern[str], words: str) -> bool:
    return any(match.end() == len(words) for match in cue.finditer(words))


def _says_so(text: str, language: str) -> bool:
    if not knows_asides(language) or len(text) > LONGEST_SAYING:
        return False
    rest, count = _cues("said_before", language).subn("", fold_words(text, language=language))
    return count > 0 and _count_telling(rest, language) <= MOST_BESIDE


def _is_repeated(text: str, earlier: Sequence[str]) -> bool:
    words = _words_of(text)
    return len(words) >= LEAST_REPEATED and any(_are_alike(words, _words_of(said)) for said in earlier)


def _are_alike(words: frozenset[str], others: frozenset[str]) -> bool:
    return len(words & others) >= ALIKE * max(len(words), len(others))


@lru_cache(maxsize=256)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(text)))


def _count_telling(text: str, language: str) -> int:
    return len(telling_stems(text, language=language))


@cache
def _cues(name: str, language: str) -> re.Pattern[str]:
    return compile_any(list(_patterns(name, language)), language=language)


@cache
def _cue(pattern: str, language: str) -> re.Pattern[str]:
    return compile_any([pattern], language=language)


def _patterns(name: str, language: str) -> Iterable[str]:
    patterns: list[str] = read_phrases(language)["aside"][name]
    return patterns


_NUMBER = re.compile(r"\d")
_WORD = re.compile(r"\w+")
