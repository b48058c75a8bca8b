"""Receipts by mail: one to whoever sent an interview and has an address, in their language, and never a second one."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.builders import NOW, House, a_draft, a_house, a_seat, an_attempt, an_interview
from tests.candidates.test_sign_in import Postbox
from tests.providers.mail_server import serve_mail
from vivavoce.attempts.receipts import find_receipt, mail_receipt
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.draft import Kind
from vivavoce.interviews.steps import SentQuestion
from vivavoce.merchants.look import LookChange, set_look
from vivavoce.merchants.next_steps import set_next_steps
from vivavoce.merchants.reach import set_reach
from vivavoce.providers.mail.port import Mail, Mailer, MailFailed
from vivavoce.providers.mail.smtp import SmtpMailer, read_server


async def sent(
    database: Database, house: House, *, hands_in: bool = True, sets: dict[str, Any] | None = None, **changes: Any
) -> tuple[Seat, UUID]:
    """Somebody who has answered the one question, and sent it."""
    draft = a_draft(house, questions=[SentQuestion(text="Why?")], settings=sets or {}, **changes)
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    attempt_id = await an_attempt(database, seat)
    await happen(database, seat, attempt_id, Answered(key=new_id(), number=1, text="So."), now=NOW)
    if hands_in:
        await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    return seat, attempt_id


async def mail(database: Database, mailer: Mailer | None, seat: Seat, attempt_id: UUID) -> None:
    """What a worker does with the note."""
    await mail_receipt(database, mailer, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)


async def address(database: Database, seat: Seat) -> str:
    async with database.tenant(seat.merchant_id) as connection:
        return str(await connection.fetchval("select email from candidates where id = $1", seat.candidate_id))


async def test_a_receipt_arrives_at_a_real_server_once(database: Database, house: House) -> None:
    await set_next_steps(
        database, text="Tom <calls> you & decides.", days=10, merchant_id=house.merchant.id, actor="test"
    )
    await set_reach(database, {"email": "jobs@acme.example"}, merchant_id=house.merchant.id, actor="test")
    await set_look(database, LookChange(name="Harbour Road Depot"), merchant_id=house.merchant.id, actor="test")
    seat, attempt_id = await sent(database, house)
    with serve_mail() as box:
        mailer = SmtpMailer(read_server(f"smtp://127.0.0.1:{box.port}"), sender="Interviews <i@company.example>")
        await mail(database, mailer, seat, attempt_id)
        await mail(database, mailer, seat, attempt_id)
    (message,) = box.mails
    assert message["To"] == await address(database, seat)
    assert message["Reply-To"] == "jobs@acme.example"
    assert message["Subject"] == "Your interview has been sent to Harbour Road Depot"
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert "Tom <calls> you & decides." in text.get_content()
    assert f"By {(NOW + timedelta(days=10)).strftime('%B %-d, %Y')}" in text.get_content()
    for body in (text, html):
        assert "Questions? Write to jobs@acme.example." in body.get_content()
    assert "Tom &lt;calls&gt; you &amp; decides." in html.get_content()
    async with database.tenant(seat.merchant_id) as connection:
        kinds = await connection.fetch("select kind from events where subject_id = $1", attempt_id)
    assert [row["kind"] for row in kinds].count("receipt.mailed") == 1


async def test_without_the_merchant_s_words_it_says_that_a_person_decides(database: Database, house: House) -> None:
    postbox = Postbox()
    await mail(database, postbox, *await sent(database, house, language="de"))
    (told,) = postbox.mails
    assert told.language == "de"
    assert f"Ein Mensch bei {house.merchant.name} liest Ihre Antworten und entscheidet." in told.text
    assert "<bdi>" not in told.text
    assert "<bdi>" not in told.html


async def test_without_the_merchant_s_words_it_tells_the_position_s_own_steps(database: Database, house: House) -> None:
    postbox = Postbox()
    steps = "# Next steps\n* Ada rings you.\n* You come in for an hour."
    await mail(database, postbox, *await sent(database, house, sets={"long_description": steps}))
    (told,) = postbox.mails
    assert "Ada rings you.\nYou come in for an hour." in told.text
    assert "whatever the answer" not in told.text


async def test_of_many_workers_at_once_one_mails(database: Database, house: House) -> None:
    postbox = Postbox()
    seat, attempt_id = await sent(database, house)
    await asyncio.gather(*(mail(database, postbox, seat, attempt_id) for _ in range(6)))
    assert len(postbox.mails) == 1


class Killed(BaseException):
    """The worker's end, in the middle of sending."""


class Dying(Postbox):
    """Takes the mail, and its worker is killed before anything is written down."""

    def send(self, mail: Mail, *, key: str) -> None:
        super().send(mail, key=key)
        raise Killed


async def test_a_worker_that_is_killed_while_it_sends_sends_no_second_one(database: Database, house: House) -> None:
    dying, later = Dying(), Postbox()
    seat, attempt_id = await sent(database, house)
    with pytest.raises(Killed):
        await mail(database, dying, seat, attempt_id)
    await mail(database, later, seat, attempt_id)  # the note of a dead worker is given to another one
    assert (len(dying.mails), later.mails) == (1, [])


@pytest.mark.parametrize(("retryable", "mails"), [(True, 1), (False, 0)])
async def test_a_mail_that_was_not_taken_is_tried_again_where_that_may_help(
    database: Database, house: House, retryable: bool, mails: int
) -> None:
    postbox = Postbox(faults=iter([MailFailed("Not now.", retryable=retryable)]))
    seat, attempt_id = await sent(database, house)
    for number in range(2):
        if retryable and number == 0:
            with pytest.raises(MailFailed):
                await mail(database, postbox, seat, attempt_id)
        else:
            await mail(database, postbox, seat, attempt_id)
    assert len(postbox.mails) == mails


async def test_nobody_is_mailed_who_has_sent_nothing_or_has_no_proven_address(database: Database, house: House) -> None:
    postbox = Postbox()
    await mail(database, postbox, *await sent(database, house, hands_in=False))
    seat, attempt_id = await sent(database, house)
    async with database.tenant(seat.merchant_id) as connection:
        await connection.execute(
            "update candidates set email = null, contact_email = 'typed@example.com' where id = $1", seat.candidate_id
        )
    await mail(database, postbox, seat, attempt_id)
    async with database.tenant(seat.merchant_id) as connection:
        assert await find_receipt(connection, attempt_id) is None
    await mail(database, None, *await sent(database, house))
    assert postbox.mails == []


async def test_practice_gets_no_receipt(database: Database) -> None:
    postbox = Postbox()
    house = await a_house(database, portals=("interview", "coaching"))
    await mail(database, postbox, *await sent(database, house, kind=Kind.COACHING))
    assert postbox.mails == []
