"""What is wrong with a rubric, said so that its author can mend it. Advice alone: no rubric is refused for it. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from vivavoce.interviews.steps import fold_wording
from vivavoce.scoring.rubric import Claim, Rubric
from vivavoce.scoring.vocabulary import LANGUAGES, any_of, compile_phrases, read_vocabulary

LONGEST = 20  # words; a longer claim is rarely one thing
MOST_CLAIMS = 7  # in one bracket; three to five are read with care


class ClaimFault(StrEnum):
    """What is wrong with a claim."""

    TWO_CLAIMS = "two_claims"
    PERSONALITY = "personality"
    PROTECTED = "protected"
    REPEATED = "repeated"
    NEGATIVE = "negative"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFinding:
    """One fault of one claim. words: what in it gave rise to it. advice: a sentence that says what to do."""

    claim: Claim
    fault: ClaimFault
    words: str
    advice: str


def lint_rubric(rubric: Rubric, *, language: str) -> list[ClaimFinding]:
    """Every finding, claim by claim. language: the one that the claims are written in."""
    seen: dict[str, Claim] = {}
    warnings = []
    for claim in rubric.claims:
        warnings += lint_claim(claim, language=language)
        earlier = seen.setdefault(_fold(claim.text), claim)
        if earlier is not claim:
            advice = f"Leave it out: it stands under {earlier.bracket.value} already, and would count twice."
            warnings.append(ClaimFinding(claim=claim, fault=ClaimFault.REPEATED, words=claim.text, advice=advice))
        if claim.index == MOST_CLAIMS:
            advice = f"Keep the three to five that matter most: {claim.bracket.value} holds more than {MOST_CLAIMS}."
            warnings.append(ClaimFinding(claim=claim, fault=ClaimFault.TOO_MANY, words=claim.text, advice=advice))
    return warnings


def lint_claim(claim: Claim, *, language: str) -> list[ClaimFinding]:
    """What is wrong with one claim by itself."""
    return [
        ClaimFinding(claim=claim, fault=fault, words=words, advice=advice)
        for fault, words, advice in (*_read_protected(claim.text), *_read_form(claim.text, language))
    ]


def find_protected(text: str) -> tuple[str, str] | None:
    """The first words that touch a ground on which nobody may be chosen or left, and that ground; None: none."""
    for ground, words in _protected().items():
        if (match := words.search(text)) is not None:
            return match[0], ground
    return None


def _read_protected(text: str) -> Iterator[tuple[ClaimFault, str, str]]:
    touched = find_protected(text)
    if touched is not None:
        words, ground = touched
        advice = (
            f"Take out “{words}”: it touches {ground}, on which nobody may be judged. Say what the person does in the"
            " work instead."
        )
        yield ClaimFault.PROTECTED, words, advice


def _read_form(text: str, language: str) -> Iterator[tuple[ClaimFault, str, str]]:
    if (match := compile_phrases("personality", language).search(text)) is not None:
        advice = f"Say what somebody does or has done instead of “{match[0]}”: an answer can't prove what one is like."
        yield ClaimFault.PERSONALITY, match[0], advice
    if (match := compile_phrases("negatives", language).search(text)) is not None:
        advice = f"Word it as what a good answer shows, without “{match[0]}”: whatever denies it is rejected by itself."
        yield ClaimFault.NEGATIVE, match[0], advice
    if (match := compile_phrases("joints", language).search(text)) is not None or (
        match := _SEMICOLON.search(text)
    ) is not None:
        advice = f"If both sides of “{match[0]}” can be true alone, make two claims: half of it would count as nothing."
        yield ClaimFault.TWO_CLAIMS, match[0], advice
    if len(text.split()) > LONGEST:
        advice = f"Say it in at most {LONGEST} words, or make several claims: long ones are seldom one thing."
        yield ClaimFault.TOO_LONG, text, advice


@cache
def _protected() -> dict[str, re.Pattern[str]]:
    """Of each ground the words of all languages."""
    grounds: dict[str, list[str]] = {}
    for language in sorted(LANGUAGES):
        for ground, words in read_vocabulary(language)["protected"].items():
            grounds.setdefault(ground, []).extend(words)
    return {ground: any_of(words) for ground, words in grounds.items()}


def _fold(text: str) -> str:
    return fold_wording(re.sub(r"[\W_]+", " ", text))


_SEMICOLON = re.compile(r";")
