"""Each type of interview is offered on its own portal alone: nobody gets a link to what can't be taken."""

import httpx
import pytest

from tests.builders import a_draft, a_house, a_seat, an_interview
from vivavoce.db.database import Database
from vivavoce.interviews.draft import Kind


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("portals", [("interview",), ("coaching",), ("coaching", "interview")])
async def test_links_are_made_to_what_can_be_taken(
    client: httpx.AsyncClient, database: Database, kind: Kind, portals: tuple[str, ...]
) -> None:
    house = await a_house(database, portals=portals)
    seat = await a_seat(database, house, await an_interview(database, house, a_draft(house, kind=kind)))
    needed = "coaching" if kind is Kind.COACHING else "interview"
    for path, body in (
        ("job-interview-register-users", {"users": [{"name": "Sam"}]}),
        ("job-interview-token", {"type": "interview-for-profile", "interview_profile_id": str(seat.candidate_id)}),
    ):
        answer = await client.post(
            f"/functions/v1/{path}",
            json=body | {"interview_id": str(seat.interview_id)},
            headers=house.authorization(),
        )
        if needed in portals:
            assert answer.status_code == 200
        else:
            assert answer.status_code == 422
            assert answer.json() == {
                "error": f"Expected an interview that can be taken: `{kind}` needs the {needed} portal, which this"
                " merchant does not have.",
                "name": "interview_id",
            }
