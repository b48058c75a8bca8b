"""The platform's own document: names, types and limits of its 30 operations."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.contract.comparing import Said

HERE = Path(__file__).parent
PREFIX = "/functions/v1"


@cache
def theirs() -> dict[str, Any]:
    """The whole document."""
    found: dict[str, Any] = json.loads((HERE / "platform.openapi.json").read_text())
    return found


def their_operation(path: str) -> dict[str, Any]:
    """An operation by its path, which has one method there."""
    (found,) = theirs()["paths"][f"{PREFIX}{path}"].values()
    return dict(found)


def their_answer(path: str) -> Said:
    """What the operation answers."""
    return _said(their_operation(path)["responses"]["200"])


def their_request(path: str) -> Said:
    """What the operation takes: its body, or its query as an object."""
    found = their_operation(path)
    if "requestBody" in found:
        return _said(found["requestBody"])
    return said_of_query(found["parameters"], theirs()["components"]["schemas"])


def said_of_query(parameters: list[dict[str, Any]], schemas: dict[str, Any]) -> Said:
    """The query as an object, in which nothing can be null."""
    fields = {
        one["name"]: {key: value for key, value in one["schema"].items() if key != "nullable"}
        for one in parameters
        if one["in"] == "query"
    }
    required = [one["name"] for one in parameters if one["in"] == "query" and one["required"]]
    return Said({"type": "object", "properties": fields, "required": required}, schemas)


def _said(part: dict[str, Any]) -> Said:
    return Said(part["content"]["application/json"]["schema"], theirs()["components"]["schemas"])
