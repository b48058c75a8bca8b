"""What each kind yields: the table, beside the contract's words for it."""

from dataclasses import astuple

import pytest

from vivavoce.attempts.yields import YIELDS
from vivavoce.interviews.draft import Kind
from vivavoce.merchants.portals import Portal


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        # recommendation, recruiter's view, the candidate's feedback, webhooks, portal
        (Kind.INTERVIEW, (True, True, False, True, Portal.INTERVIEW)),
        (Kind.ASSESSMENT, (True, True, False, True, Portal.INTERVIEW)),
        (Kind.COACHING, (False, False, True, False, Portal.COACHING)),
    ],
)
def test_what_a_kind_yields(kind: Kind, expected: tuple[object, ...]) -> None:
    assert astuple(YIELDS[kind]) == expected


def test_every_kind_yields_something_to_somebody() -> None:
    assert set(YIELDS) == set(Kind)
    assert all(one.has_recruiter_view or one.has_candidate_feedback for one in YIELDS.values())
