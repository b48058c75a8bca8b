"""The few words that answers and queries are described in; each gives JSON Schema."""

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]

PLACE = "#/components/schemas/"
AN_ID = "0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"
A_MOMENT = "2026-01-31T17:00:00+00:00"


def text(description: str, *, one_of: Iterable[str] | None = None, example: str | None = None) -> Schema:
    """A text. one_of: the only ones there are."""
    choices = {} if one_of is None else {"enum": list(one_of)}
    return _described("string", description, example) | choices


def identifier(description: str) -> Schema:
    """An id of something here."""
    return _described("string", description, AN_ID) | {"format": "uuid"}


def moment(description: str) -> Schema:
    """A date and time."""
    return _described("string", description, A_MOMENT) | {"format": "date-time"}


def number(
    description: str, *, least: float | None = None, most: float | None = None, example: float | None = None
) -> Schema:
    """A number."""
    return _described("number", description, example) | _limits(least, most)


def whole(description: str, *, least: int | None = None, most: int | None = None, example: int | None = None) -> Schema:
    """A whole number."""
    return _described("integer", description, example) | _limits(least, most)


def flag(description: str) -> Schema:
    """True or false."""
    return _described("boolean", description, None)


def free(description: str) -> Schema:
    """An object with whatever keys it has."""
    return {"type": "object", "additionalProperties": True, "description": description}


def whole_object(description: str, fields: Mapping[str, Schema], *, optional: Iterable[str] = ()) -> Schema:
    """An object with these fields, all of them there but the optional ones."""
    absent = set(optional)
    return {
        "type": "object",
        "description": description,
        "properties": dict(fields),
        "required": [name for name in fields if name not in absent],
    }


def listed(description: str, items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "description": description, "items": items}


def part(name: str) -> Schema:
    """A component by its name."""
    return {"$ref": f"{PLACE}{name}"}


def maybe(schema: Schema) -> Schema:
    """The same, or null."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    kind = schema["type"]
    nullable = schema | {"type": [*([kind] if isinstance(kind, str) else kind), "null"]}
    return nullable | {"enum": [*schema["enum"], None]} if "enum" in schema else nullable


def nothing_yet(schema: Schema) -> Schema:
    """The same, or null: which it always is today, for we have nothing to say there."""
    return maybe(schema) | {"description": f"{schema['description']} Always null today."}


def sample(schema: Schema, components: Mapping[str, Schema]) -> Any:
    """A value that the schema describes: its example where it has one, null where that is allowed."""
    if "$ref" in schema:
        return sample(components[schema["$ref"].removeprefix(PLACE)], components)
    if "examples" in schema:
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], components)
    kinds = schema.get("type", "null")
    kind = kinds if isinstance(kinds, str) else "null" if "null" in kinds else kinds[0]
    if kind == "object":
        return {name: sample(field, components) for name, field in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema["items"], components)] if "items" in schema else []
    return {"string": "", "boolean": False, "integer": schema.get("minimum", 0), "number": 0, "null": None}[kind]


def _described(kind: str, description: str, example: float | str | None) -> Schema:
    shown = {} if example is None else {"examples": [example]}
    return {"type": kind, "description": description} | shown


def _limits(least: float | None, most: float | None) -> Schema:
    limits = {"minimum": least, "maximum": most}
    return {name: limit for name, limit in limits.items() if limit is not None}
