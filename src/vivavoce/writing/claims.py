"""The claims that a language model wrote: what of them may stand."""

from collections.abc import Mapping
from typing import Any

from vivavoce.interviews.expectations import Bracket
from vivavoce.interviews.steps import fold_wording
from vivavoce.providers.language_models.port import AnswerKey, TextsKey
from vivavoce.scoring.lint import ClaimFault, lint_claim
from vivavoce.scoring.rubric import Claim

MOST_CLAIMS = 7  # in a bracket
LONGEST_CLAIM = 160  # characters
CLAIM_KEYS: Mapping[str, AnswerKey] = {bracket.value: TextsKey(MOST_CLAIMS, LONGEST_CLAIM) for bracket in Bracket}
# What nobody may be judged by, what an answer can't show, and what can't be marked as one thing: such a claim is left
# out. All that the lint says besides is advice, to a model as to a person.
NEVER = frozenset({ClaimFault.PROTECTED, ClaimFault.PERSONALITY, ClaimFault.NEGATIVE, ClaimFault.TOO_LONG})


def sort_claims(values: Mapping[str, Any], *, language: str) -> dict[str, list[str]]:
    """The claims of each bracket that may stand, each wording once."""
    seen: set[str] = set()
    kept: dict[str, list[str]] = {}
    for bracket in Bracket:
        kept[bracket.value] = []
        for text in values[bracket.value]:
            claim = Claim(bracket=bracket, index=len(kept[bracket.value]), text=text)
            is_sound = not any(finding.fault in NEVER for finding in lint_claim(claim, language=language))
            if is_sound and fold_wording(text) not in seen and "\n" not in text:
                seen.add(fold_wording(text))
                kept[bracket.value].append(text)
    return kept


def find_fault_of_claims(values: Mapping[str, Any], *, language: str) -> str | None:
    """What is wrong with all of them together: too few that may stand."""
    empty = [bracket for bracket, claims in sort_claims(values, language=language).items() if not claims]
    return f"no claim of {empty[0]} that may stand" if empty else None
