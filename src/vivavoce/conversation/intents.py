"""What a candidate's words mean to the conversation: a wish, a plain no, what an answer lacks. Pure.

Told by lists of phrases per language, so that the same words always mean the same. When in doubt, words are an answer.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from itertools import islice

from vivavoce.attempts.answer import Answer
from vivavoce.conversation.phrase_patterns import (
    compile_any,
    compile_phrase,
    first_words,
    fold_words,
    read_phrases,
    split_clauses,
)
from vivavoce.text.fold import fold, without_accents
from vivavoce.text.languages import CODES, UNSPACED
from vivavoce.text.sentences import split_sentences
from vivavoce.text.stems import STEMS_IN_WORD, iterate_stems

# Whoever writes more than this says more than a wish or a no.
LONGEST_WISH = 300  # characters
LONGEST_DENIAL = 200  # characters: whoever writes more than this after a no tells something
LEAST_SUBSTANCE = 8  # words that carry content; an answer with fewer is short
FIRST_WORDS = 4  # of a sentence, that name who does what it tells
LONGEST_TAIL = 6  # words of a last sentence, before which the end of a story may stand
LEAST_OURS = 2  # times that "we" is said
LEAST_PAST = 3  # verbs in the past that make a story
# Words that carry content: fewer in a question or in an answer don't tell whether one is about the other.
LEAST_ASKED, LEAST_TOLD = 2, 3
LEAST_PART = 4  # letters of a word that is part of another
MOST_COMPARED = 100  # of an answer's words: its beginning tells


class Wish(StrEnum):
    """What a candidate may want of the conversation at any time."""

    BEGIN = "begin"  # go on after the instruction
    REPEAT = "repeat"  # hear the question again
    REPHRASE = "rephrase"  # hear it in other words
    THINK = "think"  # time to think
    SKIP = "skip"  # leave this question out
    END = "end"  # end the interview here
    TROUBLE = "trouble"  # something does not work
    PERSON = "person"  # speak with a person
    STAY = "stay"  # neither skip nor end after all
    # By word alone: what is said beside the answer. The question stays open.
    CLARIFY = "clarify"  # asks about the question
    ASK = "ask"  # asks about the position
    CHAT = "chat"  # greets, thanks, wonders who this is
    SAID_BEFORE = "said_before"
    OFF_TOPIC = "off_topic"


ASIDES = frozenset({Wish.CLARIFY, Wish.ASK, Wish.CHAT, Wish.SAID_BEFORE, Wish.OFF_TOPIC})
# By word, the first of those that were named is meant: "The sound is gone, could you repeat that?" asks for a repeat.
BY_WORD = (Wish.PERSON, Wish.END, Wish.SKIP, Wish.REPHRASE, Wish.REPEAT, Wish.TROUBLE, Wish.THINK)


class Lack(StrEnum):
    """What an answer does not have yet, in the order in which it is worth asking."""

    MORE = "more"  # it is short
    EXAMPLE = "example"
    OWN_PART = "own_part"  # "we" did it
    RESULT = "result"
    FIGURE = "figure"


class QuestionAim(StrEnum):
    """What kind of answer a question asks for."""

    EXPERIENCE = "experience"  # tell me about a time
    KNOWLEDGE = "knowledge"  # what is, how would you
    MOTIVATION = "motivation"  # why do you want
    FACT = "fact"  # when can you start, do you have


def find_wish(text: str, *, language: str) -> Wish | None:
    """The wish that the whole text says, politeness apart; None when it says anything else.

    Never BEGIN or STAY: those are said by button. None in any language that has no phrases.
    """
    named = _cover(text, "wishes", language=language)
    return next((wish for wish in BY_WORD if wish in named), None)


def is_plain_no(text: str, *, language: str) -> bool:
    """Whether the text denies and says nothing else."""
    return _is_all(text, "no", language=language)


@lru_cache(maxsize=256)
def is_denying(text: str, *, language: str) -> bool:
    """Whether the text begins with a plain no, and does not take it back: "Nah, nobody asked me. I'd like to, though."

    Of a language without words that take it back, only what is a plain no.
    """
    if is_plain_no(text, language=language):
        return True
    clauses = split_clauses(text, language=language)
    if len(text) > LONGEST_DENIAL or language not in CODES or "denial" not in read_phrases(language) or not clauses:
        return False
    sentences = (fold_words(sentence, language=language) for sentence in split_sentences(text))
    is_kept = all(
        not _cues("denial", "but", language).search(words) or _cues("denial", "would", language).search(words)
        for words in sentences
    )
    begins = _cues("denial", "begins", language).fullmatch(fold_words(clauses[0], language=language))
    return is_kept and (begins is not None or is_plain_no(clauses[0], language=language))


def is_yes(text: str, *, language: str) -> bool:
    """Whether the text agrees and says nothing else."""
    return _is_all(text, "yes", language=language)


def is_declining(text: str, *, language: str) -> bool:
    """Whether the text says no more than that the person does not know, or does not want to say; whoever asks us
    something in the same breath as they refuse declines, too."""
    named = _cover(text, "declining", language=language)
    return not named.isdisjoint(("declining", "refusing")) or bool(find_asked_beside(text, language=language))


def is_refusing(text: str, *, language: str) -> bool:
    """Whether the text says no more than that the person would rather not say, and asks us something at most."""
    named = _cover(text, "declining", language=language)
    return "refusing" in named or bool(find_asked_beside(text, language=language))


def is_refused(answer: Answer) -> bool:
    """Whether the person would rather not answer: as it was marked when it was kept, else by the words."""
    if answer.is_refused is None:
        return answer.choice is None and is_refusing(answer.text, language=answer.language)
    return answer.is_refused


@lru_cache(maxsize=256)
def find_asked_beside(text: str, *, language: str) -> str:
    """What somebody asks who says besides no more than that they would rather not answer: the second sentence of "I'd
    rather not say. Who reads this?". '' where nothing is asked, and where anything else is said.
    """
    if len(text) > LONGEST_WISH:
        return ""
    refused, asked = [], []
    for sentence in split_sentences(text):
        # In Greek a semicolon asks.
        if not is_question(sentence) and not (language == "el" and sentence.endswith((";", "\u037e"))):
            refused.append(sentence)
            continue
        before, after = _part_refusal(sentence, language=language)
        refused += [before] if before else []
        asked.append(after)
    is_refused = bool(asked) and "refusing" in _cover(" ".join(refused), "declining", language=language)
    return " ".join(asked) if is_refused and not is_courtesy(" ".join(asked), language=language) else ""


def is_courtesy(asked: str, *, language: str) -> bool:
    """Whether it wants no more than a nod, as "Is that okay?" does after a refusal; "Is that bad?" wants to know."""
    if _cover(asked, "declining", language=language) != {"beside"}:
        return False
    if "aside" not in read_phrases(language):
        return True
    return _cues("aside", "bad", language).search(fold_words(asked, language=language)) is None


def _part_refusal(sentence: str, *, language: str) -> tuple[str, str]:
    """The refusal that a sentence begins with, and the question that goes on from it."""
    for comma in (_SPACE_OR_COMMA if language in UNSPACED else _COMMA).finditer(sentence):
        before = sentence[: comma.start()]
        if "refusing" in _cover(before, "declining", language=language):
            return before, sentence[comma.end() :]
    return "", sentence


def is_question(sentence: str) -> bool:
    """Whether a question mark ends it."""
    return sentence.rstrip("\"'”’»)] ").endswith(("?", "؟", "？"))


def is_chat(text: str, *, language: str) -> bool:
    """Whether the text greets, thanks or wonders who this is, and says nothing else. False for mere politeness."""
    clauses = split_clauses(text, language=language) if len(text) <= LONGEST_WISH else []
    named = [_cover(clause, "chat", language=language) for clause in clauses]
    is_all = all(
        names or not without_politeness(clause, language=language) for clause, names in zip(clauses, named, strict=True)
    )
    return is_all and not {"chat", "who"}.isdisjoint(set().union(*named))


def cover_worry(text: str, *, language: str) -> bool:
    """Whether phrases of worry, and what may stand beside them, make up the whole text."""
    return "worry" in _cover(text, "worry", language=language)


def asks_who(text: str, *, language: str) -> bool:
    """Whether the text, which is chat, wonders who or what is speaking."""
    clauses = split_clauses(text, language=language)
    return any("who" in _cover(clause, "chat", language=language) for clause in clauses)


def telling_stems(text: str, *, language: str) -> frozenset[str]:
    """The stems of the words that tell what is spoken of. Where a language has phrases, those that mean little by
    themselves are left out too (say, make, thing), so that a probe can be worded that shares no stem with anything.
    """
    return frozenset(iterate_stems(text, language=language, left_out=_small_words(language)))


def find_asking(question: str, *, language: str) -> QuestionAim:
    """What kind of answer the question asks for.

    In any language that has no phrases FACT: nothing is asked after it.
    """
    if language not in CODES:
        return QuestionAim.FACT
    aim = _ASKED_BY.get(_find_cue(question, language=language), QuestionAim.KNOWLEDGE)
    is_told = aim is QuestionAim.FACT and asks_to_tell(question, language=language)
    return QuestionAim.EXPERIENCE if is_told else aim


def asks_for_event(question: str, *, language: str) -> bool:
    """Whether the question asks for one thing that happened."""
    return language in CODES and _find_cue(question, language=language) == "event"


def wants_story(question: str, *, language: str) -> bool:
    """Whether the question surely asks what somebody did, knows or would do, and not who they are or how they feel."""
    if language not in CODES or _is_of_self(question, language=language):
        return False
    return _find_cue(question, language=language) in ("event", "background", "knowledge")


def wants_knowledge(question: str, *, language: str) -> bool:
    """Whether the question surely asks what somebody knows or would do, and not only for want of other words."""
    return language in CODES and _find_cue(question, language=language) == "knowledge"


@lru_cache(maxsize=256)  # one decision asks for the same several times
def find_lacks(question: str, answer: str, *, language: str) -> tuple[Lack, ...]:
    """What the answer lacks, the most useful first; empty for a whole answer, a plain no, and one that declines."""
    if language not in CODES or is_plain_no(answer, language=language) or is_declining(answer, language=language):
        return ()
    asking = find_asking(question, language=language)
    told = _AnswerTraits(answer, language=language)
    if asking is QuestionAim.FACT:
        # Any words may be the fact: "In May." is nothing but small words to whoever does not know the months.
        return () if without_politeness(answer, language=language) else (Lack.MORE,)
    lacks = [Lack.MORE] if told.is_short else []
    is_event_asked = _find_cue(question, language=language) == "event"
    # Who gave a reason for wishing something needs no example of it.
    is_reasoned = asking is QuestionAim.MOTIVATION and told.has("reason")
    # Nor does what one has done so far, once a deed or a number is told, nor a wish, nor who one is.
    is_told_of = asking is QuestionAim.EXPERIENCE and not is_event_asked and (told.has_figure or told.has_deed)
    is_of_self = _is_of_self(question, language=language)
    if not (told.has_example or is_reasoned or is_told_of or is_of_self or told.is_wish):
        lacks.append(Lack.EXAMPLE)
    if asking is QuestionAim.EXPERIENCE:
        lacks += _find_lacks_of_story(told, is_event_asked=is_event_asked)
    return tuple(lacks)


def find_sure_lacks(question: str, answer: str, *, language: str) -> tuple[Lack, ...]:
    """What the answer surely lacks: of `find_lacks` only what its own words show to be missing.

    A cue that is not found may have been told in other words, above all how it turned out. Empty in languages without
    words that show it.
    """
    lacks = find_lacks(question, answer, language=language)
    told = _AnswerTraits(answer, language=language)
    return tuple(lack for lack in lacks if told.shows_lack_of(lack))


def may_give_reason(question: str, answer: str, *, language: str) -> bool:
    """Whether the answer may say why: whatever answers "why", and any with a word that gives a reason."""
    if language not in CODES or find_asking(question, language=language) is QuestionAim.MOTIVATION:
        return True
    return gives_reason(answer, language=language)


def gives_reason(answer: str, *, language: str) -> bool:
    """Whether the answer gives a reason for something."""
    return _AnswerTraits(answer, language=language).has("reason")


def may_tell_moment(answer: str, *, language: str) -> bool:
    """Whether the answer may tell of something that once was. False in languages without words for it."""
    return language in CODES and _AnswerTraits(answer, language=language).may_tell_moment


def may_tell_end(answer: str, *, language: str) -> bool:
    """Whether the answer may tell how it turned out, by words for it or by a figure in its last sentence. False in
    languages without words for it."""
    sentences = split_sentences(answer)
    if not sentences or language not in CODES:
        return False
    return tells_end(answer, language=language) or names_figure(sentences[-1], language=language)


def tells_end(answer: str, *, language: str) -> bool:
    """Whether the answer has words that tell how it turned out. False in languages without words for it."""
    return language in CODES and _AnswerTraits(answer, language=language).tells_end


def is_measurable(answer: str, *, language: str) -> bool:
    """Whether the answer speaks of what can be counted: costs, errors, less. False where we know no such words."""
    if "measurable" not in read_phrases(language)["story"]:
        return False
    return _AnswerTraits(answer, language=language).has("measurable")


def count_shared(question: str, sentence: str, *, language: str) -> int:
    """How many words of the question that tell what it is about the sentence speaks in, or in words made of them."""
    told = telling_stems(sentence, language=language)
    asked = telling_stems(question, language=language)
    return sum(any(_is_akin(stem, other) for other in told) for stem in asked)


def tells_deed(sentence: str, *, language: str) -> bool:
    """Whether it tells what its speaker did, alone or with others. False where we know no such words."""
    return _AnswerTraits(sentence, language=language).tells_deed


def tells_own_deed(clause: str, *, language: str) -> bool:
    """Whether its first words say "I", and it tells what its speaker did."""
    told = _AnswerTraits(clause, language=language)
    return told.begins_with_oneself and told.has_deed


def is_unowned(sentence: str, *, language: str) -> bool:
    """Whether "we" did what it tells, and nobody says "I"."""
    return _AnswerTraits(sentence, language=language).is_unowned


def tells_only_ours(answer: str, *, language: str) -> bool:
    """Whether "we" did several things that it tells, and "I" none."""
    return _AnswerTraits(answer, language=language).tells_only_ours


def is_general(sentence: str, *, language: str) -> bool:
    """Whether it tells what its speaker would do, or always does. False where we know no such words."""
    return _AnswerTraits(sentence, language=language).is_general


def names_figure(text: str, *, language: str) -> bool:
    """Whether it has a number, in digits or in words."""
    return _AnswerTraits(text, language=language).has_figure


@lru_cache(maxsize=256)
def is_beside(question: str, answer: str, *, language: str) -> bool:
    """Whether the answer seems to speak of something else: it says something, and in none of the question's words.

    Never true of reasons and of stories, which are told in words of their own.
    """
    asked = telling_stems(question, language=language)
    asking = find_asking(question, language=language)
    if len(asked) < _count_stems(LEAST_ASKED, language) or asking in (QuestionAim.FACT, QuestionAim.MOTIVATION):
        return False
    if asking is QuestionAim.EXPERIENCE and _AnswerTraits(answer, language=language).has_example:
        return False
    stems = iterate_stems(answer, language=language, left_out=_small_words(language))
    told = set(islice(stems, _count_stems(MOST_COMPARED, language)))
    return len(told) >= _count_stems(LEAST_TOLD, language) and not any(
        _is_akin(asked_stem, other) for asked_stem in asked for other in told
    )


def _is_akin(stem: str, other: str) -> bool:
    """Whether two stems are one, or a long one is part of the other: German puts words together."""
    shorter, longer = sorted((stem, other), key=len)
    return stem == other or (len(shorter) >= LEAST_PART and shorter in longer)


def _find_lacks_of_story(told: "_AnswerTraits", *, is_event_asked: bool) -> Iterable[Lack]:
    is_event = is_event_asked or told.is_story
    is_owned = told.common_parts == 0 and told.begins_with_deed  # "Kept calm, and called the cook."
    # Who says "I" once has a part of their own, however often "we" did something.
    if told.own_parts == 0 and (told.common_parts or is_event) and not is_owned:
        yield Lack.OWN_PART
    if told.has("result"):
        if not told.has_figure:
            yield Lack.FIGURE
    elif is_event and told.ends_in_deed:  # "Five years of Python" has no end to ask for
        yield Lack.RESULT


# --- Short texts: all of the words are of a kind -----------------------------------------------------------------


def _cover(text: str, section: str, *, language: str) -> set[str]:
    """The names of the phrases that make up the text from its first word to its last; empty when they do not."""
    if language not in CODES or len(text) > LONGEST_WISH:
        return set()
    words = _polite_words(language).sub("", fold_words(text, language=language))
    named = _named_phrases(section, language)
    reached: dict[int, set[str]] = {0: set()}  # by where a word begins: what was said before it
    for start in range(len(words)):
        if start not in reached:
            continue
        word = words[start : words.index(" ", start)]
        for name, phrase in (*named.get(word, ()), *named.get("", ())):
            match = phrase.match(words, start)
            if match is not None and match.end() > start:
                reached.setdefault(match.end(), set()).update(reached[start], {name})
    return reached.get(len(words), set())


def _is_all(text: str, name: str, *, language: str) -> bool:
    """Whether every clause of the text is covered by phrases of this name."""
    if len(text) > LONGEST_WISH:
        return False
    clauses = split_clauses(text, language=language)
    return name in set().union(*(_cover(clause, name, language=language) for clause in clauses)) and all(
        _cover(clause, name, language=language) or not without_politeness(clause, language=language)
        for clause in clauses
    )


def without_politeness(text: str, *, language: str) -> str:
    """The folded words without "please", "sorry", "um"; the text as it is where a language has no phrases."""
    if language not in CODES:
        return text.strip()
    return _polite_words(language).sub("", fold_words(text, language=language))


@cache
def _named_phrases(section: str, language: str) -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """The phrases of a section, each with its name, by the words that they may begin with; by "" if with any word.

    section: wishes, declining, no, yes, chat, worry.
    """
    read = read_phrases(language)
    short: dict[str, list[str]] = read["short"]
    named: dict[str, list[str]]
    match section:
        case "wishes":
            refusing = [*short["declining"], *short["refusing"]]
            named = {**read["wishes"], "declining": refusing, "beside": short["beside"]}
        case "chat":
            aside: dict[str, list[str]] = read.get("aside", {})
            named = {"chat": aside.get("chat", []), "who": aside.get("who", []), "beside": short["beside"]}
        case "worry":
            aside = read.get("aside", {})
            named = {"worry": aside.get("worry", []), "beside": short["beside"], "mild": short["mild"]}
        case "declining":
            named = {name: short[name] for name in ("declining", "refusing", "no", "beside")}
        case _:
            named = {section: short[section], "mild": short["mild"]}
    by_word: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for name, some in named.items():
        for phrase in some:
            compiled = compile_phrase(phrase, language=language)
            for word in first_words(phrase, language=language):
                by_word.setdefault(word, []).append((name, compiled))
    return by_word


@cache
def _polite_words(language: str) -> re.Pattern[str]:
    return compile_any(read_phrases(language)["short"]["polite"], language=language)


# --- Longer texts: something in them is of a kind ------------------------------------------------------------------

# The lists of cues, in the order in which they are searched, and what a question asks for that has one.
_ASKED_BY = {
    "event": QuestionAim.EXPERIENCE,
    "fact": QuestionAim.FACT,
    "background": QuestionAim.EXPERIENCE,
    "motivation": QuestionAim.MOTIVATION,
    "knowledge": QuestionAim.KNOWLEDGE,
    "did": QuestionAim.EXPERIENCE,
    "yes_or_no": QuestionAim.FACT,
}


def _is_of_self(question: str, *, language: str) -> bool:
    """Whether it asks who somebody is."""
    if "self" not in read_phrases(language)["questions"]:
        return False
    return _cues("questions", "self", language).search(fold_words(question, language=language)) is not None


def _find_cue(question: str, *, language: str) -> str:
    """The list that has a cue of this question; empty when none has."""
    folded = fold_words(question, language=language)
    for name in _ASKED_BY:
        cue = _cues("questions", name, language)
        if name == "yes_or_no":
            clauses = (fold_words(clause, language=language) for clause in split_clauses(question, language=language))
            if any(cue.match(clause) for clause in clauses):
                return name
        elif cue.search(folded):
            return name
    return ""


def asks_to_tell(question: str, *, language: str) -> bool:
    """Whether a sentence of the question asks to be told something that is not a fact itself: "Do you have a licence?
    Tell us what you have driven.", "Erzählen Sie von einem schwierigen Kunden."
    """
    told = read_phrases(language)["questions"].get("telling")
    if told is None:
        return False
    sentences = [fold_words(sentence, language=language) for sentence in split_sentences(question)]
    telling, fact = _cues("questions", "telling", language), _cues("questions", "fact", language)
    return any(telling.search(words) and not fact.search(words) for words in sentences)


class _AnswerTraits:
    """What an answer has, by the cue words of its language."""

    def __init__(self, answer: str, *, language: str) -> None:
        self._answer = answer
        self._small = answer.casefold()
        self._folded = fold_words(answer, language=language)
        self._language = language

    def has(self, name: str) -> bool:
        return _cues("story", name, self._language).search(self._folded) is not None

    def _count(self, name: str, text: str) -> int:
        return len(_cues("story", name, self._language).findall(text))

    def _count_forms(self, name: str) -> int:
        return len(_forms(name, self._language).findall(self._small))

    @cached_property
    def is_short(self) -> bool:
        """Whether fewer words than LEAST_SUBSTANCE tell what is spoken of."""
        stems = iterate_stems(self._answer, language=self._language, left_out=_small_words(self._language))
        least = _count_stems(LEAST_SUBSTANCE, self._language)
        return sum(1 for _ in islice(stems, least)) < least

    @cached_property
    def is_story(self) -> bool:
        return self._count_forms("past") >= LEAST_PAST

    @property
    def has_deed(self) -> bool:
        return self._count_forms("past") > 0

    @property
    def begins_with_deed(self) -> bool:
        """Whether a sentence begins with a verb in the past, so that "I" is only left out."""
        begin = _forms("past", self._language)
        return any(begin.match(sentence.casefold()) for sentence in split_sentences(self._answer))

    @property
    def is_wish(self) -> bool:
        """Whether it only tells what somebody would like. False where we know no such words."""
        return self._has_shown("wish") and not self.has_deed

    @property
    def has_example(self) -> bool:
        return self.has("example") or _forms("named", self._language).search(self._answer) is not None or self.is_story

    @property
    def own_parts(self) -> int:
        """How often the person says "I", where it is not "I think"."""
        told = _cues("story", "not_own", self._language).sub("", self._folded)
        return self._count("own", told) + self._count_forms("own_forms")

    @property
    def common_parts(self) -> int:
        """How often the answer says "we", "one", "you"."""
        return self._count("common", self._folded) + self._count_forms("common_forms")

    @property
    def tells_deed(self) -> bool:
        return self._count_forms("past") > 0 and self.own_parts + self.common_parts > 0

    @property
    def may_tell_moment(self) -> bool:
        return self.has_example or self._count_forms("past") > 0 or self._has_shown("once")

    @property
    def tells_end(self) -> bool:
        return self.has("result") or self._has_shown("ended")

    @property
    def is_unowned(self) -> bool:
        return self.common_parts > 0 and self.own_parts == 0

    @property
    def tells_only_ours(self) -> bool:
        ours = self._count("ours", self._folded) if self._knows("ours") else self.common_parts
        return self.own_parts == 0 and ours >= LEAST_OURS

    @property
    def is_general(self) -> bool:
        return self._has_shown("general")

    def shows_lack_of(self, lack: Lack) -> bool:
        """Whether the answer's own words show that it lacks this."""
        match lack:
            case Lack.OWN_PART:  # "we" did it, and nobody says "I", "me" or "my"
                return self._has_shown("ours") and not self._has_shown("mine")
            case Lack.EXAMPLE:  # what one would do, or always does, and nothing of a time or of what was
                is_general = self._has_shown("general") and not self._has_shown("once")
                return is_general and self._count_forms("past") == 0 and not self.has_figure
            case Lack.FIGURE:  # what can be counted, and neither a number nor a "none" or an "all"
                return self._has_shown("measurable") and self._knows("amounts") and not self._has_shown("amounts")
            case _:
                return False

    def _has_shown(self, name: str) -> bool:
        """Whether a word of this list is there, where the language has such a list."""
        return self._knows(name) and self.has(name)

    def _knows(self, name: str) -> bool:
        return name in read_phrases(self._language)["story"]

    @property
    def ends_in_deed(self) -> bool:
        """Whether the last sentences begin with who tells it: one about anybody else may well be how it turned out."""
        sentences = split_sentences(self._answer)
        if len(sentences) < 2 or self._language in UNSPACED:
            return True
        # "She gave me a card. I've still got it." ends in what came of it, too.
        is_tail = len(sentences) > 2 and len(sentences[-1].split()) <= LONGEST_TAIL
        return all(self._is_of_oneself(sentence) for sentence in sentences[-2 if is_tail else -1 :])

    def _is_of_oneself(self, sentence: str) -> bool:
        return _AnswerTraits(sentence, language=self._language).begins_with_oneself

    @property
    def begins_with_oneself(self) -> bool:
        """Whether the first words say "I", and no "we": "we were ready a day early" is an end."""
        begins = _AnswerTraits(" ".join(self._answer.split()[:FIRST_WORDS]), language=self._language)
        return begins.own_parts > 0 and begins.common_parts == 0

    @property
    def has_figure(self) -> bool:
        return _NUMBER.search(self._folded) is not None or self.has("figure")


@cache
def _cues(section: str, name: str, language: str) -> re.Pattern[str]:
    return compile_any(read_phrases(language)[section][name], language=language)


@cache
def _forms(name: str, language: str) -> re.Pattern[str]:
    """A regular expression of the language's file; where it has none, one that matches nothing."""
    return re.compile(read_phrases(language)["story"].get(name, "(?!)"))


# --- Words ---------------------------------------------------------------------------------------------------------

_COMMA = re.compile(r"[,;:–—،、，；：]\s*|\s+-\s+")
_SPACE_OR_COMMA = re.compile(r"[,;:–—，、；：\s]\s*")
_NUMBER = re.compile(r"(?<!\w)(?!(?:19|20)\d\d )\d+")  # a year is no figure


@cache
def _small_words(language: str) -> frozenset[str]:
    """Words that tell nothing by themselves, with accents and without: people type both. None in other languages."""
    if language not in CODES:
        return frozenset()
    words = fold(read_phrases(language)["small_words"]).split()
    return frozenset(words) | frozenset(without_accents(word) for word in words)


def _count_stems(words: int, language: str) -> int:
    """How many stems so many words of meaning give, at least."""
    return round(words * STEMS_IN_WORD.get(language, 1))
