"""What a good answer shows: single claims, in three brackets."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Bracket(StrEnum):
    """Who shows what a claim says."""

    WEAK = "weak"  # every viable candidate
    MODERATE = "moderate"  # a solid one
    STRONG = "strong"  # only a standout


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedClaims:
    """The claims of each bracket, in the order they were sent, without blank ones and white space around them."""

    weak: tuple[str, ...] = ()
    moderate: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()

    @property
    def every(self) -> tuple[str, ...]:
        """All of them, bracket by bracket."""
        return self.weak + self.moderate + self.strong


NO_CLAIMS = ExpectedClaims()


def read_claims(sent: Mapping[str, Any] | None) -> ExpectedClaims:
    """The claims as they were sent, now or by any version before. Other keys, and what is not text, are skipped."""
    # A create call asks each of its questions, and most of them came without any.
    if not sent:
        return NO_CLAIMS
    return ExpectedClaims(**{bracket.value: _texts(sent.get(bracket.value)) for bracket in Bracket})


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        return ()
    return tuple(text.strip() for text in value if isinstance(text, str) and text.strip())
