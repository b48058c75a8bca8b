"""The constructed gold set is whole: each claim has a verdict, each quote its place, and the test half is as frozen."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from bench.judging.figures import VERDICTS
from bench.judging.gold_answers import read_others
from tests.folding import folded

GOLD = Path(__file__).parents[2] / "bench" / "judging" / "gold"

# What a confirmed claim of a bracket weighs in an answer's score.
WEIGHTS = {"weak": 2, "moderate": 3, "strong": 3}
WORTH = {"confirmed": 1, "rejected": -1, "not_discussed": 0}
OTHER_KINDS = ["contradictory", "half_right", "negated", "off_topic", "rambling", "second_language", "transcript"]


def _read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLD / name).read_text(encoding="utf-8").splitlines()]


QUESTIONS = {question["id"]: question for question in _read("questions.jsonl")}
ANSWERS = _read("answers.jsonl")


@pytest.mark.parametrize("name", ["questions.jsonl", "answers.jsonl"])
def test_ids_are_sorted_and_used_once(name: str) -> None:
    ids = [line["id"] for line in _read(name)]
    assert ids == sorted(set(ids))


def test_there_are_twenty_questions_of_ten_professions_in_equal_halves() -> None:
    assert len(QUESTIONS) == 20
    halves = defaultdict(set)
    for question in QUESTIONS.values():
        halves[question["profession"]].add(question["half"])
    assert len(halves) == 10
    assert all(half == {"dev", "test"} for half in halves.values())


def test_each_bracket_holds_two_different_claims() -> None:
    for question in QUESTIONS.values():
        claims = [claim for bracket in WEIGHTS for claim in question["expectations"][bracket]]
        assert [len(question["expectations"][bracket]) for bracket in WEIGHTS] == [2, 2, 2], question["id"]
        assert len(set(claims)) == 6, question["id"]


def test_the_halves_hold_the_same_numbers_of_answers_of_each_kind() -> None:
    counts = Counter((QUESTIONS[answer["question_id"]]["half"], answer["level"]) for answer in ANSWERS)
    expected = dict.fromkeys(["strong", "middling", "weak"], 30) | dict.fromkeys(OTHER_KINDS, 5)
    for half in ["dev", "test"]:
        assert {level: count for (at, level), count in counts.items() if at == half} == expected


def test_no_answer_stands_twice_and_each_has_fifteen_to_180_words() -> None:
    assert len({answer["answer"] for answer in ANSWERS}) == len(ANSWERS) == 250
    assert [answer["id"] for answer in ANSWERS if not 15 <= len(answer["answer"].split()) <= 180] == []


@folded("answer", ANSWERS, ids=lambda answer: answer["id"])
def test_an_answer_has_a_verdict_for_each_claim_and_its_proof(answer: dict[str, Any]) -> None:
    expectations = QUESTIONS[answer["question_id"]]["expectations"]
    assert set(answer["verdicts"]) == {f"{b}.{n}" for b, claims in expectations.items() for n in range(len(claims))}
    assert set(answer["verdicts"].values()) <= set(WORTH)
    assert set(answer["quotes"]) == {key for key, state in answer["verdicts"].items() if state != "not_discussed"}
    assert [quote for quote in answer["quotes"].values() if quote not in answer["answer"] or not quote.strip()] == []


def test_what_an_answer_says_and_takes_back_is_not_discussed() -> None:
    contradictory = [answer for answer in ANSWERS if answer["level"] == "contradictory"]
    assert {answer["id"] for answer in ANSWERS if "contradicts" in answer} == {one["id"] for one in contradictory}
    for answer in contradictory:
        assert {answer["verdicts"][key] for key in answer["contradicts"]} == {"not_discussed"}, answer["id"]


def test_in_each_triple_the_verdicts_put_strong_above_middling_above_weak() -> None:
    triples: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
    for answer in ANSWERS:
        if "triple" in answer:
            triples[answer["question_id"], answer["triple"]][answer["level"]] = _score(answer["verdicts"])
    assert Counter(question for question, _ in triples) == dict.fromkeys(QUESTIONS, 3)
    for triple, scores in triples.items():
        assert scores["strong"] > scores["middling"] > scores["weak"], triple


def test_length_gives_nothing_away() -> None:
    """By counting words nobody tells the weak answers from the strong."""
    words = defaultdict(list)
    for answer in ANSWERS:
        words[answer["level"]].append(len(answer["answer"].split()))
    assert sum(words["weak"]) > sum(words["strong"])
    assert min(words["strong"]) < 30
    assert max(words["weak"]) > 140


def test_the_test_half_is_as_it_was_frozen() -> None:
    lines = (GOLD / "questions.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    lines += (GOLD / "answers.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    test_half = [line for line in lines if _question_of(json.loads(line))["half"] == "test"]
    [written] = re.findall(r"\b[0-9a-f]{64}\b", (GOLD / "SPLIT.md").read_text(encoding="utf-8"))
    assert hashlib.sha256("".join(test_half).encode()).hexdigest() == written


def _question_of(line: dict[str, Any]) -> dict[str, Any]:
    return QUESTIONS[line.get("question_id", line["id"])]


def _score(verdicts: dict[str, str]) -> float:
    """The score of an answer whose question has two claims a bracket, 1 to 5."""
    shares = {b: sum(WORTH[verdicts[f"{b}.{n}"]] for n in range(2)) / 2 for b in WEIGHTS}
    return 1 + 4 * sum(WEIGHTS[b] * max(0.0, share) for b, share in shares.items()) / sum(WEIGHTS.values())


def test_answers_in_other_languages_hold_a_verdict_for_each_claim() -> None:
    told = read_others()
    assert {language: sum(one == language for one, _ in told) for language, _ in told} == dict.fromkeys(
        ("ar", "de", "es", "fr", "ja"), 8
    )
    for _, gold in told:
        assert set(gold.verdicts) == {f"{claim.bracket.value}.{claim.index}" for claim in gold.rubric.claims}
        assert set(gold.verdicts.values()) <= set(VERDICTS)
        assert len(gold.verdicts) == 6
