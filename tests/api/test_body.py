"""A body is read with a limit and understood strictly; whatever comes, the answer is a clear 4xx or the object."""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from starlette.requests import Request

from tests.folding import folded
from vivavoce.api.body import MOST_LEVELS, describe, number_between, parse_object, read_body, to_name
from vivavoce.errors import Invalid, NotUnderstood, Refused, TooLarge

TOO_HUGE = "Expected a number that a double can hold: NaN, Infinity and numbers beyond 1e308 are not taken."
TOO_DEEP = "Expected at most 64 levels of lists and objects inside each other."
NO_NUL = "Expected text without the character NUL (\\u0000), which can't be kept."
NO_HALF = "Expected text without half of a surrogate pair (\\ud800 to \\udfff alone), which is no character."

# body, status, error, name (None: the key is absent)
REFUSED: list[tuple[str, bytes, int, str, str | None]] = [
    ("nothing", b"", 400, "The body is empty: expected a JSON object.", None),
    ("white space", b" \r\n\t", 400, "The body is empty: expected a JSON object.", None),
    ("a form", b"name=a", 400, "The body is not JSON: it can't be read at line 1, column 1.", None),
    ("half an object", b'{"a": 1', 400, "The body is not JSON: it can't be read at line 1, column 8.", None),
    ("something behind", b'{"a": 1}\n{}', 400, "The body is not JSON: it can't be read at line 2, column 1.", None),
    ("single quotes", b"{'a': 1}", 400, "The body is not JSON: it can't be read at line 1, column 2.", None),
    ("a leading zero", b'{"a": 01}', 400, "The body is not JSON: it can't be read at line 1, column 8.", None),
    ("a plain NUL", b'{"a":"\0"}', 400, "The body is not JSON: it can't be read at line 1, column 7.", None),
    ("a plain newline", b'{"a":"\n"}', 400, "The body is not JSON: it can't be read at line 1, column 7.", None),
    (
        "a byte order mark",
        b'\xef\xbb\xbf{"a":1}',
        400,
        "The body is not JSON: it begins with a byte order mark, which JSON does not have.",
        None,
    ),
    ("UTF-16", '{"a":1}'.encode("utf-16"), 400, "The body is not UTF-8: byte 0 can't be read.", None),
    ("Latin-1", b'{"a":"\xe4"}', 400, "The body is not UTF-8: byte 6 can't be read.", None),
    ("a surrogate in bytes", b'{"a":"\xed\xa0\x80"}', 400, "The body is not UTF-8: byte 6 can't be read.", None),
    (
        "a key twice",
        b'{"a":1,"b":2,"a":1}',
        400,
        'The key "a" stands twice in one object: each key may stand once.',
        None,
    ),
    (
        "a key twice, once escaped, deep inside",
        b'{"x":[{"y":{"a":1,"\\u0061":2}}]}',
        400,
        'The key "a" stands twice in one object: each key may stand once.',
        None,
    ),
    ("a list", b"[]", 422, "Expected a JSON object, got a list.", None),
    ("a text", b'"a"', 422, "Expected a JSON object, got text.", None),
    ("a number", b"1.5", 422, "Expected a JSON object, got a number.", None),
    ("true", b"true", 422, "Expected a JSON object, got true.", None),
    ("null", b"null", 422, "Expected a JSON object, got null.", None),
    ("NUL in a text", b'{"a":[1,"x\\u0000y"]}', 422, NO_NUL, "a[1]"),
    ("NUL in a key", b'{"a":{"b\\u0000":1}}', 422, NO_NUL, "a.b\N{REPLACEMENT CHARACTER}"),
    ("half of a pair", b'{"a":"\\ud83d"}', 422, NO_HALF, "a"),
    ("the other half", b'{"a":"\\ude00\\ud83d"}', 422, NO_HALF, "a"),
    ("half of a pair in a key", b'{"\\udfff":null}', 422, NO_HALF, "\N{REPLACEMENT CHARACTER}"),
    ("NaN", b'{"a":NaN}', 422, TOO_HUGE, "a"),
    ("Infinity", b'{"a":{"b":[0,Infinity]}}', 422, TOO_HUGE, "a.b[1]"),
    ("-Infinity", b'{"a":-Infinity}', 422, TOO_HUGE, "a"),
    ("an exponent beyond a double", b'{"a":1e400}', 422, TOO_HUGE, "a"),
    ("an exponent beyond jsonb", b'{"a":-1e400000}', 422, TOO_HUGE, "a"),
    ("an integer beyond a double", b'{"a":1' + b"0" * 309 + b"}", 422, TOO_HUGE, "a"),
    (
        "an integer of 5,000 digits",
        b'{"a":' + b"1" * 5000 + b"}",
        422,
        "Expected numbers that a double can hold: one has thousands of digits.",
        None,
    ),
    ("65 levels", b'{"a":' * 64 + b"[]" + b"}" * 64, 422, TOO_DEEP, ".".join("a" * 64)),
    ("100,000 levels, never closed", b"[" * 100_000, 422, TOO_DEEP, None),
]


@folded(("body", "status", "error", "name"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_we_cannot_take_is_refused_in_plain_words(body: bytes, status: int, error: str, name: str | None) -> None:
    with pytest.raises(Refused) as refused:
        parse_object(body)
    assert refused.value.status == status
    assert refused.value.to_envelope() == ({"error": error} if name is None else {"error": error, "name": name})


@folded(
    ("body", "found"),
    [
        (b" {} ", {}),
        (b'{"a":"\\ud83d\\ude00 \\u00e4"}', {"a": "😀 ä"}),
        (b'{"a":"\\\\u0000 and \\\\ud800"}', {"a": "\\u0000 and \\ud800"}),
        (b'{"a":1,"b":{"a":1,"c":{"a":1}}}', {"a": 1, "b": {"a": 1, "c": {"a": 1}}}),
        (b'{"a" : ":", "\\":" :1, ":":" :"}', {"a": ":", '":': 1, ":": " :"}),
        (b'{"a":123456789012345678901234567890}', {"a": 123456789012345678901234567890}),
        (b'{"a":1e-400,"b":-0.0,"c":1E5}', {"a": 0.0, "b": 0.0, "c": 100000.0}),
        ('{"ключ":"значение"}'.encode(), {"ключ": "значение"}),
    ],
)
def test_any_other_object_is_understood(body: bytes, found: dict[str, Any]) -> None:
    assert parse_object(body) == found


def test_as_many_levels_as_are_promised_are_taken() -> None:
    body = b'{"a":' * (MOST_LEVELS - 1) + b"{}" + b"}" * (MOST_LEVELS - 1)
    assert json.dumps(parse_object(body)).count("{") == MOST_LEVELS


@given(st.binary(max_size=40) | st.text('{}[]":,\\u0d8e1-. ', max_size=40).map(str.encode))
def test_no_bytes_bring_anything_but_an_object_or_a_refusal(body: bytes) -> None:
    with suppress(NotUnderstood, Invalid):
        assert parse_object(body) == json.loads(body)


KEYS = st.text('ab:" \\ä', max_size=4)
VALUES = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(-1e307, 1e307) | st.text(max_size=9)


@given(
    st.dictionaries(
        KEYS, VALUES | st.lists(VALUES | st.dictionaries(KEYS, VALUES, max_size=3), max_size=3), max_size=3
    ),
    st.booleans(),
)
def test_whatever_json_can_say_comes_through_unchanged(sent: dict[str, Any], is_ascii: bool) -> None:
    assume("\\u0000" not in json.dumps(sent))
    assert parse_object(json.dumps(sent, ensure_ascii=is_ascii).encode()) == sent


async def test_a_body_is_read_whole() -> None:
    assert await read_body(_request([b"ab", b"", b"cd"]), limit=4) == b"abcd"


async def test_a_body_that_is_announced_too_long_is_not_read_at_all() -> None:
    parts = _Parts([b"abcde"])
    with pytest.raises(TooLarge, match=r"^The body is too large: at most 4 bytes are taken\.$"):
        await read_body(_request(parts, announced="5"), limit=4)
    assert parts.taken == 0


async def test_reading_ends_where_the_limit_is_passed() -> None:
    parts = _Parts([b"abc", b"de", b"fg", b"hi"])
    with pytest.raises(TooLarge):
        await read_body(_request(parts), limit=4)
    assert parts.taken == 2


@pytest.mark.parametrize("announced", ["4", "", "many", "-1", "٤"])
async def test_only_a_plain_length_is_believed(announced: str) -> None:
    assert await read_body(_request([b"abcd"], announced=announced), limit=4) == b"abcd"


async def test_a_length_of_thousands_of_digits_is_too_long() -> None:
    with pytest.raises(TooLarge):
        await read_body(_request([b""], announced="9" * 5000), limit=4)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ((), ""),
        (("name",), "name"),
        (("questions", 2, "question"), "questions[2].question"),
        (("questions", 0, "question_alternatives", 1), "questions[0].question_alternatives[1]"),
        (("a" * 500,), "a" * 200),
    ],
)
def test_a_nested_name_reads_like_code(path: tuple[str | int, ...], name: str) -> None:
    assert to_name(path) == name


@folded(
    ("value", "words"),
    [(None, "null"), (True, "true"), (False, "false"), (1, "a number"), (1.5, "a number"), ("", "text")],
)
def test_what_came_is_told_in_the_callers_words(value: object, words: str) -> None:
    assert describe(value) == words


def test_a_whole_number_may_be_written_with_a_point() -> None:
    found = number_between(1, 20, is_whole=True)(3.0)
    assert (found, type(found)) == (3, int)


def test_a_fraction_is_no_whole_number() -> None:
    with pytest.raises(ValueError, match=r"^Expected a whole number from 1 to 20\.$"):
        number_between(1, 20, is_whole=True)(1.5)


class _Parts:
    """The parts of a body, counted as they are taken."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.parts = list(parts)
        self.taken = 0

    async def receive(self) -> dict[str, Any]:
        part = self.parts[self.taken]
        self.taken += 1
        return {"type": "http.request", "body": part, "more_body": self.taken < len(self.parts)}


def _request(parts: _Parts | Iterable[bytes], *, announced: str | None = None) -> Request:
    source = parts if isinstance(parts, _Parts) else _Parts(parts)
    headers = [] if announced is None else [(b"content-length", announced.encode())]
    return Request({"type": "http", "method": "POST", "headers": headers}, source.receive)
