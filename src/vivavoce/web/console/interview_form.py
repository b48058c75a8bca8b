"""The form by which an interview is made or edited, and the way in for the wire's own JSON."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.db.pages import RowRange
from vivavoce.errors import NotFound, NotUnderstood, Refused
from vivavoce.interviews.draft import Kind, Status, Visibility
from vivavoce.interviews.expectations import Bracket, ExpectedClaims
from vivavoce.interviews.read import Stored
from vivavoce.interviews.steps import AnsweredBy, SentQuestion, Step
from vivavoce.interviews.templates import TemplateStatus, list_templates
from vivavoce.merchants.access import MAKERS
from vivavoce.text.languages import LANGUAGES
from vivavoce.web.console.desk import Desk
from vivavoce.web.console.faults import say_fault
from vivavoce.web.console.interviews import PLACE, require_interview
from vivavoce.web.console.making import InterviewMaking
from vivavoce.web.console.shell import ConsolePage, draw, draw_fragment, go
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts

# A form of 500 questions, each with its expectations.
FORM_BYTES, FORM_FIELDS = 1024 * 1024, 6_000
MOST_TEMPLATES = 200
NUMBERS = ("max_attempts", "max_follow_ups")
TEXTS = (
    "name",
    "location",
    "template",
    "language",
    "description",
    "status",
    "kind",
    "visibility",
    "result_view",
    "pace",
    "film",
    "tone",
    "code",
    "department",
    "salary",
    "closes_at",
    "long_description",
    "welcome",
    "thanks",
)
AT_FIRST = {
    "status": Status.DRAFT.value,
    "kind": Kind.INTERVIEW.value,
    "visibility": Visibility.UNLISTED.value,
    "max_attempts": "3",
    "max_follow_ups": "2",
}
CHOICES = {
    "kind": tuple(kind.value for kind in Kind),
    "visibility": tuple(visibility.value for visibility in Visibility),
    "result_view": ("none", "minimal", "minimal_with_score", "advanced", "full", "full_expand_scores"),
    "pace": ("slower", "normal", "faster"),
    "film": ("optional", "required"),
    "tone": ("relaxed", "simple", "professional", "persuasive"),
    "answered_by": tuple(way.value for way in AnsweredBy),
}
BRACKETS = tuple(bracket.value for bracket in Bracket)


async def show_new(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: an empty form."""
    return await _draw(parts, desk, fields=AT_FIRST, questions=[_empty_question()])


async def create(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: makes it, as the wire does."""
    form = await read_form(request)
    fields, questions = _read(form)
    if "add" in form:
        return await _draw(parts, desk, fields=form, questions=[*_read_questions(form), _empty_question()])
    try:
        interview_id = await _making(parts).create(desk.caller, fields | {"questions": questions})
    except Refused as error:
        return await _draw(parts, desk, fields=form, questions=_read_questions(form), fault=error)
    return go(desk, f"{PLACE}{interview_id}/", said="created")


async def show_edit(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: the form as the interview is now."""
    async with parts.database.tenant(desk.merchant.id) as connection:
        stored = await require_interview(connection, request, desk)
    return await _draw(parts, desk, fields=_to_fields(stored), questions=_to_questions(stored), stored=stored)


async def change(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: writes what was changed, as the wire does."""
    form = await read_form(request)
    async with parts.database.tenant(desk.merchant.id) as connection:
        stored = await require_interview(connection, request, desk)
    if "add" in form:
        typed = [*_read_questions(form), _empty_question()]
        return await _draw(parts, desk, fields=form, questions=typed, stored=stored)
    fields, questions = _read(form)
    shown = _to_fields(stored)
    for name in (*TEXTS, *NUMBERS):
        if name not in form or str("" if fields[name] is None else fields[name]) == (shown[name] or "").strip():
            del fields[name]  # as it was
    before = {str(step.id): step.question for step in stored.draft.steps}
    if fields["expectations"] == _packed(stored.draft.settings.claims):
        del fields["expectations"]  # as it was: whatever else it holds stays
    for question in questions:
        known = before.get(question["id"])
        if known is not None and question["expectations"] == _packed(known.claims):
            del question["expectations"]
        if known is not None and _leaves_wordings(question, known):
            del question["choices"]  # drafts stay drafts
    fields.pop("status", None)  # moved by its own buttons
    try:
        await _making(parts).change(desk.caller, stored.id, fields | {"questions": questions})
    except Refused as error:
        return await _draw(parts, desk, fields=form, questions=_read_questions(form), stored=stored, fault=error)
    return go(desk, f"{PLACE}{stored.id}/", said="saved")


async def show_question(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: one more empty question, for htmx. number: its place, from 0."""
    number = request.query_params.get("number", "")
    if not number.isdecimal() or len(number) > 4:
        raise NotFound
    return draw_fragment(
        parts,
        desk,
        "interview_question.html",
        question=_empty_question(),
        number=int(number),
        fault_name="",
        fault_text="",
        choices=CHOICES,
        brackets=BRACKETS,
    )


async def show_import(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: a place for the JSON."""
    return draw(parts, desk, "interview_import.html", place=PLACE, typed="", fault=None)


async def take(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: makes an interview of what the create call takes. json: its body."""
    typed = (await read_form(request)).get("json", "")
    try:
        interview_id = await _making(parts).take(desk.caller, typed.encode())
    except (Refused, NotUnderstood) as error:
        fault = {"name": error.name, "text": say_fault(error.message)}
        return draw(parts, desk, "interview_import.html", place=PLACE, typed=typed, fault=fault, status=error.status)
    return go(desk, f"{PLACE}{interview_id}/", said="created")


async def _draw(
    parts: WebParts,
    desk: Desk,
    *,
    fields: Mapping[str, Any],
    questions: list[dict[str, Any]],
    stored: Stored | None = None,
    fault: Refused | None = None,
) -> Response:
    """stored: the interview that is edited; None: a new one. fault: what the wire refused."""
    async with parts.database.tenant(desk.merchant.id) as connection:
        templates = await list_templates(
            connection,
            modality=None,
            statuses=[TemplateStatus.ACTIVE],
            language=None,
            name_part=None,
            or_languages=(),
            window=RowRange(limit=MOST_TEMPLATES, offset=0),
        )
    return draw(
        parts,
        desk,
        "interview_form.html",
        place=PLACE,
        status=200 if fault is None else fault.status,
        fields={
            name: fields.get(name) or ""
            for name in (*TEXTS, *NUMBERS, *(f"expected-{name_of_bracket}" for name_of_bracket in BRACKETS))
        },
        questions=questions,
        templates=[{"id": str(template.id), "name": template.name} for template in templates.rows],
        languages_of_interviews=[{"code": language.code, "name": language.name_local} for language in LANGUAGES],
        choices=CHOICES,
        brackets=BRACKETS,
        is_new=stored is None,
        name=None if stored is None else stored.draft.name,
        is_live=stored is not None and stored.draft.status is Status.ACTIVE,
        action=desk.url(f"{PLACE}new" if stored is None else f"{PLACE}{stored.id}/edit"),
        back_url=desk.url(PLACE if stored is None else f"{PLACE}{stored.id}/"),
        fault_name="" if fault is None else fault.name or "",
        fault_text="" if fault is None else say_fault(fault.message),
    )


def _making(parts: WebParts) -> InterviewMaking:
    assert parts.making is not None
    return parts.making


# --- From the form to what the wire is asked -----------------------------------------------------------------------


def _read(form: Mapping[str, str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The fields and the questions, as web/console/making.py takes them."""
    # Browsers send each line's end as two characters.
    fields: dict[str, Any] = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in TEXTS}
    fields |= {name: _to_number(form.get(name, "")) for name in NUMBERS}
    fields["expectations"] = _to_expectations(form, "expected")
    questions = [
        {
            "id": question["id"],
            "text": question["text"],
            "answered_by": question["answered_by"],
            "is_scored": question["is_scored"],
            "choices": _lines(question["choices"]),
            "is_drafted": question["is_drafted"],
            "is_taken": question["is_taken"],
            "expectations": {bracket: _lines(question["expected"][bracket]) for bracket in BRACKETS}
            if any(question["expected"].values())
            else None,
        }
        for question in _read_questions(form)
        if question["text"] or question["id"]
    ]
    return fields, questions


def _read_questions(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """As they were typed, in their order. A question is named by its number: question-3-text."""
    numbers = sorted(
        int(number)
        for number in (name.split("-")[1] for name in form if name.startswith("question-") and name.endswith("-text"))
        if number.isdecimal() and len(number) < 6
    )
    places = {number: form.get(f"question-{number}-place", "") for number in numbers}
    numbers.sort(key=lambda number: int(places[number]) if places[number].isdecimal() else number)
    return [
        {
            "id": form.get(f"question-{number}-id", ""),
            "text": form[f"question-{number}-text"].replace("\r\n", "\n").strip(),
            "answered_by": form.get(f"question-{number}-answered_by", AnsweredBy.OPEN.value),
            "is_scored": f"question-{number}-is_unscored" not in form,
            "choices": form.get(f"question-{number}-choices", ""),
            "is_drafted": f"question-{number}-is_drafted" in form,
            "is_taken": f"question-{number}-is_taken" in form,
            "expected": {bracket: form.get(f"question-{number}-{bracket}", "") for bracket in BRACKETS},
        }
        for number in numbers
        if f"question-{number}-removed" not in form
    ]


def _to_expectations(form: Mapping[str, str], prefix: str) -> dict[str, list[str]] | None:
    claims = {bracket: _lines(form.get(f"{prefix}-{bracket}", "")) for bracket in BRACKETS}
    return claims if any(claims.values()) else None


def _to_number(text: str) -> int | str | None:
    """The number; what is none stays as it is, so that the wire says what it expected."""
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 10 else plain or None


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


# --- From what is stored to the form --------------------------------------------------------------------------------


def _to_fields(stored: Stored) -> dict[str, Any]:
    draft, settings = stored.draft, stored.draft.settings
    return {
        "name": draft.name,
        "location": draft.location,
        "template": str(draft.template_id),
        "language": draft.language,
        "description": draft.description,
        "status": draft.status.value,
        "kind": draft.kind.value,
        "visibility": draft.visibility.value,
        "result_view": settings.result_view,
        "pace": settings.pace,
        "film": settings.intro_video,
        "tone": settings.tone,
        "max_attempts": _shown(settings.max_attempts),
        "max_follow_ups": _shown(settings.max_follow_ups),
        "code": draft.code,
        "department": settings.department,
        "salary": settings.salary,
        "closes_at": settings.available_till,
        "long_description": settings.long_description,
        "welcome": settings.welcome,
        "thanks": settings.thanks,
        **{f"expected-{bracket}": "\n".join(getattr(settings.claims, bracket)) for bracket in BRACKETS},
    }


def _to_questions(stored: Stored) -> list[dict[str, Any]]:
    return [_to_question(step) for step in stored.draft.steps]


def _to_question(step: Step) -> dict[str, Any]:
    question: SentQuestion = step.question
    return {
        "id": str(step.id),
        "text": question.text,
        "answered_by": question.answered_by.value,
        "is_scored": question.is_scored,
        "choices": "\n".join(_shown_wordings(question)),
        "is_drafted": not question.alternatives and bool(question.drafted_wordings),
        "expected": {bracket: "\n".join(getattr(question.claims, bracket)) for bracket in BRACKETS},
    }


def _empty_question() -> dict[str, Any]:
    return {
        "id": "",
        "text": "",
        "answered_by": AnsweredBy.OPEN.value,
        "is_scored": True,
        "choices": "",
        "is_drafted": False,
        "expected": dict.fromkeys(BRACKETS, ""),
    }


def _leaves_wordings(typed: Mapping[str, Any], known: SentQuestion) -> bool:
    """Whether they are as the form showed them, and nobody says that drafts have been read."""
    shown = _shown_wordings(known) if typed["is_drafted"] else list(known.alternatives)
    return typed["choices"] == shown and not typed["is_taken"]


def _shown_wordings(question: SentQuestion) -> list[str]:
    return list(question.alternatives or question.drafted_wordings or ())


def _packed(claims: ExpectedClaims) -> dict[str, list[str]] | None:
    packed = {bracket: list(getattr(claims, bracket)) for bracket in BRACKETS}
    return packed if any(packed.values()) else None


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)


PAGES = (
    ConsolePage("GET", f"{PLACE}new", show_new, MAKERS),
    ConsolePage("POST", f"{PLACE}new", create, MAKERS, most_bytes=FORM_BYTES, most_fields=FORM_FIELDS),
    ConsolePage("GET", f"{PLACE}question", show_question, MAKERS),
    ConsolePage("GET", f"{PLACE}import", show_import, MAKERS),
    ConsolePage("POST", f"{PLACE}import", take, MAKERS, most_bytes=4 * FORM_BYTES),
    ConsolePage("GET", f"{PLACE}{{interview}}/edit", show_edit, MAKERS),
    ConsolePage("POST", f"{PLACE}{{interview}}/edit", change, MAKERS, most_bytes=FORM_BYTES, most_fields=FORM_FIELDS),
)
