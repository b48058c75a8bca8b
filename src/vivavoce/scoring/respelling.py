"""English as it would be written with time to spare: what spelling hides from a reader is put right. Pure.

    original   id ask them, i havent got alot of custmers
    read as    I'd ask them, I haven't got a lot of customers

Spelling is never assessed, so nothing that reads an answer may stumble over it. Every character knows the original ones
that it comes from, so that a quote is still given as it was typed. A word stays as it is where it is a word or a name,
stands in the question or in what is looked for, or could be meant in two ways; and where most words around are not
English, all of them stay.
"""

import gzip
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from vivavoce.scoring.normalise import Normalised
from vivavoce.text.sentences import Span, find_sentences

LANGUAGE = "en"
ENGLISH_SHARE = 0.4  # of a sentence's words, that are known: below, it is none of ours to put right
LEAST_TOLD = 3  # letters of a word that tells whether a sentence is English
LEAST_LETTERS = 4  # a shorter word that nobody knows may be anything
LEAST_REPEATED = 5  # letters of a word that may have one twice
LEAST_CHANGED = 6  # letters of a word that may have another one, or one too many: shorter ones are often names
LONGEST = 20
MOST_COMMON = 1_500  # of the words: what one of LEAST_LETTERS alone may be put right to
# How likely a slip is, beside two letters that have changed places.
LEFT_OUT, TOO_MANY, TWICE, CHANGED = 1.0, 0.15, 1.0, 0.1
CLEAR_LEAD = 4.0  # times as likely as the next word that could be meant


def respell(text: Normalised, *, language: str, kept: Iterable[str] = ()) -> Normalised:
    """The same text, put right; itself in any language but English.

    kept: texts whose words stay, however odd: the question, and what is looked for.
    """
    if language != LANGUAGE:
        return text
    stays = frozenset(word.casefold() for other in kept for word in _WORD.findall(other))
    changes = [change for sentence in find_sentences(text.text) for change in _find_changes(text.text, sentence, stays)]
    return _put_in(text, changes) if changes else text


@dataclass(frozen=True, slots=True)
class _Respelt:
    span: Span
    by: str


def _find_changes(text: str, sentence: Span, stays: frozenset[str]) -> Iterator[_Respelt]:
    words = [Span(*match.span()) for match in _WORD.finditer(text, sentence.start, sentence.end)]
    said = [text[word.start : word.end] for word in words]
    plain = [_APOSTROPHE.sub("'", word).casefold() for word in said]
    if sum(map(_is_english, plain)) < ENGLISH_SHARE * sum(len(word) >= LEAST_TOLD for word in plain):
        return
    for place, word in enumerate(words):
        by = said[place]
        if plain[place] not in stays and not _is_joined(text, word):
            by = _put_right(by, plain, place)
        if (place == 0 and word.start == sentence.start) or by.partition("'")[0] == "i":
            by = by[:1].upper() + by[1:]
        if by != said[place]:
            yield _Respelt(word, by)


def _is_english(word: str) -> bool:
    is_told = len(word) >= LEAST_TOLD and (word in _read_words().ranks or word in _read_rules().written)
    return is_told or "'" in word


def _is_joined(text: str, word: Span) -> bool:
    """Whether it is part of an address, a number, or a word with a hyphen."""
    return bool(_JOINED_BEFORE.search(text, max(0, word.start - 2), word.start) or _JOINED_BEHIND.match(text, word.end))


def _put_right(word: str, plain: Sequence[str], place: int) -> str:
    """What was meant by the word, with a capital where it had one.

    plain: the sentence's words in small letters, of which it is the one at place.
    """
    if word.isupper() and len(word) < LEAST_LETTERS:
        return word  # HR, IM, BC
    is_name = word.isupper() or (place > 0 and word[:1].isupper())
    meant = _find_written(plain, place) or (None if is_name else _find_near(plain[place]))
    if meant is None:
        return _APOSTROPHE.sub("'", word)
    return meant.upper() if word.isupper() else meant[:1].upper() + meant[1:] if word[:1].isupper() else meant


def _find_written(plain: Sequence[str], place: int) -> str | None:
    """What a word stands for by itself, or beside its neighbours: "u", "havent", "id"."""
    word = plain[place]
    rules = _read_rules()
    if word in rules.before_verb:
        before, after = (plain[place - 1] if place else ""), (plain[place + 1] if place + 1 < len(plain) else "")
        return rules.before_verb[word] if after in rules.verbs and before not in rules.not_before else None
    if word == "its":
        return "it's" if place + 1 < len(plain) and plain[place + 1] in rules.after_it_is else None
    return rules.written.get(word)


@lru_cache(maxsize=4096)
def _find_near(word: str) -> str | None:
    """The common word that is one slip away, where no other is nearly as likely."""
    words = _read_words()
    if (
        word in words.known
        or word in _read_rules().names
        or not (LEAST_LETTERS <= len(word) <= LONGEST)
        or not (word.isascii() and word.isalpha())
    ):
        return None
    likely: dict[str, float] = {}
    least_common = MOST_COMMON if len(word) == LEAST_LETTERS else len(words.ranks)
    for meant, slip in _undo_slips(word):
        if words.ranks.get(meant, least_common) < least_common:
            likely[meant] = max(likely.get(meant, 0.0), slip / (1 + words.ranks[meant]))
    ranked = sorted(likely, key=lambda meant: (-likely[meant], meant))
    if not ranked or (len(ranked) > 1 and likely[ranked[0]] < CLEAR_LEAD * likely[ranked[1]]):
        return None
    return ranked[0]


def _undo_slips(word: str) -> Iterator[tuple[str, float]]:
    """What a word may have been before one slip, which seldom meets its first letter, with how likely that slip is."""
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :], 1.0
    for at in range(1, len(word)):
        if word[at] == word[at - 1] and len(word) >= LEAST_REPEATED:
            yield word[:at] + word[at + 1 :], TWICE
        elif len(word) >= LEAST_CHANGED:
            yield word[:at] + word[at + 1 :], TOO_MANY
    for letter in _ALPHABET:
        for at in range(1, len(word) + 1):
            yield word[:at] + letter + word[at:], LEFT_OUT
        if len(word) >= LEAST_CHANGED:
            for at in range(1, len(word)):
                yield word[:at] + letter + word[at + 1 :], CHANGED


def _put_in(text: Normalised, changes: Sequence[_Respelt]) -> Normalised:
    """The text with the changes, in their order. What stands for a word comes from all of its characters."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for change in changes:
        span = change.span
        pieces += [text.text[at : span.start], change.by]
        starts += text.starts[at : span.start]
        ends += text.ends[at : span.start]
        if len(change.by) == span.end - span.start:
            starts += text.starts[span.start : span.end]
            ends += text.ends[span.start : span.end]
        else:
            starts += [text.starts[span.start]] * len(change.by)
            ends += [text.ends[span.end - 1]] * len(change.by)
        at = span.end
    pieces.append(text.text[at:])
    starts += text.starts[at:]
    ends += text.ends[at:]
    return replace(text, text="".join(pieces), starts=tuple(starts), ends=tuple(ends))


@dataclass(frozen=True, slots=True)
class _KnownWords:
    known: frozenset[str]
    ranks: dict[str, int]  # of those that a slip may be put right to, by how often they are written, from 0


@cache
def _read_words() -> _KnownWords:
    """Some 130,000 words; training/spelling/README.md says whose."""
    text = gzip.decompress((_FOLDER / "words_en.txt.gz").read_bytes()).decode()
    common, others = (block.split("\n") for block in text.split("\n\n"))
    return _KnownWords(frozenset([*common, *others]), {word: rank for rank, word in enumerate(common)})


@dataclass(frozen=True, slots=True)
class _SpellingRules:
    written: dict[str, str]
    before_verb: dict[str, str]
    verbs: frozenset[str]
    not_before: frozenset[str]
    after_it_is: frozenset[str]
    names: frozenset[str]


@cache
def _read_rules() -> _SpellingRules:
    rules = tomllib.loads((_FOLDER / "respelling.toml").read_text(encoding="utf-8"))
    clipped = {form.replace("'", ""): form for form in rules["contractions"].split()}
    return _SpellingRules(
        written={**clipped, **rules["chat"], **rules["typos"]},
        before_verb={form.replace("'", ""): form for form in rules["before_verbs"].split()},
        verbs=frozenset(rules["verbs"].split()),
        not_before=frozenset(rules["not_before"].split()),
        after_it_is=frozenset(rules["after_it_is"].split()),
        names=frozenset(rules["names"].split()),
    )


_FOLDER = Path(__file__).parent / "vocabulary"
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
# What stands for an apostrophe on a foreign keyboard; a lone acute is a space and a mark by now.
_APOSTROPHE = re.compile("[’‘`]| \u0301")
_WORD = re.compile(r"[^\W\d_]+(?:(?:['’‘`]| \u0301)[^\W\d_]+)*")
_JOINED_BEFORE = re.compile(r"[\d@#/\\_&+-]\Z|\w\.\Z")
_JOINED_BEHIND = re.compile(r"[\d@/\\_&+-]|\.\w")
