"""How somebody can be reached: what is known stays, what is typed is checked, and nobody signs in by it."""

from typing import Any
from uuid import UUID

import pytest

from tests.builders import CONSENTS, KEYS, NOW, House, a_draft, a_house, an_interview
from vivavoce.attempts.begin import begin_attempt
from vivavoce.attempts.complete import Incomplete, MissingItem
from vivavoce.attempts.remarks import Remark, read_remark, save_remark
from vivavoce.candidates.contact import Contact, add_contact, read_contact
from vivavoce.candidates.invite import Invitee, invite
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid
from vivavoce.interviews.draft import Kind
from vivavoce.merchants.contact import DEFAULTS, Detail, Need, read_needs, set_contact
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT


async def somebody(database: Database, house: House, person: Invitee, **changes: Any) -> tuple[Seat, UUID]:
    """Who has answered everything and not handed in."""
    interview_id = await an_interview(database, house, a_draft(house, **changes))
    invited = await invite(
        database,
        KEYS,
        person,
        merchant_id=house.merchant.id,
        interview_id=interview_id,
        environment=DEFAULT_ENVIRONMENT,
        is_test=False,
        actor="test",
        now=NOW,
    )
    seat = Seat(
        merchant_id=house.merchant.id,
        interview_id=interview_id,
        candidate_id=invited.candidate_id,
        is_test=False,
    )
    attempt_id = (await begin_attempt(database, seat, consents=CONSENTS, now=NOW)).id
    for number in (1, 2, 3):
        await happen(database, seat, attempt_id, Answered(key=new_id(), number=number, text="So."), now=NOW)
    return seat, attempt_id


async def add(database: Database, seat: Seat, **given: str) -> Contact:
    async with database.tenant(seat.merchant_id) as connection:
        told = {Detail(name): text for name, text in given.items()}
        await add_contact(connection, told, candidate_id=seat.candidate_id)
        return await read_contact(connection, seat.candidate_id)


async def test_what_is_known_stays_and_what_is_missing_is_added(database: Database, house: House) -> None:
    seat, _ = await somebody(database, house, Invitee(name="Sam", email="sam@example.com"))
    contact = await add(database, seat, name="Other", email="other@example.com", phone=" +44 20  7946 0018 ")
    assert contact == Contact(name="Sam", email="sam@example.com", phone="+44 20 7946 0018")


async def test_an_address_that_is_typed_lets_nobody_sign_in(database: Database, house: House) -> None:
    other, _ = await somebody(database, house, Invitee(name="Kim", email="kim@example.com"))
    seat, _ = await somebody(database, house, Invitee(name="Sam", email=None))
    assert (await add(database, seat, email="kim@example.com")).email == "kim@example.com"
    async with database.tenant(seat.merchant_id) as connection:
        found = await connection.fetch("select id from candidates where email = 'kim@example.com'")
    assert [row["id"] for row in found] == [other.candidate_id]


@pytest.mark.parametrize(
    ("detail", "text"),
    [
        ("email", "sam"),
        ("email", "sam@@example.com"),
        ("phone", "call me"),
        ("phone", "1234"),
        ("phone", "<script>12345</script>"),
        ("phone", "1" * 21),
        ("name", "x" * 201),
    ],
)
async def test_what_cannot_be_right_is_refused_by_its_name(
    database: Database, house: House, detail: str, text: str
) -> None:
    seat, _ = await somebody(database, house, Invitee(name="", email=None))
    with pytest.raises(Invalid) as refused:
        await add(database, seat, **{detail: text})
    assert refused.value.name == detail


async def test_what_a_merchant_requires_is_waited_for(database: Database, house: House) -> None:
    await set_contact(database, {Detail.PHONE: Need.REQUIRED}, merchant_id=house.merchant.id, actor="test")
    async with database.tenant(house.merchant.id) as connection:
        assert await read_needs(connection, house.merchant.id) == DEFAULTS | {Detail.PHONE: Need.REQUIRED}
    seat, attempt_id = await somebody(database, house, Invitee(name="Sam", email=None))
    with pytest.raises(Incomplete) as refused:
        await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    assert refused.value.lacks == (MissingItem.PHONE,)
    await add(database, seat, phone="+44 20 7946 0018")
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)


async def test_nobody_is_called_about_practice(database: Database) -> None:
    house = await a_house(database, portals=("coaching",))
    await set_contact(database, {Detail.PHONE: Need.REQUIRED}, merchant_id=house.merchant.id, actor="test")
    seat, attempt_id = await somebody(database, house, Invitee(name="Sam", email=None), kind=Kind.COACHING)
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([Remark(rating=4, text=" Calm. ")], Remark(rating=4, text="Calm.")),
        ([Remark(rating=9)], None),
        ([Remark()], None),
        ([Remark(rating=1), Remark(text="Slow.")], Remark(text="Slow.")),
        ([Remark(rating=1), Remark()], Remark()),
    ],
)
async def test_the_last_remark_stands(
    database: Database, house: House, said: list[Remark], expected: Remark | None
) -> None:
    seat, attempt_id = await somebody(database, house, Invitee(name="Sam", email=None))
    async with database.tenant(seat.merchant_id) as connection:
        for remark in said:
            await save_remark(connection, remark, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
        assert await read_remark(connection, attempt_id) == expected
