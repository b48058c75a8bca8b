"""Two schemas of one thing, theirs and ours, beside each other: what is said differently, field by field.

A difference is marked: "+" is a field that only we know, "-" one that only they know, "!" one that we mean otherwise.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
Schemas = Mapping[str, Schema]

LIMITS = ("minimum", "maximum", "minLength", "minItems", "maxItems", "format", "required")


@dataclass(frozen=True, slots=True)
class Said:
    """A schema, with the components that it may refer to."""

    schema: Schema
    schemas: Schemas

    def options(self) -> list[Schema]:
        """What it may be, with nothing that only refers."""
        if "$ref" in self.schema:
            return Said(self.schemas[self.schema["$ref"].rpartition("/")[2]], self.schemas).options()
        if "anyOf" in self.schema:
            return [one for option in self.schema["anyOf"] for one in Said(option, self.schemas).options()]
        return [self.schema]

    def types(self) -> set[str] | None:
        """The types that it may have, whichever way null is said; None: it may be anything."""
        found: set[str] = set()
        for option in self.options():
            kinds = option.get("type", [])
            found |= {kinds} if isinstance(kinds, str) else set(kinds)
            if option.get("nullable"):
                found.add("null")
            elif not kinds:
                return None
        return None if found <= {"null"} else found

    def enum(self) -> set[Any] | None:
        """The texts that it may be, or None where any will do."""
        texts = [option.get("enum") for option in self.options() if option.get("type") != "null"]
        return None if None in texts else {value for one in texts if one for value in one if isinstance(value, str)}

    def fields(self) -> dict[str, "Said"]:
        """The fields of the objects that it may be."""
        return {
            name: Said(field, self.schemas)
            for option in self.options()
            for name, field in option.get("properties", {}).items()
        }

    def required(self) -> set[str]:
        """The fields that are always there."""
        sets = [set(option.get("required", ())) for option in self.options() if "properties" in option]
        return set.intersection(*sets) if sets else set()

    def items(self) -> "Said | None":
        """What a list of it holds."""
        return next((Said(option["items"], self.schemas) for option in self.options() if "items" in option), None)

    def plain(self) -> dict[str, Any]:
        """What a field takes, in one form: types, enum, limits and the names inside, whichever way it is said."""
        options = self.options()
        limits = {key: value for option in options for key, value in option.items() if key in LIMITS}
        inside = self.items()
        named = {name for option in options for name in option.get("properties", {})}
        if limits.get("format") == "uuid":  # an id is never empty, said or not
            limits.pop("minLength", None)
        texts = {value for option in options for value in option.get("enum", ())} - {None}
        held = [] if inside is None or "$ref" in inside.schema else [inside.plain()]
        return {"types": self.types() or set(), "enum": texts, "items": held, "inner": named} | limits


def answered_otherwise(theirs: Said, ours: Said, *, above: str = "") -> Iterator[str]:
    """Where a reader of their answers would stumble over ours: a field that is missing, or may be what theirs never is.

    A field of ours that theirs does not have is told too.
    """
    if theirs.items() is not None and ours.items() is not None:
        yield from answered_otherwise(*_both(theirs.items(), ours.items()), above=above and f"{above}[]")
    their_fields, our_fields = theirs.fields(), ours.fields()
    if not their_fields:
        return
    for name, field in their_fields.items():
        full = f"{above}.{name}" if above else name
        if name not in our_fields:
            yield f"- {full}"
            continue
        if not _is_within(field, our_fields[name]) or (name in theirs.required() and name not in ours.required()):
            yield f"! {full}"
        yield from answered_otherwise(field, our_fields[name], above=full)
    for name in our_fields.keys() - their_fields.keys():
        yield f"+ {above}.{name}" if above else f"+ {name}"


def asked_otherwise(theirs: Said, ours: Said, *, above: str = "") -> Iterator[str]:
    """Where a field of a request is not the same in type, enum, least, most and length."""
    if theirs.required() != ours.required():
        yield f"! {above} (required)" if above else "! (required)"
    their_fields, our_fields = theirs.fields(), ours.fields()
    for name in their_fields.keys() | our_fields.keys():
        full = f"{above}.{name}" if above else name
        if name not in their_fields:
            yield f"+ {full}"
        elif name not in our_fields:
            yield f"- {full}"
        elif their_fields[name].plain() != our_fields[name].plain():
            yield f"! {full}"


def _both(theirs: Said | None, ours: Said | None) -> tuple[Said, Said]:
    assert theirs is not None
    assert ours is not None
    return theirs, ours


def _is_within(theirs: Said, ours: Said) -> bool:
    their_types, our_types = theirs.types(), ours.types()
    if their_types is None:
        return True
    if "number" in their_types:
        their_types = their_types | {"integer"}
    their_texts, our_texts = theirs.enum(), ours.enum()
    return (
        our_types is not None
        and our_types <= their_types
        and (their_texts is None or (our_texts is not None and our_texts <= their_texts))
    )
