"""What a caller does around a journey: opens interviews, invites people, reads the answers back."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.running import Furnished, Running

LEAD: dict[str, Any] = {
    "id": "lead",
    "question": "Tell me about a time when you led a team through something difficult.",
}
EXPECTED = {"weak": [], "moderate": ["Has led a team"], "strong": []}
NIGHTS: dict[str, Any] = {
    "id": "nights",
    "question": "Which nights could you work in the first month?",
    "is_multiple_choice": True,
    "is_without_scoring": True,
    "question_alternatives": ["Any night, weekends included", "Sunday to Thursday", "Weekends only"],
}
WHY_NIGHTS: dict[str, Any] = {"id": "why", "question": "What makes nights work for you?", "is_conditional": True}
BELT: dict[str, Any] = {
    "id": "belt",
    "question": "A belt stops twice in one night. How do you find the cause?",
    "duration": 180,
}
ASK_US: dict[str, Any] = {
    "id": "ask",
    "question": "What would you like to ask us?",
    "is_candidate_asking_recruiter": True,
}


@dataclass(frozen=True, slots=True)
class Desk:
    """A merchant's desk."""

    running: Running
    furnished: Furnished

    def open(self, *questions: dict[str, Any], longest_seconds: int | None = None, **changes: Any) -> str:
        """The id of a new interview that asks these questions, and nothing about the answers unless changed."""
        body = {
            "name": "Shift lead, night",
            "location": "Parcel depot, Harbour Road",
            "interview_template_id": self.furnished.template_id,
            "mojito_language_code": "en",
            "description": "You lead fourteen people from ten at night to six in the morning.",
            "status": "active",
            "type": "interview",
            "visibility": "merchant_unlisted",
            "max_followups": 0,
            "questions": list(questions),
            **changes,
        }
        created = self.running.call("job-interview-create-from-array", self.furnished.token, body=body)
        interview_id = str(created["interview_def_set_id"])
        if longest_seconds is not None:
            change = {"interview_id": interview_id, "max_duration": longest_seconds}
            self.running.call("job-interview-update", self.furnished.token, body=change)
        return interview_id

    def invite(self, interview_id: str, **changes: Any) -> str:
        """A personal link for somebody new."""
        body = {"interview_id": interview_id, "users": [{"email": f"{uuid4().hex}@example.com"}], **changes}
        (row,) = self.running.call("job-interview-register-users", self.furnished.token, body=body)
        return str(row["interview_url"])

    def link(self, *questions: dict[str, Any], **changes: Any) -> str:
        """A personal link to a new interview that asks these questions."""
        return self.invite(self.open(*questions, **changes))

    def details(self, attempt_id: str) -> dict[str, Any]:
        """The attempt as the caller reads it."""
        found: dict[str, Any] = self.running.call(
            "job-interview-details", self.furnished.token, interview_result_id=attempt_id
        )
        return found

    def answers(self, attempt_id: str) -> list[str | None]:
        """What was answered, in order; None where a question was skipped."""
        return [turn["answer"] for turn in self.details(attempt_id)["transcript"]]

    def requests(self, attempt_id: str) -> list[tuple[str, str]]:
        """What was asked for besides answering, and whether by button or by word, in order."""
        return [(one["kind"], one["by"]) for one in self.details(attempt_id)["requests"]]

    def tasks(self, attempt_id: str) -> list[tuple[str, str]]:
        """What of this attempt waits for a person: its kind, and what the candidate said. The oldest first."""
        listed = self.running.call("merchant-task-list", self.furnished.token)["data"]
        mine = [one for one in listed if one["interview_result_id"] == attempt_id]
        return [(one["kind"], one["text"]) for one in reversed(mine)]


def open_desk(running: Running) -> Desk:
    """A new merchant's desk."""
    return Desk(running, running.furnish("depot"))


def open_practice_desk(running: Running, slug: str = "school") -> Desk:
    """The desk of a merchant with whom one can practise."""
    return Desk(running, running.furnish(slug, "--portal", "coaching"))
