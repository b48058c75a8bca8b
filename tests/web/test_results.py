"""The results page through the whole app: what each view shows and hides, and what can be done before handing in."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import CONSENTS, KEYS, NOW, House, a_draft, a_house, a_seat, an_interview, store_in
from tests.scoring.lexical import LexicalRater, RoughRater
from tests.whole import an_app, calls_to
from vivavoce.attempts.begin import begin_attempt
from vivavoce.attempts.consent import Consent, Purpose
from vivavoce.attempts.corrections import count_corrections
from vivavoce.attempts.tasks import TaskState, move_task
from vivavoce.candidates.links import (
    LINK_LIFE,
    SESSION_LIFE,
    Identity,
    Seat,
    sign_identity,
    sign_link,
    sign_session,
)
from vivavoce.clock import now
from vivavoce.conversation.happenings import Answered, Asked
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.draft import Kind
from vivavoce.interviews.steps import AnsweredBy, SentQuestion
from vivavoce.interviews.views import VIEWS
from vivavoce.jobs.leave import Note
from vivavoce.merchants.contact import Detail, Need, set_contact
from vivavoce.merchants.next_steps import set_next_steps
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.scoring.interval import Interval
from vivavoce.scoring.preview import preview_attempt
from vivavoce.scoring.previews import find_preview, save_preview
from vivavoce.scoring.score import score_attempt
from vivavoce.web.candidate.session import COOKIE, PERSON_COOKIE

RATER = LexicalRater()
OWN: dict[str, Any] = {
    "weak": ["Reconciles bank accounts"],
    "moderate": ["Trained a colleague"],
    "strong": ["Automated the close"],
}
CLAIMS = ("Reconciles bank accounts", "Trained a colleague", "Automated the close", "Never discussed at all")
CLOSE = SentQuestion(text="How did you close the last month?", expectations=OWN)
TEAM = SentQuestion(
    text="Whom did you teach?", expectations={"weak": [], "moderate": ["Never discussed at all"], "strong": []}
)
NIGHTS = SentQuestion(
    text="Which nights?", answered_by=AnsweredBy.CHOICE, alternatives=("All", "Some"), is_scored=False
)
SAID = "I reconcile the bank accounts, and I automated the close."
MEANT = "I reconcile the bank accounts, I trained a colleague and I automated the close."
TAUGHT = "Nobody so far, I am afraid."
WEBM = b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + bytes(4000)
SCORED = [name for name, view in VIEWS.items() if view.has_score]
REVIEWED = [name for name, view in VIEWS.items() if view.has_page]


@dataclass(frozen=True, slots=True)
class Sitting:
    """Somebody before the results page."""

    client: httpx.AsyncClient
    database: Database
    seat: Seat
    attempt_id: UUID

    @property
    def place(self) -> str:
        return f"/interview/{self.attempt_id}/"

    async def get(self, path: str = "results") -> httpx.Response:
        return await self.client.get(self.place + path)

    async def post(self, path: str, **form: Any) -> httpx.Response:
        """As without a script: the page that it leads to."""
        files = form.pop("files", None)
        answer = await self.client.post(f"{self.place}results/{path}", data=form, files=files)
        return await self.client.get(answer.headers["location"]) if answer.status_code == 303 else answer

    async def judge(self, rater: LexicalRater = RATER) -> None:
        await preview_attempt(
            self.database, rater, merchant_id=self.seat.merchant_id, attempt_id=self.attempt_id, now=NOW
        )

    async def measure(self, low: str, high: str) -> None:
        """As a rater whose scores are measured would have previewed it: so sure of the overall score."""
        interval = Interval(low=Fraction(low), high=Fraction(high), level=0.9, is_calibrated=True)
        async with self.database.tenant(self.seat.merchant_id) as connection:
            found = await find_preview(connection, self.attempt_id)
            if found is None:
                return  # sent at once
            await save_preview(
                connection,
                found.judgement,
                interval,
                merchant_id=self.seat.merchant_id,
                attempt_id=self.attempt_id,
                corrections=await count_corrections(connection, self.attempt_id),
                now=NOW,
            )

    async def state(self) -> str:
        return str(await self.fetch("select state from attempts where id = $1", self.attempt_id))

    async def fetch(self, statement: str, *values: Any) -> Any:
        async with self.database.tenant(self.seat.merchant_id) as connection:
            return await connection.fetchval(statement, *values)


async def sit(
    client: httpx.AsyncClient,
    database: Database,
    *,
    house: House | None = None,
    view: str | None = "minimal",
    kind: Kind = Kind.INTERVIEW,
    questions: Sequence[SentQuestion] = (CLOSE, TEAM, NIGHTS),
    answers: Sequence[dict[str, Any]] = ({"text": SAID}, {"text": TAUGHT}, {"choice": 0}),
    consents: Sequence[Consent] = CONSENTS,
    **settings: Any,
) -> Sitting:
    """Who has answered everything."""
    house = house or await a_house(database, portals=("interview", "coaching"))
    draft = a_draft(
        house, questions=questions, kind=kind, settings={"result_view": view, "max_follow_ups": 0} | settings
    )
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    attempt_id = (
        await begin_attempt(
            database, seat, consents=consents, now=now(), required=frozenset(given.purpose for given in consents)
        )
    ).id
    for number, said in enumerate(answers, 1):
        await happen(database, seat, attempt_id, Answered(key=new_id(), number=number, **said), now=now())
    client.cookies.clear()
    client.cookies.set(COOKIE, sign_session(KEYS, seat, expires_at=now() + SESSION_LIFE))
    return Sitting(client, database, seat, attempt_id)


def words_of(page: str) -> str:
    """What somebody reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page.partition("<body")[2]))


def way_in(page: str) -> str:
    """Where the form leads that goes to the own page."""
    return str(re.findall(r'action="([^"]*/enter)"', page)[0])


def token_in(page: str) -> str:
    return str(re.findall(r'name="interview_token" value="([^"]*)"', page)[0])


def title_of(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]*>", "", found[1])


# --- What a view hides ---------------------------------------------------------------------------------------------

NUMBERS = re.compile(rb"figure\">|meter|See your score|out of 10\b|on a scale of|interval|between", re.IGNORECASE)
AMOUNTS = re.compile(
    rb'this question looks for|stood out|<mark(?! id="taken-up")'
)  # which holds what a follow-up takes up
BANDS = re.compile(rb"this interview looks for")
VERDICTS = re.compile(
    rb"confirmed|rejected|not_discussed|bracket|weak|moderate|(?<![</])\bstrong\b|recommend"
    rb"|verdict(?! on you)|requirement|rubric"
)
ADVICE = re.compile(rb"Advice|Work on this|Keep doing")


async def every_response(sitting: Sitting) -> bytes:
    """All that this browser can get of the attempt, before the handing in and after it, bytes and headers."""
    client, place = sitting.client, sitting.place
    key = str(new_id())
    responses = [
        await client.get(place),
        await sitting.get(),
        await client.post(place + "say", json={"kind": "arrive"}),
        await client.post(place + "results/correct", data={"number": "1", "text": ""}),
        await client.post(place + "results/film", files={"film": ("a.webm", b"nothing", "video/webm")}),
        await client.post(place + "results/hand-in", data={"email": "none"}),
        await client.post(place + "say", json={"kind": "submit", "key": key}),
        await sitting.get(),
        await client.post(place + "say", json={"kind": "arrive"}),
    ]
    own = await sign_in(sitting)
    responses += [await client.get(f"{own}{end}") for end in ("", f"{sitting.attempt_id}/")]
    assert [(one.request.url.path, one.status_code) for one in responses if one.status_code >= 500] == []
    return b"\n".join(response.content + repr(response.headers).encode() for response in responses)


async def sign_in(sitting: Sitting) -> str:
    """The address of the person's own page, which their browser may open from now on."""
    identity = Identity(
        merchant_id=sitting.seat.merchant_id,
        candidate_id=sitting.seat.candidate_id,
        environment=DEFAULT_ENVIRONMENT,
    )
    name = PERSON_COOKIE + str(identity.merchant_id)[-12:]
    sitting.client.cookies.set(name, sign_identity(KEYS, identity, expires_at=now() + SESSION_LIFE))
    slug = await sitting.fetch("select slug from merchants where id = $1", identity.merchant_id)
    return f"/interview/at/{slug}/mine/"


@pytest.mark.parametrize("view", [*VIEWS, None])
async def test_what_a_view_does_not_show_is_in_no_response(
    client: httpx.AsyncClient, database: Database, view: str | None
) -> None:
    sitting = await sit(client, database, view=view)
    await sitting.judge()
    await sitting.measure("6", "8")
    shown = VIEWS[view or "minimal"]
    everything = await every_response(sitting)
    assert SAID.encode() in everything or b'<mark(?! id="taken-up)' in everything
    assert VERDICTS.findall(everything) == []
    assert [claim for claim in CLAIMS if claim.encode() in everything] == []
    assert bool(NUMBERS.search(everything)) is shown.has_score
    assert bool(BANDS.search(everything)) is shown.has_score
    assert bool(AMOUNTS.search(everything)) is shown.has_answers
    assert bool(ADVICE.search(everything)) is shown.has_advice


@pytest.mark.parametrize("view", REVIEWED)
async def test_each_view_shows_what_it_promises(client: httpx.AsyncClient, database: Database, view: str) -> None:
    sitting = await sit(client, database, view=view)
    await sitting.judge()
    await sitting.measure("6", "8")
    page = (await sitting.get()).text
    shown = VIEWS[view]
    text = words_of(page)
    assert ("out of 10, probably between 6 and 8" in text) is shown.has_score
    assert ("Some of what this question looks for came up here." in text) is shown.has_answers
    assert ("Keep doing that." in text) is shown.has_advice
    assert page.count('<details class="breakdown" open>') == (1 if shown.is_open else 0)
    assert page.count('<details class="breakdown">') == (1 if shown.has_score and not shown.is_open else 0)


@pytest.mark.parametrize("view", REVIEWED)
async def test_what_a_view_shows_is_still_there_after_sending(
    client: httpx.AsyncClient, database: Database, view: str
) -> None:
    sitting = await sit(client, database, view=view)
    await sitting.judge()
    await sitting.measure("6", "8")
    await every_response(sitting)  # sends it, and signs in
    shown = VIEWS[view]
    slug = await sitting.fetch("select slug from merchants where id = $1", sitting.seat.merchant_id)
    for address in (sitting.place + "results", f"/interview/at/{slug}/mine/{sitting.attempt_id}/"):
        text = words_of((await client.get(address)).text)
        assert ("out of 10, probably between 6 and 8" in text) is shown.has_score
        assert ("Some of what this question looks for came up here." in text) is shown.has_answers
        assert ("Keep doing that." in text) is shown.has_advice
        assert "Save changes" not in text
        assert re.search(r"\d\.A person", text) is None  # a space stands between sentences


@pytest.mark.parametrize(
    ("low", "high", "is_shown"), [("5", "8", True), ("4.9", "8", False), ("3.1", "10", False), (None, None, False)]
)
async def test_a_number_is_shown_only_where_it_says_something(
    client: httpx.AsyncClient, database: Database, low: str | None, high: str | None, is_shown: bool
) -> None:
    sitting = await sit(client, database, view="full_expand_scores")
    await sitting.judge()
    if low is not None and high is not None:
        await sitting.measure(low, high)
    page = (await sitting.get()).text
    assert bool(NUMBERS.search(page.encode())) is is_shown
    assert ("It isn’t sure enough for a number, so none is shown." in page) is not is_shown
    assert "of what this interview looks for" in page


@pytest.mark.parametrize("view", VIEWS)
async def test_of_a_rough_rater_no_number_is_in_any_response(
    client: httpx.AsyncClient, database: Database, view: str
) -> None:
    sitting = await sit(client, database, view=view)
    await sitting.judge(RoughRater())
    everything = await every_response(sitting)
    assert NUMBERS.findall(everything) == []
    assert VERDICTS.findall(everything) == []
    assert [claim for claim in CLAIMS if claim.encode() in everything] == []
    shown = VIEWS[view]
    assert (b"often wrong, so no number is shown." in everything) is shown.has_score
    assert (b"The program found little" in everything) is shown.has_score
    assert b"this interview looks for" not in everything  # no verdict on them


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        (MEANT, "Your answers cover much of what this interview looks for."),
        (
            "I reconcile the bank accounts, and I trained a colleague.",
            "Your answers cover some of what this interview looks for.",
        ),
        (TAUGHT, "The program found little of what it was looking for here. It often misses"),  # of itself, not of them
    ],
)
async def test_how_much_came_up_is_told_in_a_word(
    client: httpx.AsyncClient, database: Database, said: str, amount: str
) -> None:
    sitting = await sit(
        client, database, view="minimal_with_score", questions=[CLOSE], answers=[{"text": said}], expectations=OWN
    )
    await sitting.judge(RoughRater())
    page = (await sitting.get()).text
    assert amount in page


async def test_own_words_come_first_and_the_number_last(client: httpx.AsyncClient, database: Database) -> None:
    sitting = await sit(client, database, view="full_expand_scores")
    await sitting.judge()
    page = (await sitting.get()).text
    order = [page.index(f'id="{one}"') for one in ("stood", "question-1", "number", "send")]
    assert order == sorted(order)
    marked = re.findall(r"<mark>(.*?)</mark>", page)
    assert marked
    assert all(words in SAID for words in marked)


async def test_a_number_appears_as_it_is_ready(client: httpx.AsyncClient, database: Database) -> None:
    sitting = await sit(client, database, view="minimal_with_score")
    before = (await sitting.get()).text
    assert "data-waits" in before
    assert "We’re working it out" in before
    await sitting.judge()
    after = (await sitting.get()).text
    assert "data-waits" not in after
    assert "of what this interview looks for" in after


async def test_words_put_right_long_after_the_end_are_waited_for_anew(
    client: httpx.AsyncClient, database: Database
) -> None:
    sitting = await sit(client, database, view="minimal_with_score")
    await sitting.fetch(
        "update attempts set finished_at = finished_at - interval '10 minutes' where id = $1", sitting.attempt_id
    )
    assert "It’s taking longer than usual" in (await sitting.get()).text
    await sitting.judge()
    page = (await sitting.post("correct", number="1", text=MEANT)).text
    assert "We’re working it out" in page
    assert "It’s taking longer than usual" not in page


async def test_where_nothing_could_be_judged_there_is_no_number(client: httpx.AsyncClient, database: Database) -> None:
    sitting = await sit(client, database, view="full", questions=[CLOSE], answers=[{"text": "…"}])
    await sitting.judge()
    page = (await sitting.get()).text
    assert "the program found nothing it could score. That says nothing about you." in page
    assert "of what this interview looks for" not in page


async def test_who_would_not_answer_is_told_nothing_of_what_came_up(
    client: httpx.AsyncClient, database: Database
) -> None:
    for said, is_told in (
        ("I do not want to answer that.", False),
        ("I'd rather not say. Who reads my answers?", False),
        ("Mostly by hand, and slowly.", True),
    ):
        sitting = await sit(client, database, view="full", questions=[CLOSE], answers=[{"text": said}])
        await sitting.judge()
        page = (await sitting.get()).text
        assert said in html.unescape(page)
        assert ("Advice" in words_of(page), "of what this question looks for" in page) == (is_told, is_told)
        assert ("You preferred not to answer" in page) is not is_told


async def test_what_was_asked_while_refusing_is_told_by_itself_and_passed_on(
    client: httpx.AsyncClient, database: Database
) -> None:
    said = [{"text": "I'd rather not say. Is there a gym?"}, {"text": "I'd rather not say, who reads my answers?"}]
    sitting = await sit(client, database, questions=[CLOSE, TEAM], answers=said)
    assert await sitting.fetch("select text from tasks where kind = 'answer_candidate'") == "Is there a gym?"
    assert (await sitting.post("correct", number="1", text="By hand, each month.")).status_code == 200
    assert await sitting.fetch("select count(*) from tasks where attempt_id = $1", sitting.attempt_id) == 1
    waiting = "select state from tasks where attempt_id = $1"
    assert await sitting.fetch(waiting, sitting.attempt_id) == "done"  # whoever takes their question back asks nobody
    assert "Is there a gym?" not in words_of((await sitting.get()).text).partition("What you asked")[2]
    assert (await sitting.post("correct", number="1", back="yes")).status_code == 200
    open_again = "select count(*) from tasks where attempt_id = $1 and state = 'open'"
    assert await sitting.fetch(open_again, sitting.attempt_id) == 1
    assert (await sitting.post("correct", number="1", text="By hand, each month.")).status_code == 200
    page = words_of((await sitting.post("hand-in")).text)
    assert "“Is there a gym?”" not in page
    assert "“who reads my answers?” A person at Acme reads your answers and decides." in page


async def test_what_was_asked_in_the_middle_is_shown_with_its_reply_before_the_sending(
    client: httpx.AsyncClient, database: Database
) -> None:
    said: list[dict[str, Any]] = [{"text": "What does it pay?"}, {"text": "Is there a gym?"}, {"text": SAID}]
    house = await a_house(database)
    sitting = await sit(client, database, house=house, questions=[CLOSE], answers=[], salary="31,000")
    for answer in said:
        await happen(database, sitting.seat, sitting.attempt_id, Answered(key=new_id(), number=1, **answer), now=now())
    page = words_of((await sitting.get()).text)
    assert "What you asked “What does it pay?” 31,000 Salary" in page
    assert "“Is there a gym?” We’ve passed this on. The reply appears here." in page


async def test_where_nothing_was_looked_for_nobody_is_told_that_nothing_came_up(
    client: httpx.AsyncClient, database: Database
) -> None:
    asked = [SentQuestion(text="Tell me about a night that went wrong."), replace(NIGHTS, answered_by=AnsweredBy.OPEN)]
    said = [
        {"text": "The belt stood still for an hour, and I called everybody out to sort by hand."},
        {"text": "Some."},
    ]
    sitting = await sit(client, database, view="full", questions=asked, answers=said)
    await sitting.judge()
    page = words_of((await sitting.get()).text)
    assert "There’s no automatic scoring here. A person reads your answers before anything is decided." in page
    assert "nothing it could score" not in page


async def test_where_the_program_does_not_read_the_language_that_is_said_of_the_program(
    client: httpx.AsyncClient, database: Database
) -> None:
    questions = [replace(CLOSE, language="de")]
    said = "Ich stimme die Bankkonten ab, und den Abschluss habe ich automatisiert, damit er am dritten Tag fertig ist."
    sitting = await sit(client, database, view="full", questions=questions, answers=[{"text": said}])
    await sitting.judge()
    page = words_of((await sitting.get()).text)
    assert "There’s no automatic scoring in this language. A person reads your answers" in page
    assert "Advice" not in page
    assert "know the language well enough" not in page
    assert "nothing it could score" not in page


async def test_who_agreed_to_no_program_waits_for_none(client: httpx.AsyncClient, database: Database) -> None:
    sitting = await sit(
        client,
        database,
        view="full",
        consents=[given for given in CONSENTS if given.purpose is not Purpose.JUDGED_BY_PROGRAM],
    )
    page = words_of((await sitting.get()).text)
    assert "There’s no automatic scoring in this language. A person reads your answers" in page
    assert "We’re working it out" not in page


async def test_where_all_was_skipped_nobody_is_told_that_there_is_no_scoring(
    client: httpx.AsyncClient, database: Database
) -> None:
    sitting = await sit(client, database, view="full", questions=[CLOSE], answers=[{}, {}])  # and again
    await sitting.judge()
    page = words_of((await sitting.get()).text)
    assert "Skipped" in page
    assert "the program found nothing it could score. That says nothing about you." in page


async def test_practice_has_words_of_its_own_and_no_line_of_a_rubric(
    client: httpx.AsyncClient, database: Database
) -> None:
    for view in SCORED:
        sitting = await sit(client, database, view=view, kind=Kind.COACHING)
        await sitting.judge()
        page = (await sitting.get()).text
        text = words_of(page)
        assert title_of(page) == "Here’s how it went"
        assert "no one makes a decision based on it, and the feedback is for you." in text
        assert "No one makes a decision based on it." in text
        assert ("what this practice looks for" in text, "what this interview looks for" in text) == (True, False)
        assert "Try this one again" in text
        assert ("Work on this one thing" in text) is VIEWS[view].has_advice
        assert [claim for claim in CLAIMS if claim in text] == []
        below = words_of(page.partition("</header>")[2])  # above it stands whose page it is
        assert not any(word in below for word in ("Acme", "recruiter", "Send my interview", "sent yet"))


async def test_practice_without_feedback_on_its_page_says_so_and_leads_to_it_once_finished(
    client: httpx.AsyncClient, database: Database
) -> None:
    for view, has_all in (("minimal", False), ("minimal_with_score", False), ("full", True)):
        sitting = await sit(client, database, view=view, kind=Kind.COACHING)
        await sitting.judge()
        heading = "Here’s how it went" if VIEWS[view].has_score else "That’s all the questions"
        assert title_of((await sitting.get()).text) == heading
        thanks = (await sitting.post("hand-in")).text
        assert "See your feedback" not in thanks  # nobody is signed in
        entered = await client.post(way_in(thanks), data={"interview_token": token_in(thanks)}, follow_redirects=True)
        assert (
            title_of(entered.text) == "Sign in to your page"
        )  # after the end a link that was passed on does not do it
        client.cookies.clear()
        client.cookies.set(COOKIE, sign_session(KEYS, sitting.seat, expires_at=now() + SESSION_LIFE))
        own = await sign_in(sitting)
        page = (await sitting.get()).text
        assert ("See your feedback" in page, "Go to your page" in page) == (not has_all, has_all)
        if not has_all:
            assert f'href="{own}{sitting.attempt_id}/"' in page
            feedback = await client.get(f"{own}{sitting.attempt_id}/")
            assert "Work on this one thing" in feedback.text


async def test_one_question_is_practised_again_and_judged_anew(client: httpx.AsyncClient, database: Database) -> None:
    sitting = await sit(client, database, view="full", kind=Kind.COACHING, expectations=OWN)
    await sitting.judge()
    assert "cover some of what" in (await sitting.get()).text
    await sitting.post("correct", number="1", text=MEANT)
    await sitting.judge()
    page = (await sitting.get()).text
    assert "cover much of what" in page
    assert "Edited by you" in page


async def test_practice_tells_how_it_stands_against_the_attempt_before(
    client: httpx.AsyncClient, database: Database
) -> None:
    house = await a_house(database, portals=("interview", "coaching"))
    draft = a_draft(
        house,
        questions=[CLOSE],
        kind=Kind.COACHING,
        settings={"result_view": "minimal_with_score", "max_follow_ups": 0, "expectations": OWN, "max_attempts": 9},
    )
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    seen = []
    for said in (TAUGHT, MEANT, MEANT, TAUGHT):
        begun = await begin_attempt(database, seat, consents=CONSENTS, now=now(), again=True)
        sitting = Sitting(client, database, seat, begun.id)
        client.cookies.clear()
        client.cookies.set(COOKIE, sign_session(KEYS, seat, expires_at=now() + SESSION_LIFE))
        await happen(database, seat, begun.id, Answered(key=new_id(), number=1, text=said), now=now())
        await sitting.judge()
        found = re.search(r"That’s (more|less|about) .*?attempt (\d)", words_of((await sitting.get()).text))
        seen.append(None if found is None else found.groups())
    assert seen == [None, ("more", "1"), ("about", "2"), ("less", "3")]


@pytest.mark.parametrize("rater", [LexicalRater(), RoughRater()])
async def test_on_their_own_page_who_practised_reads_what_was_found(
    client: httpx.AsyncClient, database: Database, rater: LexicalRater
) -> None:
    sitting = await sit(client, database, view="minimal", kind=Kind.COACHING)
    await every_response(sitting)  # finishes it, and signs in
    await score_attempt(database, rater, merchant_id=sitting.seat.merchant_id, attempt_id=sitting.attempt_id, now=now())
    slug = await sitting.fetch("select slug from merchants where id = $1", sitting.seat.merchant_id)
    text = words_of((await client.get(f"/interview/at/{slug}/mine/{sitting.attempt_id}/")).text)
    assert "Work on this one thing" in text
    assert ("Only a small program compared your words" in text) is rater.is_rough
    assert ("A program worked it out" in text) is not rater.is_rough
    assert "No one makes a decision based on it." in text
    assert [claim for claim in CLAIMS if claim in text] == []


async def test_what_stood_out_is_a_whole_sentence(client: httpx.AsyncClient, database: Database) -> None:
    said = "We are nine. Every month I reconcile the bank accounts, which takes me two days. Then I rest."
    sitting = await sit(client, database, view="full", questions=[CLOSE], answers=[{"text": said}])
    await sitting.judge()
    stood = (await sitting.get()).text.partition('id="stood"')[2].partition("</section>")[0]
    assert re.findall(r"<mark>(.*?)</mark>", stood) == [
        "Every month I reconcile the bank accounts, which takes me two days."
    ]
    assert "Question 1" in stood


async def test_nothing_that_was_said_beside_the_answer_stands_out(
    client: httpx.AsyncClient, database: Database
) -> None:
    answer = "Every month I reconcile the bank accounts, which takes me two days."
    beside = "Is that enough? Who decides about me and reconciles bank accounts here?"
    said = f"Sorry, I'm a bit nervous. {answer} {beside}"
    sitting = await sit(client, database, view="full", questions=[CLOSE], answers=[{"text": said}])
    await sitting.judge()
    page = (await sitting.get()).text
    assert re.findall(r"<mark>(.*?)</mark>", page.partition('id="stood"')[2].partition("</section>")[0]) == [answer]
    assert [mark for mark in re.findall(r"<mark[^>]*>(.*?)</mark>", page) if "decides" in mark or "Sorry" in mark] == []
    assert "You can add to your answer until the interview is sent." in page  # what it was told
    quotes = await sitting.fetch("select result::text from previews where attempt_id = $1", sitting.attempt_id)
    assert "decides about me" not in str(quotes)


# --- What can be done ----------------------------------------------------------------------------------------------


async def test_before_the_last_question_the_page_is_the_conversation(
    client: httpx.AsyncClient, database: Database
) -> None:
    sitting = await sit(client, database, answers=[{"text": SAID}])
    answer = await sitting.get()
    assert (answer.status_code, answer.headers["location"]) == (303, sitting.place)


async def test_corrected_words_are_shown_as_corrected_and_judged_anew(
    client: httpx.AsyncClient, database: Database
) -> None:
    sitting = await sit(client, database, view="full")
    await sitting.judge()
    page = (await sitting.post("correct", number="1", text=MEANT)).text
    assert "Edited by you" in page
    assert "<ins>" in page
    assert "this interview looks for" not in page  # what was worked out before holds no more
    assert (
        await sitting.fetch(
            "select count(*) from procrastinate_jobs where task_name = $1 and args ->> 'subject_id' = $2",
            Note.PREVIEW_ATTEMPT.value,
            str(sitting.attempt_id),
        )
        == 2
    )
    await sitting.judge()
    assert "this interview looks for" in (await sitting.get()).text
    back = (await sitting.post("correct", number="1", back="yes")).text
    assert "Edited by you" not in back


async def test_a_correction_that_is_not_taken_is_still_there_to_be_mended(
    client: httpx.AsyncClient, database: Database
) -> None:
    sitting = await sit(client, database)
    answer = await sitting.post("correct", number="1", text="x" * 20_001)
    assert answer.status_code == 422
    assert "An answer can’t be empty or longer" in answer.text
    assert "x" * 20_001 in answer.text


async def test_where_words_may_not_be_corrected_nothing_offers_or_takes_it(
    client: httpx.AsyncClient, database: Database
) -> None:
    sitting = await sit(client, database, allows_transcript_edit=False)
    assert 'class="correct"' not in (await sitting.get()).text
    assert (await sitting.post("correct", number="1", text=MEANT)).status_code == 404
    assert await sitting.fetch("select count(*) from corrections") == 0


async def test_a_skipped_question_is_offered_again_before_sending(
    client: httpx.AsyncClient, database: Database
) -> None:
    sitting = await sit(client, database, questions=[CLOSE, TEAM], answers=[{"text": SAID}, {}])
    page = (await sitting.get()).text
    assert "You can still answer what you skipped." in words_of(page)
    assert "Answer this one now" in page
    assert title_of(page) == "Check your answers", "not that all is done"
    page = (await sitting.post("correct", number="2", text=TAUGHT)).text
    assert "You can still answer" not in page
    assert title_of(page) == "That’s all the questions"
    assert TAUGHT in page
    assert "You can still answer" in (await sitting.post("correct", number="2", back="yes")).text


async def test_a_choice_can_be_changed_until_it_is_sent(client: httpx.AsyncClient, database: Database) -> None:
    sitting = await sit(client, database, answers=({"text": SAID}, {"text": TAUGHT}, {"choice": 0}))
    page = (await sitting.get()).text
    form = page[page.index('name="number" value="3"') :]
    assert re.findall(r'type="radio" name="choice" value="(\d)"( checked)?', form) == [("0", " checked"), ("1", "")]
    unknown = await sitting.post("correct", number="3", choice="7")
    assert (unknown.status_code, "Please choose one of the answers shown." in unknown.text) == (422, True)
    none = await sitting.post("correct", number="3")
    assert none.status_code == 422
    changed = (await sitting.post("correct", number="3", choice="1")).text
    assert "Edited by you" in changed
    assert '<p class="voice own" lang="en" dir="auto">Some</p>' in changed
    back = (await sitting.post("correct", number="3", back="yes")).text
    assert '<p class="voice own" lang="en" dir="auto">All</p>' in back


async def test_what_another_choice_leads_to_can_be_answered_before_sending(
    client: httpx.AsyncClient, database: Database
) -> None:
    which = replace(NIGHTS, caller_id="nights")
    weekends = SentQuestion(
        text="Which weekends?", parent_caller_id="nights", is_conditional=True, condition={"choices": ["Some"]}
    )
    house = await a_house(database)
    answers: list[dict[str, Any]] = [{"choice": 0}, {"text": SAID}]
    sitting = await sit(client, database, house=house, questions=[which, weekends, CLOSE], answers=answers)
    assert "Which weekends?" not in (await sitting.get()).text
    page = (await sitting.post("correct", number="1", choice="1")).text
    assert title_of(page) == "Check your answers"
    told = words_of(page)
    assert "This choice leads to another question. You can answer it now, or leave it. Question 3" in told
    assert re.search("3. Which weekends\\? New question Answer this one now", told)
    assert "You can still answer what you skipped." not in told, "it was not"
    page = words_of((await sitting.post("correct", number="3", text="The first one.")).text)
    assert ("New question" in page, "leads to another question" in page) == (False, False)
    await sitting.post("hand-in")
    row = await sitting.fetch("select text from corrections where number = 3")
    branch = await sitting.fetch("select reason from branches where attempt_id = $1 and is_asked", sitting.attempt_id)
    assert (await sitting.state(), row, branch) == ("submitted", "The first one.", "choice_met")


async def test_whoever_had_no_questions_is_not_told_to_have_skipped_one(
    client: httpx.AsyncClient, database: Database
) -> None:
    sitting = await sit(client, database, questions=[CLOSE, ASKS], answers=[{}, {}, {}])
    text = (await sitting.get()).text
    page = words_of(text)
    assert title_of(text) == "No answers yet"
    assert ("Skipped" in page, "You had no questions" in page) == (True, True)
    scene = (await client.post(sitting.place + "say", json={"kind": "arrive"})).json()["messages"][-1]
    assert [(past["is_skipped"], past["had_none"]) for past in scene["past"]] == [(True, True), (True, False)]


async def test_where_nothing_was_answered_nothing_is_said_of_answers(
    client: httpx.AsyncClient, database: Database
) -> None:
    house = await a_house(database)
    for attempts, can_again in ((1, False), (2, True)):
        sitting = await sit(client, database, house=house, answers=(), max_attempts=attempts)
        asked = Asked(key=new_id(), number=1, wish=Wish.END)
        await happen(database, sitting.seat, sitting.attempt_id, asked, now=now())
        page = words_of((await sitting.get()).text)
        assert "You ended the interview early" in page
        assert ("Send without answers" in page, "Send my interview" in page) == (True, False)
        assert "There are no answers in it. Once you send it, people at Acme see that." in page
        assert ("After that, you can’t take the interview again." in page) is not can_again
        assert "can read your answers" not in page
        await sitting.post("hand-in")
        assert await sitting.state() == "submitted"


async def test_a_choice_that_was_skipped_can_still_be_made(client: httpx.AsyncClient, database: Database) -> None:
    answers: tuple[dict[str, Any], ...] = ({"text": SAID}, {"text": TAUGHT}, {})
    sitting = await sit(client, database, answers=answers)
    assert "Answer this one now" in (await sitting.get()).text
    changed = (await sitting.post("correct", number="3", choice="0")).text
    assert '<p class="voice own" lang="en" dir="auto">All</p>' in changed
    assert "Answer this one now" not in changed


async def test_it_is_handed_in_once_and_thanked_for(client: httpx.AsyncClient, database: Database) -> None:
    sitting = await sit(client, database, thanks="Good night from the depot.")
    page = (await sitting.post("hand-in", rating="4", words="Calm.")).text
    assert title_of(page) == "Thank you, your interview has been sent."
    assert "Good night from the depot." in page
    assert await sitting.state() == "submitted"
    again = (await sitting.post("hand-in", rating="1")).text
    assert title_of(again) == "Thank you, your interview has been sent."
    assert await sitting.fetch("select rating from remarks") == 4
    assert (await sitting.post("correct", number="1", text=MEANT)).status_code == 200
    assert await sitting.fetch("select count(*) from corrections") == 0


ASKS = SentQuestion(text="What would you like to ask us?", answered_by=AnsweredBy.CANDIDATE_ASKS)


async def test_after_sending_it_says_what_happens_next_by_when_and_what_was_asked(
    client: httpx.AsyncClient, database: Database
) -> None:
    house = await a_house(database)
    answers: list[dict[str, Any]] = [{"text": SAID}, {"text": "Could I start in March?"}, {}]
    sitting = await sit(client, database, house=house, questions=[CLOSE, ASKS], answers=answers)
    page = words_of((await sitting.post("hand-in")).text)
    assert "A person at Acme reads your answers and decides. A program never turns anyone down." in page
    assert "You’ll hear from Acme, whatever the answer." in page
    assert "“Could I start in March?” We’ve passed this on. The reply appears here." in page
    await set_next_steps(database, text="Tom <b>calls</b> you.", days=10, merchant_id=house.merchant.id, actor="test")
    async with database.tenant(house.merchant.id) as connection:
        task_id = await connection.fetchval("select id from tasks where attempt_id = $1", sitting.attempt_id)
        await move_task(
            connection,
            task_id,
            TaskState.DONE,
            merchant_id=house.merchant.id,
            environment=DEFAULT_ENVIRONMENT,
            actor="test",
            now=now(),
            reply="Yes, on the first.",
        )
    await every_response(sitting)  # signs in
    slug = house.merchant.slug
    for address in (sitting.place + "results", f"/interview/at/{slug}/mine/{sitting.attempt_id}/"):
        german = (await client.get(address, params={"lang": "de"})).text
        assert "„Could I start in March?“ Yes, on the first." in words_of(german)
        page = (await client.get(address, params={"lang": "en"})).text
        assert "“Could I start in March?” Yes, on the first." in words_of(page)
        assert page.count(">What you said<") == 1
    page = (await sitting.get()).text
    assert "Tom &lt;b&gt;calls&lt;/b&gt; you." in page
    assert re.search(r"By <time [^>]+>\w+ \d+, \d{4}</time>", page)
    assert "whatever the answer" not in page


async def test_without_the_merchant_s_words_the_page_tells_the_position_s_own_steps(
    client: httpx.AsyncClient, database: Database
) -> None:
    house = await a_house(database)
    steps = "# The work\nYou bake.\n# How it goes on\n* Ada <b>rings</b> you.\n* You come in for an hour."
    sitting = await sit(client, database, house=house, long_description=steps)
    page = (await sitting.post("hand-in")).text
    assert re.findall(r'<p dir="auto">([^<]+)</p>', page) == ["Ada rings you.", "You come in for an hour."]
    assert "whatever the answer" not in page
    assert "A program never turns anyone down." in page
    await set_next_steps(database, text="Tom calls you.", days=None, merchant_id=house.merchant.id, actor="test")
    page = (await sitting.get()).text
    assert "Tom calls you." in page
    assert "Ada rings you." not in page
    assert "A program never turns anyone down." not in page


async def test_a_question_that_was_misheard_is_put_right_before_the_end_and_a_person_reads_what_was_meant(
    client: httpx.AsyncClient, database: Database
) -> None:
    house = await a_house(database)
    answers: list[dict[str, Any]] = [{"text": SAID}, {"text": "Is there a gin?"}, {}]
    sitting = await sit(client, database, house=house, questions=[CLOSE, ASKS], answers=answers)
    assert "Is there a gin?</textarea>" in (await sitting.get()).text
    for meant in ("Is there a gym?", "Is there a gym nearby?"):
        assert (await sitting.post("correct", number="2", text=meant)).status_code == 200
    assert await sitting.fetch("select text from tasks where kind = 'answer_candidate'") == "Is there a gym nearby?"
    page = words_of((await sitting.post("hand-in")).text)
    assert "“Is there a gym nearby?” We’ve passed this on. The reply appears here." in page


@pytest.mark.parametrize(
    ("asked", "shown", "task"),
    [
        # None of it is answered: one question, as it was asked.
        ("Is there a gym and can I bring a dog?", ["Is there a gym and can I bring a dog?"], ""),
        ("Where is it and can I bring a dog? Is there a gym?", ["can I bring a dog?", "Is there a gym?"], "\n"),
    ],
)
async def test_what_was_asked_is_shown_and_passed_on_letter_by_letter(
    client: httpx.AsyncClient, database: Database, asked: str, shown: list[str], task: str
) -> None:
    house = await a_house(database)
    answers: list[dict[str, Any]] = [{"text": SAID}, {"text": asked}, {}]
    sitting = await sit(client, database, house=house, questions=[CLOSE, ASKS], answers=answers)
    passed_on = await sitting.fetch("select text from tasks where kind = 'answer_candidate'")
    assert passed_on == task.join(shown)
    page = words_of((await sitting.post("hand-in")).text)
    assert f"{' '.join(f'“{text}”' for text in shown)} We’ve passed this on. The reply appears here." in page
    assert all(text in asked for text in shown)
    assert ("“Where is it”" in page) == ("Where" in asked)


async def test_what_is_required_is_said_where_it_stands_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, database: Database
) -> None:
    house = await a_house(database)
    await set_contact(database, {Detail.PHONE: Need.REQUIRED}, merchant_id=house.merchant.id, actor="test")
    sitting = await sit(client, database, house=house, intro_video="required")
    for phone, fault in (("", "Add this before you send your interview."), ("home", "Enter a phone number")):
        answer = await sitting.post("hand-in", phone=phone, words="Calm.", rating="5")
        assert answer.status_code == 422
        assert fault in answer.text
        assert "Calm." in answer.text
        assert 'value="5" form="send-form" checked' in answer.text
        assert 'id="faults" tabindex="-1" autofocus' in answer.text
    missing = await sitting.post("hand-in", phone="+44 20 7946 0018")
    assert "Add a video before you send your interview." in missing.text
    assert 'value="+44 20 7946 0018"' in missing.text  # it was kept, and can be put right
    missing = await sitting.post("hand-in", phone="+44 20 7946 0019")
    assert 'value="+44 20 7946 0019"' in missing.text
    sent = await sitting.post("film", files={"film": ("me.webm", WEBM, "text/html")})
    assert "Video added" in sent.text
    assert title_of((await sitting.post("hand-in")).text) == "Thank you, your interview has been sent."
    assert await sitting.fetch("select phone from candidates") == "+44 20 7946 0019"


async def test_without_its_socket_too_nothing_is_handed_in_that_is_not_complete(
    client: httpx.AsyncClient, database: Database
) -> None:
    sitting = await sit(client, database, intro_video="required")
    refused = await client.post(sitting.place + "say", json={"kind": "submit", "key": str(new_id())})
    assert refused.json()["error"] == "Before you hand in, please send a film that introduces you."
    assert await sitting.state() == "finished"


@pytest.mark.parametrize("wanted", [None, "hidden"])
async def test_where_no_film_is_wanted_nothing_of_it_is_shown(
    client: httpx.AsyncClient, database: Database, wanted: str | None
) -> None:
    sitting = await sit(client, database, intro_video=wanted)
    assert "film" not in words_of((await sitting.get()).text).lower()


@pytest.mark.parametrize(
    ("content", "status", "fault"),
    [
        (b"<html><script>1</script></html>", 422, "We can’t use this file as a video."),
        (b"\x7fELF" + bytes(100), 422, "We can’t use this file as a video."),
        (None, 422, "Choose a video first."),
    ],
)
async def test_what_is_no_film_is_refused_in_its_place(
    client: httpx.AsyncClient, database: Database, content: bytes | None, status: int, fault: str
) -> None:
    sitting = await sit(client, database, intro_video="optional")
    files = {"film": ("me.mp4" if content else "", content or b"", "video/mp4")}
    answer = await sitting.post("film", files=files)
    assert answer.status_code == status
    assert fault in answer.text


async def test_more_than_a_film_may_be_is_not_even_taken_in(client: httpx.AsyncClient, database: Database) -> None:
    sitting = await sit(client, database, intro_video="optional")
    answer = await client.post(
        f"{sitting.place}results/film",
        content=b"",
        headers={"content-type": "multipart/form-data; boundary=b", "content-length": str(10**9)},
    )
    assert answer.status_code == 413
    assert "This video is too large" in answer.text


async def test_a_film_is_given_out_so_that_nothing_in_it_runs(
    client: httpx.AsyncClient, database: Database, data_dir: Path
) -> None:
    sitting = await sit(client, database, intro_video="optional")
    await sitting.post("film", files={"film": ("me.webm", WEBM, "video/webm")})
    film = await client.get(sitting.place + "results/film")
    assert (film.content, film.headers["content-type"]) == (WEBM, "video/webm")
    assert "sandbox" in film.headers["content-security-policy"]
    assert film.headers["x-content-type-options"] == "nosniff"
    await sitting.post("film", remove="yes", files={"none": ("", b"")})
    assert (await client.get(sitting.place + "results/film")).status_code == 404
    folder = data_dir / "introductions" / str(sitting.seat.merchant_id)
    assert list(folder.rglob("*.webm")) == []


async def test_another_attempt_is_offered_while_there_is_one(client: httpx.AsyncClient, database: Database) -> None:
    for most, offered in ((1, False), (3, True)):
        sitting = await sit(client, database, max_attempts=most)
        assert ("Start again" in (await sitting.get()).text) is offered


async def test_whoever_calls_for_a_person_is_heard(client: httpx.AsyncClient, database: Database) -> None:
    sitting = await sit(client, database)
    page = (await sitting.post("help", wish="trouble", note="My sound was gone.")).text
    assert "We’ve passed it on. A person will look at it." in page
    assert await sitting.fetch("select text from tasks where kind = 'trouble'") == "My sound was gone."


async def test_nobody_else_sees_or_changes_anything(client: httpx.AsyncClient, database: Database) -> None:
    owner = await sit(client, database, intro_video="optional")
    await owner.post("film", files={"film": ("me.webm", WEBM, "video/webm")})
    stranger = await sit(client, database)
    for path in ("results", "results/film"):
        answer = await client.get(owner.place + path)
        assert answer.status_code == 404
        assert SAID not in answer.text
    for path, form in (("correct", {"number": "1", "text": MEANT}), ("hand-in", {}), ("help", {"wish": "person"})):
        assert (await client.post(f"{owner.place}results/{path}", data=form)).status_code == 404
    assert await owner.state() == "finished"
    assert await stranger.state() == "finished"


async def test_another_site_s_page_can_send_nothing(client: httpx.AsyncClient, database: Database) -> None:
    sitting = await sit(client, database)
    for path in ("correct", "film", "hand-in", "help"):
        answer = await client.post(f"{sitting.place}results/{path}", headers={"origin": "https://evil.example"})
        assert answer.status_code == 403
    assert await sitting.state() == "finished"


async def test_a_view_of_none_is_handed_in_at_once(client: httpx.AsyncClient, database: Database) -> None:
    sitting = await sit(client, database, view="none")
    assert await sitting.state() == "submitted"
    assert title_of((await sitting.get()).text) == "Thank you, your interview has been sent."


@pytest.mark.parametrize("sends_mail", [True, False])
async def test_after_sending_the_link_opens_the_own_page_where_no_code_can_be_mailed(
    database: Database, standing: MerchantStanding, data_dir: Path, *, sends_mail: bool
) -> None:
    app = an_app(database, standing, recordings=store_in(data_dir), sends_mail=sends_mail)
    async with calls_to(app) as client:
        sitting = await sit(client, database)
        await sitting.post("hand-in")
        assert await sitting.state() == "submitted"
        assert await sitting.fetch("select email from candidates where id = $1", sitting.seat.candidate_id)
        client.cookies.clear()  # as on another device
        link = sign_link(KEYS, sitting.seat, expires_at=now() + LINK_LIFE)
        entered = await client.post(
            f"/interview/take/{sitting.seat.interview_id}/enter", data={"interview_token": link}
        )
        page = (await client.get(entered.headers["location"])).text
    assert ("Sign in to your page" in page) is sends_mail
    assert ("Submitted" in page or "Sent" in page) is not sends_mail
