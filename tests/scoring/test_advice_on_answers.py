"""Advice on real answers: only what is surely so, and nothing where it may have been told in other words."""

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.scoring.test_advice import judged
from vivavoce.scoring.advice import Advice, advise
from vivavoce.web.candidate.outcome import to_question

ANSWERS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("answers_to_advise.toml").read_text(encoding="utf-8")
)["answer"]


@pytest.mark.parametrize("given", ANSWERS, ids=lambda given: given["answer"][:40])
def test_nothing_is_advised_that_may_be_untrue(given: dict[str, Any]) -> None:
    question = to_question(1, given["question"], given["answer"], language=given["language"])
    found = [told.advice for told in advise([question], {}).values()]
    assert found == given["may"]
    # Quoted, it has what is looked for: no more than a word of praise, and none beside a low score.
    for score, praised in ((Fraction(1), False), (Fraction(2), False), (Fraction(5, 2), True), (Fraction(5), True)):
        answer = judged(quoted=[given["answer"]], score=score)
        told = [one.advice for one in advise([question], {1: answer}).values()]
        assert told in ([], [Advice.KEEP] if praised else [])


def test_there_are_enough_of_them() -> None:
    languages = {given["language"] for given in ANSWERS}
    assert len(ANSWERS) >= 40
    assert languages == {"en", "de", "es", "fr", "ar"}


@pytest.mark.parametrize(
    ("asked", "text", "language"),
    [
        ("Tell me about a deal that you are proud of.", "We closed a big deal with a chain of shops.", "en"),
        ("How do you deal with a customer who says that you are too expensive?", "I explain it.", "en"),
        ("Was ist Ihre größte Stärke?", "Ich bin in drei Jahren Ausbildung nur einmal zu spät gekommen.", "de"),
        (
            "Opowiedz o trudnym kliencie.",
            "Klientka krzyczała, bo automat był zepsuty, więc oddałem jej pieniądze.",
            "pl",
        ),
    ],
)
def test_whoever_practises_is_given_something_to_try(asked: str, text: str, language: str) -> None:
    question = to_question(1, asked, text, language=language, is_practice=True)
    assert advise([question], {}, is_practice=True) != {}


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("Tell me about a project.", "I painted the hall with 2 friends, and finished two days before the date."),
        ("Tell me about a project.", "I built a robot in 2024. After that it was fine and we came second."),
        ("Tell me about a project.", "I cleared up 40 chairs after the party. In the end the neighbour thanked me."),
        ("What is your biggest weakness?", "Being late. I overslept, so I bought alarms and was on time since."),
    ],
)
def test_nobody_who_told_a_moment_and_its_end_is_asked_for_them(asked: str, text: str) -> None:
    question = to_question(1, asked, text, language="en", is_practice=True)
    assert [told.advice for told in advise([question], {}, is_practice=True).values()] == [Advice.AGAIN]
