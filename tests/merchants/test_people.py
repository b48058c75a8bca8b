"""Members and their sign-in: who can come in, by what, and until when."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tests.builders import KEYS, House, a_house
from tests.candidates.test_sign_in import Postbox
from tests.console import sit
from vivavoce.db.database import Database
from vivavoce.db.ids import NOBODYS
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.merchants.mailed_codes import CODE_LIFE, MOST_BY_ONE_CLIENT, MOST_TRIES, TooManyCodes, WrongCode
from vivavoce.merchants.people.members import (
    Invitation,
    Member,
    MemberStatus,
    NewMember,
    add_member,
    change_role,
    end_member,
    find_memberships,
    list_members,
    list_reached,
)
from vivavoce.merchants.people.sessions import (
    IDLE_LIFE,
    SESSION_LIFE,
    end_sessions,
    find_session_member,
    read_member_session,
    sign_member_session,
)
from vivavoce.merchants.people.sign_in import (
    SignedInMember,
    ask_member_code,
    give_member_code,
    mail_member,
    send_member_code,
)
from vivavoce.merchants.tokens import Role


def moment() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Door:
    """The console's door, and where its mails arrive."""

    database: Database
    postbox: Postbox = field(default_factory=Postbox)
    client: bytes = field(default_factory=lambda: uuid4().bytes)

    async def ask(self, email: str, **changes: object) -> UUID:
        given = {"client": self.client, "language": "en", "now": moment(), **changes}
        return await ask_member_code(self.database, email=email, **given)  # type: ignore[arg-type]

    async def send(self, sign_in_id: UUID) -> None:
        await send_member_code(self.database, KEYS, self.postbox, sign_in_id=sign_in_id, now=moment())

    async def give(self, sign_in_id: UUID, code: str, *, now: datetime | None = None) -> SignedInMember | WrongCode:
        return await give_member_code(
            self.database, KEYS, sign_in_id=sign_in_id, code=code, browser="Firefox", now=now or moment()
        )


async def add(database: Database, house: House, email: str, role: Role = Role.OWNER) -> tuple[Member, Invitation]:
    async with database.tenant(house.merchant.id) as connection:
        return await add_member(
            connection,
            NewMember(email=email, name="", role=role),
            merchant_id=house.merchant.id,
            actor="test",
            now=moment(),
        )


def an_address() -> str:
    return f"{uuid4().hex}@staff.example"


async def test_who_is_invited_joins_by_the_mailed_code_and_it_is_good_once(database: Database, house: House) -> None:
    door, email = Door(database=database), an_address()
    await add(database, house, email)
    sign_in_id = await door.ask(email.upper())
    await door.send(sign_in_id)
    [mail] = door.postbox.mails
    assert mail.to == email
    assert not re.search(r"https?:", mail.text), "a mail with a code holds no link"
    code = door.postbox.code()
    came = await door.give(sign_in_id, f" {code[:3]} {code[3:]}")
    assert isinstance(came, SignedInMember)
    assert came.merchant_id == house.merchant.id
    member = await find_session_member(database, came, now=moment())
    assert member is not None
    assert (member.email, member.status) == (email, MemberStatus.ACTIVE)
    assert await door.give(sign_in_id, code) == WrongCode(left=0)


async def test_nobody_learns_by_asking_who_is_known(database: Database) -> None:
    door = Door(database=database)
    sign_in_id = await door.ask(an_address())
    await door.send(sign_in_id)
    assert door.postbox.mails == []
    assert [await door.give(sign_in_id, "000000") for _ in range(MOST_TRIES)] == [
        WrongCode(left=left) for left in range(MOST_TRIES - 1, -1, -1)
    ]
    with pytest.raises(Invalid):
        await door.ask("nobody")


async def test_tries_time_and_asks_come_to_an_end(database: Database, house: House) -> None:
    door, email = Door(database=database), an_address()
    await add(database, house, email)
    tried = await door.ask(email)
    await door.send(tried)
    code = door.postbox.code()
    for _ in range(MOST_TRIES):
        await door.give(tried, "no")
    assert await door.give(tried, code) == WrongCode(left=0)
    late = await door.ask(email)
    await door.send(late)
    assert await door.give(late, door.postbox.code(), now=moment() + CODE_LIFE) == WrongCode(left=0)
    for _ in range(MOST_BY_ONE_CLIENT - 2):
        await door.ask(email)
    with pytest.raises(TooManyCodes):
        await door.ask(email)
    await Door(database=database).ask(email)  # somebody else's asking does not lock them out


async def test_a_session_holds_until_it_is_ended_too_old_or_its_member_gone(database: Database, house: House) -> None:
    owner, seated = await sit(database, house), await sit(database, house, Role.RECRUITER)
    token = sign_member_session(KEYS, seated.came, now=moment())
    assert read_member_session(KEYS, token) == seated.came
    assert read_member_session(KEYS, token[:-3] + "abc") is None

    async def holds(came: SignedInMember, now: datetime | None = None) -> bool:
        return await find_session_member(database, came, now=now or moment()) is not None

    assert await holds(seated.came)
    assert not await holds(seated.came, moment() + IDLE_LIFE)
    assert not await holds(seated.came, moment() + SESSION_LIFE)
    forged = SignedInMember(
        merchant_id=seated.came.merchant_id, member_id=owner.member.id, session_id=seated.came.session_id
    )
    assert not await holds(forged), "another member's session"
    async with database.tenant(house.merchant.id) as connection:
        await end_member(connection, house.merchant.id, seated.member.id, actor="test", now=moment())
    assert not await holds(seated.came)
    async with database.tenant(house.merchant.id) as connection:
        assert await end_sessions(connection, owner.member.id, now=moment()) == 1
    assert not await holds(owner.came)


async def test_a_merchant_keeps_an_owner(database: Database, house: House) -> None:
    owner = (await sit(database, house)).member
    merchant_id = house.merchant.id
    async with database.tenant(merchant_id) as connection:
        with pytest.raises(Conflict):
            await end_member(connection, merchant_id, owner.id, actor="test", now=moment())
        with pytest.raises(Conflict):
            await change_role(connection, merchant_id, owner.id, Role.SELECTION, actor="test")
    await add(database, house, an_address())
    async with database.tenant(merchant_id) as connection:
        await change_role(connection, merchant_id, owner.id, Role.SELECTION, actor="test")
        await end_member(connection, merchant_id, owner.id, actor="test", now=moment())
    other = await a_house(database)
    async with database.tenant(other.merchant.id) as connection:
        with pytest.raises(NotFound):
            await end_member(connection, other.merchant.id, owner.id, actor="test", now=moment())


async def test_inviting_again_says_what_came_of_it(database: Database, house: House) -> None:
    email = an_address()
    await add(database, house, an_address())
    first, came = await add(database, house, email, Role.SELECTION)
    assert came is Invitation.INVITED
    assert await add(database, house, email.upper(), Role.OWNER) == (first, Invitation.SKIPPED)
    async with database.tenant(house.merchant.id) as connection:
        await end_member(connection, house.merchant.id, first.id, actor="test", now=moment())
    back, came = await add(database, house, email, Role.RECRUITER)
    assert (back.id, back.role, came) == (first.id, Role.RECRUITER, Invitation.ACTIVATED)
    async with database.tenant(house.merchant.id) as connection:
        assert [one.role for one in await list_members(connection) if one.email == email] == [Role.RECRUITER]


async def test_one_person_works_at_several_merchants_and_reaches_those_below(database: Database) -> None:
    above, beside, email = await a_house(database), await a_house(database), an_address()
    below = await a_house(database, parent_id=above.merchant.id)
    await add(database, above, email, Role.RECRUITER)
    await add(database, beside, email, Role.SELECTION)
    await a_house(database, parent_id=beside.merchant.id)
    assert [one.merchant_id for one in await find_memberships(database, email)] == [
        above.merchant.id,
        beside.merchant.id,
    ]
    reached = await list_reached(database, email)
    assert [(one.slug, one.role) for one in reached] == [
        (above.merchant.slug, Role.RECRUITER),
        (beside.merchant.slug, Role.SELECTION),
        (below.merchant.slug, Role.RECRUITER),
    ], "who only selects acts for no sub-merchant"
    assert await find_memberships(database, an_address()) == []


async def test_an_invitation_is_mailed_once_and_says_where_to_sign_in(database: Database, house: House) -> None:
    postbox = Postbox()
    async with database.tenant(house.merchant.id) as connection:
        member, _ = await add_member(
            connection,
            NewMember(
                email=an_address(),
                name="",
                role=Role.SELECTION,
                language="de",
                message="Hallo!\nBis bald.",
                console_url="https://interviews.example/console/",
            ),
            merchant_id=house.merchant.id,
            actor="test",
            now=moment(),
        )
    for _ in range(2):
        await mail_member(database, postbox, merchant_id=house.merchant.id, member_id=member.id, now=moment())
    [mail] = postbox.mails
    assert "Hallo!" in mail.text
    assert "https://interviews.example/console/" in mail.text
    assert (mail.to, mail.language) == (member.email, "de")


async def test_codes_are_forgotten_after_a_day(database: Database) -> None:
    door = Door(database=database)
    old = await door.ask(an_address(), now=moment() - timedelta(days=2))
    await door.ask(an_address())
    async with database.tenant(NOBODYS) as connection:
        assert not await connection.fetchval("select exists (select from member_codes where id = $1)", old)
