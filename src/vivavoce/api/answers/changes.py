"""What is answered by the calls that change something: interviews made and updated, people invited and let go."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired
from uuid import UUID

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from vivavoce.api.answers.outcome import DoneAnswer, Success
from vivavoce.api.answers.parts import AN_ID, Id, Moment
from vivavoce.api.models.words import WrittenField, to_wire_written_parts
from vivavoce.attempts.erase import Erasure
from vivavoce.interviews import create
from vivavoce.interviews.diff import Plan
from vivavoce.interviews.draft import DEFAULT_MAX_SECONDS, Draft

# --- Interviews ----------------------------------------------------------------------------------------------------


class CreatedAnswer(TypedDict):
    """The new interview."""

    interview_def_set_id: Annotated[Id, Field(description="The interview: keep it, other calls ask for it.")]
    embed_id: NotRequired[Annotated[Id, Field(description="Names the embed key. There only with `is_embedded: true`.")]]
    embed_signing_key: NotRequired[
        Annotated[
            str,
            Field(
                description="Signs what a page that frames the interview sends: 64 hex digits. Keep it secret. There"
                " only with `is_embedded: true`.",
                examples=["7f1c" * 16],
            ),
        ]
    ]


class WrittenAnswer(CreatedAnswer):
    """The new interview, and what was written of it."""

    questions_generated: Annotated[int, Field(description="How many questions were written.", examples=[6])]
    max_duration: Annotated[
        int, Field(description="Seconds that the whole conversation may take.", examples=[DEFAULT_MAX_SECONDS])
    ]


class TranslatedAnswer(CreatedAnswer):
    """The new interview, which is a draft, and what is to be reviewed of it."""

    mojito_language_code: Annotated[str, Field(description="Its language.", examples=["de"])]
    written_by_model: Annotated[
        list[WrittenField],
        Field(
            description="The fields that were translated, and that nobody has reviewed. `questions` stands for all that"
            " the interviewer says."
        ),
    ]


def to_wire_translated(created: create.Created, draft: Draft) -> TranslatedAnswer:
    """As `to_wire_created`, with what was translated."""
    return {
        **to_wire_created(created),
        "mojito_language_code": draft.language,
        "written_by_model": to_wire_written_parts(draft),
    }


class DraftedQuestion(TypedDict):
    """A question with what was drafted for it."""

    id: Annotated[Id, Field(description="The question.")]
    question: Annotated[str, Field(description="As it is asked.", examples=["Tell me about a project of yours."])]
    question_alternatives_drafted: Annotated[
        list[str],
        Field(
            description="Its drafted wordings. Empty: nothing that was drafted could stand.",
            examples=[["Which project of yours would you like to tell me about?"]],
        ),
    ]


class WordingsAnswer(TypedDict):
    """What was drafted, and kept for somebody to review."""

    interview_def_set_id: Annotated[Id, Field(description="The interview.")]
    questions: Annotated[
        list[DraftedQuestion], Field(description="The questions that wordings were drafted for, in their order.")
    ]
    written_by_model: Annotated[
        list[WrittenField], Field(description="What of the interview a language model wrote and nobody has reviewed.")
    ]


def to_wire_drafted(interview_id: UUID, draft: Draft, wanted: Collection[UUID]) -> WordingsAnswer:
    """What was drafted for these questions, as far as they are still there."""
    return {
        "interview_def_set_id": str(interview_id),
        "questions": [
            {
                "id": str(step.id),
                "question": step.question.text,
                "question_alternatives_drafted": list(step.question.drafted_wordings or ()),
            }
            for step in draft.steps
            if step.id in wanted
        ],
        "written_by_model": to_wire_written_parts(draft),
    }


def to_wire_written(created: create.Created, draft: Draft) -> WrittenAnswer:
    """As `to_wire_created`, with what was written."""
    return {
        **to_wire_created(created),
        "questions_generated": len(draft.steps),
        "max_duration": draft.settings.max_seconds or DEFAULT_MAX_SECONDS,
    }


def to_wire_created(created: create.Created) -> CreatedAnswer:
    """The id, and the embed key where one was made."""
    body: CreatedAnswer = {"interview_def_set_id": str(created.interview_id)}
    if created.embed is not None:
        body["embed_id"] = str(created.embed.id)
        body["embed_signing_key"] = created.embed.signing_key
    return body


# `from` is a word of Python's.
ReplacedQuestion = TypedDict(
    "ReplacedQuestion",
    {
        "from": Annotated[Id, Field(description="The old one.")],
        "to": Annotated[Id, Field(description="The new one.")],
    },
)


class QuestionsDiff(TypedDict):
    """What became of the questions. There where `questions` was sent."""

    kept: Annotated[list[Id], Field(description="They stay as they are.")]
    added: Annotated[list[Id], Field(description="They are new.")]
    removed: Annotated[
        list[Id], Field(description="They are gone from the interview; answers that they got keep them.")
    ]
    replaced: Annotated[list[ReplacedQuestion], Field(description="They gave way to another.")]
    question_ids: Annotated[list[Id], Field(description="All questions, in order.")]
    reactivated: Annotated[bool, Field(description="Whether a live interview goes on with other questions.")]


class Updated(TypedDict):
    """What was written."""

    position_id: Annotated[Id, Field(description="The interview.")]
    is_multistage: Annotated[bool, Field(description="Whether it has stages. Always false today.")]
    updated_fields: Annotated[
        list[Annotated[str, Field(examples=["interview_salary"])]], Field(description="The fields that were sent.")
    ]
    questions_diff: NotRequired[QuestionsDiff]


def to_wire_diff(plan: Plan, *, stays_live: bool) -> QuestionsDiff:
    """What an update makes of the questions. stays_live: whether the interview was live and still is."""
    return {
        "kept": [str(step_id) for step_id in plan.kept],
        "added": [str(step_id) for step_id in plan.added],
        "removed": [str(step_id) for step_id in plan.removed],
        "replaced": [{"from": str(pair.before), "to": str(pair.after)} for pair in plan.replaced],
        "question_ids": [str(step.id) for step in plan.steps],
        "reactivated": stays_live and plan.is_change,
    }


class EmbedKey(TypedDict):
    """It is done, and here is the embed key: with `is_embedded: true`."""

    embed_id: Annotated[Id, Field(description="Names the embed key.")]
    embed_signing_key: Annotated[str, Field(description="64 hex digits. Keep it secret.", examples=["7f1c" * 16])]


StateSet = Annotated[DoneAnswer | EmbedKey, Field(description="It is done; the embed key with `is_embedded: true`.")]

# --- People --------------------------------------------------------------------------------------------------------


@with_config(ConfigDict(extra="allow"))
class RegisteredPerson(TypedDict):
    """One person: the row as sent, with how it went."""

    name: NotRequired[Annotated[str | None, Field(description="As sent.", examples=["Sam Rivers"])]]
    email: NotRequired[Annotated[str | None, Field(description="As sent.", examples=["sam@example.com"])]]
    external_id: NotRequired[Annotated[str | None, Field(description="As sent.", examples=["c-17"])]]
    result: Annotated[str, Field(description="`ok`, or `Error: ` and the reason.", examples=["ok"])]
    interview_url: NotRequired[
        Annotated[
            str,
            Field(
                description="The personal link: give it to this person alone. Only where the row went well.",
                examples=[f"https://interviews.example/interview/take/{AN_ID}/?interview_token=…"],
            ),
        ]
    ]
    profile_interview_id: NotRequired[
        Annotated[Id, Field(description="The person here. Only where the row went well.")]
    ]
    mail: NotRequired[
        Annotated[
            Literal["waiting", "sent", "unsubscribed", "bounced", "off"],
            Field(
                description="Whether the link is mailed: `waiting`, it goes out now; `sent`, it went out before;"
                " `unsubscribed` or `bounced`, not to this address; `off`, this server sends no mail."
                " merchant-mail-list tells how it went."
                " Only with `send_email`.",
                examples=["waiting"],
            ),
        ]
    ]


@with_config(ConfigDict(extra="allow"))
class FailedPerson(TypedDict):
    """A row that failed comes back as it was sent, whatever stood in it."""

    result: Annotated[str, Field(description="`Error: ` and the reason.", pattern="^Error: ")]


@with_config(ConfigDict(extra="allow"))
class InvitedPerson(TypedDict):
    """One person: the row as sent, with how it went."""

    email: NotRequired[Annotated[str | None, Field(description="As sent.", examples=["ada@example.com"])]]
    name: NotRequired[Annotated[str | None, Field(description="As sent.", examples=["Ada Brandt"])]]
    type: NotRequired[Annotated[str | None, Field(description="As sent.", examples=["merchant_selection"])]]
    interview_id: NotRequired[Annotated[str | None, Field(description="As sent.")]]
    result: Annotated[
        str,
        Field(
            description="`Invited`; `Activated`, of somebody who is back; `Skipped`, of somebody who is there or was"
            " invited already; or `Error: ` and the reason.",
            examples=["Invited"],
        ),
    ]
    profile_id: NotRequired[Annotated[Id, Field(description="The member. Not of a candidate.")]]
    profile_interview_id: NotRequired[Annotated[Id, Field(description="The candidate.")]]
    mail: NotRequired[
        Annotated[
            Literal["waiting", "sent", "unsubscribed", "bounced", "off"],
            Field(
                description="Whether the link is mailed: `waiting`, it goes out now; `sent`, it went out before;"
                " `unsubscribed` or `bounced`, not to this address; `off`, this server sends no mail."
                " merchant-mail-list tells how it went."
                " Of a candidate alone.",
                examples=["waiting"],
            ),
        ]
    ]
    interview_url: NotRequired[
        Annotated[
            str,
            Field(
                description="A candidate's personal link: give it to this person alone.",
                examples=[f"https://interviews.example/interview/take/{AN_ID}/?interview_token=…"],
            ),
        ]
    ]


InvitedPeople = Annotated[
    list[InvitedPerson | FailedPerson],
    Field(description="A row for each row, in order. Read `result`: a bad row does not fail the call."),
]


Registered = Annotated[
    list[RegisteredPerson | FailedPerson],
    Field(description="A row for each row, in order. Read `result`: a bad row does not fail the call."),
]
Link = Annotated[
    str,
    Field(
        description="The link. Give it to this person alone.",
        examples=[f"https://interviews.example/interview/take/{AN_ID}/?interview_token=…&view_hm=true"],
    ),
]


class Revoked(TypedDict):
    """The links no longer open."""

    success: Success
    revoked: Annotated[
        int,
        Field(description="At how many interviews there was a link to revoke; 0: at none, or none any more.", ge=0),
    ]


class ExtraTime(TypedDict):
    """It counts from now on."""

    success: Success
    minutes: Annotated[int, Field(description="How many minutes more the person has at this interview.", ge=0)]


class ErasedWith(TypedDict):
    """Another candidate who was one person with the one who is erased."""

    profile_interview_id: Annotated[Id, Field(description="The other one.")]
    receipt: Annotated[dict[str, Any] | None, Field(description="The receipt of the other one, as above.")]


class Erased(TypedDict):
    """How far it is."""

    success: Success
    profile_interview_id: Annotated[Id, Field(description="The person.")]
    status: Annotated[
        Literal["erased", "erasing"],
        Field(
            description="erased: everything is gone. erasing: nobody comes in as this person any more, but a file is"
            " still held by another process; workers go on with it within ten minutes, and this call says how far they"
            " are."
        ),
    ]
    erased_at: Annotated[Moment | None, Field(description="When everything was gone; null until then.")]
    attempts: Annotated[int, Field(description="How many attempts there were, with those of `merged`.", ge=0)]
    receipt: Annotated[
        dict[str, Any] | None,
        Field(
            description="Once everything is gone: a signed receipt of it, to keep, with what there was, by its number,"
            " when, and who asked; no word of the person. Null until then, and for somebody who was erased by an"
            " earlier version. `vivavoce verify-receipt` checks it."
        ),
    ]
    merged: Annotated[
        list[ErasedWith],
        Field(description="Who was merged with the person by `merchant-candidate-merge`, and is erased with them."),
    ]


def to_wire_erased(erasure: Erasure, receipts: Mapping[UUID, dict[str, Any] | None]) -> Erased:
    """How far an erasure is. receipts: by the candidate; None: there is none yet."""
    return {
        "success": True,
        "profile_interview_id": str(erasure.candidate_id),
        "status": "erasing" if erasure.erased_at is None else "erased",
        "erased_at": None if erasure.erased_at is None else erasure.erased_at.isoformat(),
        "attempts": erasure.attempts,
        "receipt": receipts.get(erasure.candidate_id),
        "merged": [
            {"profile_interview_id": str(candidate_id), "receipt": receipts.get(candidate_id)}
            for candidate_id in erasure.merged
        ],
    }


class PersonArchive(TypedDict):
    """Where all that is kept of a person can be had."""

    success: Success
    profile_interview_id: Annotated[Id, Field(description="The person.")]
    url: Annotated[
        str,
        Field(
            description="A ZIP file: `person.json` with all that is on record, what was said aloud, the films. It is"
            " made when the address is opened, for five minutes, as long as your token is good. Each opening is an"
            " event."
        ),
    ]
    expires_at: Annotated[Moment, Field(description="When the address is over.")]


def to_wire_export(candidate_id: UUID, *, url: str, until: datetime) -> PersonArchive:
    """An address of a person's archive."""
    return {
        "success": True,
        "profile_interview_id": str(candidate_id),
        "url": url,
        "expires_at": until.isoformat(),
    }


class SentBack(TypedDict):
    """The person can make another attempt."""
