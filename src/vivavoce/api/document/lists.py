"""What the lists and the figures of a merchant answer, row by row."""

from collections.abc import Callable

from vivavoce.api.document.schemas import (
    AN_ID,
    Schema,
    flag,
    free,
    identifier,
    listed,
    maybe,
    moment,
    nothing_yet,
    number,
    part,
    text,
    whole,
    whole_object,
)
from vivavoce.api.document.sets import RECORDINGS, SESSION_RECORDINGS, SESSIONS
from vivavoce.api.models.words import KINDS, TEMPLATE_TYPES, VISIBILITIES
from vivavoce.attempts.tasks import TaskKind, TaskState
from vivavoce.interviews.draft import Status
from vivavoce.interviews.languages import BY_CODE


def interviews() -> Schema:
    """Of merchant-interview-list."""
    return _page(
        "Interviews, those that were changed last first.",
        {
            "id": identifier("The interview."),
            "merchant_id": identifier("Whose it is."),
            "name": text("Name of the interview or position.", example="Project manager"),
            "emoji": nothing_yet(text("A sign to know it by.")),
            "type": text("What an attempt yields.", one_of=KINDS),
            "type_avatar": text("By which means the interviewer speaks.", one_of=TEMPLATE_TYPES.values()),
            "status": text("Where it stands in its life.", one_of=Status),
            "visibility": text("Who finds it.", one_of=VISIBILITIES),
            "mojito_language_code": text("Its language.", one_of=BY_CODE),
            "speech_language_code": text("The locale that it is spoken in.", example="en-US"),
            "environment": text("The environment that it is of.", example="production"),
            "is_ats": flag("Whether it came from another system. Always false today."),
            "is_multi_stage": flag("Whether it has stages. Always false today."),
            "recording": maybe(text("Recording per answer; null: off.", one_of=RECORDINGS)),
            "recording_full_session": maybe(text("Recording of the session; null: off.", one_of=SESSION_RECORDINGS)),
            "billing_single_position": nothing_yet(flag("Whether it is paid for by itself.")),
            "billing_single_position_end_at": nothing_yet(moment("Until when.")),
            "cover_image_url": maybe(text("Cover image.")),
            "interview_count": whole("Attempts at it.", least=0, example=12),
            "interview_last": maybe(moment("When the latest began.")),
            "calc_duration": nothing_yet(number("How long it takes.")),
            "created_at": moment("When it was made."),
            "updated_at": moment("When it was changed last."),
        },
    )


def results() -> Schema:
    """Of merchant-result-list."""
    return _page(
        "People at interviews, each with the latest attempt.",
        {
            "id": identifier("The person at the interview, whichever attempt is the latest."),
            "interview_result_id": identifier("The latest attempt: ask for it by job-interview-details."),
            "interview_result_pre_screening_id": nothing_yet(text("The pre-screening.")),
            "merchant_id": identifier("Whose it is."),
            "profile_id": nothing_yet(text("The person's own account.")),
            "profile_interview_id": identifier("The person here."),
            "definition_id": identifier("The interview."),
            "candidate_name": maybe(text("The person's name.", example="Sam Rivers")),
            "candidate_email": maybe(text("The person's e-mail.", example="sam@example.com")),
            "position_name": text("The interview's name.", example="Project manager"),
            "position_step": text("What was taken.", one_of=("interview",)),
            "type": text("What an attempt yields.", one_of=KINDS),
            "emoji": nothing_yet(text("A sign to know it by.")),
            "external_id": maybe(text("Your own reference of the person.", example="c-17")),
            "mojito_language_code": text("The interview's language.", one_of=BY_CODE),
            "status": text("`active` once it is submitted, until it is sent back.", one_of=("active", "draft")),
            "coach_status": text("Where the session stands.", one_of=SESSIONS),
            "decision_status": nothing_yet(text("What a person decided.")),
            "interview_started": flag("Whether it began."),
            "is_multi_stage": flag("Whether it has stages. Always false today."),
            "is_test": flag("Whether it was a trial."),
            "recruiter_shortlist": nothing_yet(flag("Whether it is on the short list.")),
            "recruiter_risks": nothing_yet(free("What a person should look at.")),
            "duration_ds": maybe(number("Time with the page open, in tenths of a second.")),
            "score": maybe(
                number("Score of the whole; null: not judged, or nothing could be.", least=0, most=10, example=6.25)
            ),
            "score_simulation": nothing_yet(number("The same, by a simulation.")),
            "score_sentiment": nothing_yet(number("How the answers sound: never measured.")),
            "score_words_per_minute": nothing_yet(number("Pace: never scored.")),
            "score_interview_ai": maybe(
                number("Of all answers by the interview's own rubric.", least=0, most=10, example=5)
            ),
            "score_answer_ai": maybe(
                number("Mean of the answers, each by its question's own rubric.", least=0, most=10, example=7.5)
            ),
            "score_pronunciation": nothing_yet(number("Pronunciation: never scored.")),
            "processing_status": maybe(text("Whether it was counted up.", one_of=("pending", "completed"))),
            "processing_error": nothing_yet(text("Why it could not be.")),
            "kyc_processing_status": nothing_yet(text("Whether the person's identity was looked at.")),
            "position_result_step_id": nothing_yet(text("The stage.")),
            "created_at": moment("When the attempt began."),
            "updated_at": moment("When it changed last."),
        },
    )


def avatars() -> Schema:
    """Of merchant-avatar-list."""
    return _page(
        "Interviewers.",
        {
            "id": identifier("The template: the create call's `interview_template_id`."),
            "merchant_id": identifier("Whose it is."),
            "name": text("Its name.", example="Robin"),
            "type": text("By which means it speaks.", one_of=TEMPLATE_TYPES.values()),
            "status": text("Whether it can be chosen.", one_of=("active", "draft", "archived", "deleted")),
            "visibility": nothing_yet(text("Who can choose it.")),
            "mojito_language_code": text("Its language.", example="en"),
            "video_voice_language_name": maybe(text("The locale that it speaks.", example="English (United States)")),
            "media_url": nothing_yet(text("A film of it.")),
            "background_url": nothing_yet(text("What is behind it.")),
            "background_blur": nothing_yet(number("How much that is blurred.")),
            "video_background_remove": nothing_yet(flag("Whether that is taken away.")),
            "video_avatar_image_url": nothing_yet(text("A picture of it.")),
            "video_avatar_aspect_ratio": nothing_yet(text("That picture's proportions.")),
            "created_at": moment("When it was made."),
            "updated_at": moment("When it was changed last."),
        },
    )


def tasks() -> Schema:
    """Of merchant-task-list."""
    return _page(
        "What waits for a person, newest first.",
        {
            "id": identifier("The task."),
            "kind": text(
                "answer_candidate: a candidate's question that nothing written answers. person_wanted: somebody would"
                " rather talk with a person. trouble: something is wrong. contested: somebody wants a person to look at"
                " their attempt anew. erasure_wanted: somebody wants all that is kept of them erased.",
                one_of=TaskKind,
            ),
            "state": text("Whether it waits.", one_of=TaskState),
            "interview_id": identifier("The interview."),
            "interview_name": text("The interview's name.", example="Project manager"),
            "interview_result_id": maybe(identifier("The attempt: ask for it by job-interview-details.")),
            "profile_interview_id": identifier("The person here."),
            "candidate_name": maybe(text("The person's name.", example="Sam Rivers")),
            "candidate_email": maybe(text("The person's e-mail.", example="sam@example.com")),
            "text": text("In the candidate's own words; empty where there are none.", example="Is there a canteen?"),
            "created_at": moment("When it came up."),
            "done_at": maybe(moment("When it was done or refused; null while it waits.")),
            "due_at": maybe(moment("By when the person was promised that it is done; null: no promise was made.")),
            "reason": maybe(text("Why it was refused, as the person reads it; null: it was not.", example="…")),
        },
    )


def merchant_status() -> Schema:
    """Of merchant-status."""
    by_day = {"type": "number", "examples": [0]}
    return whole_object(
        "A merchant's figures. Nothing is paid for here, so that credits and subscriptions are null.",
        {
            "profile_id": text("Who calls: the token's subject.", example=AN_ID),
            "default_merchant_id": identifier("The token's merchant."),
            "merchant_id": identifier("Whose figures these are."),
            "credits_interview_monthly": nothing_yet(number("Credits of this month.")),
            "credits_interview_monthly_limit": nothing_yet(number("How many there are a month.")),
            "credits_interview_extra": nothing_yet(number("Credits beyond these.")),
            "credits_interview_single": nothing_yet(number("Credits of single positions.")),
            "definitions_active": whole("Interviews that are live.", least=0),
            "interviews_without_credits": whole("Attempts that wait for credits: none.", least=0),
            "interviews_undecided": whole("Attempts that were submitted and not decided.", least=0),
            "interviews_ongoing": whole("Attempts under way.", least=0),
            "interview_results": whole("Attempts.", least=0),
            "candidates": whole("People.", least=0),
            "candidates_history": listed("New people on each day in UTC, today first.", by_day),
            "interview_result_history": listed("New attempts on each day in UTC, today first.", by_day),
            "subscription_type": nothing_yet(text("The subscription.")),
            "subscription_status": nothing_yet(text("How it stands.")),
            "invitations_sent": whole("Links that were made.", least=0),
            "invitations_limit": nothing_yet(number("How many may be made.")),
            "invitations_available": nothing_yet(number("How many are left.")),
        },
    )


def languages() -> Schema:
    """Of platform-languages-list."""
    accent = whole_object(
        "A way to speak it.",
        {"code": text("The locale.", example="en-GB"), "name": text("Its name.", example="English (United Kingdom)")},
    )
    language = whole_object(
        "A language.",
        {
            "code": text("As other calls write it.", one_of=BY_CODE),
            "name_english": text("In English.", example="English"),
            "name_local": text("In itself.", example="English"),
            "flag_image": nothing_yet(text("A picture of a flag.")),
            "flag_emoji": text("A flag as a sign.", example="🇺🇸"),
            "flag_unicode": text("That sign's code points.", example="U+1F1FA U+1F1F8"),
            "coaching_interface": flag("Whether the coaching portal is in it. Always false today."),
            "interview_interface": flag("Whether interviews are held in it."),
            "admin_interface": flag("Whether the console is in it. Always false today."),
            "accents": listed("The first is what an interview has that names none.", accent),
        },
    )
    return whole_object("The languages.", {"languages": listed("Each of the 34.", language)})


def pagination() -> Schema:
    """Of every list."""
    return whole_object(
        "Which rows these are.",
        {
            "total": whole("Rows in all.", least=0, example=1),
            "limit": whole("Rows that were asked for at most.", least=1, example=50),
            "offset": whole("Rows that were passed over.", least=0, example=0),
            "has_more": flag("Whether there are rows behind these."),
        },
    )


def _page(description: str, row: dict[str, Schema]) -> Schema:
    rows = listed(description, whole_object("A row.", row))
    return whole_object(description, {"data": rows, "pagination": part("Pagination")})


# Components by name.
LISTS: dict[str, Callable[[], Schema]] = {
    "Interviews": interviews,
    "Results": results,
    "Avatars": avatars,
    "Tasks": tasks,
    "MerchantStatus": merchant_status,
    "Languages": languages,
    "Pagination": pagination,
}
