"""What a pinned interview makes of the conversation."""

from dataclasses import replace
from typing import Any

import pytest

from tests.folding import folded
from tests.replies.test_asking import a_draft
from vivavoce.conversation.plan import to_course
from vivavoce.interviews.draft import InterviewSettings, Kind


@folded(
    ("company", "spoken_of"),
    [
        ({"name": "Avon Volt"}, "Avon Volt"),
        ({"name": "undisclosed"}, None),
        ({"name": " Undisclosed "}, None),
        ({"name": " "}, None),
        ({"sector": "Food"}, None),
        ({"name": 7}, None),
        (None, None),
    ],
)
def test_a_company_is_spoken_of_unless_it_is_not_to_be_named(company: dict[str, Any] | None, spoken_of: str) -> None:
    draft = replace(a_draft(), settings=InterviewSettings(hiring_company=company))
    assert to_course(draft, seed=1, merchant_name="Acme", merchant_about="").manner.company == spoken_of


@pytest.mark.parametrize(
    ("kind", "style", "spoken_of"),
    [
        (Kind.INTERVIEW, None, "pre-screening"),
        (Kind.COACHING, None, None),
        (Kind.COACHING, "second-interview", "second-interview"),
    ],
)
def test_practice_is_called_no_first_interview_unless_somebody_says_so(
    kind: Kind, style: str | None, spoken_of: str | None
) -> None:
    draft = replace(a_draft(), kind=kind, settings=InterviewSettings(style=style))
    assert to_course(draft, seed=1, merchant_name="Acme", merchant_about="").manner.style == spoken_of
