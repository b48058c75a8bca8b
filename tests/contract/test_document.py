"""Our OpenAPI document: valid, complete, and in agreement with the contract but for one table."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.contract.comparing import Said, answered_otherwise, asked_otherwise
from tests.contract.differences import DIFFERENCES, OURS_ALONE
from tests.contract.ours import OURS
from tests.contract.theirs import said_of_query, their_answer, their_operation, their_request
from tests.folding import folded
from vivavoce.api.routes import DOCUMENT, ROUTES

SCHEMAS: dict[str, Any] = OURS["components"]["schemas"]
OPERATIONS = [(method, path) for path, methods in OURS["paths"].items() for method in methods]
EVERY_REFUSAL = {"400", "401", "403", "413", "422", "500", "503"}
THEIRS_TOO = [path for path in OURS["paths"] if path.strip("/") not in OURS_ALONE]
by_path = folded("path", THEIRS_TOO)
by_operation = folded("method, path", OPERATIONS)


def test_it_is_valid_openapi_3_1() -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator  # takes seconds, in each process that collects

    assert list(OpenAPIV31SpecValidator(OURS).iter_errors()) == []


def test_every_served_route_stands_in_it_with_its_methods_and_nothing_else_does() -> None:
    served = {route.path: {method.lower() for method in route.methods} - {"head"} for route in ROUTES}
    assert {path: set(methods) for path, methods in OURS["paths"].items()} == served


@by_operation
def test_an_operation_says_all_that_can_go_wrong_in_the_envelope(method: str, path: str) -> None:
    responses = OURS["paths"][path][method]["responses"]
    assert responses.keys() >= EVERY_REFUSAL
    envelope = {"$ref": "#/components/schemas/Error"}
    refusals = [response for status, response in responses.items() if status != "200"]
    assert [one for one in refusals if one["content"]["application/json"]["schema"] != envelope] == []


@by_path
def test_an_operation_refuses_what_theirs_refuses(path: str) -> None:
    for operation in OURS["paths"][path].values():
        assert operation["responses"].keys() >= their_operation(path)["responses"].keys()


@by_path
def test_an_operation_goes_by_the_name_and_the_heading_that_theirs_has(path: str) -> None:
    first = next(iter(OURS["paths"][path].values()))
    assert (first["operationId"], first["tags"]) == (
        their_operation(path)["operationId"],
        their_operation(path)["tags"],
    )


def test_every_field_is_described() -> None:
    assert [name for name, field in _fields(OURS) if not _is_described(field)] == []


def test_every_example_is_what_its_schema_says() -> None:
    from jsonschema import Draft202012Validator  # takes seconds, in each process that collects

    shown = list(_examples(OURS))
    assert len(shown) > len(OPERATIONS)
    for schema, example in shown:
        Draft202012Validator({**schema, "components": {"schemas": SCHEMAS}}).validate(example)


def test_one_table_lists_every_difference() -> None:
    found = {
        place: set(marks)
        for path in THEIRS_TOO
        for place, marks in _differences(path)
        if place != "job-interview-create-from-array"  # held against the binding file: test_create_schema.py
    }
    listed = {place: set(marks) for place, marks in DIFFERENCES.items() if place in found}
    assert {place: marks for place, marks in found.items() if marks} == listed


def test_the_tables_name_only_what_is_served() -> None:
    named = {place.split(",")[0] for place in DIFFERENCES} | set(OURS_ALONE)
    assert named <= {path.strip("/") for path in OURS["paths"]}


@folded("name", OURS_ALONE)
def test_what_only_we_have_they_have_not(name: str) -> None:
    with pytest.raises(KeyError):
        their_operation(f"/{name}")


async def test_it_is_told_without_a_token_and_not_twice_to_who_has_it(client: httpx.AsyncClient) -> None:
    told = await client.get(DOCUMENT)
    assert (told.status_code, told.headers["content-type"]) == (200, "application/json")
    assert told.json() == OURS
    again = await client.get(DOCUMENT, headers={"If-None-Match": told.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", told.headers["etag"])


async def test_it_is_read_and_not_written(client: httpx.AsyncClient) -> None:
    refused = await client.post(DOCUMENT)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
    assert refused.json() == {"error": "Expected GET, HEAD."}


def our_answer(path: str) -> Said:
    """What our operation answers."""
    first = next(iter(OURS["paths"][path].values()))
    return Said(first["responses"]["200"]["content"]["application/json"]["schema"], SCHEMAS)


def our_request(path: str) -> Said:
    """What our operation takes."""
    first = next(iter(OURS["paths"][path].values()))
    if "requestBody" in first:
        return Said(first["requestBody"]["content"]["application/json"]["schema"], SCHEMAS)
    return said_of_query(first["parameters"], SCHEMAS)


def _differences(path: str) -> Iterator[tuple[str, Iterator[str]]]:
    name = path.strip("/")
    yield name, asked_otherwise(their_request(path), our_request(path))
    yield f"{name}, answer", answered_otherwise(their_answer(path), our_answer(path))


def _is_described(field: dict[str, Any]) -> bool:
    return "description" in field or any("$ref" in part for part in (field, *field.get("anyOf", ())))


def _fields(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, list):
        for item in node:
            yield from _fields(item, place)
    elif isinstance(node, dict):
        fields = node.get("properties", {})
        yield from ((f"{place}.{name}", field) for name, field in fields.items())
        for key, value in node.items():
            yield from _fields(value, key)


def _examples(node: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    if isinstance(node, list):
        for item in node:
            yield from _examples(item)
    elif isinstance(node, dict):
        if "example" in node and "schema" in node:
            yield node["schema"], node["example"]
        if isinstance(node.get("examples"), list):
            yield from ((node, example) for example in node["examples"])
        for value in node.values():
            yield from _examples(value)
