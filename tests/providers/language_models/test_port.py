"""What a request to a language model says of itself."""

from dataclasses import replace

import pytest

from vivavoce.providers.language_models.port import (
    AnswerKey,
    ChoiceKey,
    ModelPrompt,
    ModelPurpose,
    ModelRequest,
    NumberKey,
    TextKey,
    TextsKey,
    YesNoKey,
)

REQUEST = ModelRequest(
    purpose=ModelPurpose.READ,
    prompt=ModelPrompt(id="kinds", digest="ab" * 32, text="Say what it is."),
    system="Say what it is.",
    user="What exactly do you mean?",
    keys={"kind": ChoiceKey(("answer", "question"))},
    seconds=3,
)


def test_a_schema_is_flat_and_requires_every_key() -> None:
    keys: dict[str, AnswerKey] = {
        "words": TextKey(200),
        "kind": ChoiceKey(("a", "b")),
        "is_sure": YesNoKey(),
        "place": NumberKey(0, 9),
        "quotes": TextsKey(3, 80),
    }
    assert replace(REQUEST, keys=keys).schema == {
        "type": "object",
        "properties": {
            "words": {"type": "string"},
            "kind": {"type": "string", "enum": ["a", "b"]},
            "is_sure": {"type": "boolean"},
            "place": {"type": "integer"},
            "quotes": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["words", "kind", "is_sure", "place", "quotes"],
        "additionalProperties": False,
    }


def test_the_form_of_the_answer_stands_in_words_too() -> None:
    keys: dict[str, AnswerKey] = {"words": TextKey(200), "kind": ChoiceKey(("a", "b")), "place": NumberKey(0, 9)}
    told = replace(REQUEST, keys=keys).told
    assert told.startswith("Say what it is.\n")
    assert '- "words": a text of at most 200 characters, which may be empty\n- "kind": one of "a", "b"\n' in told
    assert told.endswith('- "place": a whole number from 0 to 9\n')


def test_the_same_question_has_the_same_digest_however_long_one_waits() -> None:
    assert replace(REQUEST, seconds=30).digest == REQUEST.digest


@pytest.mark.parametrize(
    "changed",
    [
        {"user": "What do you mean?"},
        {"system": "Say who it is."},
        {"keys": {"kind": ChoiceKey(("answer", "other"))}},
        {"keys": {"kind": TextKey(20)}},
    ],
    ids=["user", "system", "choices", "type"],
)
def test_another_question_has_another_digest(changed: dict[str, object]) -> None:
    assert replace(REQUEST, **changed).digest != REQUEST.digest  # type: ignore[arg-type]
