"""Reading what a model wrote: one flat JSON object, every key there, every value within its bounds. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

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

LONGEST_ANSWER = 40_000  # characters: more than any answer of ours may have
# Models that are asked for JSON alone like to fence it, or to say a word before it.
OBJECT = re.compile(r"\{.*\}", re.DOTALL)
# Nothing of these is shown or kept: NUL fails in PostgreSQL, a lone half of a pair in UTF-8.
UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def read_answer(text: str, keys: Mapping[str, AnswerKey]) -> dict[str, Any]:
    """The values by key; whatever else a model wrote is left out. Raises ModelFailed for anything but that."""
    if len(text) > LONGEST_ANSWER:
        _fail("it is too long")
    answer = _parse(text)
    missing = [name for name in keys if name not in answer]
    if missing:
        _fail(f"the key {missing[0]} is missing")
    return {name: _read(name, answer[name], key) for name, key in keys.items()}


def _parse(text: str) -> Mapping[str, Any]:
    match = OBJECT.search(text)
    if match is None:
        _fail("it holds no JSON object")
    try:
        parsed = json.loads(match[0], parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        _fail("it is not JSON")
    if not isinstance(parsed, Mapping):  # a pattern that begins with { and ends with } holds nothing else
        _fail("it is not an object")
    return parsed


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _read(name: str, value: Any, key: AnswerKey) -> Any:
    if isinstance(key, TextKey):
        return _read_text(name, value, longest=key.longest, is_empty_fine=key.is_empty_fine)
    if isinstance(key, ChoiceKey):
        if value not in key.choices:
            _fail(f"{name} is not one of the choices")
        return value
    if isinstance(key, YesNoKey):
        if not isinstance(value, bool):
            _fail(f"{name} is not true or false")
        return value
    if isinstance(key, NumberKey):
        if isinstance(value, bool) or not isinstance(value, int) or not key.least <= value <= key.most:
            _fail(f"{name} is not a whole number from {key.least} to {key.most}")
        return value
    return _read_texts(name, value, key)


def _read_text(name: str, value: Any, *, longest: int, is_empty_fine: bool) -> str:
    if not isinstance(value, str):
        _fail(f"{name} is not a text")
    if UNFIT.search(value):
        _fail(f"{name} holds characters that nobody can read")
    text = value.strip()
    if len(text) > longest:
        _fail(f"{name} has more than {longest} characters")
    if not text and not is_empty_fine:
        _fail(f"{name} is empty")
    return text


def _read_texts(name: str, value: Any, key: TextsKey) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > key.most:
        _fail(f"{name} is not a list of at most {key.most}")
    return tuple(_read_text(name, text, longest=key.longest, is_empty_fine=key.are_empty_fine) for text in value)


def _fail(what: str) -> NoReturn:
    # Never a word of the answer: it may quote a candidate.
    raise ModelFailed(f"The answer can't be used: {what}.", fault=ModelFault.INVALID, retryable=True)
