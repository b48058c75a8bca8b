"""The few words that queries are described in, and how a type's schema becomes a component."""

from collections.abc import Iterable, Mapping
from typing import Any

from vivavoce.api.answers.parts import AN_ID

Schema = dict[str, Any]

PLACE = "#/components/schemas/"


def text(description: str, *, one_of: Iterable[str] | None = None, example: str | None = None) -> Schema:
    """A text. one_of: the only ones there are."""
    choices = {} if one_of is None else {"enum": list(one_of)}
    return _described("string", description, example) | choices


def identifier(description: str) -> Schema:
    """An id of something here."""
    return _described("string", description, AN_ID) | {"format": "uuid"}


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


def without_titles(schema: Any) -> Any:
    """The schema without the titles that only repeat a field's name, and without defaults that say `absent`."""
    if isinstance(schema, list):
        return [without_titles(option) for option in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: without_titles(field) for name, field in value.items()}
        if key == "properties"
        else without_titles(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value is None)
    }


def to_name(type_name: str) -> str:
    """A component's name: its type's, without the word that tells `CreatedAnswer` from what was created."""
    return type_name.removesuffix("Answer")


def simplify(schema: Schema, texts: Mapping[str, Schema]) -> Schema:
    """An answer's schema as it is read most easily: without titles, null as one more type of what may be null.

    texts: by component, sets of texts, which are told where they are used.
    """
    simple: Schema = _simplify(without_titles(schema), texts)
    return simple


def _simplify(schema: Any, texts: Mapping[str, Schema]) -> Any:
    if isinstance(schema, list):
        return [_simplify(option, texts) for option in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = to_name(schema["$ref"].removeprefix(PLACE))
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return (without_titles(texts[name]) if name in texts else part(name)) | beside
    if schema.get("type") == "string" and "const" in schema:  # of a set of one text
        return {key: value for key, value in schema.items() if key != "const"} | {"enum": [schema["const"]]}
    simple = {key: _simplify(value, texts) for key, value in schema.items()}
    options = simple.get("anyOf", ())
    if len(options) == 2 and options[1] == {"type": "null"} and "type" in options[0]:
        del simple["anyOf"]
        return maybe(options[0]) | simple
    return simple


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
        is_nullable = {"type": "null"} in schema["anyOf"]
        return None if is_nullable else sample(schema["anyOf"][0], components)
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
