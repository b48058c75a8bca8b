"""Signing in by a mailed code: what is mailed, what a code is good for, and what nobody learns by asking."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.builders import KEYS, House, a_draft, a_house, an_interview
from vivavoce.candidates.invite import Invitee, invite
from vivavoce.candidates.links import Identity
from vivavoce.candidates.sign_in import SignInTarget, ask_code, give_code, send_code
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid
from vivavoce.interviews.draft import Visibility
from vivavoce.merchants.look import LookChange, set_look
from vivavoce.merchants.mailed_codes import CODE_LIFE, MOST_TRIES, WrongCode, plain_digits
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.providers.mail.port import Mail, MailFailed


@dataclass
class Postbox:
    """A mailer that keeps what it was handed. faults: raised first, one a mail."""

    mails: list[Mail] = field(default_factory=list)
    faults: Iterator[MailFailed] = field(default_factory=lambda: iter(()))

    def send(self, mail: Mail, *, key: str) -> None:
        fault = next(self.faults, None)
        if fault is not None:
            raise fault
        self.mails.append(mail)

    def code(self) -> str:
        """Of the last mail."""
        found = re.search(r"\b\d{6}\b", self.mails[-1].text)
        assert found is not None
        return found[0]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A door, and the postbox that its codes arrive in."""

    database: Database
    house: House
    door: SignInTarget
    postbox: Postbox = field(default_factory=Postbox)
    address: str = field(default_factory=lambda: f"{new_id()}@example.com")
    client: bytes = field(default_factory=lambda: new_id().bytes)  # what is counted is counted for all tests

    async def ask(self, address: str | None = None, *, now: datetime | None = None, name: str = "") -> UUID:
        email = self.address if address is None else address
        return await ask_code(
            self.database, self.door, email=email, client=self.client, name=name, now=now or datetime.now(UTC)
        )

    async def send(self, sign_in_id: UUID) -> None:
        """What a worker does with the note."""
        await send_code(
            self.database,
            KEYS,
            self.postbox,
            merchant_id=self.door.merchant_id,
            sign_in_id=sign_in_id,
            now=datetime.now(UTC),
        )

    async def give(self, sign_in_id: UUID, code: str, *, door: SignInTarget | None = None) -> Identity | WrongCode:
        return await give_code(
            self.database, KEYS, door or self.door, sign_in_id=sign_in_id, code=code, now=datetime.now(UTC)
        )

    async def row(self, sign_in_id: UUID) -> dict[str, object]:
        async with self.database.tenant(self.door.merchant_id) as connection:
            row = await connection.fetchrow("select * from sign_ins where id = $1", sign_in_id)
        assert row is not None
        return dict(row)


async def a_door(
    database: Database, *, visibility: Visibility = Visibility.UNLISTED, house: House | None = None
) -> Place:
    house = house or await a_house(database)
    interview_id = await an_interview(database, house, a_draft(house, visibility=visibility))
    door = SignInTarget(merchant_id=house.merchant.id, environment=DEFAULT_ENVIRONMENT, interview_id=interview_id)
    return Place(database=database, house=house, door=door)


def own_door(place: Place) -> Place:
    """Of the same merchant, to the person's own page."""
    door = SignInTarget(merchant_id=place.door.merchant_id, environment=DEFAULT_ENVIRONMENT, interview_id=None)
    return replace(place, door=door)


async def invited(place: Place, address: str) -> UUID:
    assert place.door.interview_id is not None
    found = await invite(
        place.database,
        KEYS,
        Invitee(email=address),
        merchant_id=place.door.merchant_id,
        interview_id=place.door.interview_id,
        environment=DEFAULT_ENVIRONMENT,
        is_test=False,
        actor="test",
        now=datetime.now(UTC),
    )
    return found.candidate_id


# --- What a code is good for ---------------------------------------------------------------------------------------


async def test_the_code_that_was_mailed_lets_its_person_in_once(database: Database) -> None:
    place = await a_door(database)
    sign_in_id = await place.ask(f"  {place.address.upper()} ", name="Sam  Rivers")
    await place.send(sign_in_id)
    code = place.postbox.code()
    found = await place.give(sign_in_id, f" {code[:3]} {code[3:]}")
    assert isinstance(found, Identity)
    assert (found.merchant_id, found.environment) == (place.door.merchant_id, DEFAULT_ENVIRONMENT)
    async with database.tenant(found.merchant_id) as connection:
        person = await connection.fetchrow("select name, email from candidates where id = $1", found.candidate_id)
        invitation = await connection.fetchval(
            "select interview_id from invitations where candidate_id = $1", found.candidate_id
        )
        kinds = [row["kind"] for row in await connection.fetch("select kind from events order by id")]
    assert person is not None
    assert (person["name"], person["email"], invitation) == ("Sam Rivers", place.address, place.door.interview_id)
    assert kinds[-2:] == ["candidate.entered", "candidate.signed_in"]
    assert await place.give(sign_in_id, code) == WrongCode(left=0)


async def test_who_is_known_stays_the_same_person(database: Database) -> None:
    place = await a_door(database)
    candidate_id = await invited(place, place.address)
    sign_in_id = await place.ask(name="Somebody else")
    await place.send(sign_in_id)
    found = await place.give(sign_in_id, place.postbox.code())
    assert isinstance(found, Identity)
    assert found.candidate_id == candidate_id


async def test_after_five_wrong_tries_the_right_code_is_no_good(database: Database) -> None:
    place = await a_door(database)
    sign_in_id = await place.ask()
    await place.send(sign_in_id)
    code = place.postbox.code()
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    left = [await place.give(sign_in_id, wrong) for _ in range(MOST_TRIES)]
    assert left == [WrongCode(left=MOST_TRIES - 1 - done) for done in range(MOST_TRIES)]
    assert await place.give(sign_in_id, code) == WrongCode(left=0)


async def test_tries_at_the_same_time_are_all_counted(database: Database) -> None:
    place = await a_door(database)
    sign_in_id = await place.ask()
    await place.send(sign_in_id)
    wrong = f"{(int(place.postbox.code()) + 1) % 1_000_000:06}"
    found = await asyncio.gather(*(place.give(sign_in_id, wrong) for _ in range(20)))
    assert sorted(one.left for one in found if isinstance(one, WrongCode)) == [0] * 16 + [1, 2, 3, 4]


async def test_a_code_is_good_for_ten_minutes(database: Database) -> None:
    place = await a_door(database)
    sign_in_id = await place.ask(now=datetime.now(UTC) - CODE_LIFE + timedelta(seconds=30))
    await place.send(sign_in_id)
    async with database.tenant(place.door.merchant_id) as connection:
        await connection.execute("update sign_ins set asked_at = asked_at - interval '31 seconds'")
    assert await place.give(sign_in_id, place.postbox.code()) == WrongCode(left=0)


async def test_a_code_opens_no_other_door(database: Database) -> None:
    place = await a_door(database)
    neighbour, stranger = await a_door(database, house=place.house), await a_door(database)
    sign_in_id = await place.ask()
    await place.send(sign_in_id)
    for other in (neighbour.door, own_door(place).door, stranger.door):
        assert await place.give(sign_in_id, place.postbox.code(), door=other) == WrongCode(left=0)


async def test_a_code_is_kept_as_a_keyed_hash_alone(database: Database) -> None:
    place = await a_door(database)
    sign_in_id = await place.ask()
    assert (await place.row(sign_in_id))["code_hash"] is None
    await place.send(sign_in_id)
    row = await place.row(sign_in_id)
    assert isinstance(row["code_hash"], bytes)
    assert len(row["code_hash"]) == 32
    assert place.postbox.code() not in str(row)


@pytest.mark.parametrize(
    ("typed", "read"), [("123456", "123456"), (" 12-34 56", "123456"), ("١٢٣٤٥٦", "123456"), ("12345x", "12345?")]
)
def test_a_code_is_read_however_its_digits_are_typed(typed: str, read: str) -> None:
    assert plain_digits(typed) == read


# --- What is mailed ------------------------------------------------------------------------------------------------


async def test_the_mail_says_the_same_as_text_and_as_html_and_leads_nowhere(database: Database) -> None:
    place = await a_door(database)
    look = LookChange(name="Harbour Road Depot")
    await set_look(database, look, merchant_id=place.door.merchant_id, actor="test")
    await place.send(await place.ask())
    (mail,) = place.postbox.mails
    assert mail.to == place.address
    assert mail.subject == "Your code for Harbour Road Depot"
    for body in (mail.text, mail.html):
        assert place.postbox.code() in body
        assert "ten minutes" in body
        assert "http" not in body
        assert "href" not in body


@pytest.mark.parametrize(
    "typed", ["", " ", "sam", "sam@", "@example.com", "sam@example", "a b@example.com", "a\0@b.co"]
)
async def test_what_is_no_address_is_said_so(database: Database, typed: str) -> None:
    place = await a_door(database)
    with pytest.raises(Invalid, match="name@example"):
        await place.ask(typed)


async def test_what_could_not_be_sent_is_sent_later_with_the_code_that_counts(database: Database) -> None:
    place = await a_door(database)
    place.postbox.faults = iter([MailFailed("busy", retryable=True)])
    sign_in_id = await place.ask()
    with pytest.raises(MailFailed):
        await place.send(sign_in_id)
    await place.send(sign_in_id)
    assert isinstance(await place.give(sign_in_id, place.postbox.code()), Identity)


async def test_done_twice_the_note_sends_one_mail(database: Database) -> None:
    place = await a_door(database)
    sign_in_id = await place.ask()
    await place.send(sign_in_id)
    await place.send(sign_in_id)
    assert len(place.postbox.mails) == 1


async def test_what_is_refused_for_good_is_not_tried_again(database: Database) -> None:
    place = await a_door(database)
    place.postbox.faults = iter([MailFailed("no such box", retryable=False)])
    await place.send(await place.ask())
    assert place.postbox.mails == []


# --- Who is let in -------------------------------------------------------------------------------------------------


async def test_by_invitation_only_who_was_invited_gets_a_mail(database: Database) -> None:
    place = await a_door(database, visibility=Visibility.INVITED)
    neighbour = await a_door(database, visibility=Visibility.INVITED, house=place.house)
    await invited(place, place.address)
    await invited(neighbour, neighbour.address)
    for address in (neighbour.address, f"{new_id()}@example.com"):
        sign_in_id = await place.ask(address)
        await place.send(sign_in_id)
        assert place.postbox.mails == []
        assert await place.give(sign_in_id, "000000") == WrongCode(left=4)
    sign_in_id = await place.ask()
    await place.send(sign_in_id)
    assert isinstance(await place.give(sign_in_id, place.postbox.code()), Identity)


async def test_to_the_own_page_only_who_has_one_gets_a_mail(database: Database) -> None:
    place = await a_door(database)
    own = own_door(place)
    await own.send(await own.ask())
    assert own.postbox.mails == []
    candidate_id = await invited(place, place.address)
    sign_in_id = await own.ask()
    await own.send(sign_in_id)
    found = await own.give(sign_in_id, own.postbox.code())
    assert isinstance(found, Identity)
    assert found.candidate_id == candidate_id


async def test_whoever_was_let_in_elsewhere_is_not_known_here(database: Database) -> None:
    place, other = await a_door(database), await a_door(database)
    await invited(place, place.address)
    await own_door(other).send(await own_door(other).ask(place.address))
    assert other.postbox.mails == []


async def test_what_became_by_invitation_meanwhile_lets_nobody_in_who_was_not_invited(database: Database) -> None:
    place = await a_door(database)
    sign_in_id = await place.ask()
    await place.send(sign_in_id)
    async with database.tenant(place.door.merchant_id) as connection:
        await connection.execute("update interviews set visibility = 'invited'")
    assert await place.give(sign_in_id, place.postbox.code()) == WrongCode(left=0)
    async with database.tenant(place.door.merchant_id) as connection:
        assert await connection.fetchval("select count(*) from candidates") == 0


async def test_for_whom_we_know_and_for_whom_we_do_not_the_same_rows_and_notes_are_written(database: Database) -> None:
    place = await a_door(database, visibility=Visibility.INVITED)
    await invited(place, place.address)
    found = []
    for address in (place.address, f"{new_id()}@example.com"):
        sign_in_id = await place.ask(address)
        row = await place.row(sign_in_id)
        async with database.tenant(place.door.merchant_id) as connection:
            notes = await connection.fetch(
                "select task_name, queue_name from procrastinate_jobs where args ->> 'subject_id' = $1", str(sign_in_id)
            )
        alike = {name: value for name, value in row.items() if name not in ("id", "email", "mailbox", "asked_at")}
        found.append((alike, [tuple(note) for note in notes]))
    assert found[0] == found[1]


async def test_a_day_later_nothing_is_left_of_it(database: Database) -> None:
    place = await a_door(database)
    sign_in_id = await place.ask(f"{new_id()}@example.com", now=datetime.now(UTC) - timedelta(hours=25))
    await place.ask(f"{new_id()}@example.com")
    async with database.tenant(place.door.merchant_id) as connection:
        assert await connection.fetchval("select count(*) from sign_ins where id = $1", sign_in_id) == 0
