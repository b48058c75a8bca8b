"""merchant-candidate-erase through the whole app: nothing of the person is left, and nobody comes in as them."""

import io
import json
import logging
import secrets
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import CONSENTS, KEYS, QUESTIONS, House, a_body, an_attempt, store_in
from tests.holding import BESIDE, HOLDING
from vivavoce.attempts.begin import begin_attempt
from vivavoce.attempts.erase import Files, erase_person
from vivavoce.attempts.introduction import Introduction, save_introduction
from vivavoce.attempts.keep import TextDraft
from vivavoce.attempts.move import give_back
from vivavoce.attempts.requests import ask_for_erasure, ask_for_person, contest
from vivavoce.candidates.links import Identity, PersonErased, Seat, read_link, sign_identity
from vivavoce.candidates.post import Letter, MailKind, Silence, silence
from vivavoce.candidates.post import post as post_letter
from vivavoce.candidates.sign_in import SignInTarget, ask_code, send_code
from vivavoce.cli.worker import Errands, make_handlers
from vivavoce.conversation.happenings import Answered, Arrived, HandedIn
from vivavoce.conversation.loop import happen, keep_typed
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.db.postgres_binaries import binaries_for, find_user
from vivavoce.errors import BeingErased, NotFound
from vivavoce.jobs.leave import Note
from vivavoce.providers.mail import mail_folder
from vivavoce.providers.mail.folder import FolderMailer
from vivavoce.providers.raters import embedded_rater
from vivavoce.reports.erasure_receipt import check_erasure
from vivavoce.reports.erasure_receipts import find_erasure_receipt, to_receipt_file
from vivavoce.reports.receipt import ReceiptBroken
from vivavoce.sound.retention import erase_due, files_in
from vivavoce.sound.sound_file import SoundFile, sound_folder
from vivavoce.web.candidate.session import PERSON_COOKIE

FUNCTIONS = "/functions/v1"
ERASE, TASKS, SET_TASK = (f"{FUNCTIONS}/merchant-{name}" for name in ("candidate-erase", "task-list", "task-set-state"))
WEBM = b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + bytes(40)


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A person with something in every place that there is, and the word that marks it."""

    canary: str
    seat: Seat
    token: str
    attempts: tuple[UUID, ...]

    @property
    def identity(self) -> Identity:
        return Identity(
            merchant_id=self.seat.merchant_id, candidate_id=self.seat.candidate_id, environment="production"
        )

    @property
    def body(self) -> dict[str, str]:
        return {"profile_interview_id": str(self.seat.candidate_id)}


async def post(client: httpx.AsyncClient, house: House, path: str, body: Any) -> httpx.Response:
    return await client.post(path, json=body, headers=house.authorization())


async def told(client: httpx.AsyncClient, house: House, path: str, body: Any) -> Any:
    answer = await post(client, house, path, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def invited(client: httpx.AsyncClient, house: House, canary: str) -> tuple[Seat, str]:
    """By the calls that a merchant makes."""
    questions = [{"question": one.text} for one in QUESTIONS]
    body = a_body(house, questions=questions, interview_attempts=3, max_followups=0)
    created = await told(client, house, f"{FUNCTIONS}/job-interview-create-from-array", body)
    users = [{"name": f"{canary} Rivers", "email": f"{canary}@example.com", "external_id": f"{canary}-7"}]
    registered = await told(
        client,
        house,
        f"{FUNCTIONS}/job-interview-register-users",
        {"interview_id": created["interview_def_set_id"], "users": users},
    )
    url: str = registered[0]["interview_url"]
    token = url.partition("interview_token=")[2].partition("&")[0]
    return read_link(KEYS, token), token


async def take(database: Database, seat: Seat, data_dir: Path, canary: str) -> UUID:
    """An attempt with the canary in every row and file of it, handed in."""
    now = datetime.now(UTC)
    attempt_id = (await begin_attempt(database, seat, consents=CONSENTS, now=now, again=True)).id
    for number in (1, 2, 3):
        await keep_typed(database, seat, attempt_id, TextDraft(number=number, text=f"{canary} typ"), now=now)
        answered = Answered(key=new_id(), number=number, text=f"I once sang {canary}.")
        await happen(database, seat, attempt_id, answered, now=now)
    whose = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id}
    film = Introduction(id=new_id(), **whose, format="webm", size_bytes=len(WEBM), kept_at=now, is_sealed=False)
    (data_dir / film.place).parent.mkdir(parents=True)
    (data_dir / film.place).write_bytes(WEBM + canary.encode())
    async with database.tenant(seat.merchant_id) as connection:
        await save_introduction(connection, film)
        for statement in BESIDE:
            if "insert into introductions" not in statement:
                await connection.execute(statement, attempt_id, new_id(), canary)
    file = SoundFile(sound_folder(data_dir, **whose))
    file.append([canary.encode().ljust(640, b"\0")], [{"kind": "heard", "text": canary}])
    file.close()
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=now)
    return attempt_id


async def somebody(client: httpx.AsyncClient, house: House, database: Database, data_dir: Path) -> Somebody:
    canary = f"kanarie{secrets.token_hex(6)}"
    seat, token = await invited(client, house, canary)
    first = await take(database, seat, data_dir, canary)
    async with database.tenant(house.merchant.id) as connection:
        await give_back(
            connection, merchant_id=house.merchant.id, attempt_id=first, actor="test", now=datetime.now(UTC)
        )
    attempts = (first, await take(database, seat, data_dir, canary))
    found = Somebody(canary=canary, seat=seat, token=token, attempts=attempts)
    now = datetime.now(UTC)
    await ask_for_person(database, seat, declined=[], text=f"Call {canary}.", now=now)
    await ask_for_erasure(database, found.identity, now=now)
    door = SignInTarget(merchant_id=house.merchant.id, environment="production", interview_id=None)
    sign_in = await ask_code(database, door, email=f"{canary}@example.com", name=canary, client=new_id().bytes, now=now)
    mailer = FolderMailer(mail_folder(data_dir))
    await send_code(database, KEYS, mailer, merchant_id=house.merchant.id, sign_in_id=sign_in, now=now)
    async with database.tenant(house.merchant.id) as connection:
        letter = Letter(
            kind=MailKind.RECEIPT,
            environment="production",
            candidate_id=seat.candidate_id,
            interview_id=seat.interview_id,
            subject_id=first,
            message=canary,
        )
        await post_letter(connection, letter, merchant_id=house.merchant.id, now=now)
        await silence(connection, f"{canary}@example.com", Silence.UNSUBSCRIBED, merchant_id=house.merchant.id, now=now)
        await connection.execute(
            "update candidates set phone = $2, contact_email = $3 where id = $1",
            seat.candidate_id,
            f"+44 {canary}",
            f"{canary}@elsewhere.example",
        )
    return found


def dump(address: DatabaseAddress) -> bytes:
    """The whole database, as a backup holds it."""
    program = binaries_for(find_user()) / "pg_dump"
    done = subprocess.run([program, "--inserts", address.admin_url], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def files_with(folder: Path, word: str) -> list[str]:
    """Whose content or name holds the word, but PostgreSQL's own, which it writes over when it likes."""
    files = [file for file in folder.rglob("*") if file.is_file() and "cluster" not in file.parts]
    return [str(file) for file in files if word in str(file) or word.encode() in file.read_bytes()]


async def tasks_of(client: httpx.AsyncClient, house: House) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await told(client, house, TASKS, {"state": "all"}))["data"]
    return found


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


async def test_nothing_of_the_person_is_left_anywhere(
    client: httpx.AsyncClient,
    house: House,
    database: Database,
    address: DatabaseAddress,
    data_dir: Path,
    logged: pytest.LogCaptureFixture,
) -> None:
    one = await somebody(client, house, database, data_dir)
    other = await somebody(client, house, database, data_dir)
    before = dump(address)
    tables = {line.split()[2].removeprefix("public.") for line in before.decode().splitlines() if one.canary in line}
    # These hold figures, formats, kinds and ids alone; what a report is called stands in `reports`.
    wordless = {"playouts", "introductions", "camera_takes", "report_results", "automatic_reports", "verdict_views"}
    holding = {*HOLDING, "reports"} - wordless
    assert tables == {*holding, "candidates", "tasks", "sign_ins", "mails", "silenced_addresses"}, (
        "else this shows nothing"
    )
    assert len(files_with(data_dir, one.canary)) == 7, "sound, turns and film of two attempts, and a mail"

    done = await told(client, house, ERASE, one.body)
    assert (done["status"], done["attempts"]) == ("erased", 2)

    after = dump(address)
    assert one.canary.encode() not in after
    assert files_with(data_dir, one.canary) == []
    assert one.canary not in logged.text
    assert other.canary.encode() in after, "and nothing of anybody else is gone"
    assert len(files_with(data_dir, other.canary)) == 7
    for attempt_id in one.attempts:
        assert not sound_folder(data_dir, merchant_id=house.merchant.id, attempt_id=attempt_id).exists()


async def test_that_it_happened_stays_with_who_did_it_and_when(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Path
) -> None:
    one = await somebody(client, house, database, data_dir)
    done = await told(client, house, ERASE, one.body)
    async with database.tenant(house.merchant.id) as connection:
        (event,) = await connection.fetch("select * from events where kind = 'candidate.erased'")
        attempts = await connection.fetch("select * from attempts where candidate_id = $1", one.seat.candidate_id)
        consents = await connection.fetchval("select count(*) from consents")
        gone = await connection.fetchval("select count(*) from events where kind = 'attempt.erased'")
        invitations = await connection.fetchval("select count(*) from invitations")
    assert (event["subject_id"], event["data"]) == (one.seat.candidate_id, {"attempts": 2})
    assert event["actor"].startswith("user ")
    assert [row["erased_at"].isoformat() for row in attempts] == [done["erased_at"]] * 2
    assert (consents, gone, invitations) == (2 * len(CONSENTS), 2, 0)


async def test_sent_again_it_changes_nothing(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Path
) -> None:
    one = await somebody(client, house, database, data_dir)
    first = await told(client, house, ERASE, one.body)
    assert await told(client, house, ERASE, one.body) == first
    async with database.tenant(house.merchant.id) as connection:
        events = await connection.fetchval("select count(*) from events where kind like '%.erased'")
    assert events == 3


async def test_a_receipt_can_be_checked_later_and_names_nobody(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Path
) -> None:
    one = await somebody(client, house, database, data_dir)
    address = f"/interview/at/{house.merchant.slug}/erased/{one.seat.candidate_id}"
    assert (await client.get(address)).status_code == 404
    receipt = (await told(client, house, ERASE, one.body))["receipt"]
    whole = to_receipt_file(receipt)
    checked = check_erasure(whole)
    assert checked.key == KEYS.signer.public_key
    assert one.canary not in whole.decode()
    record = checked.record
    assert (record["person_id"], record["asked_by"][:5], record["files_left"]) == (
        str(one.seat.candidate_id),
        "user ",
        0,
    )
    assert record["wanted_by_the_person_at"] <= record["asked_at"] <= record["erased_at"]
    assert [attempt["attempt_id"] for attempt in record["attempts"]] == [str(attempt) for attempt in one.attempts]
    assert [(attempt["rows"]["answers"], attempt["rows"]["films"]) for attempt in record["attempts"]] == [(3, 1)] * 2
    shown = await client.get(address)
    assert shown.content == whole
    assert "attachment" in shown.headers["content-disposition"]
    key, signature = checked.key, json.loads(whole)["signature"]
    for before, after in (
        ('"films":1', '"films":0'),
        (str(one.attempts[0]), str(new_id())),
        ('"key"', ' "key"'),
        (key, key.upper()),
        (signature, f"{signature[:2]} {signature[2:]}"),
    ):
        assert before in whole.decode()
        with pytest.raises(ReceiptBroken):
            check_erasure(whole.decode().replace(before, after).encode())


async def test_a_worker_writes_the_receipt_of_whoever_was_erased_without_one(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Path
) -> None:
    """As where the time is over, or the server died after the erasing; a second one changes nothing."""
    one = await somebody(client, house, database, data_dir)
    person = one.seat.candidate_id
    write = make_handlers(database, Errands(keys=KEYS, mailer=None, find_rater=embedded_rater))[
        Note.WRITE_ERASURE_RECEIPT
    ]
    await write(house.merchant.id, person)
    async with database.tenant(house.merchant.id) as connection:
        assert await find_erasure_receipt(connection, person) is None, "nothing is erased yet"
    await erase_person(
        database,
        files_in(store_in(data_dir)),
        merchant_id=house.merchant.id,
        candidate_id=person,
        environment=None,
        actor="retention",
        now=datetime.now(UTC),
    )
    async with database.tenant(house.merchant.id) as connection:
        assert (
            await connection.fetchval(
                "select count(*) from procrastinate_jobs where task_name = $1 and args ->> 'subject_id' = $2",
                Note.WRITE_ERASURE_RECEIPT.value,
                str(person),
            )
            == 1
        )
    await write(house.merchant.id, person)
    async with database.tenant(house.merchant.id) as connection:
        first = await find_erasure_receipt(connection, person)
    await write(house.merchant.id, person)
    async with database.tenant(house.merchant.id) as connection:
        assert await find_erasure_receipt(connection, person) == first
    assert first is not None
    assert first["record"]["asked_by"] == "retention"


# --- Nobody comes in as this person any more --------------------------------------------------------------------------


async def test_links_sessions_and_sign_ins_stop_working(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Path
) -> None:
    one = await somebody(client, house, database, data_dir)
    position = f"/interview/take/{one.seat.interview_id}/"
    identity = sign_identity(KEYS, one.identity, expires_at=datetime.now(UTC) + timedelta(days=1))
    mine = f"/interview/at/{house.merchant.slug}/mine/"
    signed_in = {"cookie": f"{PERSON_COOKIE}{str(house.merchant.id)[-12:]}={identity}"}
    assert (await client.get(position, params={"interview_token": one.token})).status_code == 200
    page = (await client.get(mine, headers=signed_in)).text
    assert one.canary in page
    assert f"/interview/at/{house.merchant.slug}/erased/{one.seat.candidate_id}" in page, "where the receipt will be"
    own = await client.get(f"/interview/at/{house.merchant.slug}/mine.zip", headers=signed_in)
    with zipfile.ZipFile(io.BytesIO(own.content)) as archive:
        assert one.canary in archive.read("person.json").decode()

    await told(client, house, ERASE, one.body)

    answer = await client.get(position, params={"interview_token": one.token})
    assert (answer.status_code, "What was kept here has been deleted" in answer.text) == (410, True)
    assert "saved" not in answer.text
    for page in (mine, f"{mine}{one.attempts[0]}/"):
        shown = (await client.get(page, headers=signed_in)).text
        assert [word for word in (one.canary, "Delete my data", "sent.") if word in shown] == [], "a stranger's page"
    with pytest.raises(PersonErased):
        await begin_attempt(database, one.seat, consents=CONSENTS, now=datetime.now(UTC), again=True)
    for attempt_id in one.attempts:
        with pytest.raises(NotFound):
            await happen(database, one.seat, attempt_id, Arrived(), now=datetime.now(UTC))
        with pytest.raises(NotFound):
            await contest(database, one.identity, attempt_id=attempt_id, text="Look again.")
    with pytest.raises(NotFound):
        await ask_for_erasure(database, one.identity, now=datetime.now(UTC))
    with pytest.raises(BeingErased):
        await ask_for_person(database, one.seat, declined=[], text="Call me.", now=datetime.now(UTC))


async def test_invited_again_the_person_is_somebody_new(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Path
) -> None:
    one = await somebody(client, house, database, data_dir)
    await told(client, house, ERASE, one.body)
    seat, token = await invited(client, house, one.canary)
    assert seat.candidate_id != one.seat.candidate_id
    page = await client.get(f"/interview/take/{seat.interview_id}/", params={"interview_token": token})
    assert page.status_code == 200
    assert await an_attempt(database, seat)


# --- Stopped in the middle --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reached", range(4))
async def test_whoever_is_killed_in_the_middle_leaves_it_to_a_worker(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Path, reached: int
) -> None:
    """Killed before the files of the first attempt, of the second, before the mails, and after them."""
    one = await somebody(client, house, database, data_dir)
    steps = iter(range(4))

    def die_at(step: int) -> None:
        if step == reached:
            raise SystemExit

    def of_attempt(merchant_id: UUID, attempt_id: UUID) -> bool:
        die_at(next(steps))
        return files_in(store_in(data_dir)).of_attempt(merchant_id, attempt_id)

    def of_address(address: str) -> bool:
        die_at(next(steps))
        return files_in(store_in(data_dir)).of_address(address)

    with pytest.raises(SystemExit):
        await erase_person(
            database,
            Files(of_attempt=of_attempt, of_address=of_address),
            merchant_id=house.merchant.id,
            candidate_id=one.seat.candidate_id,
            environment=None,
            actor="user 7",
            now=datetime.now(UTC),
        )
    async with database.tenant(house.merchant.id) as connection:
        rows = await connection.fetch("select id, erased_at from attempts where erased_at is not null")
        is_done = await connection.fetchval("select count(*) from candidates where erased_at is not null")
    assert is_done == 0
    for row in rows:
        assert not sound_folder(data_dir, merchant_id=house.merchant.id, attempt_id=row["id"]).exists()
    with pytest.raises(PersonErased):
        await begin_attempt(database, one.seat, consents=CONSENTS, now=datetime.now(UTC), again=True)

    await erase_due(database, files_in(store_in(data_dir)), keep_days=0, now=datetime.now(UTC))
    assert files_with(data_dir, one.canary) == []
    async with database.tenant(house.merchant.id) as connection:
        actors = await connection.fetch("select distinct actor from events where kind like '%.erased'")
        email = await connection.fetchval("select email from candidates where id = $1", one.seat.candidate_id)
    assert ([row["actor"] for row in actors], email) == (["user 7"], None), "whoever finishes it, who wanted it is told"


async def test_while_somebody_still_records_it_says_so_and_a_worker_goes_on(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Path
) -> None:
    one = await somebody(client, house, database, data_dir)
    held = SoundFile(sound_folder(data_dir, merchant_id=house.merchant.id, attempt_id=one.attempts[0]))
    for _ in range(2):
        done = await told(client, house, ERASE, one.body)
        assert (done["status"], done["erased_at"]) == ("erasing", None)
    assert [task["state"] for task in await tasks_of(client, house) if task["kind"] == "erasure_wanted"] == ["open"]
    held.close()
    await erase_due(database, files_in(store_in(data_dir)), keep_days=0, now=datetime.now(UTC))
    assert (await told(client, house, ERASE, one.body))["status"] == "erased"
    assert files_with(data_dir, one.canary) == []


# --- What holds it back -----------------------------------------------------------------------------------------------


async def test_a_person_whose_mails_can_not_be_removed_yet_is_not_said_to_be_erased(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Path
) -> None:
    one = await somebody(client, house, database, data_dir)
    files = files_in(store_in(data_dir))
    found = []
    for of_address in (lambda _: False, files.of_address):
        erasure = await erase_person(
            database,
            Files(of_attempt=files.of_attempt, of_address=of_address),
            merchant_id=house.merchant.id,
            candidate_id=one.seat.candidate_id,
            environment=None,
            actor="test",
            now=datetime.now(UTC),
        )
        async with database.tenant(house.merchant.id) as connection:
            email = await connection.fetchval("select email from candidates where id = $1", one.seat.candidate_id)
        found.append((erasure.erased_at is not None, email is not None))
    assert found == [(False, True), (True, False)]


async def test_an_open_contest_holds_it_back_and_says_so(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Path
) -> None:
    one = await somebody(client, house, database, data_dir)
    await contest(database, one.identity, attempt_id=one.attempts[0], text=f"Wrong, says {one.canary}.")
    answer = await post(client, house, ERASE, one.body)
    assert answer.status_code == 409
    assert "asked for another look" in answer.json()["error"]
    assert one.canary in str(await tasks_of(client, house))
    (task,) = [task for task in await tasks_of(client, house) if task["kind"] == "contested"]
    await told(client, house, SET_TASK, {"task_id": task["id"], "state": "done"})
    assert (await told(client, house, ERASE, one.body))["status"] == "erased"
    assert one.canary not in str(await tasks_of(client, house))


async def test_a_token_of_one_environment_erases_nothing_of_another(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Path
) -> None:
    one = await somebody(client, house, database, data_dir)
    headers = house.authorization(environment="staging")
    assert (await client.post(ERASE, json=one.body, headers=headers)).status_code == 404
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update attempts set environment = 'staging' where id = $1", one.attempts[0])
    for environment in ("staging", "production"):
        answer = await client.post(ERASE, json=one.body, headers=house.authorization(environment=environment))
        assert answer.status_code == 409
        assert "vivavoce erase" in answer.json()["error"]
    assert len(files_with(data_dir, one.canary)) == 7


# --- The wish on the own page -----------------------------------------------------------------------------------------


async def test_only_erasing_does_what_somebody_asked_for(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Path
) -> None:
    one = await somebody(client, house, database, data_dir)
    (task,) = [task for task in await tasks_of(client, house) if task["kind"] == "erasure_wanted"]
    answer = await post(client, house, SET_TASK, {"task_id": task["id"], "state": "done"})
    assert answer.status_code == 409
    assert "merchant-candidate-erase" in answer.json()["error"]
    await told(client, house, ERASE, one.body)
    assert {(row["kind"], row["state"], row["text"]) for row in await tasks_of(client, house)} == {
        ("erasure_wanted", "done", ""),
        ("person_wanted", "done", ""),
        ("trouble", "done", ""),
    }
    assert (await post(client, house, SET_TASK, {"task_id": task["id"], "state": "open"})).status_code == 409


async def test_a_wish_is_refused_with_a_reason_that_the_person_reads(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Path
) -> None:
    one = await somebody(client, house, database, data_dir)
    (wish,) = [task for task in await tasks_of(client, house) if task["kind"] == "erasure_wanted"]
    (other,) = [task for task in await tasks_of(client, house) if task["kind"] == "person_wanted"]
    refuse = {"task_id": wish["id"], "state": "refused"}
    for missing in ({}, {"reason": " "}):
        answer = await post(client, house, SET_TASK, refuse | missing)
        assert (answer.status_code, answer.json()["name"]) == (422, "reason")
    answer = await post(client, house, SET_TASK, {"task_id": other["id"], "state": "refused", "reason": "No."})
    assert answer.status_code == 409
    reason = "A court has asked us to keep it until <May>."
    for _ in range(2):
        await told(client, house, SET_TASK, refuse | {"reason": reason})
    (told_back,) = (await told(client, house, TASKS, {"state": "refused"}))["data"]
    assert (told_back["id"], told_back["reason"]) == (wish["id"], reason)

    identity = sign_identity(KEYS, one.identity, expires_at=datetime.now(UTC) + timedelta(days=1))
    mine = f"/interview/at/{house.merchant.slug}/mine/"
    page = await client.get(mine, headers={"cookie": f"{PERSON_COOKIE}{str(house.merchant.id)[-12:]}={identity}"})
    assert "wasn’t done" in page.text
    assert "A court has asked us to keep it until &lt;May&gt;." in page.text
    assert "Ask to delete everything" in page.text, "it can be asked for again"

    await ask_for_erasure(database, one.identity, now=datetime.now(UTC))
    await told(client, house, ERASE, one.body)
    assert "court" not in str(await tasks_of(client, house))
