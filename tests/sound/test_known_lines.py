"""Everything that an interviewer says beforehand is known beforehand."""

import re
from dataclasses import replace
from uuid import UUID, uuid4

from tests.folding import folded
from vivavoce.attempts.states import AttemptState
from vivavoce.conversation.asides import LEADING, Aside, say_aside, say_asides
from vivavoce.conversation.conductor import decide
from vivavoce.conversation.course import Conversation, Course
from vivavoce.conversation.happenings import Answered, Asked, Happening
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.lines import Manner, Said
from vivavoce.conversation.silence_prompts import AGAIN, CHOOSE, say_prompt
from vivavoce.conversation.turns import next_turn
from vivavoce.interviews.draft import Tone
from vivavoce.interviews.steps import AnsweredBy, SentQuestion, lay_steps
from vivavoce.sound.known_lines import fixed_lines, scene_lines
from vivavoce.text.languages import CODES

QUESTIONS = (
    SentQuestion(text="Tell me about a project of yours.", alternatives=("Which project are you proud of?",)),
    SentQuestion(text="Was würden Sie heute anders machen?", language="de"),
    SentQuestion(text="May you work here?", answered_by=AnsweredBy.CHOICE, alternatives=("Yes", "No")),
)
COURSE = Course(
    manner=Manner(language="en", tone=Tone.RELAXED, style=None, seniority=None, company="Acme", role="Archivist"),
    steps=lay_steps(QUESTIONS, keeps_duplicates=True, new_id=uuid4),
    is_reviewed=True,
    max_seconds=1e9,
    max_follow_ups=2,
    instruction="",
)


def test_the_questions_their_wordings_and_what_the_interview_says_are_in_it() -> None:
    course = replace(COURSE, welcome="Welcome to Acme.", thanks="Goodbye.", instruction="Sit down.")
    lines = fixed_lines(course)
    texts = [line.text for line in lines]
    assert texts[:2] == ["Welcome to Acme.", "Sit down."]
    assert {"Tell me about a project of yours.", "Which project are you proud of?", "Goodbye."} <= set(texts)
    assert Said(text="Was würden Sie heute anders machen?", language="de") in lines
    assert "Yes" not in texts
    assert len(texts) == len(set(lines))
    assert all(text.strip() for text in texts)


def test_prompts_are_in_it_in_each_language_that_is_spoken() -> None:
    lines = fixed_lines(COURSE)
    for language in ("en", "de"):
        for number in (1, 2, AGAIN, CHOOSE):
            assert say_prompt(number, language=language) in lines
    without = fixed_lines(replace(COURSE, steps=COURSE.steps[:2]))
    assert say_prompt(CHOOSE, language="en") not in without  # nobody can be asked for one of the answers shown


def test_what_is_told_beside_the_answer_is_in_it_where_that_is_understood() -> None:
    course = replace(COURSE, team="Acme")
    lines = fixed_lines(course)
    for language in ("en", "de"):
        for aside in set(Aside) - LEADING:
            assert say_aside(aside, replace(COURSE.manner, language=language), team="Acme") in lines
    polish = replace(COURSE.manner, language="pl")
    assert [line.text for line in say_asides(polish, team="Acme")] == [
        say_aside(Aside.PASSED_ON, polish, team="Acme").text,
        say_aside(Aside.NOTED, polish).text,
    ]


def test_nothing_is_said_in_an_ordinary_conversation_that_is_not_in_it() -> None:
    known = set(fixed_lines(COURSE))
    conversation = Conversation(state=AttemptState.BEGUN)
    happenings: list[Happening] = [
        Asked(key=UUID(int=1), number=1, wish=Wish.BEGIN),
        Asked(key=UUID(int=2), number=1, wish=Wish.REPEAT),
        Asked(key=UUID(int=3), number=1, wish=Wish.REPHRASE),
        Asked(key=UUID(int=4), number=1, wish=Wish.THINK),
        Answered(key=UUID(int=5), number=1, text="I led a project that moved the archive to a new building."),
        Answered(key=UUID(int=6), number=2, text="I do not know."),
        Answered(key=UUID(int=7), number=3, text="Ich würde früher anfangen, die Kisten zu zählen."),
        Answered(key=UUID(int=8), number=4),
        Answered(key=UUID(int=9), number=5),
        Answered(key=UUID(int=10), number=6, choice=0),
    ]
    said: list[Said] = []
    for happening in happenings:
        said += scene_lines(COURSE, conversation, next_turn(COURSE, conversation))
        conversation = decide(COURSE, conversation, happening).conversation
    said += scene_lines(COURSE, conversation, next_turn(COURSE, conversation))
    assert len(set(said)) > 10
    assert [line for line in said if line not in known] == []


@folded("language", sorted(CODES))
def test_each_language_has_its_own_words_for_who_is_not_heard(language: str) -> None:
    numbers = (1, 2, AGAIN, CHOOSE)
    said = [say_prompt(number, language=language) for number in numbers]
    assert {one.language for one in said} == {language}
    assert len({one.text for one in said}) == len(numbers)
    assert all(one.text[-1] in ".。।?？" or language == "th" for one in said)
    elsewhere = [say_prompt(number, language=other) for other in CODES - {language} for number in numbers]
    assert not {one.text for one in said} & {one.text for one in elsewhere}


# The word for typing or writing: each of the four offers it.
TYPING = {
    "ar": "كتاب",
    "bg": "напиш",
    "br": "digit",
    "cs": "napsat|napište|napíš",
    "da": "skriv",
    "de": "schreib",
    "el": "γράψ",
    "en": "type",
    "es": "escrib|escríb",
    "fi": "kirjoit",
    "fil": "i-type",
    "fr": "écri",
    "hi": "लिख",
    "hr": "napis|napiš",
    "hu": "írás|írja",
    "id": "ketik",
    "it": "scriv",
    "ja": "文字で入力",
    "ko": "글로 입력",
    "ms": "taip",
    "nl": "typ",
    "no": "skriv",
    "pl": "napisać",
    "pt": "escrev",
    "ro": "scri",
    "ru": "напечата",
    "sk": "napísať|napíšte",
    "sv": "skriv",
    "ta": "தட்டச்சு",
    "th": "พิมพ์",
    "tr": "yaz",
    "uk": "надрук",
    "vi": "gõ",
    "zh": "打字",
}


@folded("language", sorted(CODES))
def test_each_prompt_offers_to_type(language: str) -> None:
    for number in (1, 2, AGAIN):
        text = say_prompt(number, language=language).text.casefold()
        assert re.search(TYPING[language], text), text


def test_there_is_no_third_prompt_and_a_language_without_words_has_english_ones() -> None:
    assert say_prompt(9, language="en") == say_prompt(2, language="en")
    assert say_prompt(1, language="xx") == say_prompt(1, language="en")
