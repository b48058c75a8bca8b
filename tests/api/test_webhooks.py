"""Webhooks, from what happens to a candidate to a receiver that checks the signature."""

import asyncio
import hashlib
import hmac
import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.builders import CONSENTS, KEYS, NOW, House, a_draft, a_house, a_seat, an_attempt, an_interview, store_in
from tests.databases import empty_database
from tests.scoring.lexical import LexicalRater
from tests.webhook_receiver import Received, WebhookReceiver
from tests.whole import an_app, calls_to
from vivavoce.api.webhooks import HEARS, ReportSigner, make_hearer, tell_held_result
from vivavoce.attempts.automatic_reports import REPORT_WITHIN, give_report_up
from vivavoce.attempts.begin import begin_attempt
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.decisions import DecisionKind, Ruling, decide, undo
from vivavoce.attempts.move import abandon, give_back
from vivavoce.attempts.tally import tally_attempt
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database, open_database
from vivavoce.db.ids import new_id
from vivavoce.db.upgrade import upgrade
from vivavoce.events.deliveries import MOST_TRIES, PAUSES, WebhookMessage, add_message, pause_after
from vivavoce.events.endpoints import EndpointChange, OffReason, TooManyEndpoints, WebhookKind, add_endpoint
from vivavoce.events.notices import mail_switched_off
from vivavoce.events.pump import WebhookPump
from vivavoce.events.send import AGAIN_AFTER, AT_ONCE, HELD_FOR, WebhookSender, hold_due, send_held
from vivavoce.events.signing import sign_webhook, write_secret
from vivavoce.events.tell import Hear, tell_events
from vivavoce.interviews.draft import Kind
from vivavoce.jobs.leave import Note
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT, Role
from vivavoce.providers.files.folder import FolderFiles
from vivavoce.providers.mail.port import Mail
from vivavoce.reports.automatic import make_automatic_report
from vivavoce.scoring.judge_again import judge_again
from vivavoce.scoring.score import score_attempt

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = (ip_network("127.0.0.0/8"),)
ANSWERS = ("We moved in one weekend. Complaints fell by a third.", "I led a team of four.", "I wrote the plan.")
PATIENCE, IMPATIENCE = 60.0, 0.2  # seconds for one try: where an answer comes, and where none ever does
SIGNER = ReportSigner(keys=KEYS, public_url="http://interviews.example")
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


# --- The schedule and the signature --------------------------------------------------------------------------------


def test_ten_tries_are_made_over_75_hours_and_no_two_come_back_together() -> None:
    assert MOST_TRIES == 10
    assert sum(PAUSES) == pytest.approx(75.5 * 3600, rel=0.01)
    one, other = Random(1), Random(2)
    for tries in range(1, MOST_TRIES):
        pauses = [pause_after(tries, random=random) for random in (one, other)]
        assert pauses[0] != pauses[1]
        for pause in pauses:
            assert pause is not None
            assert 0.9 * PAUSES[tries - 1] <= pause.total_seconds() <= 1.1 * PAUSES[tries - 1]
    assert pause_after(MOST_TRIES, random=one) is None


def test_the_signature_is_that_of_standard_webhooks_own_example() -> None:
    """Source: the example of the specification's reference libraries."""
    headers = sign_webhook(
        b'{"test": 2432232314}', message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, secrets=[WHSEC]
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


# --- A merchant that hears -----------------------------------------------------------------------------------------


class Clock:
    """Stands still until it is put forward."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) + timedelta(minutes=1)  # what happens meanwhile has happened

    def __call__(self) -> datetime:
        return self.now


@dataclass(kw_only=True)
class Hearing:
    """A merchant, its calls, and a worker that works when it is told to."""

    database: Database
    house: House
    client: httpx.AsyncClient
    clock: Clock
    sender: WebhookSender

    async def call(self, name: str, body: Any, *, status: int = 200, **token: Any) -> Any:
        answer = await self.client.post(
            f"/functions/v1/merchant-webhook-{name}", json=body, headers=self.house.authorization(**token)
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    async def set(self, receiver: WebhookReceiver, **body: Any) -> tuple[str, str]:
        """A new endpoint, and its secret."""
        answer = await self.call("set", {"url": receiver.url, **body})
        return answer["webhook_id"], answer["secret"]

    async def log(self, webhook_id: str, **asked: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = (await self.call("delivery-list", {"webhook_id": webhook_id, **asked}))["data"]
        return rows

    async def tell(self) -> None:
        """What the worker does with a note for a listener, for all of the merchant's."""
        async with self.database.tenant(self.house.merchant.id) as connection:
            rows = await connection.fetch("select id, name from event_listeners")
        for row in rows:
            assert row["name"] == "webhooks"
            hearers = {"webhooks": self.hear}
            await tell_events(self.database, hearers, merchant_id=self.house.merchant.id, listener_id=row["id"])

    @property
    def hear(self) -> Hear:
        """Puts events into words, by this clock."""
        return make_hearer(self.database, SIGNER, clock=self.clock)

    async def send(self) -> None:
        """What is due is sent: a round for each endpoint, beside each other."""
        await asyncio.gather(*(self.send_to(is_failing=is_failing) for is_failing in (False, True)))

    async def send_to(self, *, is_failing: bool) -> None:
        held = await hold_due(
            self.database, self.sender, merchant_id=self.house.merchant.id, is_failing=is_failing, most=20
        )
        await send_held(self.database, self.sender, held)

    async def next_at(self) -> datetime | None:
        """When something is due at the merchant's first endpoint."""
        async with self.database.tenant(self.house.merchant.id) as connection:
            at: datetime | None = await connection.fetchval("select due_at from webhook_endpoints order by id limit 1")
        return at

    async def notes(self, note: Note) -> list[tuple[UUID, Any]]:
        """Subject and moment of the notes that wait."""
        async with self.database.tenant(self.house.merchant.id) as connection:
            rows = await connection.fetch(
                "select args ->> 'subject_id' as id, scheduled_at from procrastinate_jobs"
                " where task_name = $1 and args ->> 'merchant_id' = $2 order by procrastinate_jobs.id",
                note.value,
                str(self.house.merchant.id),
            )
        return [(UUID(row["id"]), row["scheduled_at"]) for row in rows]

    async def finish(self, **changes: Any) -> tuple[Seat, UUID]:
        """An attempt of somebody new, answered to the end and not sent."""
        interview_id = await an_interview(self.database, self.house, a_draft(self.house, **changes))
        seat = await a_seat(self.database, self.house, interview_id)
        attempt_id = (await begin_attempt(self.database, seat, consents=CONSENTS, now=NOW)).id
        for number, text in enumerate(ANSWERS, 1):
            answered = Answered(key=new_id(), number=number, text=text)
            await happen(self.database, seat, attempt_id, answered, now=NOW)
        return seat, attempt_id

    async def submit(self, seat: Seat, attempt_id: UUID) -> None:
        await happen(self.database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)

    async def judge(self, attempt_id: UUID) -> None:
        whose: dict[str, Any] = {"merchant_id": self.house.merchant.id, "attempt_id": attempt_id, "now": self.clock.now}
        await tally_attempt(self.database, **whose)
        await score_attempt(self.database, LexicalRater(), **whose)


@pytest.fixture
async def hearing(database: Database, standing: MerchantStanding, data_dir: Path) -> AsyncIterator[Hearing]:
    house = await a_house(database, portals=("interview", "coaching"))
    app = an_app(database, standing, networks=LOOPBACK, recordings=store_in(data_dir))
    clock = Clock()
    sender = WebhookSender(sealer=KEYS.sealer, networks=LOOPBACK, clock=clock, seconds=PATIENCE, random=Random(7))
    async with calls_to(app) as client:
        yield Hearing(database=database, house=house, client=client, clock=clock, sender=sender)


def told(received: Received, secret: str) -> dict[str, Any]:
    """What a receiver reads, once a public library has checked it."""
    payload: dict[str, Any] = Webhook(secret).verify(received.body, dict(received.headers))
    assert payload["event_id"] == received.event_id
    return payload


# --- The moments ---------------------------------------------------------------------------------------------------


async def test_an_interview_is_told_when_it_is_collected_judged_and_judged_anew(hearing: Hearing) -> None:
    with WebhookReceiver() as receiver:
        webhook_id, secret = await hearing.set(receiver, headers={"Authorization": "Bearer of-mine"})
        rubric = {"weak": ["Moved in a weekend"], "strong": ["Names a result in figures"]}
        seat, attempt_id = await hearing.finish(settings={"expectations": rubric})
        await hearing.submit(seat, attempt_id)
        await hearing.tell()  # late, and told as it was then all the same
        await hearing.send()
        await hearing.judge(attempt_id)
        await hearing.tell()
        await hearing.send()
        for _ in range(2):  # judged anew, and the same comes of it: nothing is told
            await judge_again(
                hearing.database, merchant_id=hearing.house.merchant.id, attempt_id=attempt_id, actor="t", now=NOW
            )
            await hearing.tell()
            await hearing.judge(attempt_id)
            await hearing.tell()
        await hearing.send()
        collected, result = (told(received, secret) for received in receiver.received)
        assert receiver.received[0].headers["authorization"] == "Bearer of-mine"
        details = (
            await hearing.client.get(
                "/functions/v1/job-interview-details",
                params={"interview_result_id": str(attempt_id)},
                headers=hearing.house.authorization(),
            )
        ).json()
    assert (collected["event"], collected["status"], collected["coach_status"]) == (
        "interview_collected",
        "draft",
        "completed",
    )
    assert (collected["processing_status"], collected["score"], collected["ai_analysis_recruiter"]) == (
        None,
        None,
        None,
    )
    assert (result["event"], result["status"], result["processing_status"]) == (
        "interview_result",
        "active",
        "completed",
    )
    assert {"status", "processing_status", "score"} <= set(result["reason"])
    assert result["candidate_name"] == "Sam Rivers"
    assert result["candidate_email"].endswith("@example.com")
    for theirs, ours in {
        "interview_result_id": "interview_result_id",
        "interview_def_set_id": "interview_def_set_id",
        "interview_id": "interview_def_set_id",
        "profile_interview_id": "profile_interview_id",
        "status": "lifecycle_status",
        "coach_status": "status",
        "processing_status": "processing_status",
        "score": "score",
        "ai_analysis_recruiter_score": "score_interview_ai",
        "ai_analysis_recruiter": "ai_analysis_recruiter",
        "ai_analysis_recruiter_why_hire": "ai_analysis_recruiter_why_hire",
        "ai_analysis_recruiter_why_not_hire": "ai_analysis_recruiter_why_not_hire",
        "is_test": "is_test",
        "attempt_number": "attempt_number",
    }.items():
        assert result[theirs] == details[ours], theirs
    rows = await hearing.log(webhook_id)
    assert [(row["event"], row["state"], [one["status"] for one in row["tries"]]) for row in rows] == [
        ("interview_result", "delivered", [204]),
        ("interview_collected", "delivered", [204]),
    ]
    document = (await hearing.client.get("/functions/v1/openapi-webhooks")).json()
    assert set(document["webhooks"]) == {"interview_collected", "interview_result", "interview_failed"}
    schema = document["components"]["schemas"]["WebhookInterviewResultPayload"]
    assert set(schema["properties"]) == set(result) == set(collected)


async def test_what_a_person_decides_or_takes_back_is_told(hearing: Hearing) -> None:
    merchant_id, ada = hearing.house.merchant.id, name_decider("a", "Ada")
    with WebhookReceiver() as receiver:
        _, secret = await hearing.set(receiver, events=["interview_result"])
        seat, attempt_id = await hearing.finish()
        await hearing.submit(seat, attempt_id)
        await hearing.judge(attempt_id)
        await hearing.tell()
        await hearing.send()
        for kind in (DecisionKind.SELECTED, None, DecisionKind.REJECTED):
            async with hearing.database.tenant(merchant_id) as connection:
                whose: dict[str, Any] = {"merchant_id": merchant_id, "now": NOW}
                if kind is None:
                    await undo(connection, attempt_id, ada, **whose)
                else:
                    await decide(connection, attempt_id, Ruling(kind=kind, reason="So."), ada, **whose)
            await hearing.tell()
            await hearing.send()
        payloads = [told(received, secret) for received in receiver.received]
    assert [one["recruiter_next_round"] for one in payloads] == [None, True, None, False]
    assert [one["reason"] for one in payloads[1:]] == [["recruiter_next_round"]] * 3


@pytest.mark.slow
async def test_a_result_waits_for_the_report_that_its_interview_wants_of_each(hearing: Hearing, data_dir: Path) -> None:
    hearing.clock.now -= REPORT_WITHIN
    with WebhookReceiver() as receiver:
        _, secret = await hearing.set(receiver, events=["interview_result"])
        seat, attempt_id = await hearing.finish(settings={"auto_report": {"transcript": False}})
        await hearing.submit(seat, attempt_id)
        await hearing.judge(attempt_id)
        await hearing.tell()
        await hearing.send()
        assert receiver.received == []
        assert await hearing.notes(Note.TELL_RESULT) == [(attempt_id, hearing.clock.now + REPORT_WITHIN)]
        whose: dict[str, Any] = {"merchant_id": hearing.house.merchant.id, "attempt_id": attempt_id}
        await make_automatic_report(hearing.database, FolderFiles(data_dir), KEYS, **whose)
        await hearing.tell()
        hearing.clock.now += REPORT_WITHIN  # the note that was left comes to nothing
        await tell_held_result(hearing.database, hearing.hear, **whose)
        await hearing.send()
        result, *more = (told(received, secret) for received in receiver.received)
        opened = await hearing.client.get(result["pdf_export_url"].removeprefix("http://interviews.example"))
    assert more == []
    assert {"status", "pdf_export_url"} <= set(result["reason"])
    assert opened.content.startswith(b"%PDF-")


@pytest.mark.parametrize("is_given_up", [False, True])
async def test_a_result_waits_for_its_report_no_longer_than_anybody_does(hearing: Hearing, is_given_up: bool) -> None:
    hearing.clock.now -= REPORT_WITHIN
    with WebhookReceiver() as receiver:
        _, secret = await hearing.set(receiver, events=["interview_result"])
        seat, attempt_id = await hearing.finish(settings={"auto_report": {}})
        await hearing.submit(seat, attempt_id)
        await hearing.judge(attempt_id)
        await hearing.tell()
        whose: dict[str, Any] = {"merchant_id": hearing.house.merchant.id, "attempt_id": attempt_id}
        if is_given_up:
            async with hearing.database.tenant(hearing.house.merchant.id) as connection:
                moment = hearing.clock.now
                assert await give_report_up(connection, attempt_id=attempt_id, wanted_at=moment, now=moment)
            await hearing.tell()
        else:
            hearing.clock.now += REPORT_WITHIN - timedelta(seconds=1)
            await tell_held_result(hearing.database, hearing.hear, **whose)
            assert len(await hearing.notes(Note.TELL_RESULT)) == 2
            hearing.clock.now += timedelta(seconds=1)
            for _ in range(2):  # a worker was killed after its work
                await tell_held_result(hearing.database, hearing.hear, **whose)
        hearing.clock.now = datetime.now(UTC)  # whoever takes it refuses what is older than five minutes
        await hearing.send()
        (result,) = (told(received, secret) for received in receiver.received)
    assert result["pdf_export_url"] is None
    assert result["processing_status"] == "completed"


async def test_a_failed_one_and_a_changed_one_are_told_and_coaching_and_what_was_sent_back_are_not(
    hearing: Hearing,
) -> None:
    whose: dict[str, Any] = {"merchant_id": hearing.house.merchant.id, "actor": "test", "now": NOW}
    with WebhookReceiver() as receiver:
        _, secret = await hearing.set(receiver, events=["interview_failed", "interview_result"])
        seat, left = await hearing.finish()
        async with hearing.database.tenant(hearing.house.merchant.id) as connection:
            await abandon(connection, attempt_id=left, **whose)
        await hearing.finish(kind=Kind.COACHING)
        seat, returned = await hearing.finish()
        await hearing.submit(seat, returned)
        await hearing.judge(returned)
        async with hearing.database.tenant(hearing.house.merchant.id) as connection:
            await give_back(connection, attempt_id=returned, **whose)
        await hearing.tell()
        await hearing.send()
        payloads = [told(received, secret) for received in receiver.received]
    assert [(one["event"], one["coach_status"], one["interview_result_id"]) for one in payloads] == [
        ("interview_failed", "abandoned", str(left))
    ]
    assert payloads[0]["score"] is None


async def test_an_event_goes_once_to_each_endpoint_that_wants_it_in_its_environment(hearing: Hearing) -> None:
    """And told twice, as after a kill between handing over and moving on, it is no second message."""
    with WebhookReceiver() as one, WebhookReceiver() as failed_alone, WebhookReceiver() as staging:
        await hearing.set(one)
        await hearing.set(failed_alone, events=["interview_failed"])
        await hearing.call("set", {"url": staging.url}, environment="staging")
        await hearing.finish()
        await hearing.tell()
        async with hearing.database.tenant(hearing.house.merchant.id) as connection:
            await connection.execute("update event_listeners set cursor = 0")
        await hearing.tell()
        await hearing.send()
        assert [len(receiver.received) for receiver in (one, failed_alone, staging)] == [1, 0, 0]


# --- What can go wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [({"statuses": (500, 204)}, 500), ({"statuses": (302, 204), "location": "http://127.0.0.1:1/"}, 302)],
)
async def test_what_was_not_taken_is_sent_again_by_the_same_id_and_signed_anew(
    hearing: Hearing, behaviour: dict[str, Any], status: int
) -> None:
    with WebhookReceiver(**behaviour) as receiver:
        webhook_id, secret = await hearing.set(receiver)
        await hearing.finish()
        await hearing.tell()
        await hearing.send()
        at = await hearing.next_at()
        assert at is not None
        assert timedelta(seconds=5) <= at - hearing.clock.now < timedelta(seconds=6)
        await hearing.send()
        assert len(receiver.received) == 1  # not before its time
        assert (await hearing.call("list", {}))["data"][0]["failing_since"] is not None
        hearing.clock.now += timedelta(seconds=6)
        await hearing.send()
        first, second = receiver.received
        assert first.body == second.body
        assert first.event_id == second.event_id
        assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
        told(second, secret)
    (row,) = await hearing.log(webhook_id)
    assert (row["state"], [one["status"] for one in row["tries"]]) == ("delivered", [status, 204])
    assert (await hearing.call("list", {}))["data"][0]["failing_since"] is None


class Post:
    """Keeps the mails."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def send(self, mail: Mail, *, key: str) -> None:
        self.mails.append(mail)


async def test_an_endpoint_that_fails_for_five_days_is_switched_off_with_a_notice_and_what_it_missed_is_replayed(
    hearing: Hearing,
) -> None:
    hearing.sender.seconds = IMPATIENCE
    with WebhookReceiver(hangs=True) as receiver:
        webhook_id, _ = await hearing.set(receiver, notice_email="it@example.com")
        await hearing.finish()
        await hearing.tell()
        for tries in range(1, MOST_TRIES + 1):
            await hearing.send()
            pause = pause_after(tries, random=Random(3))
            hearing.clock.now += 1.25 * (pause or timedelta(hours=48))
        (row,) = await hearing.log(webhook_id, state="failed")
        assert len(row["tries"]) == MOST_TRIES
        assert {one["fault"] for one in row["tries"]} == {"It did not answer in time."}
        await hearing.finish()
        await hearing.tell()
        await hearing.send()
        (endpoint,) = (await hearing.call("list", {}))["data"]
        assert (endpoint["is_on"], endpoint["off_reason"]) == (False, "failing")
        ((subject, _),) = await hearing.notes(Note.MAIL_WEBHOOK_OFF)
        post = Post()
        await mail_switched_off(hearing.database, post, merchant_id=hearing.house.merchant.id, endpoint_id=subject)
        assert [(mail.to, receiver.url in mail.text) for mail in post.mails] == [("it@example.com", True)]
        await hearing.call("replay", {"webhook_id": webhook_id}, status=409)
        hearing.clock.now += AGAIN_AFTER
        await hearing.send()  # what still waited is given up
        assert await hearing.log(webhook_id, state="waiting") == []
        await hearing.finish()
        await hearing.tell()  # while it is off: kept to be replayed
        assert [len(one["tries"]) for one in await hearing.log(webhook_id, state="failed")] == [0, 1, MOST_TRIES]
    hearing.sender.seconds = PATIENCE
    with WebhookReceiver() as mended:
        await hearing.call("set", {"webhook_id": webhook_id, "url": mended.url, "is_on": True})
        for body, count in (
            ({"delivery_id": row["delivery_id"]}, 1),  # which waits from then on
            ({"until": "2020-01-01T00:00:00Z"}, 0),
            ({"state": "failed"}, 2),
        ):
            assert (await hearing.call("replay", {"webhook_id": webhook_id, **body}))["count"] == count
        await hearing.send()
        assert len({received.event_id for received in mended.received}) == 3
    assert {one["state"] for one in await hearing.log(webhook_id)} == {"delivered"}


async def test_one_that_says_gone_is_switched_off_at_once(hearing: Hearing) -> None:
    with WebhookReceiver(statuses=(410,)) as receiver:
        await hearing.set(receiver)
        await hearing.finish()
        await hearing.tell()
        await hearing.send()
    (endpoint,) = (await hearing.call("list", {}))["data"]
    assert (endpoint["is_on"], endpoint["off_reason"]) == (False, OffReason.GONE)


async def test_tries_to_one_that_fails_do_not_pile_up_and_hold_up_no_other(hearing: Hearing) -> None:
    """One of five is tried, and one more each time; what the other endpoint is to hear has all arrived meanwhile."""
    with WebhookReceiver(statuses=(500,), hangs=True) as hanging, WebhookReceiver() as living:
        await hearing.set(hanging)
        await hearing.set(living)
        for _ in range(5):
            await hearing.finish()
        await hearing.tell()
        sending = asyncio.create_task(hearing.send())
        await asyncio.to_thread(living.until, lambda one: len(one.received) == 5)
        assert len(set(living.seen)) <= AT_ONCE  # kept from one to the next
        await asyncio.to_thread(hanging.until, lambda one: len(one.received) == 1)
        await hearing.send()
        assert len(hanging.received) == 1  # another worker leaves it alone
        hanging.let_go()
        await sending
        await hearing.send()
        assert len(hanging.received) == 1  # it was asked a moment ago
        for count in (2, 3):
            hearing.clock.now += AGAIN_AFTER
            await hearing.send()
            assert len(hanging.received) == count
        hanging.statuses = (204,)
        hearing.clock.now += AGAIN_AFTER
        await hearing.send()
        await hearing.send()
        assert len({received.event_id for received in hanging.received}) == 5
    assert len(living.received) == 5


async def test_one_that_answers_late_is_written_and_let_go_as_well(
    hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vivavoce.events.send.WRITE_SECONDS", 0.01)
    whose: dict[str, Any] = {"merchant_id": hearing.house.merchant.id, "is_failing": False, "most": 20}
    with WebhookReceiver(hangs=True) as late, WebhookReceiver() as quick:
        webhook_id, _ = await hearing.set(late)
        await hearing.set(quick)
        await hearing.finish()
        await hearing.tell()
        held, lingers, ended = await hold_due(hearing.database, hearing.sender, **whose), asyncio.Event(), []
        sending = asyncio.create_task(
            send_held(hearing.database, hearing.sender, held, ended=lambda: ended.append(True), lingers=lingers.set)
        )
        await asyncio.to_thread(late.until, lambda one: len(one.received) == 1)
        await lingers.wait()
        late.let_go()
        await sending
        assert len(ended) == 2
        assert [row["state"] for row in await hearing.log(webhook_id)] == ["delivered"]
        await hearing.finish()
        await hearing.tell()
        await hearing.send()
        assert len(late.received) == 2


async def test_what_a_dead_worker_held_is_sent_by_another_once_its_time_is_over(hearing: Hearing) -> None:
    whose: dict[str, Any] = {"merchant_id": hearing.house.merchant.id, "is_failing": False, "most": 20}
    with WebhookReceiver() as receiver:
        webhook_id, _ = await hearing.set(receiver)
        await hearing.finish()
        await hearing.tell()
        slept = await hold_due(hearing.database, hearing.sender, **whose)
        await hearing.send()
        assert receiver.received == []
        hearing.clock.now += HELD_FOR
        await hearing.send()
        assert len(receiver.received) == 1
        await send_held(hearing.database, hearing.sender, slept)  # it was not dead: sent twice, by the same id
        assert len({received.event_id for received in receiver.received}) == 1
    (row,) = await hearing.log(webhook_id)
    assert [tried["status"] for tried in row["tries"]] == [204]


@pytest.mark.slow
async def test_a_worker_sends_what_is_committed_and_many_that_are_dead_hold_up_nobody(
    address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three merchants, by the pump itself, with a second one beside it: nothing is sent twice.

    More hang at once than there are places.
    """
    monkeypatch.setattr("vivavoce.events.pump.PLACES", 6)
    with empty_database(address) as own, WebhookReceiver(hangs=True) as dead, WebhookReceiver() as living:
        upgrade(own)
        async with open_database(own, connections=8) as database, asyncio.TaskGroup() as group:
            sender = WebhookSender(sealer=KEYS.sealer, networks=LOOPBACK, clock=now, seconds=PATIENCE)
            pumping = [group.create_task(WebhookPump(own, database, sender).run()) for _ in range(2)]
            houses = [await a_house(database) for _ in range(3)]
            for house, receivers in zip(houses, ([dead] * 20, [living, dead], [living]), strict=True):
                for receiver in receivers:
                    await an_endpoint(database, house, receiver)
            for house in houses:
                seat = await a_seat(database, house, await an_interview(database, house))
                attempt_id = await an_attempt(database, seat)
                async with database.tenant(house.merchant.id) as connection:
                    message = WebhookMessage(
                        id=new_id(),
                        merchant_id=house.merchant.id,
                        environment=DEFAULT_ENVIRONMENT,
                        kind=WebhookKind.COLLECTED,
                        attempt_id=attempt_id,
                        body="{}",
                    )
                    assert await add_message(connection, message, now=now())
            await asyncio.to_thread(living.until, lambda one: len(one.received) == 2)
            await asyncio.to_thread(dead.until, lambda one: len(one.received) == 21)
            for task in pumping:
                task.cancel()


async def an_endpoint(database: Database, house: House, receiver: WebhookReceiver) -> None:
    async with database.tenant(house.merchant.id) as connection:
        await add_endpoint(
            connection,
            EndpointChange(url=receiver.url),
            merchant_id=house.merchant.id,
            environment=DEFAULT_ENVIRONMENT,
            sealer=KEYS.sealer,
            hears=HEARS,
            actor="test",
            now=NOW,
        )


# --- Signatures ----------------------------------------------------------------------------------------------------


async def test_while_a_secret_is_changed_whoever_knows_either_is_content(hearing: Hearing) -> None:
    with WebhookReceiver() as receiver:
        webhook_id, old = await hearing.set(receiver)
        answer = await hearing.call("set", {"webhook_id": webhook_id, "new_secret": True, "old_secret_hours": 2})
        new = answer["secret"]
        await hearing.finish()
        await hearing.tell()
        await hearing.send()
        hearing.clock.now += timedelta(hours=3)
        await hearing.finish()
        await hearing.tell()
        await hearing.send()
        during, after = receiver.received
    for secret in (old, new):
        told(during, secret)
    signed = {
        secret: "sha256=" + hmac.new(secret.encode(), during.body, hashlib.sha256).hexdigest() for secret in (old, new)
    }
    assert during.headers["x-signature"] == signed[old]
    assert after.headers["x-signature"] == "sha256=" + hmac.new(new.encode(), after.body, hashlib.sha256).hexdigest()


def test_two_public_libraries_take_what_is_signed_and_refuse_what_was_changed() -> None:
    secret, body = write_secret(b"k" * 32), '{"event":"interview_result","candidate_name":"Zoë Ü"}'.encode()
    timestamp = int(datetime.now(UTC).timestamp())
    headers = sign_webhook(body, message_id="m-1", timestamp=timestamp, secrets=[write_secret(b"n" * 32), secret])
    late = sign_webhook(body, message_id="m-1", timestamp=timestamp - 3600, secrets=[secret])
    bad = [(body + b" ", headers), (body, headers | {"webhook-id": "m-2"}), (body, late)]
    Webhook(secret).verify(body, headers)
    for changed, with_these in bad:
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(changed, with_these)
    node = shutil.which("node", path=f"{ROOT}/.venv/bin")
    if node is None:
        pytest.skip("node is not laid here")
    program = (
        "const { Webhook } = require('standardwebhooks');"
        "const [secret, cases] = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(cases.map(([body, headers]) => {"
        " try { new Webhook(secret).verify(body, headers); return true; } catch { return false; } })));"
    )
    cases = [(sent.decode(), with_these) for sent, with_these in [(body, headers), *bad]]
    done = subprocess.run(
        [node, "-e", program], input=json.dumps([secret, cases]), cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [True, False, False, False]


# --- The calls -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        ({}, "url", "required"),
        ({"url": "http://10.0.0.1/hook"}, "url", "private network"),
        ({"url": "http://169.254.169.254/latest"}, "url", "private network"),
        ({"url": "ftp://example.com"}, "url", "https://"),
        ({"url": "https://a:b@example.com/"}, "url", "Authorization"),
        ({"url": "http://93.184.216.34/"}, "url", "https"),
        ({"url": "https://127.0.0.1/", "events": []}, "events", "at least 1"),
        ({"url": "https://127.0.0.1/", "events": ["interview_begun"]}, "events[0]", "one of these"),
        ({"url": "https://127.0.0.1/", "headers": {"Host": "x"}}, "headers.Host", "server itself"),
        ({"url": "https://127.0.0.1/", "headers": {"A B": "x"}}, "headers.A B", "letters"),
        ({"url": "https://127.0.0.1/", "headers": {"A": "x\ny"}}, "headers.A", "printable"),
        ({"url": "https://127.0.0.1/", "headers": {"A": "1", "a": "2"}}, "headers", "twice"),
        ({"url": "https://127.0.0.1/", "notice_email": "nobody"}, "notice_email", "e-mail"),
        ({"url": "https://127.0.0.1/", "old_secret_hours": 721}, "old_secret_hours", "720"),
    ],
)
async def test_what_can_t_be_an_endpoint_is_refused(
    hearing: Hearing, body: dict[str, Any], name: str, words: str
) -> None:
    answer = await hearing.call("set", body, status=422)
    assert answer["name"] == name
    assert words in answer["error"]


async def test_an_endpoint_is_tried_out_with_what_really_happened_before_it_was_there(hearing: Hearing) -> None:
    with WebhookReceiver() as receiver:
        webhook_id, secret = await hearing.set(receiver)
        await hearing.call("test", {"webhook_id": webhook_id}, status=409)
        await hearing.call("remove", {"webhook_id": webhook_id})
        seat, attempt_id = await hearing.finish()
        await hearing.submit(seat, attempt_id)
        await hearing.judge(attempt_id)
        webhook_id, secret = await hearing.set(receiver)
        for event in ("interview_result", "interview_collected"):
            answer = await hearing.call("test", {"webhook_id": webhook_id, "event": event})
            assert answer["event"] == event
        await hearing.call("test", {"webhook_id": webhook_id, "event": "interview_failed"}, status=409)
        await hearing.send()
        payloads = [told(received, secret) for received in receiver.received]
    assert {payload["event"] for payload in payloads} == {"interview_result", "interview_collected"}
    assert {payload["interview_result_id"] for payload in payloads} == {str(attempt_id)}
    assert all(payload["is_webhook_test"] for payload in payloads)


async def test_what_the_how_to_shows_is_taken_as_it_stands_there(hearing: Hearing) -> None:
    """Its calls in their order, and its receiver in Python with what arrives."""
    page = (ROOT / "docs" / "howto" / "hear-of-results.md").read_text(encoding="utf-8")
    calls = re.findall(r"/merchant-webhook-([a-z]+)\" .*?-d '(\{.*?\})'", page, re.DOTALL)
    assert [name for name, _ in calls] == ["set", "test", "set"]
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    with WebhookReceiver() as receiver:
        webhook_id = secret = ""
        attempt_id = new_id()
        for name, text in calls:
            sent = json.loads(text)
            body = sent | ({"url": receiver.url} if "url" in sent else {"webhook_id": webhook_id})
            answer = await hearing.call(name, body)
            if "url" not in sent:
                continue
            webhook_id, secret = answer["webhook_id"], answer["secret"]
            seat, attempt_id = await hearing.finish()
            await hearing.submit(seat, attempt_id)
            await hearing.judge(attempt_id)
            await hearing.tell()
        await hearing.send()
    fetched: list[str] = []
    names: dict[str, Any] = {"seen_before": lambda _: False, "fetch_result": fetched.append}
    exec(code.replace("whsec_…", secret), names)  # noqa: S102 (the page's own)
    for received in receiver.received:
        names["take"](received.body, dict(received.headers))
    assert fetched == [str(attempt_id)] * 2  # as it happened, and to try it out


async def test_secrets_are_told_once_and_headers_never(hearing: Hearing) -> None:
    with WebhookReceiver() as receiver:
        webhook_id, secret = await hearing.set(receiver, headers={"X-Key": "very-secret"})
        rows = (await hearing.call("list", {}))["data"]
    assert rows[0]["headers"] == ["X-Key"]
    assert secret not in json.dumps(rows)
    assert "very-secret" not in json.dumps(rows)
    async with hearing.database.tenant(hearing.house.merchant.id) as connection:
        row = await connection.fetchrow("select webhook_endpoints::text as text from webhook_endpoints")
        assert row is not None
        assert b"very-secret".hex() not in row["text"]
    for role in (Role.RECRUITER, Role.SELECTION):
        await hearing.call("list", {}, status=403, role=role)
    foreign = replace(hearing, house=await a_house(hearing.database))
    for name in ("set", "remove", "test", "replay", "delivery-list"):
        await foreign.call(name, {"webhook_id": webhook_id}, status=404)
        await hearing.call(name, {"webhook_id": webhook_id}, status=404, environment="staging")


async def test_two_hundred_at_once_make_no_more_than_twenty(hearing: Hearing) -> None:
    async def add() -> bool:
        try:
            async with hearing.database.tenant(hearing.house.merchant.id) as connection:
                await add_endpoint(
                    connection,
                    EndpointChange(url="https://127.0.0.1/"),
                    merchant_id=hearing.house.merchant.id,
                    environment=DEFAULT_ENVIRONMENT,
                    sealer=KEYS.sealer,
                    hears=HEARS,
                    actor="test",
                    now=NOW,
                )
        except TooManyEndpoints:
            return False
        return True

    assert sum(await asyncio.gather(*(add() for _ in range(200)))) == 20
    async with hearing.database.tenant(hearing.house.merchant.id) as connection:
        assert await connection.fetchval("select count(*) from event_listeners") == 1
