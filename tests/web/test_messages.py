"""What a page says is understood strictly; what it is told holds all that it shows, and nothing of the rubric."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests.builders import NOW, House, a_draft, a_seat, an_attempt, an_interview
from tests.folding import folded
from vivavoce.attempts.answer import PlayedLine, Playout
from vivavoce.attempts.integrity import ObservationKind
from vivavoce.attempts.keep import TextDraft
from vivavoce.attempts.observations import ToldObservation
from vivavoce.conversation.happenings import (
    Answered,
    Arrived,
    Asked,
    Corrected,
    HandedIn,
    Happening,
    LineBroke,
    Listened,
    Trouble,
    WentWrong,
)
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.loop import PageNews, happen
from vivavoce.db.database import Database
from vivavoce.errors import Invalid, NotUnderstood
from vivavoce.interviews.steps import AnsweredBy, SentQuestion
from vivavoce.sound.sound_file import PageStart
from vivavoce.web.candidate.messages import (
    LONGEST_MESSAGE,
    CloseSound,
    Done,
    OpenSound,
    PlayedOut,
    key_of,
    read_message,
    to_messages,
)

KEY = UUID(int=7)
LINE_HEARD = {"line": "ab" * 20, "begin": 0.5, "seconds": 1, "at": 7000, "until": None, "is_recorded": True}


def said(**fields: Any) -> str:
    return json.dumps({"key": str(KEY)} | fields)


@folded(
    ("raw", "understood"),
    [
        ('{"kind":"arrive"}', Arrived()),
        (said(kind="answer", number=2, text="So\0."), Answered(key=KEY, number=2, text="So.")),
        (said(kind="answer", number=2, choice=0), Answered(key=KEY, number=2, choice=0)),
        (said(kind="answer", number=2, skip=True), Answered(key=KEY, number=2)),
        (
            said(kind="correct", number=2, text="Is it dark?", as_question=True),
            Corrected(key=KEY, number=2, text="Is it dark?", is_question=True),
        ),
        (
            said(kind="answer", number=2, text="Skip.", as_answer=True),
            Answered(key=KEY, number=2, text="Skip.", is_meant=True),
        ),
        (said(kind="wish", number=1, wish="think"), Asked(key=KEY, number=1, wish=Wish.THINK)),
        (
            said(kind="wish", number=1, wish="trouble", note=" No sound.\0 "),
            Asked(key=KEY, number=1, wish=Wish.TROUBLE, remark="No sound."),
        ),
        (said(kind="draft", number=3, text="I l"), TextDraft(number=3, text="I l")),
        (said(kind="fault", fault="line_lost", seconds=12.5), LineBroke(key=KEY, seconds=12.5)),
        (said(kind="submit"), HandedIn(key=KEY)),
        (
            said(kind="noticed", what="pasted", number=2, characters=250, seconds=9, ago=1.5),
            ToldObservation(key=KEY, kind=ObservationKind.PASTED, number=2, amount=250, seconds=9, ago=1.5),
        ),
        (
            said(kind="noticed", what="virtual_camera", number=1, camera="OBS\0"),
            ToldObservation(key=KEY, kind=ObservationKind.VIRTUAL_CAMERA, number=1, label="OBS"),
        ),
    ],
)
def test_what_a_page_says(raw: str, understood: Happening | TextDraft | ToldObservation) -> None:
    assert read_message(raw) == understood
    assert read_message(raw.encode()) == understood


@folded(
    ("raw", "name"),
    [
        (said(kind="correct", number=2, choice=0, as_question=True), "text"),
        (said(kind="correct", number=2, text="Is it?", as_question="yes"), "as_question"),
        ("[]", "kind"),
        ("{}", "kind"),
        ('{"kind":"sing"}', "kind"),
        (said(kind="noticed", what="same_name", number=1), "what"),
        (said(kind="noticed", what="hidden", number=1, seconds=-1), "seconds"),
        (said(kind="noticed", what="hidden", number=1, ago=1e9), "ago"),
        (said(kind="noticed", what="pasted", number=1, characters=2.5), "characters"),
        (said(kind="answer", number=0, text="So."), "number"),
        (said(kind="answer", number="1", text="So."), "number"),
        (said(kind="answer", number=1), "text"),
        (said(kind="answer", number=1, text="So.", skip=True), "text"),
        (said(kind="answer", number=1, text=7), "text"),
        (json.dumps({"kind": "answer", "number": 1, "text": "So."}), "key"),
        (said(kind="wish", number=1, wish="coffee"), "wish"),
        (said(kind="wish", number=1, wish="trouble", note="x" * 2_001), "note"),
        (said(kind="draft", number=1, text="x" * 20_001), "text"),
        (said(kind="fault", fault="line_lost", seconds=-1), "seconds"),
        (said(kind="fault", fault="line_lost", seconds=float("nan")), "seconds"),
        (said(kind="fault", fault="rain", seconds=1), "fault"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(raw: str, name: str) -> None:
    with pytest.raises((Invalid, NotUnderstood)) as caught:
        read_message(raw)
    assert caught.value.name in (name, None)
    assert caught.value.message


def test_what_is_too_large_or_no_json_is_refused() -> None:
    with pytest.raises(Invalid):
        read_message("x" * (LONGEST_MESSAGE + 1))
    for raw in ("", "{", b"\xff\xfe", "null"):
        with pytest.raises((Invalid, NotUnderstood)):
            read_message(raw)


@folded(
    ("raw", "key"),
    [(said(kind="sing"), KEY), ("{}", None), ("[]", None), ("{", None), ('{"key":7}', None), ('{"key":"7"}', None)],
)
def test_a_refusal_names_the_message_that_it_is_about(raw: str, key: UUID | None) -> None:
    assert key_of(raw) == key


RUBRIC = {"weak": ["names the secret"], "moderate": ["explains the secret"], "strong": ["measures the secret"]}
QUESTIONS = [
    SentQuestion(text="Tell me about a project.", expectations=RUBRIC, seconds=90),
    SentQuestion(text="Which?", answered_by=AnsweredBy.CHOICE, alternatives=("Left", "Right"), is_scored=False),
    SentQuestion(text="What would you like to ask us?", answered_by=AnsweredBy.CANDIDATE_ASKS),
]


async def test_minutes_left_are_those_of_the_plan_in_its_last_quarter(database: Database, house: House) -> None:
    # Two questions of two minutes, with two follow-ups each: eight minutes are planned, and twenty there are.
    draft = a_draft(
        house,
        questions=[SentQuestion(text="Why?"), SentQuestion(text="How?")],
        settings={"max_follow_ups": 2},
    )
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    attempt_id = await an_attempt(database, seat)
    scene = (await happen(database, seat, attempt_id, Arrived(), now=NOW)).scene

    def told(minutes: float) -> float | None:
        at = replace(scene, conversation=replace(scene.conversation, open_seconds=minutes * 60))
        left: float | None = to_messages(PageNews(told=(), scene=at))[-1]["minutes_left"]
        return left

    assert [told(minutes) for minutes in (0, 5.9, 6, 7.5, 8, 17.9, 18, 19.5, 21)] == [
        *(None, None, 2.0, 0.5),
        *(None, None),  # over the plan, and far from the end
        *(2.0, 0.5, 0.0),
    ]


async def test_a_scene_holds_what_a_page_shows_and_nothing_of_the_rubric(database: Database, house: House) -> None:
    settings = {
        "max_follow_ups": 1,
        "expectations": RUBRIC,
        "expectations_text": "the secret",
        "context": {"hint": "the secret"},
        "salary": "60,000 EUR",
        "max_seconds": 600,
    }
    draft = a_draft(house, questions=QUESTIONS, settings=settings)
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    attempt_id = await an_attempt(database, seat)
    told: list[dict[str, Any]] = []
    happenings: list[Happening] = [
        Arrived(),
        Answered(key=UUID(int=1), number=1, text="We moved an archive."),
        Answered(key=UUID(int=2), number=2, text="Skip, please."),
        Answered(key=UUID(int=3), number=2),
        Answered(key=UUID(int=4), number=3, choice=1),
        Answered(key=UUID(int=5), number=4, text="What is the salary?"),
        Answered(key=UUID(int=6), number=5),
    ]
    for happening in happenings:
        told.append(to_messages(await happen(database, seat, attempt_id, happening, now=NOW))[-1])
    assert "secret" not in json.dumps(told)
    keys = {frozenset(scene) for scene in told}
    assert len(keys) == 1, "every scene has every key"
    assert [scene["phase"] for scene in told] == ["asking"] * 6 + ["finished"]
    assert [(scene["place"], scene["of"]) for scene in told] == [(1, 3), (1, 3), (1, 3), (2, 3), (3, 3), (3, 3), (3, 3)]
    first, followed, asked_back, choice, asks, found, end = told
    assert first["question"] == {
        "number": 1, "text": "Tell me about a project.", "lang": "en", "kind": "open", "choices": None,
        "is_scored": True, "is_follow_up": False, "is_again": False, "seconds": 90, "audio": None, "mouth": None,
        "quote": None,
    }  # fmt: skip
    assert (first["minutes_left"], first["is_last"], len(first["said"])) == (None, False, 1)
    assert followed["question"]["is_follow_up"] is True
    assert all(scene["opens_again"] for scene in told)
    assert followed["past"][0]["can_change"] is True
    assert (asked_back["confirm"], asked_back["heard"]) == ("skip", "skip")
    assert (choice["question"]["choices"], choice["question"]["is_scored"]) == (["Left", "Right"], False)
    assert asks["question"]["kind"] == "candidate_asks"
    assert (found["found"]["text"], found["past"][-1]["reply"]["is_passed_on"]) == ("60,000 EUR", False)
    assert (end["question"], end["ending"], end["attempts_left"]) == (None, "all_asked", 2)
    assert end["thanks"]["text"]


async def test_what_was_asked_beside_the_answer_stands_above_its_reply(database: Database, house: House) -> None:
    seat = await a_seat(database, house, await an_interview(database, house))
    attempt, asked = await an_attempt(database, seat), "What exactly do you mean by that?"
    told = await happen(database, seat, attempt, Answered(key=KEY, number=1, text=asked), now=NOW)
    again = await happen(database, seat, attempt, Asked(key=UUID(int=8), number=1, wish=Wish.REPEAT), now=NOW)
    scenes = [to_messages(news)[-1] for news in (told, again)]
    assert [(scene["number"], scene["heard"]) for scene in scenes] == [(1, "clarify"), (1, None)]
    assert [scene["asked"] and scene["asked"]["text"] for scene in scenes] == [asked, None]


async def test_words_say_where_their_sound_is(database: Database, house: House) -> None:
    seat = await a_seat(database, house, await an_interview(database, house))
    told = await happen(database, seat, await an_attempt(database, seat), Arrived(), now=NOW)
    scene = to_messages(told, voiced=lambda said: f"/at/{len(said.text)}")[-1]
    question = scene["question"]
    place = f"/at/{len(question['text'])}"
    assert (question["audio"], question["mouth"]) == (f"{place}.wav", f"{place}.json")
    assert [words["audio"] for words in scene["said"]] == [f"/at/{len(words['text'])}.wav" for words in scene["said"]]


@folded(
    ("told", "said"),
    [
        ({"kind": "open_sound"}, OpenSound(locale=None)),
        ({"kind": "open_sound", "locale": "en-IN"}, OpenSound(locale="en-IN")),
        (
            {"kind": "open_sound", "next": 7, "frame_bytes": 1280},
            OpenSound(locale=None, start=PageStart(frame=7, frame_bytes=1280)),
        ),
        (
            {"kind": "open_sound", "next": 7, "frame_bytes": 1280, "kept": 9, "number": 2},
            OpenSound(locale=None, start=PageStart(frame=7, frame_bytes=1280, kept=7, number=2)),
        ),
        ({"kind": "open_sound", "next": 7}, OpenSound(locale=None)),
        ({"kind": "close_sound"}, CloseSound()),
        ({"kind": "done", "number": 2, "frame": 700}, Done(number=2, frame=700)),
        (
            {"kind": "sound_lost", "key": str(KEY), "seconds": 3.5},
            WentWrong(key=KEY, trouble=Trouble.SOUND_LOST, seconds=3.5, is_told_by_page=True),
        ),
        (
            {"kind": "played", "key": str(KEY), "number": 2, "seconds": 1, "of_seconds": 2.5, "how": "browser"},
            PlayedOut(
                listened=Listened(
                    Playout(key=KEY, number=2, seconds=1.0, of_seconds=2.5, is_interrupted=False, how="browser")
                ),
                frame=None,
            ),
        ),
        (
            {"kind": "played", "key": str(KEY), "number": 2, "seconds": 1, "of_seconds": 1, "how": "sound"}
            | {"lines": [LINE_HEARD]},
            PlayedOut(
                listened=Listened(
                    Playout(
                        key=KEY,
                        number=2,
                        seconds=1.0,
                        of_seconds=1.0,
                        is_interrupted=False,
                        how="sound",
                        lines=(
                            PlayedLine(file="ab" * 20, begin=0.5, seconds=1.0, at=7000.0, until=None, is_recorded=True),
                        ),
                    )
                ),
                frame=None,
            ),
        ),
    ],
)
def test_what_a_page_says_of_sound_is_understood(told: dict[str, Any], said: object) -> None:
    assert read_message(json.dumps(told)) == said


@folded(
    "told",
    [
        {"kind": "open_sound", "locale": "en-in; drop"},
        {"kind": "open_sound", "next": -1, "frame_bytes": 1280},
        {"kind": "open_sound", "next": 1, "frame_bytes": 1281},
        {"kind": "done", "number": 0},
        {"kind": "done", "number": 1, "frame": -1},
        {"kind": "played", "key": str(KEY), "number": 1, "seconds": -1, "of_seconds": 1, "how": "sound"},
        {"kind": "played", "key": str(KEY), "number": 1, "seconds": 1, "of_seconds": 1, "how": "by magic"},
        {"kind": "sound_lost", "key": str(KEY), "seconds": 1e12},
        *[
            {"kind": "played", "key": str(KEY), "number": 1, "seconds": 1, "of_seconds": 1, "how": "sound"}
            | {"lines": lines}
            for lines in (
                [LINE_HEARD | {"line": "../secrets"}],
                [LINE_HEARD | {"at": -1}],
                [LINE_HEARD | {"until": 1e6}],
                [LINE_HEARD] * 65,
            )
        ],
    ],
)
def test_what_is_no_word_of_sound_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        read_message(json.dumps(told))
