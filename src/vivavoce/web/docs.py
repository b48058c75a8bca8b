"""The document of the wire as a page to read: made from the document alone, which is handed in."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from vivavoce.web.adding import add_page
from vivavoce.web.drawing import HEADERS, Pages

ADDRESS = "/docs"
Document = Mapping[str, Any]
Schema = Mapping[str, Any]

# How a piece of text is set: plain, or by the tag that it gets.
Span = tuple[str, str]


def add_docs(app: Starlette, *, pages: Pages, read: Callable[[], Document], address: str) -> None:
    """Puts the page into the app. read: gives the document; called once, when the page is first asked for.

    address: of the document itself.
    """
    docs = _Docs(pages, read, address)

    async def endpoint(request: Request) -> Response:
        # A response of its own each time: what compresses it writes into its headers.
        return HTMLResponse(docs.page, headers=HEADERS)

    add_page(app, ADDRESS, endpoint)


class _Docs:
    def __init__(self, pages: Pages, read: Callable[[], Document], address: str) -> None:
        self._pages = pages
        self._read = read
        self._address = address

    @cached_property
    def page(self) -> bytes:
        """The page, drawn once: nothing in it changes while the server runs."""
        document = self._read()
        drawn = self._pages.draw(
            "docs.html",
            title=document["info"]["title"],
            version=document["info"]["version"],
            about=to_paragraphs(document["info"]["description"]),
            url=document["servers"][0]["url"],
            document_url=self._address,
            groups=list(to_groups(document)),
        )
        return bytes(drawn.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A row of a table. values: the only ones there are, if so."""

    name: str
    kind: str
    is_required: bool
    about: Sequence[Span]
    values: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalStatus:
    """A status other than success."""

    status: str
    about: Sequence[Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOperation:
    """One path."""

    anchor: str
    path: str
    methods: Sequence[str]
    summary: str
    about: Sequence[Sequence[Span]]
    headers: Sequence[Field]
    asked: Sequence[Field]
    answer_about: Sequence[Span]
    answered: Sequence[Field]
    answer_headers: Sequence[Field]
    refusals: Sequence[RefusalStatus]
    sample: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationGroup:
    """Operations under one heading."""

    name: str
    about: Sequence[Span]
    operations: Sequence[ShownOperation]


def to_groups(document: Document) -> Iterator[OperationGroup]:
    """The document's operations under its tags, in its order."""
    components = document["components"]["schemas"]
    for tag in document["tags"]:
        operations = [
            _to_operation(path, methods, components)
            for path, methods in document["paths"].items()
            if tag["name"] in next(iter(methods.values()))["tags"]
        ]
        if operations:
            yield OperationGroup(name=tag["name"], about=to_spans(tag["description"]), operations=operations)


def to_paragraphs(text: str) -> list[list[Span]]:
    """Each paragraph as its spans."""
    return [to_spans(paragraph) for paragraph in text.split("\n\n")]


def to_spans(text: str) -> list[Span]:
    """The text in pieces: what stands in backticks is code, what stands between double asterisks is strong."""
    return [_to_span(piece) for piece in _MARKED.split(text) if piece]


_MARKED = re.compile(r"(`[^`]+`|\*\*[^*]+\*\*)")


def _to_span(piece: str) -> Span:
    if piece.startswith("`"):
        return "code", piece.strip("`")
    if piece.startswith("**"):
        return "strong", piece.strip("*")
    return "plain", piece


def _to_operation(path: str, methods: Mapping[str, Any], components: Mapping[str, Schema]) -> ShownOperation:
    first = next(iter(methods.values()))
    success = first["responses"]["200"]
    samples = first.get("x-codeSamples", [])
    return ShownOperation(
        anchor=path.strip("/"),
        path=path,
        methods=[method.upper() for method in methods],
        summary=first["summary"],
        about=to_paragraphs(first["description"]),
        headers=[_to_parameter(parameter, components) for parameter in _placed(first, "header")],
        asked=[
            *(_to_parameter(parameter, components) for parameter in _placed(first, "query")),
            *_to_body_fields(first, components),
        ],
        answer_about=to_spans(success["description"]),
        answered=list(_to_fields(success["content"]["application/json"]["schema"], components)),
        answer_headers=[
            _to_field(name, header["schema"] | {"description": header["description"]}, components)
            for name, header in success.get("headers", {}).items()
        ],
        refusals=[
            RefusalStatus(status=status, about=to_spans(response["description"]))
            for status, response in first["responses"].items()
            if status != "200"
        ],
        sample=samples[0]["source"] if samples else None,
    )


def _placed(operation: Mapping[str, Any], place: str) -> list[Mapping[str, Any]]:
    return [parameter for parameter in operation.get("parameters", []) if parameter["in"] == place]


def _to_parameter(parameter: Mapping[str, Any], components: Mapping[str, Schema]) -> Field:
    schema = parameter["schema"] | {"description": parameter["description"]}
    return _to_field(parameter["name"], schema, components, is_required=parameter["required"])


def _to_body_fields(operation: Mapping[str, Any], components: Mapping[str, Schema]) -> Iterator[Field]:
    if "requestBody" in operation:
        yield from _to_fields(operation["requestBody"]["content"]["application/json"]["schema"], components)


# --- Fields ----------------------------------------------------------------------------------------------------------


def _to_fields(schema: Schema, components: Mapping[str, Schema], *, above: str = "") -> Iterator[Field]:
    """A row for each field of an object, or of the objects in a list, those of the objects in it right below."""
    for option in _options(schema, components):
        if option.get("type") == "array":
            yield from _to_fields(option["items"], components, above=f"{above}[]")
        required = option.get("required", ())
        for name, field in option.get("properties", {}).items():
            full = f"{above}.{name}" if above else name
            yield _to_field(full, field, components, is_required=name in required)
            yield from _to_fields(field, components, above=full)


def _to_field(name: str, schema: Schema, components: Mapping[str, Schema], *, is_required: bool = False) -> Field:
    options = list(_options(schema, components))
    about = schema.get("description") or next(
        (option["description"] for option in options if "description" in option), ""
    )
    return Field(
        name=name,
        kind=_to_kind(options, components),
        is_required=is_required,
        about=to_spans(about),
        values=[
            str(value) for option in options for value in option.get("enum", ()) if isinstance(value, str) and value
        ],
    )


def _options(schema: Schema, components: Mapping[str, Schema]) -> Iterator[Schema]:
    """The schemas that it may be, with nothing that only refers."""
    if "$ref" in schema:
        yield from _options(components[schema["$ref"].rpartition("/")[2]], components)
    elif "anyOf" in schema:
        for option in schema["anyOf"]:
            yield from _options(option, components)
    else:
        yield schema


def _to_kind(options: Sequence[Schema], components: Mapping[str, Schema]) -> str:
    """The type in words: `whole number from 1 to 20, or null`."""
    kinds = [(kind, option) for option in options for kind in _types(option)]
    words = [_word(kind, option, components) for kind, option in kinds if kind != "null"] or ["anything"]
    null = ", or null" if any(kind == "null" for kind, _ in kinds) else ""
    return " or ".join(dict.fromkeys(words)) + null


def _types(schema: Schema) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _word(kind: str, schema: Schema, components: Mapping[str, Schema]) -> str:
    if kind == "array":
        inside = _to_kind(list(_options(schema["items"], components)), components)
        return f"list of {inside}{_range(schema, 'minItems', 'maxItems')}"
    if kind == "string" and "enum" in schema:
        return "one of these"
    if kind == "string":
        return _FORMATS.get(schema.get("format", ""), "text")
    return _KINDS[kind] + _range(schema, "minimum", "maximum")


_FORMATS = {"uuid": "id", "date-time": "date and time", "uri": "address"}
_KINDS = {"number": "number", "integer": "whole number", "boolean": "true or false", "object": "object"}


def _range(schema: Schema, least: str, most: str) -> str:
    """The limits in words."""
    low, high = schema.get(least), schema.get(most)
    if low is not None and high is not None:
        return f" ({low:g} to {high:g})"
    return f" (at least {low:g})" if low is not None else ""
