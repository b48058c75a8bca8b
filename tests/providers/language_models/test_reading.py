"""What a model wrote, read by code: nothing out of its bounds gets through, and no error quotes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.providers.language_models.port import (
    AnswerKey,
    ChoiceKey,
    ModelFailed,
    ModelFault,
    NumberKey,
    TextKey,
    TextsKey,
    YesNoKey,
)
from vivavoce.providers.language_models.reading import LONGEST_ANSWER, read_answer

KEYS: dict[str, AnswerKey] = {
    "words": TextKey(20),
    "kind": ChoiceKey(("answer", "question")),
    "is_sure": YesNoKey(),
    "place": NumberKey(1, 9),
    "quotes": TextsKey(2, 10),
}
GOOD = '{"words": " Hello. ", "kind": "answer", "is_sure": true, "place": 3, "quotes": ["one", "two"]}'
READ = {"words": "Hello.", "kind": "answer", "is_sure": True, "place": 3, "quotes": ("one", "two")}


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"Here it is:\n\n{GOOD}\n\nI hope that helps.",
        GOOD.replace('"kind"', '"more": {"deep": [1]}, "kind"'),
    ],
    ids=["plain", "fenced", "talked about", "with a key more"],
)
def test_an_answer_in_its_bounds_is_read(text: str) -> None:
    assert read_answer(text, KEYS) == READ


@folded(
    ("text", "why"),
    [
        ("", "holds no JSON object"),
        ("I can't help with that.", "holds no JSON object"),
        ("[1, 2]", "holds no JSON object"),
        (GOOD[:-1], "holds no JSON object"),
        (GOOD + GOOD, "not JSON"),
        ("{" * 100_000 + "}", "too long"),
        ("{" * 20_000 + "}", "not JSON"),
        ('{"a":' * 6_000 + "{}" + "}" * 6_000, "not JSON"),
        (GOOD.replace("3", "NaN"), "not JSON"),
        (GOOD.replace('"words": " Hello. ", ', ""), "the key words is missing"),
        (GOOD.replace('" Hello. "', "null"), "words is not a text"),
        (GOOD.replace("Hello.", "x" * 21), "words has more than 20"),
        (GOOD.replace("Hello.", "\\u0000"), "characters that nobody can read"),
        (GOOD.replace("Hello.", "\\ud800"), "characters that nobody can read"),
        (GOOD.replace('"answer"', '"Answer"'), "kind is not one of"),
        (GOOD.replace('"answer"', '["answer"]'), "kind is not one of"),
        (GOOD.replace("true", '"yes"'), "is_sure is not true or false"),
        (GOOD.replace("3", "10"), "place is not a whole number from 1 to 9"),
        (GOOD.replace("3", "3.5"), "place is not a whole number"),
        (GOOD.replace("3", "true"), "place is not a whole number"),
        (GOOD.replace('"two"', '"two", "three"'), "quotes is not a list of at most 2"),
        (GOOD.replace('"two"', '""'), "quotes is empty"),
        (GOOD.replace('["one", "two"]', '"one"'), "quotes is not a list"),
    ],
)
def test_anything_else_is_refused(text: str, why: str) -> None:
    with pytest.raises(ModelFailed, match=why) as failed:
        read_answer(text, KEYS)
    assert failed.value.fault == ModelFault.INVALID


@given(st.text(max_size=300))
def test_no_text_brings_it_down(text: str) -> None:
    with pytest.raises(ModelFailed):
        read_answer(text + " ", {"a key that is not there": TextKey(LONGEST_ANSWER)})


def test_an_error_quotes_nothing_of_the_answer() -> None:
    with pytest.raises(ModelFailed) as failed:
        read_answer(GOOD.replace("answer", "a secret of somebody's"), KEYS)
    assert "secret" not in failed.value.message
