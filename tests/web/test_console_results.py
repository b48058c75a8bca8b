"""Results in the console: the list, one result, people side by side; each form comes to the wire's own verb."""

import csv
import io
import re
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import NOW, QUESTIONS, House, a_draft, a_seat, add_fact, an_attempt, an_interview
from tests.console import Seated, sit
from tests.folding import folded
from tests.scoring.lexical import LexicalRater
from vivavoce.attempts.answer import HeardWord
from vivavoce.attempts.facts import keep_facts
from vivavoce.attempts.heard_words import save_words
from vivavoce.attempts.integrity import Observation, ObservationKind
from vivavoce.attempts.observations import note_second_voice
from vivavoce.attempts.requests import contest
from vivavoce.attempts.tally import tally_attempt
from vivavoce.candidates.links import Identity, Seat
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.merchants.people.members import Member, MemberStatus
from vivavoce.merchants.tokens import Role
from vivavoce.scoring.score import score_attempt
from vivavoce.web.console.result import find_named

RUBRIC = {"weak": ["Moved in a weekend", "Led nine people"], "strong": ["Names what went wrong"]}
TEXTS = ("We moved in one weekend. It was loud.", None, "I noticed the belt.", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Somebody's attempt, sent and judged."""

    seat: Seat
    attempt_id: UUID

    @property
    def path(self) -> str:
        return f"results/{self.attempt_id}/"


async def a_result(
    database: Database, house: House, interview_id: UUID, *, name: str = "Sam Rivers", is_judged: bool = True
) -> Result:
    seat = await a_seat(database, house, interview_id)
    attempt_id = await an_attempt(database, seat)
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update candidates set name = $2 where id = $1", seat.candidate_id, name)
    for number, text in enumerate(TEXTS, 1):
        answered = Answered(key=new_id(), number=number, text=text)
        await happen(database, seat, attempt_id, answered, now=NOW)
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    if is_judged:
        of: dict[str, Any] = {"merchant_id": house.merchant.id, "attempt_id": attempt_id, "now": NOW}
        await tally_attempt(database, **of)
        await score_attempt(database, LexicalRater(), **of)
    return Result(seat=seat, attempt_id=attempt_id)


@pytest.fixture
async def interview_id(database: Database, house: House) -> UUID:
    questions = [
        replace(QUESTIONS[0], expectations={"weak": ["Moved in a weekend"]}, label="The <move>"),
        *QUESTIONS[1:],
    ]
    draft = a_draft(house, questions=questions, settings={"max_follow_ups": 0, "expectations": RUBRIC})
    return await an_interview(database, house, draft)


@pytest.fixture
async def result(database: Database, house: House, interview_id: UUID) -> Result:
    return await a_result(database, house, interview_id)


@pytest.fixture
async def noor(database: Database, house: House) -> Seated:
    return await sit(database, house)


async def page(client: httpx.AsyncClient, noor: Seated, path: str) -> str:
    answer = await noor.get(client, path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_proof_comes_before_the_number_and_adjustments_are_not_shown(
    client: httpx.AsyncClient, database: Database, house: House, noor: Seated, result: Result
) -> None:
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(
            "insert into adjustments (merchant_id, attempt_id, speaks, pace, time_factor, accents, has_large_text,"
            " interviewer, changed_at) values ($1, $2, false, 'slower', 2.0, '{}', true, 'still', now())",
            house.merchant.id,
            result.attempt_id,
        )
    text = await page(client, noor, result.path)
    order = [text.index(one) for one in ("Moved in a weekend", "<mark>", 'id="answers"', 'id="number"', "figure-big")]
    assert order == sorted(order)
    assert "We moved in one weekend." in text
    assert "(The &lt;move&gt;)" in text  # a question's label
    assert not re.search("slower|extra time|twice", text)


async def test_facts_of_integrity_stand_apart_and_are_struck_out_with_a_reason(
    client: httpx.AsyncClient, database: Database, house: House, noor: Seated, interview_id: UUID, result: Result
) -> None:
    plain = await page(client, noor, result.path)
    assert "What was noticed" not in plain
    async with database.tenant(house.merchant.id) as connection:
        await add_fact(connection, result.attempt_id)
    text = await page(client, noor, result.path)
    order = [text.index(one) for one in ('id="proof"', 'id="session-h"', "What was noticed")]
    assert order == sorted(order), "never before the proof"
    assert re.search(r"<b>Left the page</b>.*A phone call or a look at the job ad.*40 seconds", text, re.DOTALL)
    nothing = await noor.post(client, f"{result.path}strike", fact="page_hidden", reason=" ")
    assert (nothing.status_code, "Say why" in nothing.text) == (422, True)
    for fact in ("text_pasted", "gaze"):
        assert (await noor.post(client, f"{result.path}strike", fact=fact, reason="So.")).status_code == 422
    done = await noor.post(client, f"{result.path}strike", fact="page_hidden", reason="Her child fell.")
    text = await page(client, noor, done.headers["location"])
    assert re.search("<s>Left the page</s>.*Struck out by Maya Adler.*Her child fell.", text, re.DOTALL)
    assert "Left the page: struck out" in text, "in the history"
    await noor.post(client, f"{result.path}strike", fact="page_hidden", reason="No.", stands="yes")
    assert "<b>Left the page</b>" in await page(client, noor, result.path)
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update interviews set blind_rating = 'required' where id = $1", interview_id)
    assert "What was noticed" not in await page(client, noor, result.path), "nor before somebody has rated blind"


async def test_a_second_voice_is_heard_where_it_is_told(
    client: httpx.AsyncClient, database: Database, house: House, noor: Seated, result: Result
) -> None:
    heard = Observation(kind=ObservationKind.SECOND_VOICE, at=NOW, number=1, seconds=4.8, amount=312_400)
    word = HeardWord(text="moved", start=300.0, end=301.0, probability=0.9)
    whose: dict[str, Any] = {"merchant_id": house.merchant.id, "attempt_id": result.attempt_id, "number": 1}
    async with database.tenant(house.merchant.id) as connection:
        await save_words(connection, [word], key=new_id(), now=NOW, **whose)
        await note_second_voice(connection, result.attempt_id, [heard], now=NOW)
        await keep_facts(connection, result.attempt_id, now=NOW)
    text = await page(client, noor, result.path)
    noticed = text[text.index('id="noticed"') :]
    assert re.search(r"<b>A second voice</b>.*Somebody in the room.*5 seconds", noticed, re.DOTALL)
    assert 'data-play="312.4" data-turn="1"' in noticed


async def test_a_person_decides_undoes_and_decides_otherwise(
    client: httpx.AsyncClient, database: Database, noor: Seated, result: Result
) -> None:
    nothing = await noor.post(client, f"{result.path}decide", decision="selected", reason=" ")
    assert (nothing.status_code, "Say why" in nothing.text) == (422, True)
    for decision, word in (("selected", "Selected"), ("rejected", "Rejected")):
        done = await noor.post(client, f"{result.path}decide", decision=decision, reason=f"Since {decision}.", mail="1")
        assert done.status_code == 303
        text = await page(client, noor, done.headers["location"])
        assert f">{word}</h2>" in text
        assert "Maya Adler" in text
        assert f"Since {decision}." in text
        assert (await noor.post(client, f"{result.path}undo")).status_code == 303
    assert "Undone:" in await page(client, noor, result.path)
    assert (await noor.post(client, f"{result.path}undo")).status_code == 409


async def test_what_was_typed_is_there_again_after_a_fault(
    client: httpx.AsyncClient, noor: Seated, result: Result
) -> None:
    """A mail that was not wanted stays so, or the second try would send it."""
    wanted = 'name="mail" value="1" checked'
    assert wanted in await page(client, noor, result.path)
    for fields, shown in (
        ({"decision": "selected", "reason": " "}, 'name="mail" value="1">'),
        ({"decision": "selected", "reason": " ", "mail": "1"}, wanted),
    ):
        assert shown in (await noor.post(client, f"{result.path}decide", **fields)).text
    listed = await noor.post(
        client, "results/decide", decision="selected", reason=" ", **{f"pick-{result.attempt_id}": "1"}
    )
    assert 'name="mail" value="1">' in listed.text
    scored = (await noor.post(client, f"{result.path}overturn", score="eleven", reason="By hand.")).text
    assert re.search(
        r'<details class="fold" open><summary[^>]*>Put another score.*?value="eleven".*?By hand\.', scored, re.DOTALL
    )
    marked = (
        await noor.post(client, f"{result.path}overturn", requirement="weak-0", state="rejected", reason=" ")
    ).text
    assert 'value="rejected" required checked' in marked


async def test_a_mark_is_changed_and_the_number_follows(
    client: httpx.AsyncClient, noor: Seated, result: Result
) -> None:
    changed = await noor.post(
        client, f"{result.path}overturn", requirement="weak-1", state="confirmed", reason="Nine in the laundry."
    )
    assert changed.status_code == 303
    text = await page(client, noor, result.path)
    assert "Changed by Maya Adler" in text
    assert "Nine in the laundry." in text
    assert "The program’s sum was" in text
    for fields in ({"requirement": "weak-1", "state": ""}, {"requirement": "x"}, {"score": "eleven"}, {"score": "NaN"}):
        wrong = await noor.post(client, f"{result.path}overturn", reason="So.", **fields)
        assert wrong.status_code == (303 if fields.get("state") == "" else 422), fields
    assert (await noor.post(client, f"{result.path}overturn", score="7,5", reason="By hand.")).status_code == 303
    assert ">7.5<" in await page(client, noor, result.path)


@pytest.mark.parametrize(("at", "lands"), [("claim-2", "#claim-2"), ("talk", "#talk"), ("//x", ""), ("claim-2 x", "")])
async def test_who_sent_a_form_goes_on_where_it_stood(
    client: httpx.AsyncClient, noor: Seated, result: Result, at: str, lands: str
) -> None:
    done = await noor.post(client, f"{result.path}comment", text="Listen again.", at=at)
    assert done.headers["location"] == f"{noor.url(result.path)}?said=saved{lands}"


async def test_marks_stay_hidden_until_somebody_has_rated_where_that_is_required(
    client: httpx.AsyncClient, database: Database, house: House, noor: Seated, result: Result
) -> None:
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update interviews set blind_rating = 'required'")
    text = ""
    for query in ("", "?marks=1", "?names=hidden"):
        text = await page(client, noor, result.path + query)
        assert 'id="number"' not in text
        assert "<mark>" not in text
        assert ("Sam Rivers" in text) == ("hidden" not in query)
    assert (await noor.post(client, f"{result.path}decide", decision="selected", reason="So.")).status_code == 409
    names = re.findall(r'name="(mark-[^"]+)"', text)
    rated = await noor.post(client, f"{result.path}rate", **dict.fromkeys(names, "confirmed"))
    assert rated.status_code == 303
    assert 'id="number"' in await page(client, noor, result.path)
    other = await sit(database, house)
    assert 'id="number"' not in await page(client, other, result.path)
    # Who saw the marks while rating was only offered is told so, instead of being given a form that is refused.
    for setting, query in (("offered", "?marks=1"), ("required", "")):
        async with database.tenant(house.merchant.id) as connection:
            await connection.execute("update interviews set blind_rating = $1", setting)
        text = await page(client, other, result.path + query)
        assert ('id="number"' in text) == (setting == "offered")
    assert "Ask a colleague" in text
    assert 'name="mark-' not in text
    assert "?rate=1" not in text


async def test_no_call_shows_a_person_the_marks_that_they_are_to_rate_first(
    client: httpx.AsyncClient, database: Database, house: House, noor: Seated, result: Result
) -> None:
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update interviews set blind_rating = 'required'")
    person = {"Authorization": f"Bearer {house.token(user_id=noor.member.id)}"}
    named = {"interview_result_id": str(result.attempt_id), "merchant_id": str(house.merchant.id)}

    async def scores(headers: dict[str, str]) -> list[float | None]:
        details = await client.post("/functions/v1/job-interview-details", json=named, headers=headers)
        listed = await client.post(
            "/functions/v1/merchant-result-list", json={"merchant_id": str(house.merchant.id)}, headers=headers
        )
        assert (details.json()["processing_status"], details.json()["transcript"] != []) == ("completed", True)
        assert ("confirmed" in details.text) == (details.json()["score"] is not None)
        return [details.json()["score"], listed.json()["data"][0]["score"]]

    report = "/functions/v1/job-interview-pdf"
    assert await scores(person) == [None, None]
    refused = await client.post(report, json={**named, "export_type": "json"}, headers=person)
    assert (refused.status_code, "rate it blind first" in refused.text) == (422, True)
    marks = re.findall(r'name="(mark-[^"]+)"', await page(client, noor, result.path))
    assert (await noor.post(client, f"{result.path}rate", **dict.fromkeys(marks, "confirmed"))).status_code == 303
    rated, in_list = await scores(person)
    assert (rated is not None, in_list) == (True, None)
    assert (await client.post(report, json={**named, "export_type": "json"}, headers=person)).status_code == 200


async def test_a_hidden_name_stays_hidden_whatever_is_sent(
    client: httpx.AsyncClient, noor: Seated, result: Result
) -> None:
    text = (await page(client, noor, f"{result.path}?names=hidden")).partition("<main")[2]
    forms = re.findall(r'<form[^>]+method="post".*?</form>', text, re.DOTALL)
    assert len(forms) > 5
    assert [form for form in forms if 'name="names" value="hidden"' not in form] == []
    for path, fields in (("marks", {"shortlist": "yes"}), ("again", {})):
        done = await noor.post(client, result.path + path, names="hidden", **fields)
        assert "names=hidden" in done.headers["location"], path


async def test_of_a_long_result_the_first_part_is_shown_and_the_rest_when_it_is_asked_for(
    client: httpx.AsyncClient, noor: Seated, result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(text: str) -> tuple[int, int]:
        return text.count(' id="claim-'), text.count(' id="turn-')

    whole = await page(client, noor, result.path)
    assert shown(whole) == (4, 3)
    assert "Show all" not in whole
    for most in ("MOST_CLAIMS_SHOWN", "MOST_ANSWERS_SHOWN"):
        monkeypatch.setattr(f"vivavoce.web.console.result.{most}", 1)
    first = await page(client, noor, result.path)
    assert shown(first) == (2, 1), "a bracket stays whole"
    assert re.findall("Show all [^<]+", first) == ["Show all 4 requirements", "Show all 3 answers"]
    # The second question was skipped, and asked again at the end: it stands at its place.
    assert 'href="?all=1#turn-4"' in first
    assert 'href="?all=1&amp;names=hidden#turn-4"' in await page(client, noor, f"{result.path}?names=hidden")
    assert shown(await page(client, noor, f"{result.path}?all=1")) == (4, 3)
    assert re.findall(r"<h3[^>]*>(\d\.)", whole) == ["1.", "2.", "3."], "numbered as they stand"


async def test_a_contest_is_answered_and_comments_and_marks_are_kept(
    client: httpx.AsyncClient, database: Database, house: House, noor: Seated, result: Result
) -> None:
    identity = Identity(merchant_id=house.merchant.id, candidate_id=result.seat.candidate_id, environment="production")
    await contest(database, identity, attempt_id=result.attempt_id, text="I did lead people.")
    text = await page(client, noor, result.path)
    task = re.search(r'name="task" value="([^"]+)"', text)
    assert task is not None
    assert (await noor.post(client, f"{result.path}contest", task=task[1], reply=" ")).status_code == 422
    done = await noor.post(client, f"{result.path}contest", task=task[1], reply="You did. It is changed.")
    assert done.status_code == 303
    await noor.post(client, f"{result.path}comment", text="@Maya Adler, listen to 11:02.")
    await noor.post(client, f"{result.path}marks", shortlist="yes")
    await noor.post(client, f"{result.path}marks", emoji="⭐")
    text = await page(client, noor, result.path)
    for said in ("You did. It is changed.", "listen to 11:02.", 'name="shortlist" value="no"', "⭐"):
        assert said in text
    assert 'name="task"' not in text
    async with database.tenant(house.merchant.id) as connection:
        mentions = await connection.fetchval("select mentions from comments")
    assert mentions == [noor.member.id.hex] or mentions == [str(noor.member.id)]


async def test_who_is_named_in_a_comment_finds_it_on_the_first_page_until_they_answer(
    client: httpx.AsyncClient, database: Database, house: House, noor: Seated, result: Result
) -> None:
    tom = await sit(database, house, Role.SELECTION)  # both are called Maya Adler, and both are named
    await noor.post(client, f"{result.path}comment", text="@Maya Adler, listen to 11:02.")
    home = await page(client, tom, "")
    assert "Maya Adler mentioned you." in home
    assert "They find it on their first page: <bdi>Maya Adler</bdi>" in await page(client, noor, result.path)
    assert f"{tom.url(result.path)}#talk" in home
    assert "mentioned you" not in await page(client, noor, ""), "nobody is told of their own words"
    await tom.post(client, f"{result.path}comment", text="I heard it.")
    assert "mentioned you" not in await page(client, tom, "")
    assert "mentioned you" not in await page(client, noor, ""), "this one names nobody"


@folded(
    ("text", "named"),
    [
        ("@Noor Haddad, listen to 11:02.", ["Noor Haddad"]),
        ("@noor: what do you think?", ["Noor Haddad"]),
        ("@Noora, @Maya or noor", []),  # another name, one that two share, and no @
        ("@maya adler and @tom@staff.example", ["Maya Adler", "tom@staff.example"]),
        ("@Lena was here once.", []),
    ],
)
def test_a_comment_names_whom_it_means(text: str, named: list[str]) -> None:
    members = [
        Member(
            merchant_id=new_id(),
            id=new_id(),
            email=f"{name.partition(' ')[0].lower()}@staff.example",
            name=name,
            role=Role.SELECTION,
            status=MemberStatus.ENDED if name == "Lena Graf" else MemberStatus.ACTIVE,
            language="en",
            invited_at=NOW,
            joined_at=NOW,
            ended_at=NOW if name == "Lena Graf" else None,
        )
        for name in ("Noor Haddad", "Maya Adler", "Maya Brandt", "Lena Graf")
    ]
    nameless = replace(members[0], id=new_id(), email="tom@staff.example", name="")
    assert [member.shown_name for member in find_named(text, [*members, nameless])] == named


async def test_the_list_is_paged_by_key_and_its_state_stands_in_the_address(
    client: httpx.AsyncClient, database: Database, house: House, noor: Seated, interview_id: UUID, monkeypatch: Any
) -> None:
    monkeypatch.setattr("vivavoce.web.console.result_list.ROWS", 2)
    for name in ("Ada", "Bo", "=Cmd()"):
        await a_result(database, house, interview_id, name=name, is_judged=False)
    first = await page(client, noor, "results/")
    assert re.findall(r"/\"><bdi>([^<]+)</bdi>", first) == ["=Cmd()", "Bo"]
    after = re.search(r'rel="next" href="([^"]+)"', first)
    assert after is not None
    second = await page(client, noor, after[1].replace("&amp;", "&"))
    assert re.findall(r"/\"><bdi>([^<]+)</bdi>", second) == ["Ada"]
    assert "Ada" in await page(client, noor, f"results/?q=ad&interview={interview_id}&order=created_at_oldest")
    assert "Nothing fits" in await page(client, noor, "results/?tab=shortlist")
    for strange in ("after=x", "after=2026-01-01_x", "tab=x&order=score", "q=%00", "columns=x", "interview=x"):
        assert "Ada" in await page(client, noor, f"results/?tab=all&{strange}") or "rel=" in first
    given = await noor.get(client, "results/table.csv")
    rows = list(csv.reader(io.StringIO(given.text.removeprefix("\ufeff"))))
    assert [row[0] for row in rows] == ["name", "'=Cmd()", "Bo", "Ada"]
    await noor.post(client, "results/views", name="Night", query="q=ada")
    view = await page(client, noor, "results/?q=ada")
    assert 'href="' + noor.url("results/") + '?q=ada"><bdi>Night' in view


async def test_nothing_is_ordered_by_a_score_or_a_recommendation(
    client: httpx.AsyncClient, database: Database, house: House, noor: Seated, interview_id: UUID
) -> None:
    made = [
        (await a_result(database, house, interview_id, name=name)).attempt_id for name in ("Adaora", "Bojana", "Cleopa")
    ]
    places = (
        "",
        "results/",
        "results/?tab=all&order=score",
        "results/?tab=all&columns=score&order=recommendation",
        "results/table.csv?tab=all&order=score",
        f"results/compare?interview={interview_id}",
        "candidates/?order=score",
        f"results/{made[1]}/",  # which undecided one is next
    )

    async def orders() -> list[list[str]]:
        wanted = re.compile('Adaora|Bojana|Cleopa|results/[0-9a-f-]{36}/(?=" data-key)')
        return [list(dict.fromkeys(wanted.findall(await page(client, noor, path)))) for path in places]

    before = await orders()
    assert before[1] == ["Cleopa", "Bojana", "Adaora"], "the newest first"
    for scores in ((9, 1, 5), (1, 5, 9), (5, 9, 1)):
        async with database.tenant(house.merchant.id) as connection:
            for attempt_id, score in zip(made, scores, strict=True):
                await connection.execute("update attempts set score = $2 where id = $1", attempt_id, score)
                await connection.execute(
                    "insert into judgements (merchant_id, id, attempt_id, version, rater, rubric_digest, score,"
                    " answers_score, session_score, result, judged_at) select merchant_id, gen_random_uuid(),"
                    " attempt_id, max(version) over () + 1, rater, rubric_digest, $2, answers_score, session_score,"
                    " jsonb_set(result, '{report,recommendation}', to_jsonb($3::text)), now()"
                    " from judgements where attempt_id = $1 limit 1",
                    attempt_id,
                    score,
                    {9: "strong", 5: "mixed", 1: "weak"}[score],
                )
        assert await orders() == before, scores
    orders_offered = re.search(r'<select[^>]*name="order">.*?</select>', await page(client, noor, "results/"))
    assert orders_offered is not None
    assert "score" not in orders_offered[0]


async def test_several_are_decided_for_one_reason_that_is_shown_as_shared(
    client: httpx.AsyncClient, database: Database, house: House, noor: Seated, interview_id: UUID
) -> None:
    found = [await a_result(database, house, interview_id, is_judged=False) for _ in range(2)]
    picked = {f"pick-{one.attempt_id}": "1" for one in found}
    assert (await noor.post(client, "results/decide", decision="rejected", reason="", **picked)).status_code == 422
    assert (await noor.post(client, "results/decide", decision="rejected", reason="So.")).status_code == 422
    done = await noor.post(client, "results/decide", decision="rejected", reason="Others fit better.", **picked)
    assert done.status_code == 303
    text = await page(client, noor, found[0].path)
    assert "A reason shared by 2 results" in text
    assert ">Rejected</span>" in await page(client, noor, "results/?tab=decided-rejected")


async def test_people_stand_side_by_side(
    client: httpx.AsyncClient, database: Database, house: House, noor: Seated, interview_id: UUID
) -> None:
    for name in ("Ada", "Bo"):
        await a_result(database, house, interview_id, name=name)
    text = await page(client, noor, f"results/compare?interview={interview_id}")
    for said in ("Ada", "Bo", "We moved in one weekend.", "Led nine people", "The &lt;move&gt;: "):
        assert said in text
    hidden = await page(client, noor, f"results/compare?interview={interview_id}&names=hidden")
    assert "Ada" not in hidden
    assert "Person B" in hidden


@folded("path", ["results/x/", f"results/{new_id()}/", "results/x/recording", f"results/{new_id()}/film"])
async def test_what_is_not_there_is_not_there(
    client: httpx.AsyncClient, database: Database, house: House, path: str
) -> None:
    noor = await sit(database, house)
    assert (await noor.get(client, path)).status_code == 404


async def test_the_recording_is_led_to_by_an_address_of_a_few_minutes(
    client: httpx.AsyncClient, noor: Seated, result: Result
) -> None:
    answer = await noor.get(client, f"{result.path}recording")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/interview/recordings/")
