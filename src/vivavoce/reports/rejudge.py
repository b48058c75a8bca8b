"""Judging a receipt's answers again, by the rater that is here: whether it comes to the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from vivavoce.interviews.weights import DEFAULT_WEIGHTS
from vivavoce.providers.raters.port import Rater
from vivavoce.reports.receipt import pack_verdicts
from vivavoce.reports.receipt_check import CheckedReceipt
from vivavoce.scoring.given import Given, GivenAnswer
from vivavoce.scoring.judge import judge_session
from vivavoce.scoring.provenance import processor_features
from vivavoce.scoring.rubrics import unpack_rubrics

NEAR = 0.02  # how far a probability may be off on another processor


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudged:
    """What came of it. why: in a sentence. is_same: None: it could not be judged again here."""

    is_same: bool | None
    why: str


def rejudge(receipt: CheckedReceipt, rater: Rater) -> Rejudged:
    """Judges again: byte for byte on the same processor features, else equal states and probabilities within NEAR."""
    record = receipt.record
    if record["readers"]:
        return Rejudged(is_same=None, why="Language models read along: their verdicts can't be had again.")
    if record["rater"] != f"{rater.name} {rater.version}":
        return Rejudged(is_same=None, why=f"It was judged by {record['rater']}, which is not the rater here.")
    rubrics = unpack_rubrics(receipt.material["rubrics"])
    given = [
        Given(
            language=turns[0]["language"],
            turns=tuple(map(_turn, turns)),
            rubric={str(step): rubric for step, rubric in rubrics.steps.items()}.get(step_id),
            is_scored=turns[0]["is_scored"],
            is_choice=turns[0]["is_choice"],
        )
        for step_id, turns in _by_step(receipt.material["answers"])
    ]
    session = judge_session(given, rubric=rubrics.interview, rater=rater, weights=DEFAULT_WEIGHTS)
    salt = record["salt"]
    judged = [
        *pack_verdicts(session.verdicts, salt=salt),
        *(verdict for answer in session.answers for verdict in pack_verdicts(answer.verdicts, salt=salt)),
    ]
    of_answers = (verdict for answer in record["answers"] for verdict in answer["verdicts"])
    told = [{"findings": [], **verdict} for verdict in (*record["session"], *of_answers)]  # the first format has none
    if judged == told:
        return Rejudged(is_same=True, why=f"Judged again: {len(told)} findings, byte for byte the same.")
    is_here = record["processor"] == processor_features()
    is_near = len(judged) == len(told) and all(
        _is_near(anew, before) for anew, before in zip(judged, told, strict=True)
    )
    if is_near and not is_here:
        return Rejudged(is_same=True, why=f"Judged again on another processor: {len(told)} findings, all alike.")
    return Rejudged(is_same=False, why="Judged again, it comes to other findings than the receipt says.")


def _by_step(answers: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Each answered question with its follow-ups, as judging takes them (scoring/score.py)."""
    steps = []
    for step_id, turns in groupby(answers, key=lambda answer: answer["step"]):
        said = [answer for answer in turns if not answer["is_skipped"]]
        if said and not said[0]["is_follow_up"] and not said[0]["is_asking"]:
            steps.append((step_id, said))
    return steps


def _turn(answer: Mapping[str, Any]) -> GivenAnswer:
    return GivenAnswer(
        number=answer["number"],
        question=answer["question"],
        text=answer["text"],
        is_follow_up=answer["is_follow_up"],
        is_spoken=answer["is_spoken"],
    )


def _is_near(verdict: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    same = ("bracket", "index", "state")
    return all(verdict[name] == other[name] for name in same) and abs(float(verdict["p"]) - float(other["p"])) <= NEAR
