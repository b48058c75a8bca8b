"""Interviews by a form in our own words: made and changed by the wire's own verbs, with their checks and errors."""

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from vivavoce.api.functions import job_interview_create_from_array, job_interview_update
from vivavoce.api.models import words
from vivavoce.api.parts import ApiParts
from vivavoce.errors import Invalid
from vivavoce.merchants.tokens import Caller

# Ours, and what the wire calls it, in the contract's order.
FIELDS = {
    "name": "name",
    "location": "location",
    "template": "interview_template_id",
    "language": "mojito_language_code",
    "description": "description",
    "status": "status",
    "kind": "type",
    "visibility": "visibility",
    "questions": "questions",
    "result_view": "result_view",
    "pace": "interview_conversation_speed",
    "film": "candidate_video_introduction",
    "tone": "interview_tone",
    "max_attempts": "interview_attempts",
    "max_follow_ups": "max_followups",
    "code": "code",
    "department": "interview_department",
    "salary": "interview_salary",
    "closes_at": "interview_available_till",
    "long_description": "description_long",
    "expectations": "candidate_expectations_json",
    "welcome": "welcome_message",
    "thanks": "thank_you_message",
}
QUESTION_FIELDS = {
    "id": "id",
    "text": "question",
    "seconds": "duration",
    "choices": "question_alternatives",
    "expectations": "candidate_expectations_json",
}
_OURS = {theirs: ours for ours, theirs in FIELDS.items()}
_OURS_OF_QUESTION = {theirs: ours for ours, theirs in QUESTION_FIELDS.items()} | {
    "is_multiple_choice": "answered_by",
    "is_candidate_asking_recruiter": "answered_by",
    "is_without_scoring": "is_scored",
}
_AT_QUESTION = re.compile(r"questions\[(\d+)\](?:\.(\w+))?")
_VISIBILITIES = {ours.value: theirs for theirs, ours in words.VISIBILITIES.items()}
NOT_UPDATED = frozenset({"language", "template"})  # fixed when an interview is made


class InterviewForms:
    """What the console makes interviews by (web/console/making.py)."""

    def __init__(self, parts: ApiParts) -> None:
        self._parts = parts

    async def create(self, caller: Caller, fields: Mapping[str, Any]) -> UUID:
        """The id of a new interview."""
        try:
            return await self.take(caller, json.dumps(_to_wire(fields)).encode())
        except Invalid as error:
            raise Invalid(error.message, name=to_form_name(error.name)) from None

    async def change(self, caller: Caller, interview_id: UUID, fields: Mapping[str, Any]) -> None:
        """Writes the fields that are given; an empty one is cleared."""
        given = {name: value for name, value in fields.items() if name not in NOT_UPDATED}
        body = _to_wire(given, keeps_empty=True) | {"position_id": str(interview_id)}
        try:
            await job_interview_update.update(self._parts, caller, json.dumps(body).encode())
        except Invalid as error:
            raise Invalid(error.message, name=to_form_name(error.name)) from None

    async def take(self, caller: Caller, body: bytes) -> UUID:
        """The id of an interview that a body of the create call describes."""
        answer = await job_interview_create_from_array.create(self._parts, caller, body)
        return UUID(json.loads(bytes(answer.body))["interview_def_set_id"])


def to_form_name(name: str | None) -> str | None:
    """The form's name of a field that the wire found at fault: `questions[2].question` is `questions.2.text`."""
    at_question = _AT_QUESTION.match(name or "")
    if at_question is not None:
        field = _OURS_OF_QUESTION.get(at_question[2] or "question", "text")
        return f"questions.{at_question[1]}.{field}"
    first = re.split(r"[.\[]", name or "")[0]
    return _OURS.get(first, name)


def _to_wire(fields: Mapping[str, Any], *, keeps_empty: bool = False) -> dict[str, Any]:
    """keeps_empty: an empty text becomes null, which clears the field."""
    body: dict[str, Any] = {}
    for ours, theirs in FIELDS.items():
        value = fields.get(ours)
        if ours == "questions" and value is not None:
            body[theirs] = [_to_wire_question(question) for question in value]
        elif ours == "visibility" and value:
            body[theirs] = _VISIBILITIES.get(value, value)
        elif value not in (None, "") or (ours == "description" and ours in fields):
            body[theirs] = "" if value is None else value
        elif keeps_empty and ours in fields:
            body[theirs] = None
    return body


def _to_wire_question(question: Mapping[str, Any]) -> dict[str, Any]:
    sent = {theirs: question[ours] for ours, theirs in QUESTION_FIELDS.items() if question.get(ours) not in (None, "")}
    sent["is_multiple_choice"] = question.get("answered_by") == "choice"
    sent["is_candidate_asking_recruiter"] = question.get("answered_by") == "candidate_asks"
    sent["is_without_scoring"] = not question.get("is_scored", True)
    return sent
