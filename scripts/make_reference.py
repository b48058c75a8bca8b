"""Writes docs/reference/ from the code: settings, commands, calls, events, jobs and the table of differences.

    make reference

A test compares what is written with what this makes. In differences.md and README.md only what stands between the
marks is made.
"""

import importlib
import re
import sys
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import click
from pydantic_core import PydanticUndefined
from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute

from vivavoce.api.models.acted_on import CREATE, QUESTION, UPDATE_ALONE, FieldUse, Use, all_fields
from vivavoce.api.models.create_from_array import CreateFromArray
from vivavoce.api.routes import DOCUMENT, PREFIX, ROUTES
from vivavoce.cli import vivavoce
from vivavoce.events.record import Event
from vivavoce.jobs.leave import QUEUES, Note
from vivavoce.merchants.tokens import Role
from vivavoce.settings import PREFIX as VARIABLES
from vivavoce.settings import Settings
from vivavoce.text.languages import LANGUAGES
from vivavoce.text.parity import PARITY, HearingQuality, Speaking, Wording
from vivavoce.web.console.routes import PAGES as CONSOLE_PAGES
from vivavoce.web.docs import ADDRESS as DOCS
from vivavoce.web.parts import WebParts
from vivavoce.web.routes import add_pages

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
README = ROOT / "README.md"
SOURCES = ROOT / "src" / "vivavoce"
MADE = "<!-- Made by `make reference` from {source}: change it there. -->"
TABLE = "<!-- table of differences -->", "<!-- end of the table -->"
KEPT = "<!-- kept fields -->", "<!-- end of the kept fields -->"
COUNT = "<!-- fields acted on -->", "<!-- end -->"
WIDTH = 100

Kind = TypeVar("Kind", bound=StrEnum)


def main() -> None:
    """Writes each page that has changed."""
    for path, text in make_pages().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")


def make_pages() -> dict[Path, str]:
    """Path and text of each page."""
    return {
        REFERENCE / "settings.md": "\n".join(_settings()),
        REFERENCE / "commands.md": "\n".join(_commands()),
        REFERENCE / "calls.md": "\n".join(_calls()),
        REFERENCE / "roles.md": "\n".join(_roles()),
        REFERENCE / "events.md": "\n".join(_events()),
        REFERENCE / "jobs.md": "\n".join(_jobs()),
        REFERENCE / "languages.md": "\n".join(_languages()),
        REFERENCE / "differences.md": _differences((REFERENCE / "differences.md").read_text(encoding="utf-8")),
        README: _readme(README.read_text(encoding="utf-8")),
    }


# --- Settings ------------------------------------------------------------------------------------------------------


def _settings() -> Iterator[str]:
    yield MADE.format(source="src/vivavoce/settings.py")
    yield "# Settings"
    yield ""
    yield (
        "Settings come from the environment and are checked once, at the start. A bad value stops the start; the"
        " message names the variable and says what is expected. An option of a command goes before its variable."
    )
    yield ""
    yield (
        "Each variable may instead be given as `NAME_FILE`: the path of a file that holds the value alone, as secrets"
        " are often handed to containers. Both at once is refused. An empty variable counts as absent. A variable with"
        f" the prefix `{VARIABLES}` that is no setting is named on standard error and ignored."
    )
    yield ""
    yield "| Variable | Default | What it is |"
    yield "|---|---|---|"
    for name, field in Settings.model_fields.items():
        default = "none" if field.default in (None, PydanticUndefined) else f"`{field.default}`"
        yield f"| `{VARIABLES}{name.upper()}` | {default} | {_cell(field.description)} |"
    yield ""
    yield "How they go together in production: [move to production](../howto/move-to-production.md)."
    yield ""


# --- Commands ------------------------------------------------------------------------------------------------------


def _commands() -> Iterator[str]:
    yield MADE.format(source="src/vivavoce/cli")
    yield "# Commands"
    yield ""
    yield (
        "After `make setup` the program is `.venv/bin/vivavoce`. Results stand on standard output alone, progress on"
        " standard error. What is refused is one sentence on standard error and exit code 1; a mistake in the options"
        " is exit code 2. Every command works on a data folder whose server is running."
    )
    for name, command in list_commands():
        yield ""
        yield f"## `{name}`"
        yield ""
        yield "```text"
        with click.Context(
            command, info_name=name, terminal_width=WIDTH, help_option_names=["-h", "--help"]
        ) as context:
            yield command.get_help(context)
        yield "```"
    yield ""


def list_commands(group: click.Group = vivavoce, above: str = "vivavoce") -> Iterator[tuple[str, click.Command]]:
    """Each command that does something, with its full name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from list_commands(command, f"{above} {name}")
        else:
            yield f"{above} {name}", command


# --- Languages -----------------------------------------------------------------------------------------------------

SPEAKING = {
    Speaking.NATURAL: "a natural voice",
    Speaking.SYNTHETIC: "a synthetic voice (espeak-ng)",
    Speaking.BROWSER: "the browser's own, or none",
}
HEARING = {HearingQuality.PROVEN: "proven", HearingQuality.WEAK: "weak: typing is offered first"}
WORDING = {
    Wording.ORIGINAL: "written in it",
    Wording.REVIEWED: "a native speaker",
    Wording.UNREVIEWED: "nobody yet",
}


def _languages() -> Iterator[str]:
    yield MADE.format(source="src/vivavoce/text/parity.py")
    yield "# What each language has"
    yield ""
    yield (
        "An interview can be held in each of the 34 languages, by typing at the least. The rest differs, and this is"
        " the honest list: what comes with Vivavoce. Another voice or ear in [the settings](settings.md), or another"
        " rater, may do more, and a [language model](../howto/bring-your-own-model.md) that reads answers assesses"
        " every language; [how well the ear hears](speech.md) is measured."
    )
    yield ""
    yield (
        "`platform-languages-list` tells the same by `spoken`, `heard`, `assessed` and `wording`, and"
        " `job-interview-create-from-array` warns by `X-Vivavoce-Warning` of what a language lacks; both go by what is"
        " set for the merchant."
    )
    yield ""
    yield (
        "A synthetic voice that can't be understood counts as none: espeak-ng in Japanese, Korean and Thai, where the"
        " ear of Vivavoce finds [far more words than were said](speech.md). There typing is chosen at the start."
    )
    yield ""
    yield "| Language | Code | Spoken by | Heard | Assessed | Words read by |"
    yield "|---|---|---|---|---|---|"
    for language in sorted(LANGUAGES, key=lambda one: one.name_english):
        parity = PARITY[language.code]
        assessed = "by a program and a person" if parity.is_assessed else "by a person alone"
        yield (
            f"| {language.name_english} | `{language.code}` | {SPEAKING[parity.speaking]} | {HEARING[parity.hearing]}"
            f" | {assessed} | {WORDING[parity.wording]} |"
        )
    yield ""
    yield (
        "Is one of them yours? [Read what we say in it](../howto/translate.md), mend it, and put your name there:"
        " its row changes with it."
    )
    yield ""


# --- Calls ---------------------------------------------------------------------------------------------------------


def _calls() -> Iterator[str]:
    yield MADE.format(source="src/vivavoce/api and src/vivavoce/web/routes.py")
    yield "# Calls"
    yield ""
    yield "## For your systems"
    yield ""
    yield (
        "Each takes `Authorization: Bearer TOKEN`. Reads answer GET, and POST with the same names in a JSON body. What"
        ' fails is told as `{"error": "...", "name": "<field>"}`; `name` is there when one field is to blame.'
    )
    yield ""
    yield (
        f"Every field and error of each, for people: `{DOCS}`; for programs, as OpenAPI 3.1: `{DOCUMENT}`. Neither "
        "needs a token. [How to read it](../howto/read-the-api-document.md)."
    )
    yield ""
    yield "| Call | Methods | What it does |"
    yield "|---|---|---|"
    for route in ROUTES:
        summary = (importlib.import_module(route.answer.__module__).__doc__ or "").partition(": ")[2].strip()
        summary = summary[:1].upper() + summary[1:]
        yield f"| `{PREFIX}{route.path}` | {', '.join(route.methods)} | {_cell(summary)} |"
    yield ""
    yield "## For browsers, and for your monitoring"
    yield ""
    yield "| Address | Kind |"
    yield "|---|---|"
    for path, kind in list_pages():
        yield f"| `{path}` | {kind} |"
    yield ""
    yield (
        "The candidate's addresses carry their own proof: a signed link, then a cookie; the console's, a member's"
        " cookie ([who may what](roles.md)). `/healthz` answers 200 when calls can be taken, 503 while the database"
        " does not answer."
    )
    schema = CreateFromArray.model_json_schema(ref_template="{model}")
    question = schema["$defs"]["Question"]
    for title, uses, fields, required in (
        ("The body of `job-interview-create-from-array`", CREATE, schema["properties"], schema["required"]),
        ("Each of its `questions`", QUESTION, question["properties"], question["required"]),
    ):
        yield ""
        yield f"## {title}"
        yield ""
        yield (
            "`null` for an optional field is the same as leaving it out. Unknown keys are ignored. What is kept today"
            " and not yet acted on stands in [differences](differences.md#kept-not-yet-acted-on)."
        )
        yield ""
        yield "| Field | Type | What it is |"
        yield "|---|---|---|"
        for name, field in fields.items():
            must = ", required" if name in required else ""
            kept = " Kept, not yet acted on." if _is_kept(uses[name]) else ""
            yield f"| `{name}` | {_cell(_type(field))}{must} | {_cell(field.get('description'))}{kept} |"
    yield ""


# --- Roles ---------------------------------------------------------------------------------------------------------

SHOWN_ROLES = (Role.ADMIN, Role.OWNER, Role.RECRUITER, Role.SELECTION, Role.SERVICE, Role.MENTOR, Role.USER)


def _roles() -> Iterator[str]:
    yield MADE.format(source="src/vivavoce/web/console and src/vivavoce/api/functions")
    yield "# Who may what"
    yield ""
    yield (
        "Every page of the console and every call, by role. A page that a role may not open is not in its navigation,"
        " and its address answers 403; a call is refused by 403. Another merchant's things are not there: 404. `admin`,"
        " made by the command line alone, acts for any merchant; `merchant_owner` and `merchant` for its sub-merchants."
    )
    for title, first, rows in (
        ("The console, below `/console/at/MERCHANT/`", "Page", _page_roles()),
        ("The calls", "Call", call_roles()),
    ):
        yield ""
        yield f"## {title}"
        yield ""
        yield f"| {first} | {' | '.join(f'`{role.value}`' for role in SHOWN_ROLES)} |"
        yield "|---|" + "---|" * len(SHOWN_ROLES)
        for name, allowed in rows:
            yield f"| `{name}` | {' | '.join('yes' if role in allowed else '–' for role in SHOWN_ROLES)} |"
    yield ""


def _page_roles() -> Iterator[tuple[str, frozenset[Role]]]:
    for page in CONSOLE_PAGES:
        yield f"{page.method} {page.path or '/'}", page.allowed


def call_roles() -> Iterator[tuple[str, frozenset[Role]]]:
    """Each call, and who may make it, as its function says; everybody where it says nothing."""
    for route in ROUTES:
        module = sys.modules[route.answer.__module__]
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        required = re.search(r"require_role\(caller, (.+)\)\n", source)
        yield route.path[1:], eval(required[1], vars(module)) if required else frozenset(Role)  # noqa: S307


def list_pages() -> Iterator[tuple[str, str]]:
    """Each address outside the wire, and what it is."""
    app = Starlette()
    nothing = cast(Any, None)
    add_pages(app, WebParts(database=nothing, keys=nothing, pages=nothing, public_url=""))
    for route in app.routes:
        match route:
            case WebSocketRoute():
                yield route.path, "WebSocket"
            case Route():
                yield route.path, ", ".join(sorted(route.methods or ()))
            case Mount():
                yield f"{route.path}/…", "GET, files"
    yield DOCS, "GET"
    yield "/healthz", "GET"


def _type(field: dict[str, Any]) -> str:
    parts = [part for part in field.get("anyOf", [field]) if part.get("type") != "null"]
    return " or ".join(_one_type(part) for part in parts)


def _one_type(part: dict[str, Any]) -> str:
    if "$ref" in part:
        return "object" if part["$ref"] != "Question" else "question"
    if "enum" in part:
        shown = [f"`{value}`" for value in part["enum"]]
        return ", ".join(shown) if len(shown) <= 8 else f"one of {len(shown)} codes"
    if part["type"] == "array":
        return f"list of {_one_type(part['items'])}"
    kind = {"string": "text", "boolean": "true or false", "integer": "whole number"}.get(part["type"], part["type"])
    return f"{kind} from {part['minimum']:g} to {part['maximum']:g}" if "minimum" in part else kind


# --- Events and jobs -----------------------------------------------------------------------------------------------


HEARD_IN = ("api/answers/webhook.py",)  # names events, and records none


def _events() -> Iterator[str]:
    yield MADE.format(source="src/vivavoce/events/record.py")
    yield "# Events"
    yield ""
    yield (
        "Each is one row of the table `events`, written in the transaction of the thing itself: it is there exactly"
        " when the thing happened. Rows are added, never changed; the application's role has no right to. A row holds"
        " ids, the environment and who did it, never what a person said. A worker hands them, in the order of their"
        " numbers and each at least once, to the listeners that the table `event_listeners` names; those named"
        " `webhooks` tell [a merchant's own server](../howto/hear-of-results.md)."
    )
    yield ""
    yield "| Kind | What happened | Recorded in |"
    yield "|---|---|---|"
    for event, comment in _with_comments(Event):
        yield f"| `{event.value}` | {_cell(comment)} | {_places(f'Event.{event.name}', but=HEARD_IN)} |"
    yield ""


def _jobs() -> Iterator[str]:
    yield MADE.format(source="src/vivavoce/jobs/leave.py")
    yield "# Jobs"
    yield ""
    yield (
        "A note is work for later, left in the transaction that makes it necessary, and taken up by a worker after the"
        " commit. It holds two ids, the merchant's and the subject's. A note whose handler fails is tried again"
        " after a pause that grows each time, of `scoring` and `events` for hours, of `mail` and `voice` for minutes."
        " Webhooks are not sent by notes: [their pump](../decisions/0017-webhooks-by-when-they-are-due.md) goes on"
        " beside them in each worker."
        " One whose worker died is taken up by another about ten seconds later."
    )
    yield ""
    yield "| Note | Queue | What it is for | Left in |"
    yield "|---|---|---|---|"
    for note, comment in _with_comments(Note):
        places = _places(f"Note.{note.name}", but=("cli/worker.py", "jobs/leave.py"))
        if note is Note.TELL_EVENTS:
            places = "`tell_event`, with each event"
        yield f"| `{note.value}` | `{QUEUES[note]}` | {_cell(comment)} | {places} |"
    yield ""
    yield "Handlers are named in `src/vivavoce/cli/worker.py`; a worker does not start while one is missing."
    yield ""


def _with_comments(enum: type[Kind]) -> Iterator[tuple[Kind, str]]:
    """Each member with the half-line that stands behind it."""
    source = Path(str(sys.modules[enum.__module__].__file__)).read_text(encoding="utf-8")
    for member in enum:
        found = re.search(rf'^    {member.name} = "[^"]*"  # (.*)$', source, re.MULTILINE)
        yield member, found[1] if found else ""


def _places(name: str, *, but: tuple[str, ...] = ()) -> str:
    """The files that name it."""
    files = (file for file, text in _sources().items() if name in text and file not in but)
    return ", ".join(f"`{file}`" for file in files) or "nowhere yet"


@cache
def _sources() -> dict[str, str]:
    """Each file of the code with its text, in order of their paths."""
    paths = sorted(SOURCES.rglob("*.py"))
    return {path.relative_to(SOURCES).as_posix(): path.read_text(encoding="utf-8") for path in paths}


# --- Differences, and what is acted on -----------------------------------------------------------------------------


def _differences(page: str) -> str:
    """The page with its table made anew from what the contract tests hold, and its list from what becomes of fields."""
    reasons: dict[tuple[str, str, str], list[str]] = {}
    for place, marks in _read_table().items():
        for mark, why in marks.items():
            reasons.setdefault((place, mark[0], why), []).append(f"`{mark[2:]}`")
    rows = [
        f"| {place} | {', '.join(names)} | {SIGNS[sign]} | {_cell(why)} |"
        for (place, sign, why), names in reasons.items()
    ]
    table = "\n".join(["| Call | Field | | What holds here |", "|---|---|---|---|", *rows])
    return _between(_between(page, TABLE, f"\n{table}\n"), KEPT, "\n" + "\n".join(_kept_fields()) + "\n")


def _kept_fields() -> Iterator[str]:
    """A list item each for the interview's fields, the questions' and those of an update alone, where any are kept."""
    for place, fields in (
        ("the interview", CREATE),
        ("a question", QUESTION),
        ("`job-interview-update` alone", UPDATE_ALONE),
    ):
        if kept := [_with_note(name, field) for name, field in fields.items() if _is_kept(field)]:
            yield f"- of {place}: {'; '.join(kept)}"


def _readme(page: str) -> str:
    """The page with its count of fields that are acted on or handed back, and its list of those that are only kept."""
    called = [(name, field) for name, field in all_fields() if name not in UPDATE_ALONE]
    used = sum(field.use in (Use.ACTED_ON, Use.HANDED_BACK) for _, field in called)
    names = ", ".join(f"`{name}`" for name, field in called if _is_kept(field))
    return _between(_between(page, COUNT, f"{used} of its {len(called)} fields"), KEPT, names)


def _between(page: str, marks: tuple[str, str], made: str) -> str:
    """The page with this between its two marks."""
    begins, ends = marks
    before, _, rest = page.partition(begins)
    _, _, after = rest.partition(ends)
    return f"{before}{begins}{made}{ends}{after}"


def _is_kept(field: FieldUse) -> bool:
    return field.use is Use.KEPT


def _with_note(name: str, field: FieldUse) -> str:
    return f"`{name}`" + (f" ({field.note})" if field.note else "")


SIGNS = {"+": "beyond the contract's file", "!": "settled more closely", "-": "not taken"}


def _read_table() -> dict[str, dict[str, str]]:
    found = importlib.import_module("tests.contract.differences")
    return cast(dict[str, dict[str, str]], found.DIFFERENCES)


def _cell(text: str | None) -> str:
    """As it stands in a table."""
    return (text or "").replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    main()
