"""The candidate's pages as they leave the server: complete, plain, and fit for the strict policy."""

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from tests.folding import folded
from vivavoce.interviews.length import InterviewLength
from vivavoce.scoring.advice import Advice
from vivavoce.web.drawing import CompiledTemplates, make_environment
from vivavoce.words.catalog import find_words
from vivavoce.words.drawn import in_words

WEB = Path(__file__).parents[2] / "src" / "vivavoce" / "web"
SCRIPTS = sorted((WEB / "static" / "candidate").glob("*.js"))
OTHER_SCRIPTS = sorted((WEB / "static" / "results").glob("*.js"))
CLOSED = [
    "damaged",
    "expired",
    "revoked",
    "erased",
    "not_found",
    "draft",
    "not_open",
    "closed",
    "archived",
    "used_up",
    "signed_out",
    "forbidden",
    "foreign",
    "not_vouched",
    "failed",
]

POSITION: dict[str, Any] = {
    "name": "Shift lead, night",
    "location": "Harbour Road",
    "department": None,
    "salary": None,
    "description": "You lead fourteen people.\n\nYou hand over.",
    "language": "en",
    "count": {"least": 8, "steps": 8, "most": 14},
    "length": InterviewLength(least_minutes=16, most_minutes=25, follow_ups=6),
    "last_moment": None,
    "code": None,
    "attempts": 3,
    "attempts_left": 2,
    "long": None,
    "names_role": False,
    "cover": None,
    "company": None,
    "languages": [{"tag": "en", "name": "English"}],
}
CONSENTS = [
    {"name": "answers", "text": "My answers are kept.", "hint": None, "required": True},
    {"name": "study", "text": "My answers may be studied.", "hint": "For a year.", "required": False},
]


@cache
def open_templates() -> Environment:
    """Once for all of them: each is compiled when it is first drawn, and this file draws many while it is collected."""
    pages = make_environment()
    pages.globals["static"] = lambda path: f"/static/{path}"
    pages.globals["module"] = lambda path: Markup('<script type="module" src="/static/{}"></script>').format(path)
    return pages


def render(template: str, **context: Any) -> str:
    """The page, with nothing defined beyond what its first comment names."""
    return open_templates().get_template(template).render(brand="Harbour Road", **in_words(find_words("en")), **context)


def render_position(stage: str = "new", **changes: Any) -> str:
    context = {
        "position": POSITION,
        "stage": stage,
        "is_practice": False,
        "is_assessed": True,
        "can_begin_again": False,
        "is_free": False,
        "attempt_id": "a1",
        "consents": CONSENTS,
        "place": "/interview/take/i1/",
        "token": "t0ken",
        "is_test": False,
        "merchant": "Harbour Road",
        "registered_name": "Harbour Road Ltd",
        "is_signed_in": False,
        "sends_mail": True,
        "own_url": "/interview/at/harbour/mine/",
        "can_speak": False,
        "has_camera": False,
        "is_watched": True,
        "greeted": "",
        "film": "hidden",
        "contact": [],
    }
    return render("position.html", **(context | changes))


def render_conversation() -> str:
    return render(
        "conversation.html",
        position=POSITION,
        attempt_id="a1",
        socket_url="/interview/a1/socket",
        say_url="/interview/a1/say",
        camera="all",
        film_url="/interview/a1/voice/f.webm",
        camera_url="/interview/a1/camera",
        way="speak",
        has_agreed=True,
        picture="moving",
        checks_words=False,
        is_assessed=True,
        is_noted=True,
        virtual_cameras="obs virtual camera",
    )


WAY = {
    "place": "/interview/at/harbour/",
    "leads_to": "/interview/at/harbour/mine/",
    "asks_name": False,
    "merchant": {"shown_name": "Harbour Road"},
    "door": {"interview_id": None},
}
INVITED = WAY | {"door": {"interview_id": "i1"}}
ASKED = {"email": "sam@example.com", "name": "Sam"}
OPENING = {
    "url": "/interview/take/i1/",
    "name": "Shift lead",
    "language": "en",
    "facts": ["Harbour Road", "52k"],
    "apart": None,
}


def render_positions(**changes: Any) -> str:
    context = {
        "merchant": "Harbour Road",
        "positions": [OPENING],
        "count": 2,
        "more_url": "?before=i1",
        "is_first": True,
    }
    context |= {"is_signed_in": False, "can_sign_in": True, "own_url": "/interview/at/harbour/mine/"}
    return render("positions.html", **(context | changes))


DAY = {"iso": "2026-11-25T09:00:00+00:00", "day": datetime(2026, 11, 25, 9, tzinfo=UTC)}
GOES = ["begun", "finished", "submitted", "returned", "abandoned", "failed"]
PERSON: dict[str, dict[str, Any]] = {
    "to ask": {},
    "asked": {"is_asked": True},
    "fault": {"fault": "Too long.", "typed": "x"},
    "signed in": {"token": ""},
}


def render_person(**changes: Any) -> str:
    context: dict[str, Any] = {
        "name": "Shift lead",
        "language": "en",
        "merchant": "Harbour Road",
        "place": "/interview/take/i1/",
    }
    context |= {"back_url": "/interview/take/i1/", "token": "t", "is_asked": False, "fault": None, "typed": ""}
    return render("person.html", **(context | changes))


def render_own(**changes: Any) -> str:
    goes = [{"url": f"a{n}/", "number": n, "state": s, "at": DAY, "has_feedback": True} for n, s in enumerate(GOES)]
    one: dict[str, Any] = {"name": "Shift lead", "language": "en", "url": "/interview/take/i1/", "is_practice": False}
    interviews = [one | {"state": state, "attempts": goes} for state in GOES] + [
        one | {"state": "none", "attempts": []}
    ]
    context: dict[str, Any] = {"merchant": "Harbour Road", "place": "/interview/at/harbour/", "interviews": interviews}
    context |= {"person": {"name": "Sam", "email": "sam@example.com"}, "erasure": None, "has_recordings": True}
    context |= {"receipt": "https://interviews.example/interview/at/harbour/erased/p1"}
    return render("own.html", **(context | changes))


def render_own_attempt(state: str = "submitted", **changes: Any) -> str:
    attempt: dict[str, Any] = {
        "id": "a1",
        "name": "Shift lead",
        "language": "en",
        "number": 1,
        "state": state,
        "begun": DAY,
    }
    attempt |= {"handed_in": DAY if state in ("submitted", "returned") else None, "is_waiting": True}
    attempt |= {"is_under_way": state in ("begun", "finished"), "url": "/interview/take/i1/"}
    turn: dict[str, Any] = {
        "number": 1,
        "asked": "Why?",
        "language": "en",
        "text": "I led it",
        "is_skipped": False,
        "had_none": False,
        "reply": None,
    }
    turn |= {"pieces": [{"text": "I led it", "is_quoted": True, "is_doubtful": False}], "has_doubts": False}
    turn |= {
        "is_follow_up": False,
        "is_refused": False,
        "is_spoken": False,
        "is_corrected": False,
        "difference": [],
        "can_correct": False,
        "can_ask": False,
        "choices": [],
        "choice": None,
    }
    reply = {"text": "Here it is.", "language": "en", "passage": "At six.", "source": "The job", "is_listed": True}
    question = {"is_new": False, "leads_to": [], "found": None, "advice": None}
    answers = [
        question | {"number": 1, "turns": [turn]},
        question | {"number": 2, "turns": [turn | {"number": 2, "reply": reply}]},
    ]
    context: dict[str, Any] = {
        "merchant": "Harbour Road",
        "place": "/interview/at/harbour/",
        "is_practice": False,
        "is_assessed": True,
        "attempt": attempt,
    }
    context |= {"answers": answers, "standing_out": [], "main": None, "number": None, "progress": None}
    context |= {"shows": {"number": False, "answers": False, "all": False}, "waiting": None, "is_opened": False}
    context |= {"asked": []}
    context |= {"can_correct": False, "contests": [], "fault": None, "typed": ""}
    return render("own_attempt.html", **(context | changes))


NUMBER = {
    "amount": "much",
    "score": 6.84,
    "at": "68.4%",
    "low": 6.1,
    "high": 7.5,
    "from": "61%",
    "width": "14%",
    "is_measured": False,
}


def render_results(state: str = "finished", **changes: Any) -> str:
    """With all that there can be on it."""
    words = [
        {"text": "I ", "is_quoted": False, "is_doubtful": False},
        {"text": "led it", "is_quoted": True, "is_doubtful": True},
    ]
    turn: dict[str, Any] = {"asked": "Why?", "language": "en", "text": "I led it", "pieces": words, "is_spoken": True}
    turn |= {
        "number": 1,
        "is_follow_up": False,
        "is_skipped": False,
        "had_none": False,
        "is_refused": False,
        "is_corrected": True,
        "can_correct": True,
        "can_ask": True,
        "choices": [],
        "choice": None,
        "has_doubts": True,
    }
    turn |= {"difference": [{"change": "removed", "text": "lead"}, {"change": "added", "text": "led"}], "reply": None}
    skipped = turn | {
        "number": 2,
        "is_follow_up": True,
        "is_skipped": True,
        "is_corrected": False,
        "can_correct": False,
        "can_ask": False,
    }
    asked = {"texts": ["And the pay?"], "language": "en", "reply": None, "source": None, "helped": ""}
    context: dict[str, Any] = {
        "place": "/interview/a1/",
        "attempt_id": "a1",
        "camera_url": "/interview/a1/camera",
        "own_url": "/interview/at/harbour/mine/",
        "enter": None,
        "feedback_url": "/interview/at/harbour/mine/1/",
        "position": {"name": "Shift lead", "language": "en"},
        "merchant": "Harbour Road",
        "attempt": {"state": state, "number": 1, "left": 2, "ending": "all_asked"},
        "is_practice": False,
        "has_questions": True,
        "last_words": [{"text": "Thank you.", "language": "en"}],
        "shows": {"number": True, "answers": True, "all": True},
        "waiting": None,
        "is_opened": True,
        "standing_out": [{"text": "I led it.", "language": "en", "turn": 1, "question": 1}],
        "main": {"kind": "told_before", "numbers": [1], "earlier": 2},
        "answers": [
            {
                "number": number,
                "is_new": False,
                "leads_to": [2] if number == 1 else [],
                "turns": [turn | {"number": 2 * number - 1}, skipped | {"number": 2 * number}],
                "found": {"amount": "much", "score": 4.2, "low": 3.6, "high": 4.8},
                "advice": {"kind": kind, "earlier": 1},
            }
            for number, kind in enumerate(Advice, 1)
        ],
        "can_correct": True,
        "can_ask": True,
        "progress": {"is": "more", "than": 1},
        "skipped": [2],
        "number": NUMBER | {"answers": 6.5, "whole": None},
        "contact": [
            {"name": name, "is_required": name == "phone", "is_fixed": name == "name"}
            for name in ("name", "email", "phone")
        ],
        "film": {"is_required": True, "most_mb": 200, "most_bytes": 9, "accepts": "video/*", "mb": 1.5},
        "remark": {"rating": 4, "text": "Calm."},
        "ratings": [1, 2, 3, 4, 5],
        "is_told": True,
        "asked": [
            asked,
            asked | {"helped": "This may help: “Paid weekly.”"},
            asked | {"reply": "3,150.", "source": "Pay"},
        ],
        "faults": {},
        "typed": {},
    }
    if state == "submitted" and not changes.get("is_practice"):
        context |= {
            "sent": DAY,
            "by": DAY,
            "next_steps": [],
            "is_by_merchant": False,
            "receipt_to": "sam@example.com",
            "deleted_on": DAY["day"],
        }
        return render("sent.html", **(context | changes))
    return render("results.html", **(context | changes))


RESULTS: dict[str, dict[str, Any]] = {
    "all": {},
    "least": {
        "shows": {"number": False, "answers": False, "all": False},
        "number": None,
        "contact": [],
        "film": None,
        "standing_out": [],
        "main": None,
        "own_url": None,
        "feedback_url": None,
    },
    "waiting": {"waiting": "soon", "number": None, "standing_out": [], "main": None},
    "late": {"waiting": "late", "number": None, "standing_out": [], "main": None},
    **{why: {"number": {"score": None, "amount": None, "why": why}} for why in ("nothing", "language", "unasked")},
    **{
        f"{amount}, {why}": {"number": {"score": None, "amount": amount, "why": why}}
        for amount in ("little", "some", "much")
        for why in ("rough", "wide")
    },
    **{step: {"progress": {"is": step, "than": 2}} for step in ("more", "same", "less")},
    "practice": {
        "is_practice": True,
    },
    "faults": {
        "faults": {"introduction": "missing", "phone": "missing", "email": "wrong", "answer-1": "empty"},
        "typed": {"answer-1": "", "phone": "", "email": "sam", "rating": "2", "words": "So"},
    },
    "film": {
        "faults": {"film": "kind"},
        "film": {"is_required": False, "most_mb": 200, "most_bytes": 9, "accepts": "video/*", "mb": None},
    },
}

PAGES = {
    "new": render_position(),
    "stranger": render_position("stranger", token=""),
    "stranger, without mail": render_position("stranger", token="", sends_mail=False),
    "signed in": render_position(token="", is_signed_in=True),
    "sign in": render("sign_in.html", way=WAY, sends_mail=True),
    "sign in, invited": render("sign_in.html", way=INVITED, sends_mail=True),
    "sign in, anybody": render("sign_in.html", way=INVITED | {"asks_name": True}, sends_mail=True),
    "sign in, no address": render("sign_in.html", way=WAY, sends_mail=True, fault="address", email="sam"),
    "sign in, too many": render("sign_in.html", way=WAY, sends_mail=True, fault="too_many"),
    "sign in, without mail": render("sign_in.html", way=WAY, sends_mail=False),
    "code": render("code.html", way=WAY, sign_in="s1", asked=ASKED, left=None),
    "code, wrong": render("code.html", way=WAY, sign_in="s1", asked=ASKED, left=1),
    "code, over": render("code.html", way=WAY, sign_in="s1", asked=ASKED, left=0),
    "list": render_positions(),
    "list, empty": render_positions(positions=[], count=0, more_url=None, can_sign_in=False),
    "mails": render(
        "mails.html",
        mails=[
            {"to": "a@example.com", "subject": "Code", "text": "1\n\n2", "sent_at": datetime(2026, 11, 25, tzinfo=UTC)}
        ],
    ),
    **{f"person, {name}": render_person(**changes) for name, changes in PERSON.items()},
    "own": render_own(),
    "own, empty": render_own(interviews=[], person={"name": "", "email": None}),
    "own, erasing": render_own(erasure={"at": DAY, "due": DAY, "is_done": False, "reason": None}),
    "own, not erased": render_own(erasure={"at": DAY, "due": DAY, "is_done": True, "reason": "A court wants it."}),
    **{f"own attempt, {state}": render_own_attempt(state) for state in GOES},
    "own attempt, contested": render_own_attempt(
        contests=[{"text": "Wrong.", "at": DAY, "is_done": False, "reply": None}]
    ),
    "own attempt, feedback": render_own_attempt(
        is_practice=True,
        shows={"number": True, "answers": True, "all": True},
        standing_out=[{"text": "I led it.", "language": "en", "turn": 1, "question": 1}],
        main={"kind": "result", "numbers": [1], "earlier": None},
        number={"score": None, "amount": "some", "why": "rough"},
        progress={"is": "same", "than": 1},
    ),
    "own attempt, waiting": render_own_attempt(is_practice=True),
    "own attempt, fault": render_own_attempt(fault="Say it in a sentence.", typed=" "),
    **{f"results, {name}": render_results(**changes) for name, changes in RESULTS.items()},
    "results, thanks": render_results("submitted"),
    "results, thanks in the merchant's words": render_results(
        "submitted",
        next_steps=["Tom calls you."],
        is_by_merchant=True,
        by=None,
        receipt_to=None,
        asked=[],
        deleted_on=None,
        own_url=None,
    ),
    "results, practice done": render_results("submitted", is_practice=True),
    "mails, empty": render("mails.html", mails=[]),
    "wrong person": render(
        "closed.html", why="wrong_person", sign_out_url="/interview/at/harbour/sign-out", own_url="/x/", token="t"
    ),
    "closed, own page": render("closed.html", why="closed", own_url="/interview/at/harbour/mine/"),
    "expired, sign in": render("closed.html", why="expired", sign_in_url="/interview/take/i1/"),
    "new, where one can speak": render_position(can_speak=True),
    "begun": render_position("begun"),
    "submitted": render_position("submitted"),
    "finished": render_position("finished"),
    "finished, again": render_position("finished", can_begin_again=True),
    "begun, again after a fault": render_position("begun", can_begin_again=True, is_free=True),
    "practice handed in, again": render_position("submitted", is_practice=True, can_begin_again=True),
    **{f"{stage}, to begin": render_position(stage) for stage in ("returned", "failed", "left")},
    "conversation": render_conversation(),
} | {why: render("closed.html", why=why) for why in CLOSED}


@folded("page", PAGES.values(), ids=PAGES.keys())
def test_nothing_inline_that_the_policy_would_refuse(page: str) -> None:
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert all('src="/static/' in tag for tag in re.findall(r"<script[^>]*>", page))


@folded("page", PAGES.values(), ids=PAGES.keys())
def test_every_reference_within_the_page_has_its_end(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    named = re.findall(r'(?:aria-labelledby|aria-describedby|\sfor)="([^"]+)"', page) + re.findall(
        r'href="#([^"]+)"', page
    )
    assert {name for names in named for name in names.split()} <= set(ids)


@folded("page", PAGES.values(), ids=PAGES.keys())
def test_one_filled_button_at_most_in_each_form(page: str) -> None:
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        assert form.count("button-main") <= 1


def test_no_consent_is_ticked_beforehand() -> None:
    boxes = re.findall(r'<input type="checkbox"[^>]*>', PAGES["new"])
    assert [re.search(r'name="([^"]+)"', box)[1] for box in boxes] == ["consent_answers", "consent_study"]  # type: ignore[index]
    assert ["required" in box for box in boxes] == [True, False]
    assert not any("checked" in box for box in boxes)


def test_a_consent_that_is_missing_is_said_and_marked() -> None:
    page = render_position(missing=["answers"])
    assert "The interview hasn’t started yet" in page
    assert page.count('aria-invalid="true"') == 1


@pytest.mark.parametrize("stage", ["begun", "finished", "submitted"])
def test_who_has_begun_is_not_asked_again(stage: str) -> None:
    assert "consent_" not in PAGES[stage]


@pytest.mark.parametrize(
    "stage", ["new", "returned, to begin", "failed, to begin", "left, to begin", "finished, again"]
)
def test_each_attempt_is_agreed_to_anew(stage: str) -> None:
    assert PAGES[stage].count('name="consent_') == 2


def test_beginning_again_says_plainly_what_becomes_of_the_attempt_that_is_there() -> None:
    assert "is set aside. It counts as used, and it can’t be sent any more" in PAGES["finished, again"]
    assert "is set aside and doesn’t count" in PAGES["begun, again after a fault"]
    assert "What you sent stays as it is" in render_position("submitted", can_begin_again=True)
    for page in ("finished, again", "begun, again after a fault", "practice handed in, again"):
        assert 'name="again" value="yes"' in PAGES[page]
        assert (
            "Start again" not in PAGES[page.split(", ")[0].removeprefix("practice ").replace("handed in", "submitted")]
        )


@pytest.mark.parametrize(
    ("attempts", "left", "expected"),
    [(3, 3, "3"), (3, 2, "2 of 3 left"), (3, 0, "This is the last of 3"), (1, 1, "1"), (1, 0, "1")],
)
def test_the_page_says_how_many_attempts_there_are_and_are_left(attempts: int, left: int, expected: str) -> None:
    page = render_position("begun", position=POSITION | {"attempts": attempts, "attempts_left": left})
    assert f"<dt>Attempts</dt><dd>{expected}</dd>" in page


def test_practice_is_called_practice_and_nobody_decides() -> None:
    for stage in ("new", "begun", "finished", "submitted"):
        page = render_position(stage, is_practice=True)
        assert "no one makes a decision based on it, and the feedback is for you" in page
        assert "A person reads" not in page
        assert "interview" not in re.sub(r"<[^>]*>|interviewer", "", page.partition("<body>")[2]).lower()


def test_who_has_not_finished_practising_can_go_on() -> None:
    page = render_position("finished", is_practice=True)
    assert "Continue the practice" in page
    assert "See your feedback" not in page


def test_where_no_program_assessed_nobody_is_asked_whether_it_erred() -> None:
    asked = ["assessed wrongly?" in render_own_attempt(is_assessed=is_assessed) for is_assessed in (True, False)]
    assert asked == [True, False]


def test_practice_speaks_of_no_sending() -> None:
    mine = {"name": "Shift lead", "language": "en", "url": "/interview/take/i1/", "is_practice": True}
    attempt = {"url": "a1/", "number": 1, "at": DAY, "has_feedback": True}
    states = ("begun", "finished", "submitted")
    interviews = [mine | {"state": state, "attempts": [attempt | {"state": state}]} for state in states]
    pages = {
        "own": render_own(interviews=interviews),
        **{f"own attempt, {state}": render_own_attempt(state, is_practice=True) for state in states},
        "results": render_results(is_practice=True, contact=[], film=None),
        "done": PAGES["results, practice done"],
        "position": render_position("finished", is_practice=True, can_begin_again=True),
    }
    allowed = r"What you type, and when you sent it"
    sent = {
        name: re.findall(
            r".{0,40}\b(?:send|sent)\b.{0,20}", re.sub(rf"<[^>]*>|{allowed}", "", page.partition("<body")[2])
        )
        for name, page in pages.items()
    }
    assert sent == {name: [] for name in pages}
    assert "Finished on " in pages["own"]


def test_who_has_handed_in_finds_nothing_to_hand_in() -> None:
    assert re.findall(r"<button[^>]*>([^<]*)</button>", PAGES["submitted"]) == ["Go to your page"]


def test_a_program_is_called_one_and_a_person_decides() -> None:
    assert "an AI program with a drawn face, not a person" in PAGES["new"]
    assert "reads your answers and decides. A program never turns anyone down." in PAGES["new"]


def test_no_sound_is_promised_only_where_there_is_none() -> None:
    assert "your microphone and camera aren’t used" in PAGES["new"]
    assert "If you speak, the sound too" in PAGES["new, where one can speak"]
    assert "your microphone" not in PAGES["new, where one can speak"]


def test_the_words_of_a_merchant_stay_words() -> None:
    page = render_position(position=POSITION | {"name": '<b>"Lead"</b>', "description": "<script>1</script>"})
    assert "<b>" not in page
    assert "<script>" not in page


def test_every_element_that_the_scripts_name_is_on_the_page() -> None:
    named = {name for script in SCRIPTS for name in re.findall(r'byId\("([^"]+)"\)', script.read_text())}
    assert named
    assert named <= set(re.findall(r'\sid="([^"]+)"', PAGES["conversation"]))


@folded("script", [*SCRIPTS, *OTHER_SCRIPTS], ids=lambda script: script.name)
def test_scripts_are_checked_and_write_text_only(script: Path) -> None:
    text = script.read_text()
    assert text.startswith("// @ts-check")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text)


@folded("script", [*SCRIPTS, *OTHER_SCRIPTS], ids=lambda script: script.name)
def test_scripts_hold_no_words_of_the_product(script: Path) -> None:
    code = re.sub(r"/\*.*?\*/", "", script.read_text(), flags=re.DOTALL)
    code = "\n".join(line.split("// ")[0] for line in code.splitlines() if "throw new Error" not in line)
    sentences = [words for words in re.findall(r'"([^"\n]*)"', code) if re.match(r"[A-Z][a-z]+ [a-z]", words)]
    assert sentences == []


def test_the_daylight_fallback_repeats_the_day_values() -> None:
    css = (WEB / "static" / "look" / "tokens.css").read_text()
    day = dict(re.findall(r"(--[\w-]+): light-dark\((#\w+),", css))
    fallback = css[css.index("@supports not (color: light-dark") :]
    repeated = dict(re.findall(r"(--[\w-]+): (#\w+);", fallback[: fallback.index("/*")]))
    assert {name: repeated[name] for name in day} == day


def test_a_template_is_compiled_once_in_a_process_and_anew_when_it_has_changed() -> None:
    first, second = (make_environment().get_template("closed.html").root_render_func for _ in range(2))
    assert first is not second
    assert first.__code__ is second.__code__
    kept, said = CompiledTemplates(), []
    for text in ("One.", "One.", "Two."):
        environment = Environment(loader=DictLoader({"page.html": text}), autoescape=True, bytecode_cache=kept)
        said.append(environment.get_template("page.html").render())
    assert said == ["One.", "One.", "Two."]
