"""What a candidate's own question is answered with: a passage of the merchant's or the interview's texts, or nothing.

A wrong passage is much worse than none, since a question without one is passed on to a person: whatever is in doubt is
passed on. Pure, and without a model: the same question and passages give the same answer.

    question ──► is it about the judging, or several questions? ──► None
             ──► a topic by its words (salary, place …)         ──► that fact, verbatim
             ──► all that it names is named in one sentence     ──► that sentence's passage
                 which holds the kind of answer that is asked for (a number, a time …)
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise

from vivavoce.interviews.draft import Draft
from vivavoce.knowledge.find import Index, find_texts, make_index
from vivavoce.knowledge.split import count_words, split_sentences, split_text
from vivavoce.knowledge.stems import content_stems, fold, split_words
from vivavoce.knowledge.stop_words import STOP_WORDS
from vivavoce.live.topics import WORDS, Ask, Topic, Words

LONGEST_QUESTION = 1_000  # characters: whoever writes more wants a person to read it
LONGEST_DENIAL = 150  # characters of "no, thank you …"
FEWEST_WORDS = 6  # of a description that says what one does
# bench/asking.py prints what these come to on bench/questions/*.toml; they were set on one half of it.
ALL_NAMED = 3  # up to so many words of meaning, all must be in the sentence
SHARE_NAMED = 0.8  # of the weight of more words than that
WORDS_BETWEEN = 4  # that each thing which a question names may be apart from the next in a sentence
FARTHEST_NUMBER = 4  # words between a thing and the number that is its own
CLOSEST_READ = 4  # passages, the best first
UNKNOWN_COMPANY = "undisclosed"  # a hiring company that is not to be named
# In a language whose stop words we do not know, so many words of at least so many letters must be found.
BLIND_WORDS, BLIND_LETTERS = 2, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Words that a candidate can be shown."""

    source: str  # a heading: "Salary", "About Acme"
    text: str  # whole sentences or a field's value, as they were written
    topic: Topic | None = None  # what it is the answer to, where it is a fact


def find_passage(question: str, passages: Sequence[Passage], *, language: str) -> Passage | None:
    """The passage that clearly answers what a candidate asks; None where none does, or more than one is asked for.

    question: one turn of the candidate, in any words. language: of the interview.
    """
    if not question.strip() or len(question) > LONGEST_QUESTION:
        return None
    words = WORDS.get(language)
    folded = _fold(question)
    if words is not None and _search(words.judging, folded):
        return None
    library = _read_library(tuple(passages), language)
    found = [_answer(one, library, words, language) for one in _split_questions(question, words)]
    # Several questions: only where one passage answers each.
    return found[0] if found and all(one is found[0] for one in found) else None


def passages_of(draft: Draft, *, merchant_name: str, merchant_about: str) -> tuple[Passage, ...]:
    """All that a candidate may be answered with: facts, then the descriptions, then what the merchant says of itself.

    What the merchant says of itself is left out where another company hires: its canteen is not theirs. Nothing else of
    an interview may ever stand here: tests/live/test_asking.py names each field and why.
    """
    settings = draft.settings
    company = settings.hiring_company or {}
    is_other = bool(_text(company, "name")) and fold(_text(company, "name")) != fold(merchant_name.strip())
    name = _text(company, "name") if is_other else merchant_name.strip()
    words = WORDS.get(draft.language, WORDS["en"])
    facts = {
        Topic.SALARY: settings.salary,
        Topic.PLACE: draft.location,
        Topic.DEPARTMENT: settings.department,
        Topic.CLOSING: settings.available_till,
        Topic.EMPLOYER: None if fold(name) == UNKNOWN_COMPANY else name,
        Topic.COMPANY: _text(company, "description"),
        Topic.COMPANY_PLACE: _text(company, "location"),
        Topic.COMPANY_SIZE: _text(company, "company_size"),
        Topic.SECTOR: _text(company, "sector"),
        Topic.ROLE: draft.name,
    }
    made = [
        Passage(source=words.headings[topic], text=text.strip(), topic=topic)
        for topic, text in facts.items()
        if text and text.strip()
    ]
    heading = words.headings[Topic.WORK]
    work = _split(draft.description, heading) + _split(settings.long_description, heading)
    made += _mark(work, Topic.WORK, headed=words.duties)
    if not is_other:
        made += _mark(_split(merchant_about, words.about.format(name=name)), Topic.COMPANY)
    return tuple(made)


def is_no_question(text: str, *, language: str) -> bool:
    """Whether somebody who was asked for questions says that there are none, or says thanks, and nothing else.

    False for any text in a language that we do not speak, an empty one apart.
    """
    folded = " ".join(re.sub(r"[^\w'?？؟]+", " ", _fold(text)).split())
    if not folded:
        return True
    words = WORDS.get(language)
    if words is None or _MARK.search(folded) or len(folded) > LONGEST_DENIAL:
        return False
    return _phrases(f"{words.no_questions}|{words.politeness}").fullmatch(folded) is not None


# --- What there is to be answered with ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sought:
    """What a question asks for."""

    ask: Ask | None
    stems: frozenset[str]  # of all that it names
    counted: str | None  # that of which it asks the number, or which one
    is_about_it: bool  # whether it asks of which kind the position is
    is_needed: bool  # whether it asks what must be done or had
    beyond: frozenset[str]  # words that make it another question than the same without them


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """One sentence, or two neighbours, with what it stands under."""

    text: str  # folded, things that are called by many names by one
    heading: str  # folded
    sequence: tuple[frozenset[str], ...]  # the stems of each of its words
    own: frozenset[str]  # its stems, without those of landmarks
    stems: frozenset[str]  # with those of its heading
    is_pair: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Library:
    """Passages, read."""

    passages: tuple[Passage, ...]
    facts: dict[Topic, Passage]
    index: Index
    windows: tuple[tuple[_Window, ...], ...]  # for each passage


@lru_cache(maxsize=32)
def _read_library(passages: tuple[Passage, ...], language: str) -> _Library:
    facts: dict[Topic, Passage] = {}
    for passage in passages:
        if passage.topic is not None:
            facts.setdefault(passage.topic, passage)
    words = WORDS.get(language)
    texts = [_stems(f"{one.source}\n{one.text}", words, language) for one in passages]
    return _Library(
        passages=passages,
        facts=facts,
        index=make_index(texts),
        windows=tuple(tuple(_open_windows(one, words, language)) for one in passages),
    )


def _open_windows(passage: Passage, words: Words | None, language: str) -> Iterable[_Window]:
    heading = _name_alike(_fold(passage.source), words)
    above = frozenset(content_stems(heading, language=language))
    sentences = split_sentences(passage.text)
    for texts in [(one,) for one in sentences] + list(pairwise(sentences)):
        text = _name_alike(_fold(" ".join(texts)), words)
        spoken = text if words is None else _pattern(words.landmarks).sub(" … ", text)
        own = frozenset(content_stems(spoken, language=language))
        sequence = tuple(frozenset(content_stems(word, language=language)) for word in split_words(text))
        yield _Window(
            text=text, heading=heading, sequence=sequence, own=own, stems=own | above, is_pair=len(texts) == 2
        )


@lru_cache(maxsize=128)
def _split(text: str | None, source: str) -> tuple[Passage, ...]:
    parts = split_text(text or "")
    return tuple(Passage(source=": ".join((source, *part.headings)), text=part.text) for part in parts)


def _mark(passages: tuple[Passage, ...], topic: Topic, *, headed: str = "") -> list[Passage]:
    """The passages, one of them as the answer to a topic: that under such a heading, else the one that introduces."""
    under = [one for one in passages if headed and _search(headed, _fold(one.source.rpartition(": ")[2]))]
    first = [one for one in passages[:1] if ": " not in one.source and count_words(one.text) >= FEWEST_WORDS]
    chosen = next(iter(under + first), None)
    return [replace(one, topic=topic) if one is chosen else one for one in passages]


def _text(company: dict[str, object], key: str) -> str:
    value = company.get(key)
    return value.strip() if isinstance(value, str) else ""


# --- What is asked --------------------------------------------------------------------------------------------------

# The kinds of answer that each topic is; asked for any other, it is another question ("When is the salary paid?").
# The narrower topics come first: where the company is, before where the work is done.
ASKED_FOR: dict[Topic, set[Ask | None]] = {
    Topic.REMOTE: {None},
    Topic.EMPLOYER: {Ask.WHO, Ask.WHICH, None},
    Topic.COMPANY_PLACE: {Ask.WHERE, Ask.WHICH, None},
    Topic.COMPANY_SIZE: {Ask.MANY, Ask.SIZE, Ask.WHICH, None},
    Topic.COMPANY: {Ask.WHICH, None},
    Topic.SECTOR: {Ask.WHICH, None},
    Topic.ROLE: {Ask.WHICH, None},
    Topic.WORK: {Ask.WHICH, None},
    Topic.SALARY: {Ask.MUCH, Ask.WHICH, None},
    Topic.DEPARTMENT: {Ask.WHERE, Ask.WHICH, None},
    Topic.CLOSING: {Ask.WHEN, Ask.LONG, Ask.WHICH, None},
    Topic.PLACE: {Ask.WHERE, Ask.WHICH, None},
}


def _split_questions(text: str, words: Words | None) -> list[str]:
    """The sentences that ask, folded; all of the text where none has a question mark, as in speech."""
    sentences = [_fold(one) for one in split_sentences(text) if _MARK.search(one)] or [_fold(text)]
    if words is None:
        return sentences
    return [one for sentence in sentences for one in _pattern(words.joint).split(sentence)]


def _answer(question: str, library: _Library, words: Words | None, language: str) -> Passage | None:
    if words is None:
        return _find_blindly(question, library, language)
    ask = next((ask for ask, pattern in words.asks.items() if _search(pattern, question)), None)
    topic = _find_topic(question, ask, words, language)
    if topic is None:
        return _find_text(question, ask, library, words, language)
    if topic is Topic.REMOTE:
        place = library.facts.get(Topic.PLACE)
        if place is not None and _search(words.alike["remote"], _fold(place.text)):
            return place
        return _find_text(question, ask, library, words, language, needs="remote")  # as `alike` calls it
    if topic is Topic.COMPANY_SIZE and topic not in library.facts:
        return _find_text(question, ask, library, words, language, needs=words.employs)
    return library.facts.get(topic)


def _find_topic(question: str, ask: Ask | None, words: Words, language: str) -> Topic | None:
    """The topic that the whole question is about: it names it, and nothing else."""
    meant = list(_meant(question, language))
    for topic, asked_for in ASKED_FOR.items():
        allowed = _plain(words.frame) | _plain(words.allowed[topic])
        if ask in asked_for and _search(words.topics[topic], question) and allowed.issuperset(meant):
            return topic
    return None


def _find_text(
    question: str, ask: Ask | None, library: _Library, words: Words, language: str, *, needs: str = ""
) -> Passage | None:
    """The passage with a sentence that names all that the question does, and holds the kind of answer it asks for."""
    bare = question if ask is None else _pattern(words.asks[ask]).sub(" ", question)
    if ask is Ask.HOW or _search(words.by_name, question):
        return None
    frame = _plain(words.frame)
    named = [word for word in _meant(_name_alike(bare, words), language) if word not in frame]
    stems = list(dict.fromkeys(stem for word in named for stem in content_stems(word, language=language)))
    if not stems or (len(stems) == 1 and not needs and not _is_telling(stems[0], question, ask, library, words)):
        return None
    counted = _counted(question, ask, words, language) if ask in (Ask.MANY, Ask.WHICH) else None
    sought = _Sought(
        ask=ask,
        stems=frozenset(stems),
        counted=counted,
        is_needed=_search(words.needed, bare),
        is_about_it=_search(words.about_it, bare),
        beyond=frozenset(_pattern(words.beyond).findall(bare)),
    )
    for found in find_texts(stems, library.index)[:CLOSEST_READ]:
        for window in library.windows[found.place]:
            is_met = _names_all(stems, window, library.index) and _holds(sought, window, words, language)
            if is_met and (not needs or _search(needs, window.text)):
                return library.passages[found.place]
    return None


def _is_telling(stem: str, question: str, ask: Ask | None, library: _Library, words: Words) -> bool:
    """Whether one word is enough to know what is asked for: a rare one, asked for by its name or its number."""
    is_rare = library.index.holders[stem] <= max(1, len(library.passages) // 3)
    by_number = ask in (Ask.MANY, Ask.MUCH, Ask.SIZE, Ask.LONG, Ask.OFTEN)
    return is_rare and (by_number or (ask is None and _search(words.exists, question)))


def _names_all(stems: list[str], window: _Window, index: Index) -> bool:
    """Whether the sentence, under its heading, names what the question does; at least one thing of it itself."""
    if not window.own.intersection(stems) or (window.is_pair and len(stems) < ALL_NAMED):
        return False
    if len(stems) <= ALL_NAMED:
        return window.stems.issuperset(stems)
    weights = {stem: index.weigh(stem) for stem in stems}
    return sum(weights[stem] for stem in stems if stem in window.stems) >= SHARE_NAMED * sum(weights.values())


def _counted(question: str, ask: Ask, words: Words, language: str) -> str | None:
    """The stem of what "how many" or "which" asks for."""
    named = _name_alike(question, words)
    found = _pattern(words.asks[ask]).search(named)
    stems = content_stems(named[found.end() :], language=language) if found else ()
    return stems[0] if stems else None


def _holds(sought: _Sought, window: _Window, words: Words, language: str) -> bool:
    """Whether a sentence is about what is asked for, and holds the kind of answer."""
    text = window.text
    if sought.is_needed and not _search(words.needed, text):
        return False
    if sought.is_about_it and not _search(words.of_it, text):
        return False
    if not sought.beyond.issubset(_pattern(words.beyond).findall(f"{window.heading}\n{text}")):
        return False
    if not _is_close(sought.stems & window.own, window.sequence):
        return False
    match sought.ask:
        case Ask.WHY:
            return _search(words.because, text)
        case Ask.WHEN:
            return _search(words.times, text) or _YEAR.search(text) is not None
        case Ask.WHICH:  # "three days" does not tell which
            return sought.counted is None or not _read_numbers(window, words).is_counted(sought.counted, within=2)
        case Ask.MANY | Ask.MUCH | Ask.SIZE | Ask.LONG | Ask.OFTEN | Ask.CLOCK:
            return _holds_number(sought, window, words)
        case _:
            return True


def _is_close(stems: frozenset[str], sequence: tuple[frozenset[str], ...]) -> bool:
    """Whether all of the stems stand so near each other that one thing is said of them."""
    farthest = WORDS_BETWEEN * (len(stems) + 1)
    return any(stems.issubset(frozenset().union(*sequence[start : start + farthest])) for start in range(len(sequence)))


def _holds_number(sought: _Sought, window: _Window, words: Words) -> bool:
    numbers = _read_numbers(window, words)
    # What is itself counted is not what is asked about: "74 people in four teams" tells no team's size.
    others = sought.stems - {sought.counted}
    if sought.ask not in (Ask.OFTEN, Ask.CLOCK) and any(numbers.is_counted(stem, within=1) for stem in others):
        return False
    match sought.ask:
        case Ask.MANY:
            return sought.counted is not None and numbers.is_counted(sought.counted, within=2)
        case Ask.MUCH:
            return any(numbers.is_near(stem) for stem in sought.stems)
        case Ask.SIZE:
            return bool(numbers.places) and not _MONEY.search(window.text)
        case Ask.LONG:
            return _search(rf"(?:\d+|{words.numbers}|{words.one})[ -](?:\w+ )?(?:{words.times})", window.text)
        case Ask.CLOCK:
            return bool(numbers.places) or _search(words.noon, window.text)
        case _:
            return bool(numbers.places) or _search(words.regular, window.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbers:
    """A sentence's words as stems, and where its numbers stand."""

    sequence: tuple[frozenset[str], ...]
    places: tuple[int, ...]
    joints: tuple[int, ...]  # where another thing begins: "plus", "and"

    def is_counted(self, stem: str, *, within: int) -> bool:
        """Whether a number stands right before the thing: "33 days", "nine night nurses"."""
        return any(stem in one for place in self.places for one in self.sequence[place + 1 : place + 1 + within])

    def is_near(self, stem: str) -> bool:
        """Whether a number stands so near that it is the thing's own."""
        places = [place for place, one in enumerate(self.sequence) if stem in one]
        return any(self._is_together(place, number) for place in places for number in self.places)

    def _is_together(self, place: int, number: int) -> bool:
        first, last = sorted((place, number))
        return last - first <= FARTHEST_NUMBER and not any(first < joint < last for joint in self.joints)


def _read_numbers(window: _Window, words: Words) -> _Numbers:
    sequence = list(split_words(window.text))
    number, joint = _pattern(words.numbers), _pattern(words.listing)
    return _Numbers(
        sequence=window.sequence,
        places=tuple(at for at, word in enumerate(sequence) if word[0].isdigit() or number.fullmatch(word)),
        joints=tuple(at for at, word in enumerate(sequence) if joint.fullmatch(word)),
    )


def _find_blindly(question: str, library: _Library, language: str) -> Passage | None:
    """As _find_text, in a language of which we know no words: nearly all long words must be in one sentence."""
    stems = [stem for stem in dict.fromkeys(content_stems(question, language=language)) if _is_long(stem)]
    least = max(BLIND_WORDS, SHARE_NAMED * len(stems))
    for found in find_texts(stems, library.index)[:CLOSEST_READ]:
        if any(len(window.stems.intersection(stems)) >= least for window in library.windows[found.place]):
            return library.passages[found.place]
    return None


def _is_long(stem: str) -> bool:
    # Two signs of Chinese characters, kana of names, Thai or Hangul; hiragana alone are endings.
    return len(stem) >= BLIND_LETTERS or (len(stem) == 2 and _SIGNS.fullmatch(stem) is not None)


# --- Words ----------------------------------------------------------------------------------------------------------

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MONEY = re.compile(r"[€£$¥]|(?<!\w)(?:euros?|eur|pounds?|gbp|dollars?|usd|francs?|franken|chf|sterline)(?!\w)")
_MARK = re.compile("[?？؟]")
_SIGNS = re.compile("[\u0e00-\u0eff\u30a1-\u30ff\u4e00-\u9fff\uac00-\ud7a3]+")


def _fold(text: str) -> str:
    return fold(text).replace("’", "'").replace("‘", "'").replace("`", "'")


def _meant(text: str, language: str) -> Iterable[str]:
    """The words that are no stop words."""
    stop = STOP_WORDS[language]
    return (word for word in split_words(text) if word not in stop and (len(word) > 1 or word.isdigit()))


def _stems(text: str, words: Words | None, language: str) -> tuple[str, ...]:
    return content_stems(_name_alike(_fold(text), words), language=language)


def _name_alike(folded: str, words: Words | None) -> str:
    """The text with one name for each thing that is called by many."""
    if words is None:
        return folded
    for name, pattern in words.alike.items():
        folded = _pattern(pattern).sub(name, folded)
    return folded


def _search(pattern: str, folded: str) -> bool:
    return _pattern(pattern).search(folded) is not None


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """The pattern between the bounds of words."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


@cache
def _plain(words: str) -> frozenset[str]:
    return frozenset(words.split())


@cache
def _phrases(phrases: str) -> re.Pattern[str]:
    """Such phrases one after another, and nothing else."""
    return re.compile(rf"(?:(?:{phrases})(?:\s+|$))+")
