"""Which of some texts answers a question: in one sentence it names all that the question does, and holds the kind of
answer that is asked for (a number, a time …). Pure.

A sentence that only seems to answer is much worse than none: whatever is in doubt is no answer.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from vivavoce.knowledge.find import Index, find_texts, make_index
from vivavoce.replies.topics import AskedFor, TopicWords, find_words
from vivavoce.text.fold import fold
from vivavoce.text.sentences import split_sentences
from vivavoce.text.stems import content_stems, split_words, stop_words_of

# What these come to: make bench-asking.
ALL_NAMED = 3  # up to so many words of meaning, all must be in the sentence
SHARE_NAMED = 0.8  # of the weight of more words than that
WORDS_BETWEEN = 4  # that each thing which a question names may be apart from the next in a sentence
FARTHEST_NUMBER = 4  # words between a thing and the number that is its own
CLOSEST_READ = 4  # texts, the best first
# In a language whose stop words we do not know, so many words of at least so many letters must be found.
BLIND_WORDS, BLIND_LETTERS = 2, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageWindow:
    """One sentence, or two neighbours, with what it stands under."""

    text: str  # folded, things that are called by many names by one
    heading: str  # folded
    sequence: tuple[frozenset[str], ...]  # the stems of each of its words
    own: frozenset[str]  # its stems, without those of landmarks
    stems: frozenset[str]  # with those of its heading
    is_pair: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Texts, read in one language."""

    language: str
    index: Index
    windows: tuple[tuple[PassageWindow, ...], ...]  # for each text


def read_texts(parts: Sequence[tuple[str, str]], *, language: str) -> Texts:
    """Texts, each given with its heading."""
    words = find_words(language)
    return Texts(
        language=language,
        index=make_index([_stems(f"{heading}\n{text}", words, language) for heading, text in parts]),
        windows=tuple(tuple(_open_windows(heading, text, words, language)) for heading, text in parts),
    )


def _open_windows(heading: str, text: str, words: TopicWords | None, language: str) -> Iterable[PassageWindow]:
    above = name_alike(fold(heading), words)
    stems_above = frozenset(content_stems(above, language=language))
    sentences = split_sentences(text)
    bound = {pair for pair in pairwise(sentences) if goes_on(pair[1], words)}
    for some in [(sentence,) for sentence in sentences] + list(pairwise(sentences)):
        folded = name_alike(fold(" ".join(some)), words)
        spoken = folded if words is None else pattern_of(words.landmarks).sub(" … ", folded)
        own = frozenset(content_stems(spoken, language=language))
        sequence = tuple(frozenset(content_stems(word, language=language)) for word in split_words(folded))
        yield PassageWindow(
            text=folded,
            heading=above,
            sequence=sequence,
            own=own,
            stems=own | stems_above,
            is_pair=len(some) == 2 and some not in bound,
        )


def find_text(question: str, texts: Texts, words: TopicWords, *, ask: AskedFor | None, needs: str = "") -> int | None:
    """The place of the text that answers the question; None where none does.

    question: folded. ask: what kind of answer it wants. needs: a pattern that the sentence must hold.
    """
    language = texts.language
    bare = question if ask is None else pattern_of(words.asks[ask]).sub(" ", question)
    if ask is AskedFor.HOW or search(words.by_name, question):
        return None
    frame = plain(words.frame)
    named = [word for word in meant(name_alike(bare, words), language=language) if word not in frame]
    stems = list(dict.fromkeys(stem for word in named for stem in content_stems(word, language=language)))
    if not stems or (len(stems) == 1 and not needs and not _is_telling(stems[0], question, ask, texts, words)):
        return None
    counted = _counted(question, ask, words, language) if ask in (AskedFor.MANY, AskedFor.WHICH) else None
    sought = _Sought(
        ask=ask,
        stems=frozenset(stems),
        counted=counted,
        is_needed=search(words.needed, bare),
        is_time=all(search(words.times, word) and not search(words.weekdays, word) for word in named),
        is_about_it=search(words.about_it, bare),
        is_of_team=search(words.team, bare),
        is_of_trial=search(words.trial, bare),
        beyond=frozenset(pattern_of(words.beyond).findall(bare)),
    )
    for match in find_texts(stems, texts.index)[:CLOSEST_READ]:
        for window in texts.windows[match.place]:
            is_met = _names_all(stems, window, texts.index) and _holds(sought, window, words, language)
            if is_met and (not needs or search(needs, window.text)):
                return match.place
    return None


def find_blindly(question: str, texts: Texts) -> int | None:
    """As find_text, in a language of which we know no words: nearly all long words must be in one sentence."""
    stems = [stem for stem in dict.fromkeys(content_stems(question, language=texts.language)) if _is_long(stem)]
    least = max(BLIND_WORDS, SHARE_NAMED * len(stems))
    for match in find_texts(stems, texts.index)[:CLOSEST_READ]:
        if any(len(window.stems.intersection(stems)) >= least for window in texts.windows[match.place]):
            return match.place
    return None


def _is_long(stem: str) -> bool:
    # Two characters of Chinese, kana of names, Thai or Hangul; hiragana alone are endings.
    return len(stem) >= BLIND_LETTERS or (len(stem) == 2 and _SIGNS.fullmatch(stem) is not None)


# --- What a question asks for, and what a sentence holds -------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sought:
    """What a question asks for."""

    ask: AskedFor | None
    stems: frozenset[str]  # of all that it names
    counted: str | None  # that of which it asks the number, or which one
    is_about_it: bool  # whether it asks of which kind the position is
    is_of_team: bool  # whether it asks of those whom one works with
    is_of_trial: bool  # whether it asks of work on trial
    is_needed: bool  # whether it asks what must be done or had
    is_time: bool  # whether it names nothing but a measure of time: "What are the hours?"
    beyond: frozenset[str]  # words that make it another question than the same without them


def _is_telling(stem: str, question: str, ask: AskedFor | None, texts: Texts, words: TopicWords) -> bool:
    """Whether one word is enough to know what is asked for: a rare one, asked for by its name or its number."""
    is_rare = texts.index.holders[stem] <= max(1, len(texts.windows) // 3)
    by_number = ask in (AskedFor.MANY, AskedFor.MUCH, AskedFor.SIZE, AskedFor.LONG, AskedFor.OFTEN)
    return is_rare and (by_number or (ask is None and search(words.exists, question)))


def _names_all(stems: list[str], window: PassageWindow, index: Index) -> bool:
    """Whether the sentence, under its heading, names what the question does; at least one thing of it itself."""
    if not window.own.intersection(stems) or (window.is_pair and len(stems) < ALL_NAMED):
        return False
    if len(stems) <= ALL_NAMED:
        return window.stems.issuperset(stems)
    weights = {stem: index.weigh(stem) for stem in stems}
    return sum(weights[stem] for stem in stems if stem in window.stems) >= SHARE_NAMED * sum(weights.values())


def _counted(question: str, ask: AskedFor, words: TopicWords, language: str) -> str | None:
    """The stem of what "how many" or "which" asks for."""
    named = name_alike(question, words)
    match = pattern_of(words.asks[ask]).search(named)
    stems = content_stems(named[match.end() :], language=language) if match else ()
    return stems[0] if stems else None


def _holds(sought: _Sought, window: PassageWindow, words: TopicWords, language: str) -> bool:
    """Whether a sentence is about what is asked for, and holds the kind of answer."""
    text = window.text
    if sought.is_needed and not search(words.needed, text):
        return False
    if sought.ask is not None and search(words.trial, text) and not sought.is_of_trial:
        return False
    if sought.is_of_team and search(words.whole_firm, text) and not search(words.team, text):
        return False
    if sought.is_about_it and not search(words.of_it, text):
        return False
    if not sought.beyond.issubset(pattern_of(words.beyond).findall(f"{window.heading}\n{text}")):
        return False
    if not _is_close(sought.stems & window.own, window.sequence):
        return False
    match sought.ask:
        case AskedFor.WHY:
            return search(words.because, text)
        case AskedFor.WHEN:
            return search(words.times, text) or _YEAR.search(text) is not None
        case AskedFor.WHICH:  # "three days" does not tell which
            return sought.counted is None or not _read_numbers(window, words).is_counted(sought.counted, within=2)
        case AskedFor.MANY | AskedFor.MUCH | AskedFor.SIZE | AskedFor.LONG | AskedFor.OFTEN | AskedFor.CLOCK:
            return _holds_number(sought, window, words)
        case _:  # "for an hour" tells no hours
            return not sought.is_time or bool(_read_numbers(window, words).places)


def _is_close(stems: frozenset[str], sequence: tuple[frozenset[str], ...]) -> bool:
    """Whether all of the stems stand so near each other that one thing is said of them."""
    farthest = WORDS_BETWEEN * (len(stems) + 1)
    return any(stems.issubset(frozenset().union(*sequence[start : start + farthest])) for start in range(len(sequence)))


def _holds_number(sought: _Sought, window: PassageWindow, words: TopicWords) -> bool:
    numbers = _read_numbers(window, words)
    # What is itself counted is not what is asked about: "74 people in four teams" tells no team's size.
    others = sought.stems - {sought.counted}
    if sought.ask not in (AskedFor.OFTEN, AskedFor.CLOCK) and any(
        numbers.is_counted(stem, within=1) for stem in others
    ):
        return False
    match sought.ask:
        case AskedFor.MANY:
            return sought.counted is not None and numbers.is_counted(sought.counted, within=2)
        case AskedFor.MUCH:
            return any(numbers.is_near(stem) for stem in sought.stems)
        case AskedFor.SIZE:
            return bool(numbers.places) and not _MONEY.search(window.text)
        case AskedFor.LONG:
            return search(rf"(?:\d+|{words.numbers}|{words.one})[ -](?:\w+ )?(?:{words.times})", window.text)
        case AskedFor.CLOCK:
            return bool(numbers.places) or search(words.noon, window.text)
        case _:
            return bool(numbers.places) or search(words.regular, window.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbers:
    """A sentence's words as stems, and where its numbers stand."""

    sequence: tuple[frozenset[str], ...]
    places: tuple[int, ...]
    joints: tuple[int, ...]  # where another thing begins: "plus", "and"

    def is_counted(self, stem: str, *, within: int) -> bool:
        """Whether a number stands right before the thing: "33 days", "nine night nurses"."""
        return any(stem in stems for place in self.places for stems in self.sequence[place + 1 : place + 1 + within])

    def is_near(self, stem: str) -> bool:
        """Whether a number stands so near that it is the thing's own."""
        places = [place for place, stems in enumerate(self.sequence) if stem in stems]
        return any(self._is_together(place, number) for place in places for number in self.places)

    def _is_together(self, place: int, number: int) -> bool:
        first, last = sorted((place, number))
        return last - first <= FARTHEST_NUMBER and not any(first < joint < last for joint in self.joints)


def _read_numbers(window: PassageWindow, words: TopicWords) -> _Numbers:
    sequence = list(split_words(window.text))
    number, joint = pattern_of(words.numbers), pattern_of(words.listing)
    return _Numbers(
        sequence=window.sequence,
        places=tuple(at for at, word in enumerate(sequence) if word[0].isdigit() or number.fullmatch(word)),
        joints=tuple(at for at, word in enumerate(sequence) if joint.fullmatch(word)),
    )


# --- Words ----------------------------------------------------------------------------------------------------------

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MONEY = re.compile(r"[€£$¥]|(?<!\w)(?:euros?|eur|pounds?|gbp|dollars?|usd|francs?|franken|chf|sterline)(?!\w)")
_SIGNS = re.compile("[\u0e00-\u0eff\u30a1-\u30ff\u4e00-\u9fff\uac00-\ud7a3]+")


def join_sentences(text: str, *, language: str) -> list[str]:
    """The sentences of a text, each with those that go on from it."""
    joined: list[str] = []
    for sentence in split_sentences(text):
        if joined and goes_on(sentence, find_words(language)):
            joined[-1] = f"{joined[-1]} {sentence}"
        else:
            joined.append(sentence)
    return joined


def goes_on(sentence: str, words: TopicWords | None) -> bool:
    """Whether a statement goes on from the one before it, and says nothing without that: "We pay for it."."""
    bare = fold(sentence).strip(" .!")
    return words is not None and re.match(rf"(?:\w+,? )?(?:{words.points_back})", bare) is not None


def meant(text: str, *, language: str) -> Iterable[str]:
    """The words that are no stop words."""
    stop = stop_words_of(language)
    return (word for word in split_words(text) if word not in stop and (len(word) > 1 or word.isdigit()))


def _stems(text: str, words: TopicWords | None, language: str) -> tuple[str, ...]:
    return content_stems(name_alike(fold(text), words), language=language)


def name_alike(folded: str, words: TopicWords | None) -> str:
    """The text with one name for each thing that is called by many."""
    if words is None:
        return folded
    for name, pattern in words.alike.items():
        folded = pattern_of(pattern).sub(name, folded)
    return folded


def search(pattern: str, folded: str) -> bool:
    """Whether the pattern is found in a folded text, as whole words."""
    return pattern_of(pattern).search(folded) is not None


@cache
def pattern_of(pattern: str) -> re.Pattern[str]:
    """The pattern between the bounds of words."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


@cache
def plain(words: str) -> frozenset[str]:
    """Plain words that are parted by spaces."""
    return frozenset(words.split())
