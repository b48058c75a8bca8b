"""A request's body, read with a limit and understood strictly; what is wrong with it, in plain English."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from starlette.requests import ClientDisconnect, Request

from vivavoce.errors import Invalid, NotUnderstood, TooLarge

Model = TypeVar("Model", bound=BaseModel)

MOST_BYTES = 1024 * 1024
MOST_LEVELS = 64  # of lists and objects inside each other, the body included


async def read_body(request: Request, *, limit: int = MOST_BYTES) -> bytes:
    """The whole body.

    limit: in bytes. Raises TooLarge as soon as the announced or the received length passes it; no more is read then.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > len(str(limit)) or int(announced) > limit):
        raise _too_large(limit)
    body = bytearray()
    more = True
    while more:  # what `request.stream` does, without its generator
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        part: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) + len(part) > limit:
            raise _too_large(limit)
        body += part
    return bytes(body)


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object that a body holds, with nothing in it that PostgreSQL can't keep.

    Raises NotUnderstood (400) for what is not JSON: no UTF-8 (a byte order mark included), bad syntax, one key twice
    in an object. Raises Invalid (422) for JSON that we don't take: no object; and, with the name of the place, more
    than MOST_LEVELS levels, NUL or half of a surrogate pair in a text or a key, numbers beyond a double (NaN and
    Infinity included).
    """
    # Python's own parser with a hook costs 7 µs more for ten questions than the quickest, which forgets repeated keys.
    try:
        text = body.decode()
        read = _read(text)
    except UnicodeDecodeError as error:
        raise NotUnderstood(f"The body is not UTF-8: byte {error.start} can't be read.") from None
    except json.JSONDecodeError as error:
        raise NotUnderstood(_explain_syntax(body, error)) from None
    except RecursionError:
        raise Invalid(_TOO_DEEP) from None
    except ValueError:  # Python's limit: 4,300 digits
        raise Invalid("Expected numbers that a double can hold: one has thousands of digits.") from None
    if not isinstance(read, dict):
        raise Invalid(f"Expected a JSON object, got {describe(read)}.")
    # Neither NUL nor half of a pair gets through the parser and UTF-8 but as an escape.
    fault = _find_fault(read, levels=MOST_LEVELS, has_escapes="\\u" in text)
    if fault is not None:
        raise Invalid(fault.text, name=to_name(reversed(fault.path)))
    return read


def check(model: type[Model], content: Mapping[str, Any]) -> Model:
    """The content as this model has it. Raises Invalid for the first field at fault, in the model's order."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise to_invalid(error) from None


def to_invalid(error: ValidationError) -> Invalid:
    """The first fault of a validation, as the envelope tells it: the name nested as `questions[2].question`."""
    first = error.errors(include_url=False)[0]
    return Invalid(_word(first), name=to_name(first["loc"]))


def to_name(path: Iterable[str | int]) -> str:
    """The path of a field as the envelope writes it: ("questions", 2, "question") is `questions[2].question`."""
    name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return _UNSPEAKABLE.sub("\N{REPLACEMENT CHARACTER}", name.removeprefix(".")[:_LONGEST_NAME])


def describe(value: object) -> str:
    """What came, in a caller's words: `a number`, `true`, `null`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return _KINDS.get(type(value), "something else")


def expected(wanted: str, value: object = ...) -> PydanticCustomError:
    """An error for a validator to raise: what was expected, and what came where its kind is to blame."""
    came = "" if value is ... else f", got {describe(value)}"
    return PydanticCustomError(_OURS, "{text}", {"text": f"Expected {wanted}{came}."})


def number_between(least: float, most: float, *, is_whole: bool = False) -> Callable[[object], int | float]:
    """A validator that passes a JSON number within both ends, included; a whole one comes as int (1.0 is 1)."""
    wanted = f"a {'whole ' if is_whole else ''}number from {least} to {most}"

    def check(value: object) -> int | float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise expected(wanted, value)
        if not least <= value <= most or (is_whole and value != int(value)):
            raise expected(wanted)
        return int(value) if is_whole else value

    return check


_OURS = "ours"
_LONGEST_NAME = 200
_UNSPEAKABLE = re.compile("[\0\ud800-\udfff]")
_LONGEST_KEY = 60
_KINDS: dict[type, str] = {str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
_WANTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
}


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is too large: at most {limit:,} bytes are taken.")


def _to_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        shown = json.dumps(twice[:_LONGEST_KEY], ensure_ascii=True)
        raise NotUnderstood(f"The key {shown} stands twice in one object: each key may stand once.")
    return fields


# Made once: `json.loads` with a hook makes a decoder in each call.
_read = json.JSONDecoder(object_pairs_hook=_to_object).decode


def _explain_syntax(body: bytes, error: json.JSONDecodeError) -> str:
    if not body.strip():
        return "The body is empty: expected a JSON object."
    if body.startswith(b"\xef\xbb\xbf"):
        return "The body is not JSON: it begins with a byte order mark, which JSON does not have."
    return f"The body is not JSON: it can't be read at line {error.lineno}, column {error.colno}."


@dataclass(slots=True)
class _BadField:
    """Something that we can't keep, and the way to it from the inside out."""

    text: str
    path: list[str | int] = field(default_factory=list)


def _find_fault(node: dict[str, Any] | list[Any], *, levels: int, has_escapes: bool) -> _BadField | None:
    if levels == 0:
        return _BadField(_TOO_DEEP)
    places: Iterable[tuple[str | int, Any]] = node.items() if isinstance(node, dict) else enumerate(node)
    for place, value in places:
        kind = type(value)
        fault = None
        if kind is dict or kind is list:
            fault = _find_fault(value, levels=levels - 1, has_escapes=has_escapes)
        elif kind is float or kind is int:
            fault = None if -_HUGE < value < _HUGE else _BadField(_TOO_HUGE)
        elif has_escapes and kind is str:
            fault = _check_text(value)
        if fault is None and has_escapes and isinstance(place, str):
            fault = _check_text(place)
        if fault is not None:
            fault.path.append(place)
            return fault
    return None


_HUGE = 1e308
_TOO_HUGE = "Expected a number that a double can hold: NaN, Infinity and numbers beyond 1e308 are not taken."
_TOO_DEEP = f"Expected at most {MOST_LEVELS} levels of lists and objects inside each other."


def _check_text(text: str) -> _BadField | None:
    if "\0" in text:
        return _BadField("Expected text without the character NUL (\\u0000), which can't be kept.")
    if _SURROGATE.search(text):
        return _BadField(
            "Expected text without half of a surrogate pair (\\ud800 to \\udfff alone), which is no character."
        )
    return None


_SURROGATE = re.compile("[\ud800-\udfff]")


def _word(error: ErrorDetails) -> str:
    """One sentence on what was expected."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == _OURS:
        return error["msg"]
    if kind == "missing":
        return "Field is required."
    if kind == "literal_error":
        choices = ", ".join(re.findall(r"'([^']*)'", context["expected"]))
        came = "" if isinstance(value, str) else f", got {describe(value)}"
        return f"Expected one of these{came}: {choices}."
    if kind == "too_short":
        return f"Expected at least {context['min_length']} in the list."
    if kind == "too_long":
        return f"Expected at most {context['max_length']} in the list."
    if kind == "string_too_short":
        return f"Expected text of at least {_count_characters(context['min_length'])}."
    if kind == "string_too_long":
        return f"Expected text of at most {_count_characters(context['max_length'])}."
    return f"Expected {_WANTED[kind]}, got {describe(value)}."


def _count_characters(number: int) -> str:
    return "one character" if number == 1 else f"{number:,} characters"
