"""How much each part of a result counts: the defaults, the caller's own weights over them, and what never counts."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import isfinite
from typing import Any


class ScorePart(StrEnum):
    """What a result is put together from."""

    SESSION = "session"  # the whole conversation against the interview's expectations
    ANSWERS = "answers"  # each answer against its question's expectations
    RESUME = "resume"  # the résumé against the position
    SENTIMENT = "sentiment"  # how an answer sounds
    CADENCE = "cadence"  # words a minute
    ACCENT = "accent"  # how words are pronounced


# Red line: how somebody sounds never touches a score, whatever the caller sends.
NEVER_COUNTED = (ScorePart.SENTIMENT, ScorePart.CADENCE, ScorePart.ACCENT)

# Weights in percent; only their proportions matter. enough_score: no further attempt once it is reached, 0 to 10.
DEFAULTS: Mapping[str, Any] = {
    "max_attempts": 3,
    "enough_score": None,
    "early_stop": {"enabled": False, "min_questions": 3, "threshold": 2.0},
    ScorePart.SESSION: {"weight": 50},
    ScorePart.ANSWERS: {"weight": 50},
    ScorePart.RESUME: {"weight": 0},
    ScorePart.SENTIMENT: {"weight": 0},
    ScorePart.CADENCE: {"weight": 0},
    ScorePart.ACCENT: {"weight": 0},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What really counts.

    by_part: of each part, in percent, 0 or more; only their proportions matter. enough_score: no further attempt once
    it is reached, 0 to 10; None: there is no such score.
    """

    by_part: Mapping[ScorePart, Fraction]
    enough_score: float | None


def read_weights(sent: Mapping[str, Any] | None) -> Weights:
    """The weights of a caller's scoring, sent now or by any version before, with the defaults where it says nothing."""
    effective = find_effective(sent)
    return Weights(
        by_part={part: _read_weight(effective[part]) for part in ScorePart}, enough_score=effective["enough_score"]
    )


def _read_weight(part: Any) -> Fraction:
    """A part's weight, kept as {"weight": 50} or as 50; anything but a positive number counts nothing."""
    weight = part.get("weight") if isinstance(part, Mapping) else part
    if isinstance(weight, bool) or not isinstance(weight, int | float | Decimal) or not isfinite(weight):
        return Fraction(0)
    return max(Fraction(0), Fraction(weight))


def merge_scoring(sent: Mapping[str, Any] | None) -> dict[str, Any]:
    """The caller's part deep-merged over the defaults: the caller's values win, objects merge key by key."""
    return _merge(DEFAULTS, sent or {})


def patch_scoring(stored: Mapping[str, Any] | None, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The caller's part with changes merged into it: null takes a key away, objects merge key by key (RFC 7396)."""
    patched = dict(stored or {})
    for key, value in changes.items():
        below = patched.get(key)
        if value is None:
            patched.pop(key, None)
        elif isinstance(value, Mapping):
            patched[key] = patch_scoring(below if isinstance(below, Mapping) else None, value)
        else:
            patched[key] = deepcopy(value)
    return {key: value for key, value in patched.items() if value != {}}


def find_effective(sent: Mapping[str, Any] | None) -> dict[str, Any]:
    """What really counts: the merged scoring with the parts of NEVER_COUNTED at 0 and no early stop.

    No early stop, because no model ends an interview for thinking that the person is a poor fit.
    """
    merged = merge_scoring(sent)
    for part in NEVER_COUNTED:
        merged[part]["weight"] = 0
    merged["early_stop"]["enabled"] = False
    return merged


def _merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = {key: deepcopy(value) for key, value in under.items()}
    for key, value in over.items():
        below = under.get(key)
        both_objects = isinstance(below, Mapping) and isinstance(value, Mapping)
        merged[key] = _merge(below, value) if both_objects else deepcopy(value)  # type: ignore[arg-type]
    return merged


DEFAULT_WEIGHTS = read_weights(None)
