"""A rubric: single claims in three brackets, written before anyone answered. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vivavoce.errors import Invalid
from vivavoce.interviews.expectations import Bracket, ExpectedClaims


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that a good answer shows, worded positively. index: its place in its bracket, from 0."""

    bracket: Bracket
    index: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """What an answer is held against. Never changed: another wording is another rubric, with another digest."""

    weak: tuple[str, ...] = ()
    moderate: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim, bracket by bracket."""
        return tuple(
            Claim(bracket=bracket, index=index, text=text)
            for bracket in Bracket
            for index, text in enumerate(self.texts(bracket))
        )

    @property
    def digest(self) -> str:
        """SHA-256 of its canonical JSON (keys sorted, no white space, UTF-8), in hex: what a result was judged by."""
        return hashlib.sha256(to_json(self).encode()).hexdigest()

    def texts(self, bracket: Bracket) -> tuple[str, ...]:
        """The claims of one bracket."""
        return {Bracket.WEAK: self.weak, Bracket.MODERATE: self.moderate, Bracket.STRONG: self.strong}[bracket]


def to_rubric(claims: ExpectedClaims) -> Rubric | None:
    """The rubric of an interview's or a question's claims; None where there are none."""
    if not claims.every:
        return None
    return Rubric(weak=claims.weak, moderate=claims.moderate, strong=claims.strong)


def read_rubric(expectations: Mapping[str, Any] | None) -> Rubric | None:
    """The rubric in a caller's expectations; None when they hold no claim.

    Blank claims and other keys are left aside. Raises Invalid, with the key's name, for anything but lists of texts.
    """
    claims = {bracket.value: _read_claims(expectations or {}, bracket) for bracket in Bracket}
    return Rubric(**claims) if any(claims.values()) else None


def to_json(rubric: Rubric) -> str:
    """The rubric in its one spelling, which the digest is taken of."""
    texts = {bracket.value: rubric.texts(bracket) for bracket in Bracket}
    # ASCII alone: a lone surrogate can't be written as UTF-8, and can stand in a text that came as JSON.
    return json.dumps(texts, sort_keys=True, separators=(",", ":"))


def _read_claims(expectations: Mapping[str, Any], bracket: Bracket) -> tuple[str, ...]:
    given = expectations.get(bracket)
    if given is None:
        return ()
    if not isinstance(given, list | tuple) or not all(isinstance(text, str) for text in given):
        raise Invalid(f"Expected a list of texts under {bracket.value}, each a single claim.", name=bracket.value)
    return tuple(text.strip() for text in given if text.strip())
