"""The document, put together once from the operations, the models of their bodies and the answers."""

import copy
import hashlib
import json
import shlex
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from importlib.metadata import version
from typing import Any
from urllib.parse import urlencode

from pydantic.json_schema import models_json_schema

from vivavoce.api import replay
from vivavoce.api.document.answers import answer_components
from vivavoce.api.document.operations import OPERATIONS, TAGS, Operation
from vivavoce.api.document.schemas import PLACE, Schema, maybe, part, sample, without_titles
from vivavoce.api.functions.job_interview_create_from_array import WARNING

ABOUT = "\n\n".join(
    (
        "Make interviews from your own questions, invite people, read what they answered.",
        "**The token.** Send `Authorization: Bearer TOKEN` with every call. It stands for one merchant and one"
        " environment.",
        "**Reads** answer GET with the names in the query, and POST with the same names in a JSON body.",
        '**What fails** is told in one envelope, `{"error": "...", "name": "<field>"}`; `name` is there when one'
        " field is to blame.",
        "**Another merchant's id** is answered like an id that does not exist.",
        '**Types are strict**: `"3"` is not a number and `"true"` is not true. `null` for an optional field is the same'
        " as leaving it out, but in an update, where it clears the field. Unknown keys are ignored.",
    )
)

# Of every operation; it may word a status anew for itself.
REFUSALS = {
    400: "The body is not JSON, or a key stands twice in it.",
    401: "The token is missing, has expired, was revoked or is not good here.",
    403: "The token's role does not permit this, or `merchant_id` is not yours to act for.",
    413: "The body is larger than 1 MiB.",
    422: "A field is missing or has a value that can't be used.",
    429: "Too many calls came in too short a time. Wait as long as `Retry-After` says.",
    500: "We failed. Nothing was changed; try again.",
    503: "A part that this needs does not answer right now, or the disk is full. Try again when `Retry-After` says.",
}
EXAMPLES: dict[int, dict[str, str]] = {
    400: {"error": "The body is not JSON: it can't be read at line 1, column 2."},
    401: {"error": "The token has expired: get a new one."},
    403: {"error": "This token does not permit acting for that merchant.", "name": "merchant_id"},
    404: {"error": "There is nothing with this id."},
    409: {"error": "A call with this Idempotency-Key is still running.", "name": replay.HEADER},
    413: {"error": "The body is too large: at most 1,048,576 bytes are taken."},
    422: {"error": "Field is required.", "name": "interview_template_id"},
    429: {"error": "Too many requests came in too short a time. Please try again in 3 s."},
    500: {"error": "Something failed on our side. Nothing was changed; please try again."},
    503: {"error": "A part that this needs does not answer right now. Please try again in a moment."},
}


class Document:
    """A document of one server, made when it is first asked for. build: makes it."""

    def __init__(self, build: Callable[[], dict[str, Any]]) -> None:
        self._build = build

    def read(self) -> dict[str, Any]:
        """The whole document, to be looked through: nobody changes it."""
        document: dict[str, Any] = json.loads(self.content)
        return document

    @cached_property
    def content(self) -> bytes:
        """It as JSON."""
        return json.dumps(self._build(), ensure_ascii=False, separators=(",", ":")).encode()

    @cached_property
    def etag(self) -> str:
        """Changes with the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'


def build_document(url: str) -> dict[str, Any]:
    """The document. url: what every operation's path follows."""
    components = _components()
    return {
        "openapi": "3.1.0",
        "info": {"title": "Vivavoce", "version": version("vivavoce"), "description": ABOUT},
        "servers": [{"url": url}],
        "security": [{"bearerAuth": []}],
        "tags": [{"name": name, "description": description} for name, description in TAGS.items()],
        "paths": {path: _path(f"{url}{path}", operation, components) for path, operation in OPERATIONS.items()},
        "components": {
            "securitySchemes": {
                "bearerAuth": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A JSON Web Token that was issued for your merchant.",
                }
            },
            "schemas": components,
        },
    }


def _components() -> dict[str, Schema]:
    models = [operation.body for operation in OPERATIONS.values() if operation.body is not None]
    _, bodies = models_json_schema([(model, "validation") for model in models], ref_template=f"{PLACE}{{model}}")
    answers = answer_components()
    sent = {name: without_titles(schema) for name, schema in bodies["$defs"].items()}
    assert sent.keys().isdisjoint(answers), sent.keys() & answers.keys()
    return dict(sorted((sent | answers).items()))


def _path(url: str, operation: Operation, components: Mapping[str, Schema]) -> dict[str, Any]:
    if not operation.is_read:
        return {"post": _by_body(url, operation, components)}
    return {"get": _by_query(url, operation, components), "post": _by_names(url, operation, components)}


def _by_query(url: str, operation: Operation, components: Mapping[str, Schema]) -> dict[str, Any]:
    asked = f"?{urlencode(operation.example)}" if operation.example else ""
    return _common(operation, components) | {
        "operationId": operation.id,
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": (name,) in operation.needs,
                "description": schema["description"],
                "schema": {key: value for key, value in schema.items() if key != "description"},
            }
            for name, schema in _asked(operation).items()
        ],
        "x-codeSamples": [_curl(f"{url}{asked}", None)],
    }


def _by_names(url: str, operation: Operation, components: Mapping[str, Schema]) -> dict[str, Any]:
    """The same read, its names in a body."""
    must = [names[0] for names in operation.needs if len(names) == 1]
    one_of = [{"anyOf": [{"required": [name]} for name in names]} for names in operation.needs if len(names) > 1]
    needed = {name for names in operation.needs for name in names}
    body: Schema = {
        "type": "object",
        "properties": {name: schema if name in needed else maybe(schema) for name, schema in _asked(operation).items()},
        **({"required": must} if must else {}),
        **({"allOf": one_of} if one_of else {}),
    }
    return _common(operation, components) | {
        "operationId": f"{operation.id}_by_post",
        "requestBody": {
            "required": bool(operation.needs),
            "content": {"application/json": {"schema": body, "example": operation.example}},
        },
        "x-codeSamples": [_curl(url, operation.example)],
    }


def _asked(operation: Operation) -> dict[str, Schema]:
    """What a read asks for, by name. In a query everything is there or is not, so that null is nothing to ask for."""
    if isinstance(operation.asks, dict):
        return operation.asks
    fields = without_titles(operation.asks.model_json_schema()["properties"])
    return {name: _to_asked(field) for name, field in fields.items()}


def _to_asked(field: Schema) -> Schema:
    options = [option for option in field.pop("anyOf", [{}]) if option.get("type") != "null"]
    asked: Schema = options[0] | field
    if isinstance(asked.get("default"), bool):
        asked["default"] = str(asked["default"]).lower()
    return asked


def _by_body(url: str, operation: Operation, components: Mapping[str, Schema]) -> dict[str, Any]:
    assert operation.body is not None
    parameters = [_key_header()] if operation.takes_key else []
    content: dict[str, Any] = {
        "application/json": {"schema": part(operation.body.__name__), "example": operation.example}
    }
    if operation.takes_form:
        content["multipart/form-data"] = {"schema": _as_form(components[operation.body.__name__])}
    return _common(operation, components) | {
        "operationId": operation.id,
        **({"parameters": parameters} if parameters else {}),
        "requestBody": {
            "required": True,
            "content": content,
        },
        "x-codeSamples": [_curl(url, operation.example)],
    }


def _as_form(schema: Schema) -> Schema:
    """The same fields in a form: nothing is null there, and the file comes as it is."""
    fields = {name: _to_asked(copy.deepcopy(field)) for name, field in schema["properties"].items()}
    fields["file"] = {"type": "string", "format": "binary", "description": "The document; at most 20 MB."}
    return {"type": "object", "properties": fields, "required": schema["required"]}


def _common(operation: Operation, components: Mapping[str, Schema]) -> dict[str, Any]:
    roles = f"Roles: {', '.join(f'`{role}`' for role in sorted(operation.roles))}."
    return {
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": "\n\n".join(paragraph for paragraph in (operation.description, roles) if paragraph),
        "responses": {"200": _success(operation, components), **dict(_refusals(operation))},
    }


def _success(operation: Operation, components: Mapping[str, Schema]) -> dict[str, Any]:
    schema = components[operation.answer]
    content = {"schema": part(operation.answer), "example": sample(schema, components)}
    answer: dict[str, Any] = {"description": schema["description"], "content": {"application/json": content}}
    if operation.may_warn:
        description = "What is stored as you sent it and has no effect, and what a language lacks; one header for each."
        answer["headers"] = {WARNING: {"description": description, "schema": {"type": "string"}}}
    return answer


def _refusals(operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    for status, description in sorted((REFUSALS | operation.refuses).items()):
        content = {"application/json": {"schema": part("Error"), "example": EXAMPLES[status]}}
        refusal: dict[str, Any] = {"description": description, "content": content}
        if status == 401:
            refusal["headers"] = {"WWW-Authenticate": {"description": "`Bearer`.", "schema": {"type": "string"}}}
        if status in (429, 503):
            seconds = {"description": "How many seconds to wait before you try again.", "schema": {"type": "integer"}}
            refusal["headers"] = {"Retry-After": seconds}
        yield str(status), refusal


def _key_header() -> dict[str, Any]:
    return {
        "name": replay.HEADER,
        "in": "header",
        "required": False,
        "description": (
            "Your own word for this call. Sent again within 24 hours with the same body, the call is answered with the"
            " same bytes and done once. The same key with another body, or in another environment, is refused (422)."
        ),
        "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": replay.LONGEST_KEY,
            "pattern": "^[!-~]([ -~]*[!-~])?$",
        },
        "example": "order-4711",
    }


def _curl(url: str, body: Mapping[str, Any] | None) -> dict[str, str]:
    lines = [f"curl {shlex.quote(url)}", '-H "Authorization: Bearer $TOKEN"']
    if body is not None:
        shown = json.dumps(body, ensure_ascii=False, indent=2)
        lines += ['-H "Content-Type: application/json"', f"-d {shlex.quote(shown)}"]
    return {"lang": "Shell", "source": " \\\n  ".join(lines)}
