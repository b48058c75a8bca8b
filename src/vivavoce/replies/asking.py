"""What a candidate's own question is answered with: a passage of the merchant's or the interview's texts, or nothing.

A wrong passage is much worse than none, since a question without one is passed on to a person: whatever is in doubt is
passed on. Pure, and without a model: the same question and passages give the same answer.

    question ──► is it about the judging, or several questions? ──► None
             ──► a topic by its words (salary, place …)         ──► that fact, verbatim; none: what tells it
             ──► all that it names is named in one sentence     ──► that sentence's passage
                 which holds the kind of answer that is asked for (a number, a time …)
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, lru_cache
from types import MappingProxyType

from vivavoce.knowledge.split import count_words, split_text
from vivavoce.replies.onward import is_onward, tells_when
from vivavoce.replies.plain_headings import mark_headings
from vivavoce.replies.sentences import (
    Texts,
    find_blindly,
    find_text,
    goes_on,
    meant,
    name_alike,
    pattern_of,
    plain,
    read_texts,
    search,
)
from vivavoce.replies.tables import tables_to_sentences
from vivavoce.replies.telling import find_telling, tells_pay
from vivavoce.replies.topics import AskedFor, Topic, TopicWords, find_words, read_words
from vivavoce.text.fold import fold
from vivavoce.text.sentences import split_sentences
from vivavoce.text.stems import content_stems

LONGEST_QUESTION = 1_000  # characters: whoever writes more wants a person to read it
LONGEST_DENIAL = 150  # characters of "no, thank you …"
LONGEST_THING = 6  # words of a question that is one of a list
# How likely words must be no question to be taken for none; with a question mark, much likelier.
CLEAR_ACT, SURE_TOLD = 0.6, 0.9
LONGEST_DECLINED, LONGEST_UNCLEAR = 12, 6  # words of who has no question, and of who may have one or not
# How certain it must be by meaning that a sentence answers: to be shown besides passing on; to be told for the answer,
# where the words ask for what follows, or when one hears, and for nothing else; and where they ask for no number, no
# time and no way, but whether there is something, or who leads.
MAY_HELP, SURE_HELP, SURE_ANSWER, SURE_LEADER = 0.6, 0.8, 0.85, 0.9
SURE_THING = 0.7  # how likely a question is about what follows, or who leads, to be taken for it
LONGEST_VALUE = 15  # words of a fact that stands in a sentence of ours; more are sentences themselves
FEWEST_WORDS = 6  # of a description that says what one does


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Words that a candidate can be shown."""

    source: str  # a heading: "Salary", "About Acme"
    text: str  # whole sentences or a field's value, as they were written
    topic: Topic | None = None  # what it is the answer to, where it is a fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a candidate may be answered with, field by field as it was written; "" where nothing was."""

    role: str
    place: str
    salary: str
    department: str
    closing: str  # until when one can apply
    description: str
    long_description: str
    is_company_undisclosed: bool  # whether another company hires, and its name is kept from candidates
    company_name: str  # of the company that hires, where another one is named
    company_description: str
    company_place: str
    company_size: str
    company_sector: str
    merchant_name: str
    merchant_about: str
    readers: str = ""  # who reads the answers and decides, as the pages say it
    next_steps: str = ""  # what happens after the sending, as the pages say it
    is_next_own: bool = False  # whether those are the merchant's own words
    days: int | None = None  # within which the candidate hears; None: no day is promised
    camera: str = ""  # whether there is a picture, as the pages say it
    recorded: str = ""  # what is kept, as the pages say it
    kept: str = ""  # for how long, as the pages say it


MEANT_THINGS = ("hearing", "next", "boss")  # of things.toml: what a question is known to ask for by its meaning


class SpeechAct(StrEnum):
    """What somebody does with their words where they may ask."""

    ASKS = "asks"
    DECLINES = "declines"  # has no question
    TELLS = "tells"  # says something that asks nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class MeantSentence:
    """The sentence that answers a question most likely, by what both mean. certain: 0 to 1.

    things: how likely the question is about each of MEANT_THINGS.
    """

    passage: Passage
    text: str
    certain: float
    things: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What was told of the meaning of words that may ask. Empty where no machine tells it.

    sentences: of each of `part_questions`, the sentence that answers it most likely. speech: how likely all of the
    words are each act, where they stand in the place for questions.
    """

    sentences: Mapping[str, MeantSentence] = field(default_factory=dict)
    speech: Mapping[SpeechAct, float] = field(default_factory=dict)


def find_passage(question: str, passages: Sequence[Passage], *, language: str) -> Passage | None:
    """The passage that clearly answers what a candidate asks; None where none does, or more than one is asked for.

    question: one turn of the candidate, in any words. language: of the interview.
    """
    if not question.strip() or len(question) > LONGEST_QUESTION:
        return None
    words = find_words(language)
    folded = fold(question)
    if words is not None and _is_judging(folded, words):
        return None
    library = _read_library(tuple(passages), language)
    answers = [_answer(asked, library, words, language) for asked in _split_questions(question, words)]
    # Several questions: only where one passage answers each.
    return answers[0] if answers and all(answer is answers[0] for answer in answers) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPart:
    """One of several questions of a turn, and the passage that answers it; None where none does.

    asked: words of the turn, letter by letter and without a gap. told: the answer in a sentence, where a language model
    worded it and code let it through; '' for one of ours. may_help: where no passage clearly answers, what answers by
    its meaning, more likely than not; empty: nothing does.
    """

    asked: str
    passage: Passage | None
    told: str = ""
    may_help: tuple[MeantSentence, ...] = ()

    @property
    def is_met(self) -> bool:
        """Whether there is anything to tell."""
        return self.passage is not None or bool(self.may_help)


def find_answers(
    text: str, passages: Sequence[Passage], *, language: str, meant: Mapping[str, MeantSentence] = MappingProxyType({})
) -> tuple[AskedPart, ...]:
    """Each question of a turn with its answer, in their order; empty where nothing answers any of them, or may.

    Questions are parted where a sentence ends, where "and" begins another one ("What is the pay, and is there
    parking?"), and where it joins two things that are asked for ("the pay and the place"), if both are answered. What
    of a sentence nothing clearly answers, from one end to the other, is one question again.
    text: one turn of the candidate, in any words. language: of the interview. meant: of each of `part_questions`, the
    sentence that answers it most likely by its meaning; none where nobody has told.
    """
    if not text.strip() or len(text) > LONGEST_QUESTION:
        return ()
    words = find_words(language)
    library = _read_library(tuple(passages), language)
    parts = [
        _find_help(part, meant, library, words, language)
        for asked in _part(text, words)
        for part in _answer_parts(asked, library, words, language)
    ]
    return tuple(_join_open(parts, text)) if any(part.is_met for part in parts) else ()


def part_questions(text: str, *, language: str) -> tuple[str, ...]:
    """The questions of a turn, as find_answers parts them."""
    return () if len(text) > LONGEST_QUESTION else tuple(_part(text, find_words(language)))


def _join_open(parts: Sequence[AskedPart], text: str) -> Iterator[AskedPart]:
    """The parts, neighbours in a sentence that nothing answers as one: in the very words from the first to the last.

    Whoever is quoted, and whoever answers it, reads a whole question.
    """
    end, begin = 0, 0
    open_part: AskedPart | None = None
    for part in parts:
        start = text.index(part.asked, end)
        is_next = open_part is not None and not part.is_met and not _ENDS.search(text, begin, start)
        if open_part is not None and is_next:
            open_part = replace(open_part, asked=text[begin : start + len(part.asked)])
        else:
            if open_part is not None:
                yield open_part
            open_part, begin = (None, start) if part.is_met else (part, start)
            if part.is_met:
                yield part
        end = start + len(part.asked)
    if open_part is not None:
        yield open_part


def _find_help(
    part: AskedPart,
    meant: Mapping[str, MeantSentence],
    library: "_Library",
    words: TopicWords | None,
    language: str,
) -> AskedPart:
    """The part with what its meaning finds, where its words find nothing, or only what every page says of it."""
    sentence, asked = meant.get(part.asked), fold(part.asked)
    is_page = part.passage is not None and part.passage.topic in FOLLOWS
    if part.passage is not None and not is_page:
        return part
    whole = _find_asked_follow(asked, sentence, words, language)
    if whole is not None and (follow := _find_follow(part, whole, library, words, language)) is not None:
        return follow
    if sentence is not None and words is not None:
        is_other = _is_other_fact(sentence.passage, asked, words, language) or _is_of_keeping(sentence, asked, words)
        sentence = None if is_other else sentence
    if sentence is None or sentence.certain < MAY_HELP or (is_page and sentence.passage.topic in FOLLOWS):
        return part
    if words is not None and any(_is_judging(text, words) for text in (asked, fold(sentence.text))):
        return part
    if words is not None and _is_of_others(asked, sentence, words):
        return part
    if words is not None and (_is_defining(asked, words) or _is_other_day(asked, fold(sentence.text), words)):
        return part
    if (sentence.certain >= SURE_HELP and whole in FOLLOWS) or _is_answer(asked, sentence, words):
        return replace(part, passage=sentence.passage, told=word_help(sentence, language=language))
    return part if part.passage is not None else replace(part, may_help=(sentence,))


def _find_asked_follow(
    asked: str, sentence: MeantSentence | None, words: TopicWords | None, language: str
) -> Topic | None:
    """Whether it asks what follows, or when one hears, by its words or by its meaning."""
    if words is not None and (whole := _find_whole(asked, words, language)) is not None:
        return whole if whole in FOLLOWS else None
    things = {} if sentence is None else sentence.things
    hearing, follows = things.get("hearing", 0.0), things.get("next", 0.0)
    if hearing + follows < SURE_THING or (words is not None and _is_judging(asked, words)):
        return None
    return Topic.HEARING if hearing > follows else Topic.NEXT


def _find_follow(
    part: AskedPart, whole: Topic, library: "_Library", words: TopicWords | None, language: str
) -> AskedPart | None:
    """The part with what the position's own section tells of what follows: as the answer, or as what may help where a
    day is asked for, and it names none."""
    headed = library.onward
    if headed is None:
        return None
    if whole is Topic.NEXT or (words is not None and search(words.soon, fold(headed.text))):
        return replace(part, passage=headed)
    if part.passage is not None:  # the merchant's own days
        return part
    helps = MeantSentence(passage=headed, text=split_sentences(headed.text)[0], certain=1.0)
    return replace(part, may_help=(helps,))


def _is_answer(asked: str, sentence: MeantSentence, words: TopicWords | None) -> bool:
    """Whether it is told for the answer: where words are known to ask for nothing but whether there is something, or
    who leads. Of who asks how much, when or why, it can't be told that the sentence says just that.
    """
    is_fact = sentence.passage.topic in ASKED_FOR and sentence.passage.topic not in (Topic.WORK, Topic.COMPANY)
    # "Can I have Fridays off?" is near to all that is said of Fridays.
    is_narrow = words is not None and search(f"{words.beyond}|{words.weekdays}", asked)
    if words is None or sentence.certain < SURE_ANSWER or is_fact or is_narrow:
        return False
    # "CIPP, or studying" under "Desirable" is no help with the fees.
    if search(words.brings, fold(sentence.passage.source.rpartition(": ")[2])) and not search(words.needed, asked):
        return False
    ask = next((ask for ask, pattern in words.asks.items() if search(pattern, asked)), None)
    is_leader = sentence.certain >= SURE_LEADER and sentence.things.get("boss", 0.0) >= SURE_THING
    return ask is None or (ask is AskedFor.WHO and is_leader)


def names_same_day(asked: str, told: str, *, language: str) -> bool:
    """Whether both name the same day of the week."""
    words = find_words(language)
    days = [] if words is None else [day for day in words.weekdays.split("|") if search(day, fold(asked))]
    return any(search(day, fold(told)) for day in days)


def _is_other_fact(passage: Passage, asked: str, words: TopicWords, language: str) -> bool:
    """Whether a fact of the position is held against a question of what there is besides, which it does not name:
    "Riverside Park" tells of no parking.
    """
    if passage.topic not in ASKED_FOR or passage.topic in (Topic.WORK, Topic.COMPANY):
        return False
    told = set(meant(fold(passage.text), language=language))
    is_named = any(word in told for word in meant(asked, language=language) if word not in plain(words.frame))
    return search(words.exists, asked) and not search(words.topics[passage.topic], asked) and not is_named


def _is_of_keeping(sentence: MeantSentence, asked: str, words: TopicWords) -> bool:
    """Whether it tells by when answers are deleted, or who reads them, to who asks when something else happens."""
    topic = sentence.passage.topic
    if topic not in OWN or search(words.topics[topic], asked):
        return False
    hears = sentence.things.get("hearing", 0.0) + sentence.things.get("next", 0.0) >= SURE_THING
    return hears or search(words.asks[AskedFor.WHEN], asked)


def _is_of_others(asked: str, sentence: MeantSentence, words: TopicWords) -> bool:
    """Whether it tells the company's size to who asks for the team's, or of a shift on trial to who asks for others."""
    told = fold(sentence.text)
    is_sized = sentence.passage.topic is Topic.COMPANY_SIZE or search(words.whole_firm, told)
    is_trial = search(words.trial, told) and not search(words.trial, asked)
    ask = next((ask for ask, pattern in words.asks.items() if search(pattern, asked)), None)
    is_of_team = search(words.team, asked) and not search(words.team, told)
    return (is_sized and is_of_team) or (
        is_trial and ask in (AskedFor.LONG, AskedFor.MANY, AskedFor.SIZE, AskedFor.CLOCK)
    )


def asks_for_judging(text: str, *, language: str) -> bool:
    """Whether it asks how one did, what is looked for, or who else is there: a person answers that, if anybody does."""
    words = find_words(language)
    return words is not None and _is_judging(fold(text), words)


def word_answer(asked: str, passage: Passage, *, language: str) -> str:
    """The answer in a whole sentence: a fact in ours around its value, else the one of the passage that answers it."""
    words = find_words(language) or read_words("en")
    frame = words.sentences.get(passage.topic) if passage.topic is not None else None
    if frame is not None and "\n" not in passage.text and count_words(passage.text) <= LONGEST_VALUE:
        return frame.replace("{value}", passage.text.rstrip(" ."))
    return _find_sentence(asked, passage.text, words, language)


def word_help(sentence: MeantSentence, *, language: str) -> str:
    """What may help, as it is shown: a fact in a sentence of ours, else the text's own."""
    words, passage = find_words(language), sentence.passage
    is_fact = words is not None and passage.topic in words.sentences and sentence.text == passage.text
    told = word_answer("", passage, language=language) if is_fact else sentence.text
    return to_flow(told)


def to_flow(text: str) -> str:
    """Items of a list and other lines as sentences that stand one after another: each ends with a stop."""
    lines = [line.removeprefix("- ").strip() for line in text.split("\n")]
    return " ".join(_end(line) for line in lines if line)


def _end(line: str) -> str:
    bare = line.rstrip(" ,;，；،؛")
    if _ENDED.search(bare):
        return bare
    # Thai ends a sentence by a space alone.
    stop = next((stop for stop, script in _STOPS.items() if script.search(bare)), ".")
    return f"{bare}{stop}"


def _find_sentence(asked: str, text: str, words: TopicWords, language: str) -> str:
    """The sentence, or the item of a list, that names most of what is asked for; all of the text where none does."""
    sought = set(content_stems(name_alike(fold(asked), words), language=language))
    sentences = split_sentences(text)
    named = [
        len(sought.intersection(content_stems(name_alike(fold(sentence), words), language=language)))
        for sentence in sentences
    ]
    if paid := _find_pay(fold(asked), sentences, words, language):
        return paid
    if not any(named):
        return text
    at = named.index(max(named))
    follows = sentences[at + 1 : at + 2]
    return " ".join((sentences[at], *(sentence for sentence in follows if goes_on(sentence, words))))


def _find_pay(asked: str, sentences: Sequence[str], words: TopicWords, language: str) -> str:
    """The sentence that tells the pay, to who asks for that; '' where none does."""
    ask = next((ask for ask, pattern in words.asks.items() if search(pattern, asked)), None)
    is_pay = _find_topic(asked, ask, words, language) is Topic.SALARY
    return next((sentence for sentence in sentences if is_pay and tells_pay(sentence, words)), "")


def make_passages(facts: Facts, *, language: str) -> tuple[Passage, ...]:
    """The passages of an interview and its merchant: facts, then descriptions, then what the merchant says of itself.

    What the merchant says of itself is left out where another company hires: its canteen is not theirs.
    language: of the interview; headings are in it, or in English.
    """
    is_other = facts.is_company_undisclosed or (
        bool(facts.company_name) and fold(facts.company_name) != fold(facts.merchant_name)
    )
    name = facts.company_name if is_other else facts.merchant_name
    words = find_words(language) or read_words("en")
    told = {
        Topic.SALARY: facts.salary,
        Topic.PLACE: facts.place,
        Topic.DEPARTMENT: facts.department,
        Topic.CLOSING: facts.closing,
        Topic.EMPLOYER: name,
        Topic.COMPANY: facts.company_description,
        Topic.COMPANY_PLACE: facts.company_place,
        Topic.COMPANY_SIZE: facts.company_size,
        Topic.SECTOR: facts.company_sector,
        Topic.ROLE: facts.role,
        **_tell_course(facts, find_words(language)),
        Topic.CAMERA: facts.camera,
        Topic.RECORDED: facts.recorded,
        Topic.KEPT: facts.kept,
    }
    made = [
        Passage(source=words.headings[topic], text=text.strip(), topic=topic)
        for topic, text in told.items()
        if text.strip()
    ]
    heading = words.headings[Topic.WORK]
    work = _split(facts.description, heading) + _split(facts.long_description, heading)
    made += _mark(work, Topic.WORK, headed=words.duties)
    if not is_other:
        made += _mark(_split(facts.merchant_about, words.about.format(name=name)), Topic.COMPANY)
    return tuple(made)


def _tell_course(facts: Facts, words: TopicWords | None) -> dict[Topic, str]:
    """What the pages tell of the answers: who reads them, what follows, and when the candidate hears."""
    if words is None:
        return {Topic.READERS: facts.readers, Topic.NEXT: facts.next_steps}
    by = ""
    if facts.days is not None:
        by = words.within["day" if facts.days == 1 else "days"].format(name=facts.merchant_name, days=facts.days)
    own = facts.next_steps if facts.is_next_own else ""
    tells_when = bool(by) or search(rf"(?:\d+|{words.numbers}|{words.one})[ -](?:\w+ )?(?:{words.times})", fold(own))
    return {
        Topic.READERS: facts.readers,
        Topic.HEARING: f"{own} {by}" if tells_when else "",
        Topic.NEXT: f"{facts.next_steps} {by}",
    }


def is_no_question(text: str, *, language: str) -> bool:
    """Whether somebody who was asked for questions says that there are none, or says thanks, and asks nothing.

    False for any text in a language that we do not speak, an empty one apart.
    """
    first, *others = _CLAUSE_ENDS.split(fold(text), maxsplit=1)
    if not _bare(text):
        return True
    words = find_words(language)
    if words is None or _MARK.search(text) or len(text) > LONGEST_DENIAL:
        return False
    denial = _phrases(f"{words.no_questions}|{words.politeness}")
    if denial.fullmatch(_bare(text)):
        return True
    # "No, you told me everything."
    is_denied = search(words.no_questions, _bare(first)) and denial.fullmatch(_bare(first)) is not None
    return is_denied and bool(others) and not _may_ask(others[0], words)


def find_act(text: str, speech: Mapping[SpeechAct, float], *, language: str) -> SpeechAct | None:
    """What somebody does with these words where they may ask; None: short words that may be either.

    speech: as of Meaning; where it is empty, all asks that does not decline by its words.
    """
    if is_no_question(text, language=language):
        return SpeechAct.DECLINES
    if not speech:
        return SpeechAct.ASKS
    if _MARK.search(text):  # "Could you add to my answer that she recovered?"
        return SpeechAct.TELLS if speech[SpeechAct.TELLS] >= SURE_TOLD else SpeechAct.ASKS
    words = find_words(language)
    act = max(speech, key=lambda act: speech[act])
    if act is SpeechAct.TELLS and words is not None and _begins_asking(text, words):
        return SpeechAct.ASKS
    if speech[act] < CLEAR_ACT or (act is SpeechAct.DECLINES and count_words(text) > LONGEST_DECLINED):
        return None if count_words(text) <= LONGEST_UNCLEAR else SpeechAct.ASKS
    return act


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[^\w']+", " ", fold(text)).split())


def _may_ask(folded: str, words: TopicWords) -> bool:
    topics = "|".join(f"(?:{pattern})" for pattern in words.topics.values())
    return search(f"{words.asking}|{words.turning}|{topics}", folded)


# --- What there is to be answered with ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Library:
    """Passages, read."""

    passages: tuple[Passage, ...]  # in which words are looked for: all but what the pages tell of the answers
    facts: dict[Topic, Passage]
    texts: Texts
    onward: Passage | None  # what the interview itself says of what follows

    def passage_at(self, place: int | None) -> Passage | None:
        """The passage whose text this is."""
        return None if place is None else self.passages[place]


@lru_cache(maxsize=32)
def _read_library(passages: tuple[Passage, ...], language: str) -> _Library:
    facts: dict[Topic, Passage] = {}
    for passage in passages:
        if passage.topic is not None:
            facts.setdefault(passage.topic, passage)
    searched = tuple(passage for passage in passages if passage.topic not in WHOLE)
    texts = read_texts([(passage.source, passage.text) for passage in searched], language=language)
    return _Library(passages=searched, facts=facts, texts=texts, onward=_find_headed_onward(searched, language))


def _find_headed_onward(passages: Sequence[Passage], language: str) -> Passage | None:
    """The first passage under such a heading, else the one that says when one hears; None where two say it."""
    headed = [
        passage
        for passage in passages
        for above, _, heading in [passage.source.rpartition(": ")]
        if above and is_onward(heading, language=language)
    ]
    if not headed:
        headed = [
            passage for passage in passages if passage.topic is None and tells_when(passage.text, language=language)
        ]
        return headed[0] if len(headed) == 1 else None
    return headed[0] if len({passage.source for passage in headed}) == 1 else None


@lru_cache(maxsize=128)
def _split(text: str, source: str) -> tuple[Passage, ...]:
    parts = split_text(mark_headings(tables_to_sentences(text)))
    return tuple(Passage(source=": ".join((source, *part.headings)), text=part.text) for part in parts)


def _mark(passages: tuple[Passage, ...], topic: Topic, *, headed: str = "") -> list[Passage]:
    """The passages, one of them as the answer to a topic: that under such a heading, else the one that introduces."""
    under = [passage for passage in passages if headed and search(headed, fold(passage.source.rpartition(": ")[2]))]
    first = [
        passage for passage in passages[:1] if ": " not in passage.source and count_words(passage.text) >= FEWEST_WORDS
    ]
    chosen = next(iter(under + first), None)
    return [replace(passage, topic=topic) if passage is chosen else passage for passage in passages]


# --- What is asked --------------------------------------------------------------------------------------------------

# The kinds of answer that each topic is; asked for any other, it is another question ("When is the salary paid?").
# The narrower topics come first: where the company is, before where the work is done.
ASKED_FOR: dict[Topic, set[AskedFor | None]] = {
    Topic.REMOTE: {None},
    Topic.EMPLOYER: {AskedFor.WHO, AskedFor.WHICH, None},
    Topic.COMPANY_PLACE: {AskedFor.WHERE, AskedFor.WHICH, None},
    Topic.COMPANY_SIZE: {AskedFor.MANY, AskedFor.SIZE, AskedFor.WHICH, None},
    Topic.COMPANY: {AskedFor.WHICH, None},
    Topic.SECTOR: {AskedFor.WHICH, None},
    Topic.ROLE: {AskedFor.WHICH, None},
    Topic.WORK: {AskedFor.WHICH, None},
    Topic.SALARY: {AskedFor.MUCH, AskedFor.WHICH, None},
    Topic.DEPARTMENT: {AskedFor.WHERE, AskedFor.WHICH, None},
    Topic.CLOSING: {AskedFor.WHEN, AskedFor.LONG, AskedFor.WHICH, None},
    Topic.PLACE: {AskedFor.WHERE, AskedFor.WHICH, None},
}
# What the pages tell of the answers: asked for by a question that says this, in words of courtesy, and nothing else.
WHOLE = (Topic.READERS, Topic.HEARING, Topic.NEXT, Topic.CAMERA, Topic.RECORDED, Topic.KEPT)
# Of these, what no text of the interview tells better.
OWN = {Topic.READERS, Topic.CAMERA, Topic.RECORDED, Topic.KEPT}
FOLLOWS = (Topic.HEARING, Topic.NEXT)


def _split_questions(text: str, words: TopicWords | None) -> list[str]:
    """The sentences that ask, folded; all of the text where none has a question mark, as in speech."""
    sentences = [fold(sentence) for sentence in split_sentences(text) if _MARK.search(sentence)] or [fold(text)]
    if words is None:
        return sentences
    return [question for sentence in sentences for question in pattern_of(words.joint).split(sentence)]


def _part(text: str, words: TopicWords | None) -> list[str]:
    """The questions, as they were written, without thanks and greetings: of the sentences that ask, or of all of the
    text where none has a question mark, as in speech.
    """
    asked = [bare for piece in _split_asked(text, words) if _LETTER.search(bare := _without_courtesy(piece, words))]
    return asked or [text]


def _without_courtesy(asked: str, words: TopicWords | None) -> str:
    """What stands between: "Hi, when is the visit, thank you"."""
    said = rf"(?:{_THANKS if words is None else words.courtesy})(?!\w)"
    ends = r"\s*(?:[^\w\s'’]|$)" if words is None else rf"\s*(?:[^\w\s'’]|$)|\s+(?:{words.opens})(?!\w)"
    before = re.match(rf"(?:[\W_]*{said})+(?={ends})[^\w¿]*", asked, re.IGNORECASE)
    rest = asked[before.end() :] if before is not None else asked
    return re.sub(rf"(?:\s*[,;–—-]\s*|(?<=[.!?؟])\s+){said}[\s.!]*$", "", rest, flags=re.IGNORECASE)


def _split_asked(text: str, words: TopicWords | None) -> list[str]:
    sentences = [
        sentence
        for sentence in split_sentences(text)
        if _MARK.search(sentence)
        or (words is not None and (_begins_asking(sentence, words) or _joins(sentence, words)))
    ] or [text]
    if words is None:
        return [piece for sentence in sentences for piece in _AND_ASKS.split(sentence)]
    joint = re.compile(rf"(?<!\w)(?:{words.joint})|,\s*(?=(?:{words.opens})(?!\w))", re.IGNORECASE)
    return [
        question.strip(" ,;")
        for sentence in sentences
        for question in _split_at(joint, sentence, words)
        if _LETTER.search(question)
    ]


def _split_at(joint: re.Pattern[str], sentence: str, words: TopicWords) -> Iterator[str]:
    """The questions of a sentence. One that goes on from the one before stays with it."""
    begin = 0
    for joined in joint.finditer(sentence):
        # "When I start, do I get a laptop?" is one question.
        if joined[0].startswith(",") and not _asks_whole(sentence[begin : joined.start()], words):
            continue
        if not search(f"{words.refers_back}|{words.more_of_it}", fold(sentence[joined.end() :]).strip(" ?؟")):
            yield sentence[begin : joined.start()]
            begin = joined.end()
    yield sentence[begin:]


def _asks_whole(piece: str, words: TopicWords) -> bool:
    """Whether a piece before a comma can stand alone as a question: it begins as one, and tells no time or way."""
    ask = next((ask for ask, pattern in words.asks.items() if pattern_of(pattern).match(fold(piece).strip())), None)
    leads = (AskedFor.WHEN, AskedFor.WHERE, AskedFor.WHY, AskedFor.HOW)
    return ask not in leads and _begins_asking(piece.strip(), words)


def _joins(sentence: str, words: TopicWords) -> bool:
    """Whether it goes on from a question: "What age are the children? and the hours please"."""
    return re.match(rf"(?:{words.joins})\s", fold(sentence)) is not None


def _begins_asking(sentence: str, words: TopicWords) -> bool:
    """Whether it begins as a question does: "how long is the early shift", "and when do I hear"."""
    folded = re.sub(rf"^(?:{words.joins})\s+", "", fold(sentence))
    return any(pattern_of(pattern).match(folded) is not None for pattern in (*words.asks.values(), words.opens))


def _answer_parts(asked: str, library: _Library, words: TopicWords | None, language: str) -> list[AskedPart]:
    passage = _answer_one(asked, library, words, language)
    if passage is None and words is not None:
        things, pieces = _split_things(asked, words)
        answers = [_answer_one(piece, library, words, language) for piece in pieces]
        # "Is there a or b?" asks twice, whatever is known of either.
        is_list = search(words.exists, fold(pieces[0])) and all(
            count_words(piece) <= LONGEST_THING and not _is_judging(fold(piece), words) for piece in pieces
        )
        if len(pieces) > 1 and (all(answers) or (is_list and any(answers))):
            return [AskedPart(asked=thing, passage=answer) for thing, answer in zip(things, answers, strict=True)]
    return [AskedPart(asked=asked, passage=passage)]


def _answer_one(asked: str, library: _Library, words: TopicWords | None, language: str) -> Passage | None:
    folded = fold(asked)
    return None if words is not None and _is_judging(folded, words) else _answer(folded, library, words, language)


def _split_things(asked: str, words: TopicWords) -> tuple[list[str], list[str]]:
    """The things that "and" joins in a question, as they were written ("is there a", "b"), and each as a question of
    its own ("is there b")."""
    joined = re.compile(rf"\s*,\s*(?:(?:{words.joins})\s+)?|\s+(?:{words.joins})\s+", re.IGNORECASE)
    things = [thing for thing in joined.split(asked.strip(" ?？؟¿")) if thing]
    if any(search(words.more_of_it, fold(thing)) for thing in things[1:]):
        things = [asked]
    # "Is there": the question that each of the others is, too.
    begins = pattern_of(words.exists).match(fold(things[0])) if things else None
    lead = things[0][: begins.end()] if begins is not None else ""
    return things, [*things[:1], *(f"{lead} {thing}".strip() for thing in things[1:])]


def _answer(question: str, library: _Library, words: TopicWords | None, language: str) -> Passage | None:
    if words is None:
        return library.passage_at(find_blindly(question, library.texts))
    whole = _find_whole(question, words, language)
    if whole in OWN:
        return library.facts.get(whole)
    if whole is not None and (onward := _find_onward(whole, library, words)) is not None:
        return onward
    if _is_defining(question, words):
        return None
    ask = next((ask for ask, pattern in words.asks.items() if search(pattern, question)), None)
    topic = _find_topic(question, ask, words, language)
    needs = ""
    if topic is Topic.REMOTE:
        place = library.facts.get(Topic.PLACE)
        if place is not None and search(words.alike["remote"], fold(place.text)):
            return place
        needs = "remote"  # as `alike` calls it
    elif topic is Topic.COMPANY_SIZE and topic not in library.facts:
        needs = words.employs
    elif topic is not None:
        return library.facts.get(topic) or _find_told(topic, library, words)
    passage = None
    if ask in (AskedFor.WHICH, AskedFor.HOW, None) and not needs:
        passage = _find_headed(question, ask, library, words, language)
    if passage is None:
        passage = library.passage_at(find_text(question, library.texts, words, ask=ask, needs=needs))
        if passage is not None and _is_other_fact(passage, question, words, language):
            passage = None
    # What the interview itself says of it comes before what every page says.
    return library.facts.get(whole) if passage is None and whole is not None else passage


def _find_onward(whole: Topic, library: _Library, words: TopicWords) -> Passage | None:
    """What the interview itself says of what follows, under such a heading; of when one hears, if it names a time."""
    headed = library.onward
    if headed is None or (whole is Topic.HEARING and not search(words.soon, fold(headed.text))):
        return None
    return headed


def _is_defining(question: str, words: TopicWords) -> bool:
    return pattern_of(words.defining).match(question.strip(" ?¿؟!.")) is not None


def _is_other_day(asked: str, told: str, words: TopicWords) -> bool:
    """Whether days of the week are asked for, and only others are told."""
    days = [day for day in words.weekdays.split("|") if search(day, asked)]
    return bool(days) and search(words.weekdays, told) and not any(search(day, told) for day in days)


def _find_headed(
    question: str, ask: AskedFor | None, library: _Library, words: TopicWords, language: str
) -> Passage | None:
    """The first passage under a heading that names all that the question does: "What are the hours?"."""
    bare = question if ask is None else pattern_of(words.asks[ask]).sub(" ", question)
    frame = plain(words.frame)
    named = " ".join(word for word in meant(name_alike(bare, words), language=language) if word not in frame)
    stems = set(content_stems(named, language=language))
    if not stems or search(words.beyond, bare) or search(words.by_name, question):
        return None
    headed = [
        passage
        for passage in library.passages
        for above, _, heading in [passage.source.rpartition(": ")]
        if above
        and not search(words.qualities, fold(heading))
        and stems.issubset(content_stems(name_alike(fold(heading), words), language=language))
    ]
    return headed[0] if len({passage.source for passage in headed}) == 1 else None


def _find_told(topic: Topic, library: _Library, words: TopicWords) -> Passage | None:
    """The part of the description that tells it, where its own field is empty; of the pay, also what the merchant says.

    Where the merchant is, is not where the work is done.
    """
    work = words.headings[Topic.WORK]
    told = [
        passage
        for passage in library.passages
        if passage.topic in (None, Topic.WORK, Topic.COMPANY)
        and (topic is not Topic.PLACE or passage.source.startswith(work))
    ]
    place = find_telling(topic, [(passage.source, passage.text) for passage in told], words)
    return None if place is None else told[place]


def _find_topic(question: str, ask: AskedFor | None, words: TopicWords, language: str) -> Topic | None:
    """The topic that the whole question is about: it names it, and nothing else."""
    named = list(meant(question, language=language))
    for topic, asked_for in ASKED_FOR.items():
        if topic is Topic.SALARY and search(words.refers_back, question):
            continue  # what one has to pay oneself
        if topic is Topic.COMPANY_SIZE and search(words.team, question):
            continue
        allowed = plain(words.frame) | plain(words.allowed[topic])
        if ask in asked_for and search(words.topics[topic], question) and allowed.issuperset(named):
            return topic
    return None


def _find_whole(question: str, words: TopicWords, language: str) -> Topic | None:
    """What of WHOLE is asked for, by this question and nothing else."""
    for topic in WHOLE:
        said = pattern_of(words.topics[topic]).search(question)
        if said is None:
            continue
        before, after = question[: said.start()], _bare(question[said.end() :])
        after = re.sub(rf"^(?:(?:{words.joins}) )?(?:{words.more_of_it.strip('^$')})$", "", after)
        is_led_to = plain(words.frame).issuperset(meant(before, language=language)) and not search(words.beyond, before)
        is_ended = plain(words.allowed[topic]).issuperset(after.split())
        if is_led_to and (is_ended or _phrases(words.politeness).fullmatch(after)):
            return topic
    return None


def _is_judging(folded: str, words: TopicWords) -> bool:
    """Whether it asks how one did or what is looked for; who reads "my answers", and when one hears, is no secret."""
    told = "|".join(f"(?:{words.topics[topic]})" for topic in WHOLE)
    return search(words.judging, pattern_of(told).sub(" ", folded))


# --- Words ----------------------------------------------------------------------------------------------------------

_LETTER = re.compile(r"\w")
# Arabic joins "and" to the word that asks; no other language that has no words of ours writes these.
_AND_ASKS = re.compile(r"\s+(?=و(?:هل|ما|كم|متى|من|مين|أين|وين|كيف|لمن|شو)\s)")
_THANKS = "شكرا(?: جزيلا)?|تمام|طيب|مرحبا|أهلا|عفوا|آسفة?|السلام عليكم"
_ENDED = re.compile("[.!?…:。！？：؟।][\"'”’»“)\\]]*$")
_STOPS = {
    "": re.compile("[\u0e00-\u0e7f]$"),
    "。": re.compile("[\u3041-\u30ff\u3400-\u9fff]$"),
    "।": re.compile("[\u0900-\u097f]$"),
}
_MARK = re.compile("[?？؟]")
_ENDS = re.compile("[.?!？！。؟…\n]\\s")
_CLAUSE_ENDS = re.compile("[,.;:!…\n–—]+")


@cache
def _phrases(phrases: str) -> re.Pattern[str]:
    """Such phrases one after another, and nothing else."""
    return re.compile(rf"(?:(?:{phrases})(?:\s+|$))+")
