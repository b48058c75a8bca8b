"""A fair rewrite changes how an answer sounds, never what it says."""

import json
import re
from pathlib import Path

import pytest

from bench.judging.rewrites import NAMES, WORD, Rewrite, rewrite
from tests.folding import folded

ANSWERS = [
    json.loads(line)["answer"]
    for line in (Path(__file__).parents[2] / "bench/judging/gold/answers.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
NEGATIONS = re.compile(r"(?i)\b(no|not|never|none|nobody|neither|nor|nothing|nowt|without|cannot)\b|n['’]t\b")


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (
            Rewrite.NO_PUNCTUATION,
            "Well – I don't; 2.5 mg, at 7:30 (not before)!",
            "Well I don't 2.5 mg at 7:30 not before",
        ),
        (Rewrite.NO_CASING, "I rang Dr Haddad.", "i rang dr haddad."),
        (Rewrite.SECOND_LANGUAGE, "Call me.", "Call me."),
        (Rewrite.NAMES, "I know the ward.", "I know the ward."),
    ],
)
def test_what_is_left_of_a_sentence(kind: Rewrite, text: str, expected: str) -> None:
    assert rewrite(text, kind, seed=1) == expected


@folded("kind", Rewrite)
def test_the_same_seed_gives_the_same_text(kind: Rewrite) -> None:
    assert [rewrite(answer, kind, seed=3) for answer in ANSWERS] == [
        rewrite(answer, kind, seed=3) for answer in ANSWERS
    ]


@pytest.mark.parametrize("kind", [Rewrite.FILLERS, Rewrite.HEARD_WRONG, Rewrite.SECOND_LANGUAGE, Rewrite.DIALECT])
def test_another_seed_gives_another_text(kind: Rewrite) -> None:
    assert sum(rewrite(answer, kind, seed=1) != rewrite(answer, kind, seed=2) for answer in ANSWERS) > 200


@folded("kind", sorted(set(Rewrite) - {Rewrite.NAMES}))
def test_nearly_every_answer_is_changed(kind: Rewrite) -> None:
    """The 30 that are written as a transcript have neither signs nor capitals to lose."""
    assert sum(rewrite(answer, kind, seed=1) != answer for answer in ANSWERS) + 30 >= len(ANSWERS)


@folded("kind", Rewrite)
@pytest.mark.parametrize("seed", range(3))
def test_no_negation_and_no_number_comes_or_goes(kind: Rewrite, seed: int) -> None:
    for answer in ANSWERS:
        other = rewrite(answer, kind, seed=seed)
        assert len(NEGATIONS.findall(other)) == len(NEGATIONS.findall(answer)), other
        assert re.findall(r"\d+", other) == re.findall(r"\d+", answer), other


@folded("kind", Rewrite)
def test_at_least_half_of_the_words_stay(kind: Rewrite) -> None:
    for answer in ANSWERS:
        words = set(map(str.lower, WORD.findall(answer)))
        assert len(words & set(map(str.lower, WORD.findall(rewrite(answer, kind, seed=1))))) > len(words) / 2, answer


def test_every_known_name_is_swapped_for_the_same_other() -> None:
    text = "Colin said to me, always ask Marta. He's full of sayings, Colin."
    swapped = rewrite(text, Rewrite.NAMES, seed=5)
    other = swapped.split(" ")[0]
    assert not NAMES & set(WORD.findall(swapped))
    assert swapped.endswith(f"sayings, {other}.")
    assert swapped != text


def test_fillers_are_added_and_nothing_else() -> None:
    for answer in ANSWERS:
        rest = iter(rewrite(answer, Rewrite.FILLERS, seed=1).split(" "))
        assert all(word in rest for word in answer.split(" ")), answer


@folded("kind", Rewrite)
@pytest.mark.parametrize("text", ["", " ", "\n", "👍", "你好。"])
def test_what_holds_no_word_comes_through(kind: Rewrite, text: str) -> None:
    assert rewrite(text, kind, seed=1).strip(" 。👍\n") in ("", "你好")
