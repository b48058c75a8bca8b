"""The phrases of the languages that a conversation is led in, each read once from its file beside, when first used.

A file has what is said (`lines`, `opening`, `probes`) and what is understood (`wishes`, `short`, `turn`, `questions`,
`story`).
What is understood is written as patterns of words:

    (a|b c)   one of these          [a|b c]   one of these, or nothing
    wor*      a word that begins so  ...       up to four words, none of which turns the sentence ("but", "I")
    word!     in Vietnamese, only with its accents: without them it would be another word, too

Chinese, Japanese and Thai write no space between words, and only a dictionary could tell where one ends. There each
character is a word by itself, with the marks that stand on it, so that a pattern may begin and end between any two;
Latin letters and numbers stay whole. A gap is as much longer as such a language has characters in a word. Korean is
read in the same way: it has spaces, but people set them as they like, and endings hang on the words.

Pure.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from vivavoce.text.fold import fold, without_accents
from vivavoce.text.languages import CODES, UNSPACED
from vivavoce.text.stems import KEEPS_ACCENTS

GAP = "..."
WORDS_IN_GAP = 4
SIGNS_IN_WORD = {"ja": 3, "ko": 3, "th": 4, "zh": 2}  # on average; in Thai without the marks


@cache
def read_phrases(language: str) -> dict[str, Any]:
    """What the file of this language holds. Never change it: there is one. Raises KeyError for any other language."""
    if language not in CODES:
        raise KeyError(language)
    return tomllib.loads((Path(__file__).parent / "phrases" / f"{language}.toml").read_text(encoding="utf-8"))


def between_sentences(language: str) -> str:
    """What stands between two sentences: a space, but nothing in Chinese and Japanese."""
    return "" if language in ("ja", "zh") else " "


def fold_words(text: str, *, language: str) -> str:
    """The words alone, each followed by one space: small letters, no accents, no punctuation.

    An apostrophe joins or parts the words as the language's file says. German may be typed with ae, oe, ue; Danish
    and Norwegian with aa, oe, ae. What a file names under `alike` ("a=b") is read as one letter.
    Vietnamese keeps its accents: six tones are told by them alone.
    """
    phrases = read_phrases(language)
    small = fold(text).replace("'", phrases["apostrophe"])
    plain = _place_tones(small) if language in KEEPS_ACCENTS else without_accents(small)
    for typed, letter in _typed(language):
        plain = plain.replace(typed, letter)
    words = _NOT_WORDS.sub(" ", plain)
    if language == "ta":
        words = _DOUBLED.sub("", words)
    if language in SIGNS_IN_WORD:
        words = _SIGN.sub(r" \g<0> ", words)
    words = " ".join(words.split())
    return f"{words} " if words else ""


def split_clauses(text: str, *, language: str) -> list[str]:
    """The clauses of a text, as they were written; where words are not parted by spaces, a space parts clauses."""
    ends = _CLAUSE_ENDS_UNSPACED if language in UNSPACED else _CLAUSE_ENDS
    return [clause for clause in ends.split(text) if _LETTER.search(clause)]


def compile_phrase(phrase: str, *, language: str) -> re.Pattern[str]:
    """A pattern of words, to be matched where a word of a folded text begins; it ends where one ends."""
    return re.compile(_read_group(_parts(phrase), language=language).regex)


def first_words(phrase: str, *, language: str) -> frozenset[str]:
    """The words that a text may begin with to be this pattern of words: "" if with any. None begins with a `wor*`.

    Languages whose verb comes last need patterns that begin with a gap: what was done stands before "never did".
    """
    return _read_group(_parts(phrase), language=language).first


def compile_any(phrases: list[str], *, language: str) -> re.Pattern[str]:
    """Any of these patterns of words, to be searched in a folded text."""
    regexes = (_read_group(_parts(phrase), language=language).regex for phrase in phrases)
    return re.compile("(?<![^ ])(?:" + "|".join(regexes) + ")")


# How letters are typed on a keyboard that has them not, by language.
_TYPED = {
    "de": (("ae", "a"), ("oe", "o"), ("ue", "u")),
    "da": (("aa", "a"), ("oe", "o")),
    "no": (("aa", "a"), ("oe", "o")),
}
# Marks that are part of a word, which Python counts among no word's characters: Devanagari, Tamil, Thai.
_WORD_MARKS = (
    "\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962\u0963"
    "\u0b82\u0bbe-\u0bcd\u0bd7\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
)
_NOT_WORDS = re.compile(rf"(?:(?![{_WORD_MARKS}])[\W_])+")
# A Thai letter, kana, a Chinese character or a Korean syllable, with the marks on it.
_SIGN = re.compile(
    rf"[\u0e01-\u0e4e\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff][{_WORD_MARKS}]*"
)
# Vietnamese is written with a tone on the first of two vowels or on the second (hòa, hoà): here on the second.
_TONE = re.compile("(?<=[ou])([\u0300\u0301\u0303\u0309\u0323])([aey])")
# A Tamil word takes on the first consonant of the next one, or does not: it is written either way.
_DOUBLED = re.compile("[\u0b95\u0b9a\u0ba4\u0baa]\u0bcd(?= |$)")
_LETTER = re.compile(r"\w")
_CLAUSE_ENDS = re.compile(r"[.,;:!?…()–—\n。，、；：！？（）،؛؟।]+")
_CLAUSE_ENDS_UNSPACED = re.compile(r"[.,;:!?…()–—\s。，、；：！？（）،؛؟।]+")
_PARTS = re.compile(r"\.\.\.|[()\[\]|]|[^\s()\[\]|]+")


@cache
def _typed(language: str) -> tuple[tuple[str, str], ...]:
    named: str = read_phrases(language).get("alike", "")
    pairs = (without_accents(pair).partition("=") for pair in named.split())
    return (*_TYPED.get(language, ()), *((typed, letter) for typed, _, letter in pairs))


def _place_tones(text: str) -> str:
    return (
        text
        if text.isascii()
        else unicodedata.normalize("NFC", _TONE.sub(r"\2\1", unicodedata.normalize("NFKD", text)))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _PatternGroup:
    regex: str
    first: frozenset[str]  # the words that it may begin with
    may_be_empty: bool


def _parts(phrase: str) -> Iterator[str]:
    return iter(_PARTS.findall(phrase))


def _read_group(parts: Iterator[str], *, language: str) -> _PatternGroup:
    """A group up to its end. The longest of its alternatives comes first: it takes all that it can."""
    alternatives, first, may_be_empty = [""], set[str](), False
    is_open = True  # whether nothing that must be there has come yet
    for part in parts:
        if part in ")]":
            break
        if part == "|":
            may_be_empty = may_be_empty or is_open
            alternatives, is_open = [*alternatives, ""], True
            continue
        if part in "([":
            inner = _read_group(parts, language=language)
            regex, begin = inner.regex + ("?" if part == "[" else ""), inner.first
            may_miss = part == "[" or inner.may_be_empty
        else:
            regex, begin, may_miss = _to_regex(part, language=language), _first(part, language=language), part == GAP
        alternatives[-1] += regex
        first |= begin if is_open else frozenset()
        is_open = is_open and may_miss
    joined = "|".join(sorted(alternatives, key=len, reverse=True))
    return _PatternGroup(regex=f"(?:{joined})", first=frozenset(first), may_be_empty=may_be_empty or is_open)


def _first(part: str, *, language: str) -> frozenset[str]:
    return frozenset(form.split(" ")[0] for form in _forms(part, language=language))


def _to_regex(part: str, *, language: str) -> str:
    if part == GAP:
        return _gap(language)
    forms = _forms(part, language=language)
    if part.endswith("*"):
        forms = [form.strip() + "[^ ]* " for form in forms]
    return forms[0] if len(forms) == 1 else f"(?:{'|'.join(forms)})"


def _forms(part: str, *, language: str) -> list[str]:
    """A word of a pattern as it may be met: where accents are kept, it may be typed without them all the same."""
    written = fold_words(part, language=language)
    bare = without_accents(written)
    return [written] if bare == written or part.endswith("!") else [written, bare]


@cache
def _gap(language: str) -> str:
    """Up to four words that don't turn the sentence: no stretch of a text is read twice, so time stays linear."""
    words = read_phrases(language)["short"]["turning"].split()
    turning = "|".join(_to_regex(word, language=language) for word in words)
    return rf"(?:(?!{turning})[^ ]+ ){{0,{WORDS_IN_GAP * SIGNS_IN_WORD.get(language, 1)}}}"
