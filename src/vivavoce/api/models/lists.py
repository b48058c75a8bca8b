"""What the lists are asked for, and the form that they are answered in."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from vivavoce.api.body import expected
from vivavoce.api.models.fields import Id
from vivavoce.api.models.wire_body import WireBody
from vivavoce.db.pages import RowRange

DEFAULT_LIMIT = 50
MOST_ROWS = 1000
MOST_OFFSET = 10**15  # whole numbers up to here are exact in every client

_DIGITS = re.compile("[0-9]{1,16}")


def _whole(least: int, most: int) -> Any:
    """A whole number within both ends, as JSON writes it or as a query does."""

    def read(value: object) -> int:
        number = int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value
        if isinstance(number, bool) or not isinstance(number, int | float) or number != int(number):
            raise expected(f"a whole number from {least} to {most}", ... if isinstance(value, str) else value)
        if not least <= number <= most:
            raise expected(f"a whole number from {least} to {most}")
        return int(number)

    return BeforeValidator(read)


def _read_flag(value: object) -> bool:
    if value in ("true", "false"):
        return value == "true"
    if isinstance(value, bool):
        return value
    raise expected("true or false", ... if isinstance(value, str) else value)


Limit = Annotated[int, _whole(1, MOST_ROWS), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_ROWS})]
Offset = Annotated[int, _whole(0, MOST_OFFSET), WithJsonSchema({"type": "integer", "minimum": 0})]
Flag = Annotated[bool, BeforeValidator(_read_flag), WithJsonSchema({"type": "string", "enum": ["true", "false"]})]
Type = Literal["interview", "coaching", "assessment", "public_avatar", "persona", "persona_interview"]

_MERCHANT = "Whose rows; another merchant than your own for admins and sub-merchant operators only."
_LIMIT = "At most how many rows."
_OFFSET = "How many rows to skip."
_NO_EMOJI = "Nothing here has an emoji yet, so that none is found."


class InterviewList(WireBody):
    """What merchant-interview-list is asked for."""

    merchant_id: Id | None = Field(default=None, description=_MERCHANT)
    type: Type = Field(default="interview", description="There are no interviews of the last three types yet.")
    status: Literal["draft", "active", "archived", "deleted", "preparing", "completed"] | None = Field(
        default=None, description="Absent: all but deleted ones."
    )
    show_public: Flag = Field(default=False, description="There are no public interviews yet.")
    show_demo: Flag = Field(default=False, description="There are no demo interviews yet.")
    filter_text: str | None = Field(default=None, description="A part of the name, in any case of letters.")
    filter_emoji: str | None = Field(default=None, description=_NO_EMOJI)
    limit: Limit = Field(default=DEFAULT_LIMIT, description=_LIMIT)
    offset: Offset = Field(default=0, description=_OFFSET)


class ResultList(WireBody):
    """What merchant-result-list is asked for."""

    merchant_id: Id | None = Field(default=None, description=_MERCHANT)
    type: Type = Field(default="interview", description="The type of the interview.")
    tab: (
        Literal[
            "decided-rejected",
            "undecided",
            "shortlist",
            "decided-selected",
            "completed",
            "incomplete",
            "archived-interview",
            "public_avatar",
            "archived-public_avatar",
        ]
        | None
    ) = Field(
        default=None,
        description="completed: no question is open, submitted or not. incomplete: some are. undecided: submitted and"
        " neither decided nor sent back. What is archived stands under archived-interview alone, and where `tab` is"
        " absent, which means all. There are no public interviewers yet, so that their tabs are empty.",
    )
    step: Literal["pre-screening", "interview"] | None = Field(
        default=None, description="There is no pre-screening yet."
    )
    interview_id: Id | None = Field(default=None, description="The interview.")
    profile_interview_id: Id | None = Field(default=None, description="The candidate.")
    risks: str | None = Field(
        default=None, description="Keys of risks, separated by commas: results of which any of them stands."
    )
    order_by: Literal["score", "created_at_newest", "created_at_oldest", "updated_at_newest"] = Field(
        default="created_at_newest",
        description="score: the highest first; last those without one, or whose interview is to be rated blind first.",
    )
    filter_text: str | None = Field(
        default=None, description="A part of the candidate's name or e-mail, in any case of letters."
    )
    filter_emoji: str | None = Field(default=None, description="The emoji that somebody gave the result.")
    limit: Limit = Field(default=DEFAULT_LIMIT, description=_LIMIT)
    offset: Offset = Field(default=0, description=_OFFSET)


class AvatarList(WireBody):
    """What merchant-avatar-list is asked for."""

    merchant_id: Id | None = Field(default=None, description=_MERCHANT)
    type: (
        Literal["interactive_heygen", "interactive_elevenlabs", "offline_heygen", "offline_elai", "offline_synthesia"]
        | None
    ) = Field(default=None, description="By which means the interviewer speaks; there are none of the last two.")
    status: Literal["active", "draft", "archived", "deleted"] | None = Field(
        default=None, description="Absent: active ones and drafts; archived ones too with include_archived."
    )
    mojito_language_code: str | None = Field(default=None, description="The interviewer's language.")
    filter_text: str | None = Field(
        default=None, description="A part of its name or of its voice language's name, in any case of letters."
    )
    include_archived: Flag = Field(default=False, description="Archived ones too.")
    include_public: Flag = Field(default=False, description="There are no public templates yet.")
    limit: Limit = Field(default=DEFAULT_LIMIT, description=_LIMIT)
    offset: Offset = Field(default=0, description=_OFFSET)


class TaskList(WireBody):
    """What merchant-task-list is asked for."""

    merchant_id: Id | None = Field(default=None, description=_MERCHANT)
    state: Literal["open", "done", "refused", "all"] = Field(default="open", description="open: what waits.")
    interview_id: Id | None = Field(default=None, description="The interview.")
    limit: Limit = Field(default=DEFAULT_LIMIT, description=_LIMIT)
    offset: Offset = Field(default=0, description=_OFFSET)


class CreditList(WireBody):
    """What merchant-analytics-credits-used is asked for."""

    merchant_id: Id | None = Field(default=None, description=_MERCHANT)
    interview_id: Id | None = Field(default=None, description="The interview.")
    limit: Limit = Field(default=DEFAULT_LIMIT, description=_LIMIT)
    offset: Offset = Field(default=0, description=_OFFSET)


def to_window(asked: InterviewList | ResultList | AvatarList | TaskList | CreditList) -> RowRange:
    """The rows that were asked for."""
    return RowRange(limit=asked.limit, offset=asked.offset)
