"""A whole interview from a position, by a language model: description, questions and expectations in one answer.

It is checked by code before anything is stored. What a person sent is never replaced.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vivavoce.conversation.proposals import asks_personal
from vivavoce.interviews.steps import fold_wording
from vivavoce.providers.language_models.port import (
    AnswerKey,
    ModelPurpose,
    ModelRequest,
    Models,
    TextKey,
    TextsKey,
)
from vivavoce.providers.language_models.prompts import read_prompt, write_given
from vivavoce.scoring.lint import find_protected
from vivavoce.text.languages import BY_CODE
from vivavoce.text.stems import content_stems
from vivavoce.writing.claims import CLAIM_KEYS, find_fault_of_claims, sort_claims
from vivavoce.writing.expectations import MOST_GIVEN, PACKAGE

MOST_QUESTIONS = 40
SECONDS_A_QUESTION = 120
FEWEST, MOST = 5, 8  # questions, where nobody says how many
SECONDS = 100.0
MOST_TOKENS = 6_000
LONGEST_QUESTION = 300  # characters
KEYS: Mapping[str, AnswerKey] = {
    "short_text": TextKey(600),
    "long_text": TextKey(6_000),
    "questions": TextsKey(MOST_QUESTIONS, LONGEST_QUESTION),
    "rapport": TextKey(LONGEST_QUESTION),
    "closing": TextKey(LONGEST_QUESTION),
    **CLAIM_KEYS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedInterview:
    """What is to be written, and from what. count: of questions; None: five to eight. max_seconds: of the interview."""

    language: str
    role: str
    location: str
    purpose: str  # interview, coaching, assessment
    style: str
    tone: str
    max_seconds: int
    count: int | None = None
    seniority: str = ""
    company: str = ""
    description: str = ""
    long_description: str = ""
    expectations: str = ""
    context: str = ""
    documents: str = ""  # passages that every question is to be about; '': there are none
    has_rapport: bool = False
    has_closing: bool = True
    has_expectations: bool = True  # whether expectations are to be written
    has_long_description: bool = True  # whether a long description is, where none was sent

    @property
    def bounds(self) -> tuple[int, int]:
        """The fewest questions and the most: one for every two minutes at most."""
        most = max(1, min(MOST_QUESTIONS, self.max_seconds // SECONDS_A_QUESTION))
        if self.count is not None:
            return min(self.count, most), min(self.count, most)
        return min(FEWEST, most), min(MOST, most)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenInterview:
    """What was written; '' and empty where nothing was to be. claims: by bracket."""

    description: str
    long_description: str
    questions: tuple[str, ...]
    rapport: str
    closing: str
    claims: Mapping[str, list[str]]


async def write_interview(models: Models, wanted: WantedInterview) -> WrittenInterview:
    """The interview, checked. Raises NoModel, BudgetSpent and ModelFailed."""
    completion = await models.ask(to_request(wanted), check=lambda values: find_fault(values, wanted))
    values = completion.values
    _, most = wanted.bounds
    return WrittenInterview(
        description="" if wanted.description else values["short_text"],
        long_description=values["long_text"] if _writes_long(wanted) else "",
        questions=tuple(values["questions"][:most]),
        rapport=values["rapport"] if wanted.has_rapport else "",
        closing=values["closing"] if wanted.has_closing else "",
        claims=sort_claims(values, language=wanted.language) if wanted.has_expectations else {},
    )


def to_request(wanted: WantedInterview) -> ModelRequest:
    """What a model is asked."""
    fewest, most = wanted.bounds
    prompt = read_prompt(PACKAGE, "interview")
    given = {
        "language": BY_CODE[wanted.language].name_english,
        "role": wanted.role,
        "location": wanted.location,
        "purpose": wanted.purpose,
        "style": wanted.style,
        "tone": wanted.tone,
        "seniority": wanted.seniority,
        "company": wanted.company,
        "description": wanted.description,
        "long_description": wanted.long_description,
        "expectations": wanted.expectations,
        "context": wanted.context,
        "documents": wanted.documents,
        "count": str(most) if fewest == most else f"{fewest} to {most}",
        "writes_description": _yes(not wanted.description),
        "writes_long_description": _yes(_writes_long(wanted)),
        "writes_rapport": _yes(wanted.has_rapport),
        "writes_closing": _yes(wanted.has_closing),
        "writes_expectations": _yes(wanted.has_expectations),
    }
    return ModelRequest(
        purpose=ModelPurpose.WRITE,
        prompt=prompt,
        system=prompt.text,
        user=write_given({name: text[:MOST_GIVEN] for name, text in given.items()}),
        keys=KEYS,
        seconds=SECONDS,
        most_tokens=MOST_TOKENS,
    )


def find_fault(values: Mapping[str, Any], wanted: WantedInterview) -> str | None:
    """What is wrong with what was written; None: nothing is."""
    fewest, most = wanted.bounds
    questions = values["questions"][:most]
    if len(questions) < fewest:
        return "too few questions"
    if len({fold_wording(text) for text in questions}) < len(questions):
        return "one question twice"
    if wanted.documents and not all(_is_about(text, wanted) for text in questions):
        return "a question that the documents are not about"
    asked = [*questions, *(values[name] for name in ("rapport", "closing") if values[name])]
    if any(
        "\n" in text or find_protected(text) is not None or asks_personal(text, language=wanted.language)
        for text in asked
    ):
        return "a question that nobody may be asked"
    missing = [
        name
        for name, is_wanted in (
            ("short_text", not wanted.description),
            ("long_text", _writes_long(wanted)),
            ("rapport", wanted.has_rapport),
            ("closing", wanted.has_closing),
        )
        if is_wanted and not values[name]
    ]
    if missing:
        return f"{missing[0]} is missing"
    return find_fault_of_claims(values, language=wanted.language) if wanted.has_expectations else None


def _is_about(question: str, wanted: WantedInterview) -> bool:
    """Whether a question names anything that the documents name."""
    named = set(content_stems(wanted.documents, language=wanted.language))
    return not named.isdisjoint(content_stems(question, language=wanted.language))


def _writes_long(wanted: WantedInterview) -> bool:
    return wanted.has_long_description and not wanted.long_description


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
