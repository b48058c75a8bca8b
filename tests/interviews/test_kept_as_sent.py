"""What callers send as objects of their own is kept and told back as it was, and read here alone."""

from typing import Any

import pytest

from tests.builders import a_house
from vivavoce.db.database import Database
from vivavoce.interviews.company import Company, read_company
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.expectations import ExpectedClaims, read_claims
from vivavoce.interviews.packing import pack_draft, unpack_draft
from vivavoce.interviews.weights import ScorePart, read_weights

# A version as an earlier release pinned it, with keys of the caller's own and nulls where they were sent.
STEP_ID, TEMPLATE_ID = "0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d", "46b98d37-1557-4391-beca-03037ead19f2"
PINNED: dict[str, Any] = {
    "name": "Project manager",
    "kind": "interview",
    "status": "active",
    "visibility": "listed",
    "language": "en",
    "speech_locale": "en-US",
    "template_id": TEMPLATE_ID,
    "is_embedded": False,
    "settings": {
        "context": {"must_have": ["Driving licence"], "note": None},
        "scoring": {"answers": {"weight": 75, "label": "ours"}, "enough_score": 8.5, "other": {"mine": 1}},
        "auto_report": {"template": "modern", "files": None, "own": 1},
        "expectations": {"own": None, "weak": ["Reconciles accounts", " "], "strong": ["Automated the close"]},
        "hiring_company": {"name": " Bay Parcels ", "sector": None, "company_size": "40", "since": 1998},
    },
    "steps": [
        {
            "id": STEP_ID,
            "question": {
                "text": "How do you close a month?",
                "answered_by": "open",
                "is_conditional": False,
                "is_scored": True,
                "is_expert": False,
                "alternatives": [],
                "expectations": {"moderate": ["Names the order of steps"], "by": {"author": "HR"}},
            },
            "also_known_as": [],
        }
    ],
}


def test_an_old_version_is_read_in_our_types_and_packed_as_it_was() -> None:
    draft = unpack_draft(PINNED)
    settings = draft.settings
    assert settings.company == Company(name="Bay Parcels", size="40")
    assert settings.claims == ExpectedClaims(weak=("Reconciles accounts",), strong=("Automated the close",))
    assert draft.steps[0].question.claims.every == ("Names the order of steps",)
    assert settings.weights.by_part[ScorePart.ANSWERS] == 75
    assert settings.weights.enough_score == 8.5
    assert pack_draft(draft) == PINNED


async def test_an_old_row_of_versions_is_read_from_the_database(database: Database) -> None:
    house = await a_house(database)
    async with database.tenant(house.merchant.id) as connection:
        kept = await connection.fetchval("select $1::jsonb", PINNED)
    draft: Draft = unpack_draft(kept)
    assert pack_draft(draft) == PINNED
    assert draft.settings.company.is_named


@pytest.mark.parametrize(
    ("sent", "read", "is_named"),
    [
        (None, Company(), False),
        ({}, Company(), False),
        ({"name": 7, "location": ["Oslo"]}, Company(), False),
        ({"name": " Undisclosed "}, Company(name="Undisclosed"), False),
        ({"name": "Acme", "location": " Oslo "}, Company(name="Acme", place="Oslo"), True),
    ],
)
def test_a_company_is_what_was_said_of_it_in_words(sent: dict[str, Any] | None, read: Company, is_named: bool) -> None:
    company = read_company(sent)
    assert (company, company.is_named) == (read, is_named)


@pytest.mark.parametrize(
    ("sent", "every"),
    [
        (None, ()),
        ({"weak": None, "strong": ["c"], "moderate": ["b"]}, ("b", "c")),
        ({"weak": "a", "moderate": [1, " a ", ""], "other": ["x"]}, ("a",)),
    ],
)
def test_claims_are_the_texts_under_the_three_brackets(sent: dict[str, Any] | None, every: tuple[str, ...]) -> None:
    assert read_claims(sent).every == every


@pytest.mark.parametrize(
    ("sent", "answers", "session", "enough"),
    [
        (None, 50, 50, None),
        ({"answers": 1, "session": {"weight": True}}, 1, 0, None),
        ({"answers": {"weight": -5}, "enough_score": 0}, 0, 50, 0),
    ],
)
def test_weights_are_what_counts(sent: dict[str, Any] | None, answers: int, session: int, enough: float | None) -> None:
    weights = read_weights(sent)
    assert weights.by_part[ScorePart.ANSWERS] == answers
    assert weights.by_part[ScorePart.SESSION] == session
    assert weights.enough_score == enough


def test_how_somebody_sounds_never_counts() -> None:
    weights = read_weights({part.value: {"weight": 90} for part in ScorePart})
    counted = {part for part, weight in weights.by_part.items() if weight}
    assert counted == {ScorePart.SESSION, ScorePart.ANSWERS, ScorePart.RESUME}
