"""The gold answers, ready to be judged."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from vivavoce.providers.raters.port import Rater
from vivavoce.scoring.given import Given, GivenAnswer
from vivavoce.scoring.judge import judge_answer
from vivavoce.scoring.judged import JudgedAnswer
from vivavoce.scoring.rubric import Claim, Rubric, read_rubric

FOLDER = Path(__file__).with_name("gold")
OTHERS = Path(__file__).with_name("others")
ORDER = ("weak", "middling", "strong")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """An answer with the verdicts that a person wrote down. triple: 1 to 3 where the level is in ORDER."""

    id: str
    question_id: str
    level: str
    triple: int | None
    question: str
    rubric: Rubric
    text: str
    verdicts: dict[str, str]  # by bracket and place: "moderate.1"
    contradicts: frozenset[str]  # claims that it both affirms and takes back

    def verdict_on(self, claim: Claim) -> str:
        """What the person wrote down."""
        return self.verdicts[f"{claim.bracket.value}.{claim.index}"]


def read_gold(half: str) -> list[Gold]:
    """The answers of one half, `dev` or `test`, in the file's order."""
    questions = {question["id"]: question for question in _read("questions.jsonl") if question["half"] == half}
    return [
        _to_gold(answer, questions[answer["question_id"]])
        for answer in _read("answers.jsonl")
        if answer["question_id"] in questions
    ]


def read_others() -> list[tuple[str, Gold]]:
    """The answers in other languages than English, each with its language."""
    questions = {question["id"]: question for question in _read("questions.jsonl", OTHERS)}
    return [
        (questions[answer["question_id"]]["language"], _to_gold(answer, questions[answer["question_id"]]))
        for answer in _read("answers.jsonl", OTHERS)
    ]


def judge_text(gold: Gold, text: str, *, rater: Rater) -> JudgedAnswer:
    """What is said to a text as the answer to the same question."""
    turn = GivenAnswer(number=1, question=gold.question, text=text)
    return judge_answer(Given(language="en", turns=(turn,), rubric=gold.rubric), rater=rater)


def share_in_order(scores: Sequence[tuple[Gold, Fraction | None]]) -> tuple[int, int]:
    """Triples with strong above middling above weak, and all of them. One that holds no score is not in order."""
    triples: dict[tuple[str, int], dict[str, Fraction | None]] = {}
    for gold, score in scores:
        if gold.triple is not None:
            triples.setdefault((gold.question_id, gold.triple), {})[gold.level] = score
    return sum(map(_is_in_order, triples.values())), len(triples)


def _is_in_order(scores: dict[str, Fraction | None]) -> bool:
    ranked = [score for level in ORDER if (score := scores[level]) is not None]
    return len(ranked) == len(ORDER) and all(lower < higher for lower, higher in pairwise(ranked))


def _to_gold(answer: dict[str, Any], question: dict[str, Any]) -> Gold:
    rubric = read_rubric(question["expectations"])
    assert rubric is not None, "a gold question without claims"
    return Gold(
        id=answer["id"],
        question_id=answer["question_id"],
        level=answer["level"],
        triple=answer.get("triple"),
        question=question["question"],
        rubric=rubric,
        text=answer["answer"],
        verdicts=answer["verdicts"],
        contradicts=frozenset(answer.get("contradicts", ())),
    )


def _read(name: str, folder: Path = FOLDER) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").split("\n") if line]
