"""Mails to candidates, through the calls that want them to a real mail server: who gets which, in whose words, once."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.builders import KEYS, House, a_draft, a_seat, an_attempt, an_interview
from tests.candidates.test_sign_in import Postbox
from tests.providers.mail_server import Box, serve_mail
from vivavoce.attempts.decision_mails import mail_decision
from vivavoce.attempts.mailing import WAITS, send_mail
from vivavoce.attempts.move import finish, submit
from vivavoce.attempts.tasks import TaskKind, add_task
from vivavoce.candidates.links import Seat
from vivavoce.candidates.mail_limits import MOST_FOR_ONE_PERSON
from vivavoce.candidates.post import MailState, Silence, list_mails, read_silences
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.interviews.draft import Kind
from vivavoce.merchants.look import LookChange, set_look
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.providers.mail.port import Mail, Mailer
from vivavoce.providers.mail.smtp import SmtpMailer, read_server

FUNCTIONS = "/functions/v1"
LATER = timedelta(hours=48, minutes=1)


@dataclass(kw_only=True)
class PostOffice:
    """A merchant whose mails go to a real server."""

    client: httpx.AsyncClient
    database: Database
    house: House
    box: Box
    mailer: Mailer = field(init=False)

    def __post_init__(self) -> None:
        self.mailer = SmtpMailer(read_server(f"smtp://127.0.0.1:{self.box.port}"), sender="Acme <jobs@acme.example>")

    async def call(self, name: str, body: dict[str, Any]) -> Any:
        answer = await self.client.post(f"{FUNCTIONS}/{name}", json=body, headers=self.house.authorization())
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def register(self, interview_id: UUID, *emails: str, **more: Any) -> list[dict[str, Any]]:
        users = [{"name": "Sam Rivers", "email": email} for email in emails]
        body = {"interview_id": str(interview_id), "users": users, "send_email": True, **more}
        rows: list[dict[str, Any]] = await self.call("job-interview-register-users", body)
        return rows

    async def work(self, *, at: datetime | None = None, mailer: Mailer | None = None) -> None:
        """What workers do with every note that is due."""
        moment = at or now()
        async with self.database.tenant(self.house.merchant.id) as connection:
            due = await connection.fetch("select id from mails where state = 'waiting' and due_at <= $1", moment)
        for row in due:
            await self.send(row["id"], moment, mailer=mailer)

    async def send(self, mail_id: UUID, moment: datetime, *, mailer: Mailer | None = None) -> None:
        await send_mail(
            self.database,
            KEYS,
            mailer or self.mailer,
            merchant_id=self.house.merchant.id,
            mail_id=mail_id,
            now=moment,
        )

    async def states(self, *, at: datetime | None = None) -> list[tuple[str, str, str]]:
        """Kind, state and why of each mail, the oldest first."""
        async with self.database.tenant(self.house.merchant.id) as connection:
            mails = await list_mails(
                connection,
                environment=DEFAULT_ENVIRONMENT,
                candidate_id=None,
                after=None,
                limit=1000,
                now=at or now(),
            )
        return [(mail.kind.value, mail.state.value, mail.why) for mail in reversed(mails)]


@pytest.fixture
def box() -> Iterator[Box]:
    with serve_mail() as opened:
        yield opened


@pytest.fixture
def office(client: httpx.AsyncClient, database: Database, house: House, box: Box) -> PostOffice:
    return PostOffice(client=client, database=database, house=house, box=box)


def an_address() -> str:
    return f"{uuid4().hex}@example.com"


def body_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def link_in(message: EmailMessage) -> str:
    match = re.search(r"http://interviews\.example/interview/take/\S+", body_of(message))
    assert match is not None
    return match[0]


async def test_an_invitation_arrives_with_a_link_that_opens_in_the_interviews_language(office: PostOffice) -> None:
    draft = a_draft(office.house, name="Koch <Küche> & mehr", language="de", speech_locale="de-DE")
    interview_id = await an_interview(office.database, office.house, draft)
    look = LookChange(colour="#aa2200", name="Depot Altona")
    await set_look(office.database, look, merchant_id=office.house.merchant.id, actor="test")
    address = an_address()
    (row,) = await office.register(interview_id, address, hide_menu=True)
    assert (row["result"], row["mail"]) == ("ok", "waiting")
    await office.work()
    await office.work()
    (message,) = office.box.mails
    assert message["Reply-To"] is None  # nobody is named: the sender's own
    assert (message["To"], message["Subject"]) == (address, "Depot Altona lädt Sie zu einem Interview ein")
    text, html = body_of(message), body_of(message, "html")
    assert "Guten Tag Sam Rivers," in text
    assert "Depot Altona lädt Sie zum Interview „Koch <Küche> & mehr“ ein." in text
    assert "Koch &lt;Küche&gt; &amp; mehr" in html
    assert "background:#" in html
    assert "#1f5a4c" not in html  # ours
    assert "view_hm=true" in link_in(message)
    opened = await office.client.get(link_in(message))
    assert opened.status_code == 200
    assert "Koch &lt;Küche&gt;" in opened.text
    assert await office.states() == [("invitation", "sent", ""), ("reminder", "waiting", "")]


async def test_who_has_not_begun_is_reminded_once_after_two_days_and_whoever_has_is_not(office: PostOffice) -> None:
    interview_id = await an_interview(office.database, office.house)
    rows = await office.register(interview_id, an_address(), an_address())
    await office.register(interview_id, rows[1]["email"], invite_again=True)  # the first reminder is one too many
    await office.work()
    await office.work(at=now() + timedelta(hours=47))
    assert len(office.box.mails) == 3
    seat = Seat(
        merchant_id=office.house.merchant.id,
        interview_id=interview_id,
        candidate_id=UUID(rows[0]["profile_interview_id"]),
        is_test=False,
    )
    await an_attempt(office.database, seat)
    for _ in range(2):
        await office.work(at=now() + LATER)
    assert [message["To"] for message in office.box.mails[3:]] == [rows[1]["email"]]
    reminder = office.box.mails[3]
    assert reminder["Subject"] == "Your interview at Acme is still open"
    assert (await office.client.get(link_in(reminder))).status_code == 200
    reminders = [state[1:] for state in await office.states() if state[0] == "reminder"]
    assert reminders == [("not_sent", "begun"), ("not_sent", "superseded"), ("sent", "")]


async def test_nobody_is_invited_or_reminded_where_that_makes_no_sense_any_more(office: PostOffice) -> None:
    interview_id = await an_interview(office.database, office.house)
    (first,) = await office.register(interview_id, an_address())
    await office.call("job-interview-revoke-link", {"profile_interview_id": first["profile_interview_id"]})
    await office.work()
    (again,) = await office.register(interview_id, first["email"])
    (_,) = await office.register(interview_id, again["email"], invite_again=True)
    await office.work()
    assert len(office.box.mails) == 2
    await office.call("job-interview-set-state", {"position_id": str(interview_id), "status": "archived"})
    await office.work(at=now() + LATER)
    assert len(office.box.mails) == 2
    assert [why for kind, _, why in await office.states() if kind == "reminder"] == ["revoked", "closed", "closed"]
    assert (await office.states())[0] == ("invitation", "not_sent", "revoked")


async def test_invitations_are_turned_off_by_one_post_and_by_no_look_and_on_again(office: PostOffice) -> None:
    interview_id = await an_interview(office.database, office.house)
    address = an_address()
    await office.register(interview_id, address)
    await office.work()
    (message,) = office.box.mails
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = message["List-Unsubscribe"].strip("<>")
    assert url in body_of(message)
    assert "Would you like to stop" in (await office.client.get(url)).text
    assert [row["mail"] for row in await office.register(interview_id, address, invite_again=True)] == ["waiting"]
    # As a mail program sends it: from nowhere, without a cookie.
    form, origin = {"List-Unsubscribe": "One-Click"}, {"Origin": "https://mail.example"}
    for _ in range(2):
        assert "You won’t get any more" in (await office.client.post(url, data=form, headers=origin)).text
    await office.work()
    await office.work(at=now() + LATER)
    assert len(office.box.mails) == 1
    assert [row["mail"] for row in await office.register(interview_id, address)] == ["unsubscribed"]
    assert "again" in (await office.client.post(url, data={"on": "1"})).text
    assert [row["mail"] for row in await office.register(interview_id, address, invite_again=True)] == ["waiting"]
    assert (await office.client.post(url[:-3] + "abc", data=form)).status_code == 404


@pytest.mark.parametrize(
    ("said", "code", "is_silenced"),
    [
        ("550 no such box", "5.1.1", True),
        ("550 5.1.1 no such box", "5.1.1", True),
        ("550 5.7.1 your address is on a list", "refused", False),
    ],
)
async def test_an_address_that_the_server_does_not_know_is_not_written_to_again(
    office: PostOffice, said: str, code: str, is_silenced: bool
) -> None:
    office.box.refuses = said
    interview_id = await an_interview(office.database, office.house)
    address = an_address()
    await office.register(interview_id, address)
    await office.work()
    assert (await office.states())[0] == ("invitation", "not_sent", code)
    office.box.refuses = None
    (row,) = await office.register(interview_id, address)
    assert row["mail"] == ("bounced" if is_silenced else "waiting")
    async with office.database.tenant(office.house.merchant.id) as connection:
        assert await read_silences(connection, address) == ({Silence.BOUNCED} if is_silenced else frozenset())


async def test_what_the_server_does_not_take_now_is_tried_for_a_day_and_then_given_up(office: PostOffice) -> None:
    office.box.refuses = "451 later"
    await office.register(await an_interview(office.database, office.house), an_address())
    moment = now()
    for _ in range(len(WAITS) + 3):
        await office.work(at=moment)
        moment += timedelta(hours=12)
    states = await office.states()
    assert states[0] == ("invitation", "not_sent", "not_taken")
    assert states[1] == ("reminder", "not_sent", "not_invited")
    office.box.refuses = "451 later"
    await office.register(await an_interview(office.database, office.house), an_address())
    await office.work()
    office.box.refuses = None
    await office.work(at=now() + timedelta(minutes=2))
    assert len(office.box.mails) == 1


class Killed(BaseException):
    """The worker's end, in the middle of sending."""


class Dying(Postbox):
    def send(self, mail: Mail, *, key: str) -> None:
        super().send(mail, key=key)
        raise Killed


async def test_a_worker_that_is_killed_leaves_nobody_with_two_and_says_that_it_is_unsure(office: PostOffice) -> None:
    dying = Dying()
    await office.register(await an_interview(office.database, office.house), an_address())
    with pytest.raises(Killed):
        await office.work(mailer=dying)
    await office.work()
    assert (len(dying.mails), office.box.mails) == (1, [])
    assert (await office.states())[0] == ("invitation", "sending", "")
    assert (await office.states(at=now() + timedelta(minutes=11)))[0][1] == MailState.UNSURE.value


@pytest.mark.slow
async def test_two_hundred_at_once_are_mailed_once_each_though_every_note_comes_twice(office: PostOffice) -> None:
    addresses = [an_address() for _ in range(200)]
    rows = await office.register(await an_interview(office.database, office.house), *addresses)
    assert {row["mail"] for row in rows} == {"waiting"}
    async with office.database.tenant(office.house.merchant.id) as connection:
        ids = [row["id"] for row in await connection.fetch("select id from mails where kind = 'invitation'")]
    postbox, moment = Postbox(), now()
    for start in range(0, 200, 20):
        part = ids[start : start + 20]
        await asyncio.gather(*(office.send(mail_id, moment, mailer=postbox) for mail_id in part * 2))
    assert sorted(mail.to for mail in postbox.mails) == sorted(addresses)


async def test_limits_hold_for_invitations_and_a_link_is_given_all_the_same(office: PostOffice) -> None:
    interview_id = await an_interview(office.database, office.house)
    address = an_address()
    rows = [
        (await office.register(interview_id, address, invite_again=True))[0] for _ in range(MOST_FOR_ONE_PERSON + 1)
    ]
    assert [row["result"] for row in rows[:-1]] == ["ok"] * MOST_FOR_ONE_PERSON
    assert rows[-1]["result"].startswith("Error: This person was mailed five invitations within a day.")
    assert "interview_url" not in rows[-1]
    (row,) = await office.register(interview_id, address, send_email=False)
    assert row["result"] == "ok"
    assert "mail" not in row
    (nobody,) = await office.call(
        "job-interview-register-users",
        {"interview_id": str(interview_id), "users": [{"name": "Sam"}], "send_email": True},
    )
    assert nobody["result"] == "Error: Expected `email`: the link is mailed there."


async def test_the_same_call_twice_makes_nothing_twice_and_mails_nothing_twice(office: PostOffice) -> None:
    """Five at once, as a client does that lost its line, then again once all was mailed; then asked for on purpose."""
    interview_id = await an_interview(office.database, office.house)
    body = {
        "interview_id": str(interview_id),
        "send_email": True,
        "users": [{"name": "Sam", "email": an_address()}, {"name": "Kim", "email": an_address(), "external_id": "k-1"}],
    }
    by_reference = {"interview_id": str(interview_id), "users": [{"name": "Ann", "external_id": "a-1"}]}

    async def register(body: dict[str, Any]) -> Any:
        return await office.call("job-interview-register-users", body)

    first, *others = await asyncio.gather(*(register(body) for _ in range(5)))
    assert others == [first] * 4
    named, *others = await asyncio.gather(*(register(by_reference) for _ in range(5)))
    assert others == [named] * 4
    await office.work()
    assert len(office.box.mails) == 2
    again = await register(body)
    assert again == [row | {"mail": "sent"} for row in first]
    (invited,) = await register({**by_reference, "is_test": True})  # another thing, and another link
    assert invited["interview_url"] != named[0]["interview_url"]
    await office.work()
    assert len(office.box.mails) == 2
    async with office.database.tenant(office.house.merchant.id) as connection:
        for count, table in ((3, "candidates"), (4, "invitations"), (4, "mails")):
            assert await connection.fetchval(f"select count(*) from {table}") == count, table
        told = await connection.fetchval("select count(*) from events where kind = 'candidate.invited'")
        assert told == 4
    renewed = await register({**body, "invite_again": True})
    assert [row["mail"] for row in renewed] == ["waiting"] * 2
    assert {row["interview_url"] for row in renewed}.isdisjoint(row["interview_url"] for row in first)
    await office.work()
    assert len(office.box.mails) == 4


async def test_invite_users_mails_candidates_with_the_recruiters_words(office: PostOffice) -> None:
    draft = a_draft(office.house, kind=Kind.INTERVIEW)
    interview_id = await an_interview(office.database, office.house, draft)
    user = {"email": an_address(), "name": "", "type": "candidate", "interview_id": str(interview_id)}
    said = "Nice to meet you on Friday.\n<Tom>"
    (row,) = await office.call("invite-users", {"users": [user], "message_from_recruiter": said})
    assert (row["result"], row["mail"]) == ("Invited", "waiting")
    await office.work()
    (message,) = office.box.mails
    assert said in body_of(message)
    assert "&lt;Tom&gt;" in body_of(message, "html")
    assert "Hello" not in body_of(message)


async def sent_back(office: PostOffice, **said: Any) -> tuple[Seat, UUID]:
    seat = await a_seat(office.database, office.house, await an_interview(office.database, office.house))
    attempt_id = await an_attempt(office.database, seat)
    async with office.database.tenant(seat.merchant_id) as connection:
        for move in (finish, submit):
            await move(connection, merchant_id=seat.merchant_id, attempt_id=attempt_id, actor="test", now=now())
    body = {"interview_result_id": str(attempt_id)} | said
    assert await office.call("job-interview-result-request-another-attempt", body) == {}
    return seat, attempt_id


async def test_who_is_asked_for_another_attempt_gets_a_new_link_and_the_message(office: PostOffice) -> None:
    await sent_back(office, message="The line broke off. Sorry!")
    await sent_back(office, send_email=False)
    await office.work()
    (message,) = office.box.mails
    assert message["Subject"] == "About your interview at Acme"
    assert "Acme invites you to take the interview “Project manager” once more." in body_of(message)
    assert "The line broke off. Sorry!" in body_of(message)
    assert (await office.client.get(link_in(message))).status_code == 200


async def test_with_a_name_and_a_reason_it_is_a_decision_and_is_mailed_after_ten_minutes(office: PostOffice) -> None:
    seat, attempt_id = await sent_back(office, message="Once more, please.", person="Noor Haddad", reason="Line broke.")
    async with office.database.tenant(seat.merchant_id) as connection:
        row = await connection.fetchrow("select * from decisions where attempt_id = $1", attempt_id)
    assert row is not None
    assert (row["kind"], row["reason"], row["person"]) == ("another_attempt", "Line broke.", "Noor Haddad")
    for minutes in (1, 11, 12):
        await mail_decision(
            office.database,
            KEYS,
            office.mailer,
            merchant_id=seat.merchant_id,
            decision_id=row["id"],
            now=now() + timedelta(minutes=minutes),
            public_url="http://interviews.example",
        )
    (message,) = office.box.mails
    assert "Noor Haddad decided this, not a program." in body_of(message)
    assert "Line broke." not in body_of(message)
    assert (await office.client.get(link_in(message))).status_code == 200
    for said, missing in (({"person": "Noor"}, "reason"), ({"reason": "So."}, "person")):
        answer = await office.client.post(
            f"{FUNCTIONS}/job-interview-result-request-another-attempt",
            json={"interview_result_id": str(attempt_id), **said},
            headers=office.house.authorization(),
        )
        assert (answer.status_code, answer.json()["name"]) == (422, missing)


async def test_the_reply_to_a_question_that_was_passed_on_is_mailed_once(office: PostOffice) -> None:
    seat = await a_seat(office.database, office.house, await an_interview(office.database, office.house))
    async with office.database.tenant(seat.merchant_id) as connection:
        task_id = await add_task(
            connection,
            TaskKind.ANSWER_CANDIDATE,
            merchant_id=seat.merchant_id,
            environment=DEFAULT_ENVIRONMENT,
            interview_id=seat.interview_id,
            candidate_id=seat.candidate_id,
            attempt_id=None,
            text="Is there a canteen?",
            actor="test",
        )
    for reply in ("Yes, on floor two.", "Yes, on floor three."):
        body = {"task_id": str(task_id), "state": "done", "reply": reply}
        await office.call("merchant-task-set-state", body)
        await office.work()
    (message,) = office.box.mails
    assert message["Subject"] == "Acme has answered your question"
    text = body_of(message)
    assert "Is there a canteen?" in text
    assert "Yes, on floor two." in text
    assert "can’t be turned off" in text
    assert message["List-Unsubscribe"] is None


async def test_where_no_mail_server_is_set_the_mail_says_so(office: PostOffice) -> None:
    await office.register(await an_interview(office.database, office.house), an_address())
    async with office.database.tenant(office.house.merchant.id) as connection:
        (row,) = await connection.fetch("select id from mails where kind = 'invitation'")
    await send_mail(office.database, KEYS, None, merchant_id=office.house.merchant.id, mail_id=row["id"], now=now())
    assert (await office.states())[0] == ("invitation", "not_sent", "no_mail_server")
