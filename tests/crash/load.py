"""Simulated clients that go on whatever happens, as a page and a careful caller do, and write down what they are told.

A lost connection, a 503 and a socket closed with 1013 are part of life: the client comes back and sends again what has
no receipt, under the same key. Anything else that is not as promised is a fault, and stands in the ledger.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit
from uuid import UUID, uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tests.crash.program import is_envelope
from tests.running import Furnished

FUNCTIONS = "/functions/v1"
TRY_AGAIN = 1013
CALL_SECONDS = 15  # for one answer; then the connection counts as dead
ATTEMPT_SECONDS = 90  # for one interview, all interruptions included
CANDIDATES = 6

# How a lost line shows itself: the client tries again after each of them.
LOST = (OSError, TimeoutError, ConnectionClosed, InvalidMessage, httpx.TransportError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer as a client sent it."""

    attempt_id: UUID
    number: int
    text: str
    choice: int | None
    is_skipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An interview that was acknowledged."""

    interview_id: UUID
    embed_id: UUID | None
    signing_key: str | None


@dataclass(slots=True)
class Ledger:
    """Everything that clients sent, and what was acknowledged; the second must be found, whatever was killed.

    bodies: by the interview's name, which is used once. keyed: names sent under an Idempotency-Key.
    """

    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    keyed: dict[str, str] = field(default_factory=dict)
    created: dict[str, Told] = field(default_factory=dict)
    invited: dict[UUID, UUID] = field(default_factory=dict)  # candidate to interview
    begun: dict[UUID, UUID] = field(default_factory=dict)  # attempt to candidate
    said: dict[UUID, Said] = field(default_factory=dict)
    receipts: dict[UUID, int] = field(default_factory=dict)
    corrected: dict[UUID, Said] = field(default_factory=dict)  # answers that were opened again
    corrections_received: set[UUID] = field(default_factory=set)
    submitted: set[UUID] = field(default_factory=set)
    taken: int = 0
    losses: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def copy(self) -> "Ledger":
        """As it stands now."""
        return Ledger(
            bodies=dict(self.bodies),
            keyed=dict(self.keyed),
            created=dict(self.created),
            invited=dict(self.invited),
            begun=dict(self.begun),
            said=dict(self.said),
            receipts=dict(self.receipts),
            corrected=dict(self.corrected),
            corrections_received=set(self.corrections_received),
            submitted=set(self.submitted),
            taken=self.taken,
            losses=Counter(self.losses),
            faults=list(self.faults),
        )

    def __str__(self) -> str:
        return (
            f"{len(self.created)} of {len(self.bodies)} interviews acknowledged, {len(self.begun)} attempts, "
            f"{len(self.receipts)} of {len(self.said)} answers with a receipt, "
            f"{len(self.corrections_received)} of {len(self.corrected)} corrections, {len(self.submitted)} handed in; "
            f"losses: {dict(self.losses)}"
        )


class Load:
    """Candidates and one caller, at work until told to stop."""

    def __init__(self, url: str, furnished: Furnished, *, seed: int) -> None:
        self.ledger = Ledger()
        self._url = url
        self._furnished = furnished
        self._random = random.Random(seed)
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Load":
        clients = [
            _Client(self._url, self._furnished, self.ledger, random.Random(self._random.random()), self._stop)
            for _ in range(CANDIDATES + 1)
        ]
        self._tasks = [asyncio.create_task(clients[0].create_all_the_time())]
        for number, client in enumerate(clients[1:]):
            self._tasks.append(asyncio.create_task(client.take_all_the_time(by_post=number % 3 == 2)))
        return self

    async def __aexit__(self, *error: object) -> None:
        """Lets every interview come to its end; after an error, breaks them off."""
        self._stop.set()
        if error[0] is None:
            _, pending = await asyncio.wait(self._tasks, timeout=ATTEMPT_SECONDS)
            assert not pending, f"clients did not come to an end: {self.ledger}"
            await asyncio.gather(*self._tasks)
            return
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def until(self, condition: Callable[[], bool], *, what: str) -> None:
        """Goes on until the condition holds; fails when a client gave up, or after the time of one interview."""
        until = asyncio.get_running_loop().time() + ATTEMPT_SECONDS
        while not condition():
            assert asyncio.get_running_loop().time() < until, f"it did not happen that {what}: {self.ledger}"
            for task in self._tasks:
                if task.done():
                    task.result()
                    raise AssertionError("a client ended by itself")
            await asyncio.sleep(0.01)

    async def goes_on(self, *, taken: int = CANDIDATES) -> None:
        """Returns when clients got some new receipts, and took as many whole interviews, from now on."""
        before = self.ledger.copy()
        await self.until(
            lambda: (
                len(self.ledger.receipts) >= len(before.receipts) + CANDIDATES
                and len(self.ledger.created) > len(before.created)
                and self.ledger.taken >= before.taken + taken
            ),
            what="the load goes on",
        )


@dataclass(slots=True)
class _Client:
    url: str
    furnished: Furnished
    ledger: Ledger
    random: random.Random
    stop: asyncio.Event

    async def create_all_the_time(self) -> None:
        async with self._caller() as caller:
            while not self.stop.is_set():
                await self._create(caller, is_insisting=self.random.random() < 0.5)
                await asyncio.sleep(0.02)

    async def take_all_the_time(self, *, by_post: bool) -> None:
        async with self._caller() as caller:
            while not self.stop.is_set():
                async with asyncio.timeout(ATTEMPT_SECONDS):
                    told = await self._create(caller, is_insisting=True)
                    assert told is not None
                    candidate_id, link = await self._invite(caller, told.interview_id)
                    await self._take(candidate_id, link, by_post=by_post)
                self.ledger.taken += 1

    # --- The caller's calls ---

    def _caller(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.url + FUNCTIONS,
            headers={"Authorization": f"Bearer {self.furnished.token}"},
            timeout=CALL_SECONDS,
            trust_env=False,
        )

    async def _create(self, caller: httpx.AsyncClient, *, is_insisting: bool) -> Told | None:
        """A new interview. Whoever insists sends again under its key until it is answered; who does not may never
        learn whether it was made."""
        body = self._body()
        name = body["name"]
        headers = {}
        if is_insisting:
            headers = {"Idempotency-Key": str(uuid4())}
            self.ledger.keyed[name] = headers["Idempotency-Key"]
        self.ledger.bodies[name] = body

        async def send() -> httpx.Response:
            return await caller.post("/job-interview-create-from-array", json=body, headers=headers)

        answer = await (self._insist(send) if is_insisting else self._try(send))
        if answer is None:
            return None
        self._check(answer, 200)
        sent = answer.json()
        told = Told(
            interview_id=UUID(sent["interview_def_set_id"]),
            embed_id=UUID(sent["embed_id"]) if "embed_id" in sent else None,
            signing_key=sent.get("embed_signing_key"),
        )
        if (told.embed_id is not None) != body.get("is_embedded", False):
            self.ledger.faults.append(f"{name}: embed {sent}")
        self.ledger.created[name] = told
        return told

    def _body(self) -> dict[str, Any]:
        questions: list[dict[str, Any]] = [
            {"id": f"q{number}", "question": f"Question {number} of {uuid4()}?"}
            for number in range(self.random.randint(1, 4))
        ]
        if self.random.random() < 0.5:
            questions.append(
                {
                    "id": "choice",
                    "question": "Which of these?",
                    "is_multiple_choice": True,
                    "question_alternatives": ["The first", "The second", "Neither"],
                }
            )
            questions.append({"id": "child", "question": "And why is that?", "is_conditional": True})
        return body_of(
            self.furnished,
            name=f"Load {uuid4()}",
            questions=questions,
            result_view=self.random.choice(["none", "minimal"]),
            is_embedded=self.random.random() < 0.5,
        )

    async def _invite(self, caller: httpx.AsyncClient, interview_id: UUID) -> tuple[UUID, str]:
        """A candidate and a personal link. Sent again it makes a second invitation, but no second person."""
        person = {"name": "Sam Rivers", "email": f"{uuid4().hex}@example.com"}

        async def send() -> httpx.Response:
            return await caller.post(
                "/job-interview-register-users", json={"interview_id": str(interview_id), "users": [person]}
            )

        answer = await self._insist(send)
        self._check(answer, 200)
        row = answer.json()[0]
        assert row["result"] == "ok", row
        candidate_id = UUID(row["profile_interview_id"])
        self.ledger.invited[candidate_id] = interview_id
        return candidate_id, str(row["interview_url"])

    # --- The candidate's pages ---

    async def _take(self, candidate_id: UUID, link: str, *, by_post: bool) -> None:
        async with httpx.AsyncClient(timeout=CALL_SECONDS, trust_env=False) as browser:
            self._check(await self._insist(lambda: browser.get(link)), 200)
            form = {
                "interview_token": parse_qs(urlsplit(link).query)["interview_token"][0],
                "consent_answers_kept": "yes",
                "consent_judged_by_program": "yes",
            }
            begun = await self._insist(lambda: browser.post(urljoin(link, "begin"), data=form))
            self._check(begun, 303)
            place = urljoin(urljoin(link, begun.headers["location"]), "./")  # past the start screen
            attempt_id = UUID(urlsplit(place).path.strip("/").rpartition("/")[2])
            self.ledger.begun[attempt_id] = candidate_id
            self._check(await self._insist(lambda: browser.get(place)), 200)
            talk = _Talk(attempt_id, self.ledger, self.random)
            while not talk.is_over:
                try:
                    if by_post:
                        await self._talk_by_post(browser, urljoin(place, "say"), talk)
                    else:
                        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
                        await self._talk_by_socket(urljoin(place, "socket"), cookies, talk)
                except LOST as error:
                    await self._lose(error)

    async def _talk_by_socket(self, address: str, cookies: str, talk: "_Talk") -> None:
        origin = f"{urlsplit(address).scheme}://{urlsplit(address).netloc}"
        try:
            line = await connect(
                address.replace("http", "ws", 1),
                additional_headers={"Cookie": cookies, "Origin": origin},
                open_timeout=CALL_SECONDS,
                close_timeout=1,
                ping_interval=None,
                proxy=None,
            )
        except InvalidHandshake as error:
            if isinstance(error, InvalidMessage):
                raise
            self.ledger.faults.append(f"the socket was refused: {error}")
            raise ConnectionError from error
        try:
            for message in talk.greet():
                await line.send(json.dumps(message))
            while not talk.is_over:
                async with asyncio.timeout(CALL_SECONDS):
                    heard = json.loads(await line.recv())
                reply = talk.hear(heard)
                if reply is not None:
                    await self._think()
                    await line.send(json.dumps(reply))
                    if self.random.random() < 0.1:
                        return  # a tunnel: the line is lost before the receipt came
        finally:
            await _close(line)

    async def _talk_by_post(self, browser: httpx.AsyncClient, address: str, talk: "_Talk") -> None:
        waiting = list(talk.greet())
        while waiting:
            message = waiting.pop(0)
            answer = await browser.post(address, json=message)
            if answer.status_code == 503:
                self._check_503(answer)
                raise ConnectionError("503")
            self._check(answer, 200)
            for heard in answer.json()["messages"]:
                reply = talk.hear(heard)
                if reply is not None:
                    await self._think()
                    waiting.append(reply)

    async def _think(self) -> None:
        await asyncio.sleep(self.random.random() * 0.03)

    # --- Whatever happens ---

    async def _insist(self, send: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
        while True:
            answer = await self._try(send)
            # 409: the call that was cut off is still running in the database.
            if answer is not None and answer.status_code != 409:
                return answer

    async def _try(self, send: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response | None:
        """The answer; None, after a moment, where none came or the server said to try again."""
        try:
            answer = await send()
        except httpx.TransportError as error:
            await self._lose(error)
            return None
        if answer.status_code == 503:
            self._check_503(answer)
            await self._lose(ConnectionError("503"))
            return None
        return answer

    async def _lose(self, error: BaseException) -> None:
        what = type(error).__name__
        if isinstance(error, ConnectionClosed) and error.rcvd is not None:
            what = f"closed {error.rcvd.code}"
        elif error.args == ("503",):
            what = "503"
        self.ledger.losses[what] += 1
        await asyncio.sleep(0.05 + self.random.random() * 0.1)

    def _check(self, answer: httpx.Response, status: int) -> None:
        if answer.status_code != status:
            self.ledger.faults.append(
                f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:300]}"
            )
            raise AssertionError(self.ledger.faults[-1])

    def _check_503(self, answer: httpx.Response) -> None:
        is_call = FUNCTIONS in answer.request.url.path or answer.request.url.path.endswith("/say")
        if is_call and not is_envelope(answer.content):
            self.ledger.faults.append(f"{answer.request.url.path}: a 503 without an envelope: {answer.text[:300]}")


class _Talk:
    """What a page knows of its conversation: what it has sent, and what was acknowledged."""

    def __init__(self, attempt_id: UUID, ledger: Ledger, chance: random.Random) -> None:
        self.is_over = False
        self._attempt_id = attempt_id
        self._ledger = ledger
        self._random = chance
        self._outbox: dict[str, dict[str, Any]] = {}
        self._held: dict[int, str] = {}  # answers with a receipt, by their turn

    def greet(self) -> list[dict[str, Any]]:
        """What is sent on each new connection."""
        return [{"kind": "arrive"}, *self._outbox.values()]

    def hear(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """Writes down what was told; what is to be sent now."""
        match message["kind"]:
            case "receipt":
                self._on_receipt(message)
            case "scene":
                return self._on_scene(message)
            case _:
                self._ledger.faults.append(f"attempt {self._attempt_id}: refused: {message}")
                raise AssertionError(self._ledger.faults[-1])
        return None

    def _on_receipt(self, receipt: dict[str, Any]) -> None:
        key = UUID(receipt["key"])
        sent = self._outbox.pop(receipt["key"], None)
        if receipt["number"] is None:
            self._ledger.submitted.add(self._attempt_id)
            return
        said = self._ledger.corrected.get(key) or self._ledger.said[key]
        if said.number != receipt["number"]:
            self._ledger.faults.append(f"attempt {self._attempt_id}: {said} was given the receipt {receipt}")
        if sent is None and key not in self._ledger.receipts and key not in self._ledger.corrections_received:
            self._ledger.faults.append(f"attempt {self._attempt_id}: a receipt for nothing: {receipt}")
        if key in self._ledger.corrected:
            self._ledger.corrections_received.add(key)
        else:
            self._ledger.receipts[key] = receipt["number"]
        self._held[said.number] = said.text

    def _on_scene(self, scene: dict[str, Any]) -> dict[str, Any] | None:
        shown = {past["number"]: past["answer"] for past in scene["past"]}
        # A change of it whose receipt was lost may stand there already.
        under_way = {
            (sent["number"], self._ledger.corrected[UUID(key)].text)
            for key, sent in self._outbox.items()
            if sent["kind"] == "correct"
        }
        lost = {
            number: (text, shown.get(number))
            for number, text in self._held.items()
            # A skip is no longer shown once its question was asked again.
            if shown.get(number, "") != text and (number, shown.get(number)) not in under_way
        }
        if lost:
            self._ledger.faults.append(f"attempt {self._attempt_id}: the scene has not what it acknowledged: {lost}")
        if scene["phase"] == "submitted":
            self._ledger.submitted.add(self._attempt_id)
        if self._outbox:
            return None  # its receipt comes, and a scene after it
        can_change = [past for past in scene["past"] if past["can_change"] and not past["is_changed"]]
        if can_change and self._random.random() < 0.2:
            return self._correct(self._random.choice(can_change))
        if scene["phase"] == "asking":
            return self._answer(scene["question"])
        if scene["phase"] == "finished":
            return self._put({"kind": "submit", "key": str(uuid4())})
        self.is_over = True
        return None

    def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        key = uuid4()
        message: dict[str, Any] = {"kind": "answer", "key": str(key), "number": question["number"]}
        # What nobody takes for a question: of "Answer" and a key alone it is told by chance.
        text, choice = f"I packed parcels on the night shift, order {key}.", None
        if self._random.random() < 0.15:
            text = ""
            message["skip"] = True
        elif question["kind"] == "choice":
            choice = self._random.randrange(len(question["choices"]))
            text = question["choices"][choice]
            message["choice"] = choice
        else:
            message["text"] = text
        self._ledger.said[key] = Said(
            attempt_id=self._attempt_id,
            number=question["number"],
            text=text,
            choice=choice,
            is_skipped="skip" in message,
        )
        return self._put(message)

    def _correct(self, past: dict[str, Any]) -> dict[str, Any]:
        key, number = uuid4(), past["number"]
        text, choice = f"Correction {key}", None
        message: dict[str, Any] = {"kind": "correct", "key": str(key), "number": number}
        if past["choices"]:
            choice = self._random.choice([at for at in range(len(past["choices"])) if at != past["choice"]])
            text = past["choices"][choice]
            message["choice"] = choice
        else:
            message["text"] = text
        self._ledger.corrected[key] = Said(
            attempt_id=self._attempt_id, number=number, text=text, choice=choice, is_skipped=False
        )
        return self._put(message)

    def _put(self, message: dict[str, Any]) -> dict[str, Any]:
        self._outbox[message["key"]] = message
        return message


def body_of(furnished: Furnished, **changes: Any) -> dict[str, Any]:
    """What makes an interview of one question that is handed in with its answer."""
    return {
        "name": "Project manager",
        "location": "remote",
        "interview_template_id": furnished.template_id,
        "mojito_language_code": "en",
        "description": "",
        "status": "active",
        "type": "interview",
        "visibility": "merchant_unlisted",
        "questions": [{"question": "Well?"}],
        "result_view": "none",
        **changes,
    }


async def _close(line: ClientConnection) -> None:
    with suppress(*LOST):
        await line.close()
