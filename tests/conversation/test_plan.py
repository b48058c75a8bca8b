"""What a pinned interview makes of the conversation."""

from dataclasses import replace
from typing import Any

from tests.folding import folded
from tests.replies.test_asking import a_draft
from vivavoce.conversation.plan import to_course
from vivavoce.interviews.draft import InterviewSettings


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
