"""Until when an interview can be begun."""

from datetime import datetime, timedelta

import pytest

from tests.builders import CONSENTS, NOW, House, a_draft, a_seat, an_interview
from vivavoce.attempts.begin import NotOpen, begin_attempt
from vivavoce.attempts.states import AttemptState
from vivavoce.db.database import Database


@pytest.mark.parametrize(
    ("available_till", "now", "is_open"),
    [
        (None, NOW, True),
        ("2026-11-25", NOW, True),  # a date is open to its end
        ("2026-11-25T09:00:00Z", NOW - timedelta(seconds=1), True),
        ("2026-11-25T09:00:00Z", NOW, False),
        ("2026-11-25T10:00:00+01:00", NOW, False),  # the same moment
        ("2026-11-24", NOW, False),
    ],
)
async def test_nobody_begins_after_the_last_moment(
    database: Database, house: House, available_till: str | None, now: datetime, is_open: bool
) -> None:
    draft = a_draft(house, settings={"available_till": available_till})
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    if is_open:
        assert (await begin_attempt(database, seat, consents=CONSENTS, now=now)).state is AttemptState.BEGUN
    else:
        with pytest.raises(NotOpen):
            await begin_attempt(database, seat, consents=CONSENTS, now=now)


async def test_whoever_has_begun_goes_on_after_the_last_moment(database: Database, house: House) -> None:
    draft = a_draft(house, settings={"available_till": "2026-11-25T09:30:00Z"})
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    begun = await begin_attempt(database, seat, consents=CONSENTS, now=NOW)
    again = await begin_attempt(database, seat, consents=CONSENTS, now=NOW + timedelta(hours=1))
    assert again.id == begun.id
