"""Fair rewrites: another way in which the same person could have said the same thing, or have been heard saying it.

A judgement that moves with them judges speech, spelling or the ear instead of the answer.
"""

import random
import re
from collections.abc import Callable
from enum import StrEnum

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class Rewrite(StrEnum):
    FILLERS = "fillers"  # "um", "you know"
    NO_PUNCTUATION = "no_punctuation"  # as most ears write
    NO_CASING = "no_casing"
    HEARD_WRONG = "heard_wrong"  # homophones, a short word lost
    SECOND_LANGUAGE = "second_language"  # articles left out, the present for the past
    NAMES = "names"  # other people, from elsewhere
    DIALECT = "dialect"  # "ain't", "gonna", "mornin'"


def rewrite(text: str, kind: Rewrite, *, seed: int) -> str:
    """The answer in other clothes; the same seed gives the same text.

    Negations and numbers stay. An answer that holds nothing to rewrite (no known name, say) comes back as it is.
    """
    return _REWRITES[kind](text, random.Random(f"{kind}:{seed}"))


FILLERS = ("um", "uh", "you know", "like", "I mean", "sort of", "well")


def _add_fillers(text: str, chance: random.Random) -> str:
    """One about every ten words, never behind the last."""
    words = text.split(" ")
    return " ".join(
        f"{word} {chance.choice(FILLERS)}" if number < len(words) and chance.random() < 0.1 else word
        for number, word in enumerate(words, 1)
    )


def _drop_punctuation(text: str, _chance: random.Random) -> str:
    """Apostrophes and hyphens within a word and points within a number stay: without them it is another word."""
    kept = r"(?<=\w)['’-](?=\w)|(?<=\d)[.,:](?=\d)"
    bare = re.sub(rf"({kept})|[^\w\s%$€£]|_", lambda match: match[1] or " ", text)
    return re.sub(r"\s+", " ", bare).strip()


def _drop_casing(text: str, _chance: random.Random) -> str:
    return text.lower()


# Both ways. None of them is, or makes, a negation or a number.
HOMOPHONES = (
    ("their", "there"),
    ("your", "you're"),
    ("its", "it's"),
    ("hear", "here"),
    ("right", "write"),
    ("week", "weak"),
    ("by", "buy"),
    ("than", "then"),
    ("piece", "peace"),
    ("whole", "hole"),
    ("wait", "weight"),
    ("brake", "break"),
    ("brakes", "breaks"),
    ("board", "bored"),
    ("meat", "meet"),
    ("plain", "plane"),
    ("read", "red"),
    ("seen", "scene"),
    ("check", "cheque"),
    ("whether", "weather"),
)
_SOUNDS_LIKE = dict(HOMOPHONES) | {right: left for left, right in HOMOPHONES}
LOST = frozenset(("a", "an", "the", "of", "to", "is", "it", "that", "and"))


def _mishear(text: str, chance: random.Random) -> str:
    """Every third homophone is taken for its twin, every eighth of the shortest words is lost."""

    def hear(word: str) -> str:
        if word.lower() in LOST:
            return "" if chance.random() < 1 / 8 else word
        return _like(word, _SOUNDS_LIKE.get(word.lower(), word)) if chance.random() < 1 / 3 else word

    return _each_word(text, hear)


ARTICLES = frozenset(("a", "an", "the"))
PRESENT = {
    "was": "is",
    "were": "are",
    "went": "go",
    "came": "come",
    "said": "say",
    "told": "tell",
    "took": "take",
    "gave": "give",
    "saw": "see",
    "found": "find",
    "asked": "ask",
    "called": "call",
    "wrote": "write",
    "got": "get",
    "thought": "think",
    "knew": "know",
    "checked": "check",
    "looked": "look",
    "rang": "ring",
    "sat": "sit",
    "talked": "talk",
    "checks": "check",
    "looks": "look",
    "says": "say",
    "gets": "get",
    "goes": "go",
}


def _say_as_a_learner(text: str, chance: random.Random) -> str:
    """Three of four articles go, three of four past tenses become the present."""

    def say(word: str) -> str:
        if chance.random() >= 3 / 4:
            return word
        return "" if word.lower() in ARTICLES else _like(word, PRESENT.get(word.lower(), word))

    return _each_word(text, say)


# The names in the gold set's answers, and others to put in their place.
NAMES = frozenset(("Abara", "Amina", "Birgit", "Colin", "Declan", "Dot", "Dragan", "Emre", "Haddad"))
NAMES |= frozenset(("Henrik", "Inga", "Joanna", "Kasia", "Kevin", "Lindqvist", "Maria", "Marta", "Okafor"))
NAMES |= frozenset(("Petrov", "Phil", "Pugh", "Ron", "Tamsin", "Tomasz", "Yusuf"))
OTHER_NAMES = ("Adeyemi", "Nguyen", "Fatima", "Sven", "Priya", "Kowalski", "Chen", "Aoife", "Mehmet", "Lucía", "Tariq")


def _swap_names(text: str, chance: random.Random) -> str:
    """The same name gets the same other name throughout."""
    others = dict(zip(sorted(NAMES), chance.choices(OTHER_NAMES, k=len(NAMES)), strict=True))
    return _each_word(text, lambda word: others.get(word, word))


PHRASES = ((r"\bgoing to\b", "gonna"), (r"\bwant to\b", "wanna"), (r"\bgot to\b", "gotta"), (r"\bkind of\b", "kinda"))
DIALECT = {
    "isn't": "ain't",
    "aren't": "ain't",
    "nothing": "nowt",
    "something": "summat",
    "anything": "owt",
    "yes": "aye",
    "them": "'em",
    "because": "'cause",
    "and": "an'",
    "you": "ye",
    "myself": "meself",
    "my": "me",
    "with": "wi'",
    "of": "o'",
    "colour": "color",
    "colours": "colors",
    "programme": "program",
    "labelled": "labeled",
    "organised": "organized",
    "through": "thru",
}


def _say_in_dialect(text: str, chance: random.Random) -> str:
    """Every second word that is spoken otherwise somewhere is; an -ing loses its g."""
    for phrase, spoken in PHRASES:
        text = re.sub(phrase, spoken, text)

    def say(word: str) -> str:
        if chance.random() >= 1 / 2:
            return word
        # A syllable before it: "mornin'", but "thing" and "bring".
        return _like(word, DIALECT.get(word.lower(), re.sub(r"(?i)^(\w*[aeiouy]\w*)ing$", r"\1in'", word)))

    return _each_word(text, say)


_REWRITES: dict[Rewrite, Callable[[str, random.Random], str]] = {
    Rewrite.FILLERS: _add_fillers,
    Rewrite.NO_PUNCTUATION: _drop_punctuation,
    Rewrite.NO_CASING: _drop_casing,
    Rewrite.HEARD_WRONG: _mishear,
    Rewrite.SECOND_LANGUAGE: _say_as_a_learner,
    Rewrite.NAMES: _swap_names,
    Rewrite.DIALECT: _say_in_dialect,
}


def _each_word(text: str, say: Callable[[str], str]) -> str:
    """The text with each word as `say` says it; where a word is gone, so is one of the blanks around it."""
    changed = WORD.sub(lambda match: say(match[0]), text)
    return re.sub(r" {2,}", " ", re.sub(r" +(?=[.,;:!?])", "", changed)).strip()


def _like(word: str, other: str) -> str:
    """The other word, with a capital where the word has one."""
    return other[:1].upper() + other[1:] if word[:1].isupper() else other
