"""What somebody agreed to is logged with the words that they read, and what they said last counts."""

from datetime import timedelta

from tests.builders import NOW, House, a_seat, an_attempt, an_interview
from vivavoce.attempts.consent import TEXT_VERSION, Consent, Purpose
from vivavoce.attempts.consent_log import has_agreed, log_consents
from vivavoce.db.database import Database

PICTURE = Purpose.PICTURE_KEPT


async def test_what_was_said_last_counts_and_what_was_said_before_is_logged_no_more(
    database: Database, house: House
) -> None:
    seat = await a_seat(database, house, await an_interview(database, house))
    attempt_id = await an_attempt(database, seat)
    async with database.tenant(house.merchant.id) as connection:
        assert await has_agreed(connection, Purpose.JUDGED_BY_PROGRAM, attempt_id), "as they began"
        assert not await has_agreed(connection, PICTURE, attempt_id), "nobody has said anything of it"
        for second, is_given in enumerate((True, True, False, False, True)):
            consents = [Consent(purpose=PICTURE, is_given=is_given, language="de")]
            now = NOW + timedelta(seconds=second)
            await log_consents(connection, consents, merchant_id=house.merchant.id, attempt_id=attempt_id, now=now)
            assert await has_agreed(connection, PICTURE, attempt_id) is is_given
        rows = await connection.fetch(
            "select is_given, language, text_version from consents where attempt_id = $1 and purpose = $2"
            " order by given_at",
            attempt_id,
            PICTURE.value,
        )
    assert [tuple(row) for row in rows] == [(is_given, "de", TEXT_VERSION) for is_given in (True, False, True)]
