"""What each operation really answers is what our document says, and holds every field that the contract has."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.builders import a_house
from tests.contract.comparing import Said
from tests.contract.differences import OURS_ALONE
from tests.contract.furnished import Furnished, fresh, furnish, row_of
from tests.contract.ours import OURS
from tests.contract.theirs import their_answer
from tests.folding import folded
from vivavoce.api.routes import PREFIX, ROUTES
from vivavoce.db.database import Database

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

# Lists that say what happened, which is often nothing. Any other must hold something, else its fields go untested.
MAY_BE_EMPTY = ("replaced", "files")
CALLS = [
    pytest.param(route.path, method, number, id=f"{method} {route.path} {number}")
    for route in ROUTES
    for method in route.methods
    if method != "HEAD"
    for number in range(len(row_of(route.path).good))
]


def _is_theirs_too(call: Any) -> bool:
    return call.values[0].strip("/") not in OURS_ALONE


@pytest.fixture(scope="module")
async def own(database: Database) -> Furnished:
    return await furnish(database, await a_house(database))


@pytest.mark.slow
@folded(("path", "method", "number"), CALLS)
async def test_an_answer_is_what_the_document_says(
    client: httpx.AsyncClient, database: Database, own: Furnished, path: str, method: str, number: int
) -> None:
    answer = await _call(client, await fresh(database, own, path), path, method, number)
    assert list(_validator(OURS["paths"][path][method.lower()]).iter_errors(answer)) == []


@folded(("path", "method", "number"), [call for call in CALLS if _is_theirs_too(call)])
async def test_an_answer_holds_every_field_that_theirs_has(
    client: httpx.AsyncClient, database: Database, own: Furnished, path: str, method: str, number: int
) -> None:
    answer = await _call(client, await fresh(database, own, path), path, method, number)
    assert list(_lacking(their_answer(path), answer, may_lack=_optional(path))) == []


def test_a_field_that_is_missing_is_found() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "array", "items": {"properties": {"b": {}, "c": {}}}}}}
    assert list(_lacking(Said(schema, {}), {"a": [{"b": 1}]}, may_lack=set())) == ["a[].c"]


async def _call(client: httpx.AsyncClient, own: Furnished, path: str, method: str, number: int) -> Any:
    sent = row_of(path).good[number](own)
    headers = own.house.authorization()
    if method == "GET":
        told = await client.get(PREFIX + path, params=sent, headers=headers)
    else:
        told = await client.post(PREFIX + path, json=sent, headers=headers)
    assert (told.status_code, told.headers["content-type"]) == (200, "application/json"), told.text
    return told.json()


def _validator(operation: dict[str, Any]) -> "Validator":
    """Of the operation's answer; a field that the document does not name is a fault."""
    from jsonschema import Draft202012Validator  # takes seconds, in each process that collects

    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    closed = _close({**schema, "components": OURS["components"]})
    return Draft202012Validator(closed, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _close(node: Any) -> Any:
    if isinstance(node, list):
        return [_close(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _close(value) for key, value in node.items()}
    is_object = node.get("type") in ("object", ["object", "null"]) and "properties" in node
    return {"additionalProperties": False, **closed} if is_object else closed


def _optional(path: str) -> set[str]:
    """The fields of our answer that are there only sometimes, and the document says when."""
    first = next(iter(OURS["paths"][path].values()))
    schema = first["responses"]["200"]["content"]["application/json"]["schema"]
    return set(_name_optional(Said(schema, OURS["components"]["schemas"])))


def _name_optional(ours: Said) -> Iterator[str]:
    inside = ours.items()
    for said in [ours] if inside is None else [ours, inside]:
        yield from said.fields().keys() - said.required()
        for field in said.fields().values():
            yield from _name_optional(field)


def _lacking(theirs: Said, answer: Any, *, may_lack: set[str], above: str = "") -> Iterator[str]:
    """The fields of theirs that the answer does not have; where a list holds nothing, that is told too."""
    inside = theirs.items()
    if answer == [] and inside is not None and inside.fields() and above.rpartition(".")[2] not in MAY_BE_EMPTY:
        yield f"{above}[]"
    if isinstance(answer, list) and inside is not None:
        for item in answer:
            yield from _lacking(inside, item, may_lack=may_lack, above=f"{above}[]")
    if isinstance(answer, dict):
        for name, field in theirs.fields().items():
            full = f"{above}.{name}" if above else name
            if name in answer:
                yield from _lacking(field, answer[name], may_lack=may_lack, above=full)
            elif name not in may_lack:
                yield full
