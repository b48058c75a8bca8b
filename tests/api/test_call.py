"""A call's header fields are found as Starlette finds them."""

from starlette.requests import Request

from tests.folding import folded
from vivavoce.api.call import Call

FIELDS = [(b"authorization", b"Bearer one"), (b"x-twice", b"first"), (b"x-twice", b"second"), (b"x-name", b"J\xfcrgen")]


@folded("name", ["authorization", "Authorization", "X-Twice", "x-name", "x-missing", ""])
def test_a_field_is_what_any_request_says(name: str) -> None:
    scope = {"type": "http", "method": "POST", "headers": list(FIELDS)}
    plain = Request(dict(scope))
    call = Call(dict(scope))
    assert call.headers.get(name) == plain.headers.get(name)
    assert call.headers.get(name, "none") == plain.headers.get(name, "none")
    assert (name in call.headers) is (name in plain.headers)
    assert call.headers.items() == plain.headers.items()
