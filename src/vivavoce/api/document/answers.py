"""What each operation answers, field by field, in the contract's words; each function gives one component."""

from collections.abc import Callable

from vivavoce.api.document.judgement import advice, analysis, assessment
from vivavoce.api.document.lists import LISTS
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
from vivavoce.api.document.sets import (
    COACH_PLANS,
    CREDITS,
    RECORDINGS,
    RESULT_VIEWS,
    SESSION_RECORDINGS,
    SESSIONS,
    STAGES,
    VIEWS,
)
from vivavoce.api.models.words import KINDS, TEMPLATE_TYPES, VISIBILITIES
from vivavoce.attempts.difference import WordChange
from vivavoce.attempts.faults import FaultKind
from vivavoce.attempts.states import Ending
from vivavoce.interviews.draft import DEFAULT_MAX_FOLLOW_UPS, DEFAULT_MAX_SECONDS, Status
from vivavoce.interviews.languages import BY_CODE


def error() -> Schema:
    """The envelope."""
    return whole_object(
        "What is wrong, in one sentence for a person; and, where one field is to blame, its name.",
        {
            "error": text("What was expected, or what to do.", example="Field is required."),
            "name": text("The field, nested as `questions[2].question`.", example="interview_template_id"),
        },
        optional=["name"],
    )


def created() -> Schema:
    """Of the create calls."""
    return whole_object(
        "The new interview.",
        {
            "interview_def_set_id": identifier("The interview: keep it, other calls ask for it."),
            "embed_id": identifier("Names the embed key. There only with `is_embedded: true`."),
            "embed_signing_key": text(
                "Signs what a page that frames the interview sends: 64 hex digits. Keep it secret. There only with"
                " `is_embedded: true`.",
                example="7f1c" * 16,
            ),
        },
        optional=["embed_id", "embed_signing_key"],
    )


def interview() -> Schema:
    """Of job-interview-get."""
    return whole_object(
        "An interview as it is kept now: each field as sent, or its default; null where there is neither.",
        {
            "name": text("Name of the interview or position.", example="Project manager"),
            "created_at": moment("When it was made."),
            "updated_at": moment("When it was changed last."),
            "calc_definition_json": maybe(free("The compiled definition. Always null today.")),
            "questions": listed("The questions, in order, without welcome and thanks.", part("StoredQuestion")),
            "is_multistage": flag("Whether it has stages. Always false today."),
            "status": text("Where it stands in its life.", one_of=Status),
            "visibility": text("Who finds it.", one_of=VISIBILITIES),
            "stage": nothing_yet(text("Where hiring stands.", one_of=STAGES)),
            "type": text("What an attempt yields.", one_of=KINDS),
            "code": maybe(text("Your own reference.")),
            "interview_location": maybe(text("Where the job is.", example="remote")),
            "cover_image_url": maybe(text("Cover image.")),
            "merchant_id": identifier("Whose it is."),
            "interview_template_id": identifier("Its template."),
            "interview_template_type": text("By which means the interviewer speaks.", one_of=TEMPLATE_TYPES.values()),
            "is_voice_only": flag("Whether the interviewer has no face."),
            "knowledge_base_store_id": maybe(identifier("The store that the whole interview is grounded in.")),
            "mojito_language_code": text("Its language.", one_of=BY_CODE),
            "speech_language_code": text("The locale that it is spoken in.", example="en-US"),
            "speech_language_name": maybe(text("That locale's name.", example="English (United States)")),
            "recording": maybe(text("Recording per answer; null: off.", one_of=RECORDINGS)),
            "recording_full_session": maybe(text("Recording of the session; null: off.", one_of=SESSION_RECORDINGS)),
            "type_credit": maybe(text("What a coaching attempt is paid by.", one_of=CREDITS)),
            "result_view": text("What the candidate sees at the end.", one_of=RESULT_VIEWS),
            "candidate_video_introduction": maybe(
                text(
                    "Whether the candidate films an introduction; null: hidden.",
                    one_of=("hidden", "optional", "required"),
                )
            ),
            "description": maybe(text("Short description.", example="Project manager role")),
            "interview_description_long": maybe(text("Long description (Markdown).")),
            "candidate_expectations": maybe(text("Expectations as free text.")),
            "candidate_expectations_json": maybe(_expectations("Expectations; other keys of yours are there too.")),
            "result_scoring": maybe(free("Your scoring over the defaults; null: you set none.")),
            "effective_scoring": free("What really counts: an addition to the contract."),
            "creation_parameters": _creation_parameters(),
            "interview_department": maybe(text("Shown on the page of the position.")),
            "interview_salary": maybe(text("Shown on the page of the position.")),
            "interview_available_till": maybe(text("ISO 8601, as sent; null: open.")),
            "recruiter_profile_id": maybe(text("The recruiter who owns it, as sent.")),
            "slug": nothing_yet(text("The word of its public address.")),
            "tags": maybe(listed("Free tags.", {"type": "string"})),
            "coach_plan": maybe(text("The plan that it belongs to in coaching.", one_of=COACH_PLANS)),
            "interview_conversation_speed": maybe(
                text("Pace; null: the template's.", one_of=("slower", "normal", "faster"))
            ),
            "max_followups": whole("Follow-up questions at most.", example=DEFAULT_MAX_FOLLOW_UPS),
            "max_duration": number("Seconds of the whole conversation at most.", example=DEFAULT_MAX_SECONDS),
            "questions_random_subset": maybe(number("Fraction of the questions that an attempt asks; null: all.")),
            "required_pronunciation": flag("Stored as sent; pronunciation never touches a score."),
            "result_enable_edit_transcript": flag("Whether the candidate may edit the transcript before submitting."),
            "pdf_export_auto_config": maybe(free("What the report holds that is made at the end; null: none is made.")),
            "instructional_video": flag("Whether an instructional video is shown first. An addition."),
            "instructional_video_custom_text": maybe(text("Text of that video. An addition.")),
            "is_seniority_level_detected": flag("Whether the seniority was found by us. An addition."),
            "disable_deduplication": flag("Whether equal questions stayed separate steps. An addition."),
            "welcome_message": maybe(text("Said first. An addition.")),
            "thank_you_message": maybe(text("Said last. An addition.")),
            "is_embedded": flag("Whether it has an embed key. An addition."),
            "expectations_advice": listed(
                "What could be better about the expectations. Nothing is refused for it. An addition.", advice()
            ),
        },
    )


def _expectations(description: str) -> Schema:
    claims = {"type": "string"}
    brackets = {
        "weak": listed("What every viable candidate shows.", claims),
        "moderate": listed("What a solid candidate shows.", claims),
        "strong": listed("What only a standout shows.", claims),
    }
    return whole_object(description, brackets, optional=brackets) | {"additionalProperties": True}


def _creation_parameters() -> Schema:
    return whole_object(
        "What shaped the interviewer.",
        {
            "interview_type": text("Style of the interviewer.", example="pre-screening"),
            "interview_tone": maybe(text("Tone, as sent.")),
            "interview_length": nothing_yet(number("How many questions were to be written.")),
            "additional_context": maybe(free("Extra context, as sent.")),
            "include_rapport_question": nothing_yet(flag("Whether an opening question was to be written.")),
            "include_closing_prompt": nothing_yet(flag("Whether a closing one was to be written.")),
            "knowledge_base_store_id": maybe(identifier("The store of the whole interview.")),
            "seniority_level": maybe(text("Seniority of the position.")),
            "hiring_for_company": maybe(free("Whom the interview hires for; null: yourself.")),
        },
    )


def stored_question() -> Schema:
    """A question of job-interview-get."""
    return whole_object(
        "A question as it is kept. Send `id` back in an update, so that the question stays the same one.",
        {
            "question": text("The text that is asked.", example="Tell me about a project of yours."),
            "id": identifier("The question here."),
            "duration": maybe(number("Seconds allowed for the answer.")),
            "mojito_language_code": maybe(text("Its language, where it differs from the interview's.", one_of=BY_CODE)),
            "label": maybe(text("Short name in lists and reports.")),
            "is_conditional": flag("Asked only in dependence on another question's answer."),
            "is_without_scoring": flag("The answer is recorded but never scored."),
            "is_candidate_asking_recruiter": flag("The step in which the candidate asks."),
            "is_expert": flag("An expert question."),
            "is_multiple_choice": flag("Answered by choosing one of `question_alternatives`."),
            "question_alternatives": maybe(listed("Choices, or other wordings.", {"type": "string"})),
            "conditional_question_main_id": maybe(text("The question that this conditional one depends on.")),
            "knowledge_base_id": maybe(identifier("The store that this question is grounded in.")),
            "external_id": maybe(text("Your own reference.", example="q-1")),
            "external_data": maybe(free("Your own data.")),
            "candidate_expectations_json": maybe(_expectations("Expectations of this question.")),
            "condition": maybe(free("When it is asked: `choices` or `when`. An addition to the contract.")),
            "caller_id": maybe(text("The `id` that you sent when you made it. An addition.")),
            "view": text("The five flags as one word. An addition.", one_of=VIEWS),
        },
    )


def registered() -> Schema:
    """Of job-interview-register-users."""
    row = whole_object(
        "One person: the row as sent, with how it went.",
        {
            "name": maybe(text("As sent.", example="Sam Rivers")),
            "email": maybe(text("As sent.", example="sam@example.com")),
            "external_id": maybe(text("As sent.", example="c-17")),
            "result": text("`ok`, or `Error: ` and the reason.", example="ok"),
            "interview_url": text(
                "The personal link: give it to this person alone. Only where the row went well.",
                example=f"https://interviews.example/interview/take/{AN_ID}/?interview_token=…",
            ),
            "profile_interview_id": identifier("The person here. Only where the row went well."),
        },
        optional=["name", "email", "external_id", "interview_url", "profile_interview_id"],
    )
    # A row that fails comes back as it was sent, whatever stood in it.
    failed = whole_object("A row that failed comes back as it was sent.", {"result": text("`Error: ` and the reason.")})
    failed["properties"]["result"]["pattern"] = "^Error: "
    failed["additionalProperties"] = True
    row["additionalProperties"] = True
    return listed(
        "A row for each row, in order. Read `result`: a bad row does not fail the call.", {"anyOf": [row, failed]}
    )


def details() -> Schema:
    """Of job-interview-details."""
    return whole_object(
        "An attempt with its transcript. Durations are tenths of a second. Null: nothing to say there.",
        {
            "interview_result_id": identifier("The attempt. An addition to the contract."),
            "interview_def_set_id": identifier("Its interview. An addition."),
            "profile_interview_id": identifier("The person. An addition."),
            "is_test": flag("Whether it was a trial. An addition."),
            "attempt_number": whole("Which attempt of this person at this interview. An addition.", least=1, example=1),
            "lifecycle_status": text(
                "`active` once it is submitted, until it is sent back. An addition.", one_of=("active", "draft")
            ),
            "processing_status": maybe(
                text(
                    "Whether it was counted up and judged; null where it is not submitted. An addition.",
                    one_of=("pending", "completed"),
                )
            ),
            "score": maybe(
                number("Score of the whole; null: nothing could be judged.", least=0, most=10, example=6.25)
            ),
            "score_simulation": nothing_yet(number("The same, by a simulation.")),
            "score_text": maybe(text("The score in words; null for coaching.")),
            "score_sentiment": nothing_yet(number("How the answers sound: never measured.")),
            "score_words_per_minute": nothing_yet(number("Pace: never scored.")),
            "score_pronunciation": nothing_yet(number("Pronunciation: never scored.")),
            "score_answer": maybe(
                number("Mean of the answers, each by its question's own rubric.", least=0, most=10, example=7.5)
            ),
            "score_interview_ai": maybe(
                number("Of all answers by the interview's own rubric. An addition.", least=0, most=10, example=5)
            ),
            "status": text("Where the session stands.", one_of=SESSIONS),
            "start": moment("When it began."),
            "end": maybe(moment("When its last question was answered.")),
            "duration": maybe(number("Time with the page open, in tenths of a second.")),
            "ai_interview_coverage_percentage": maybe(
                number("Share of the questions to be asked that were answered, follow-ups apart.", least=0, most=100)
            ),
            "ai_completion_reason": maybe(
                text(
                    "Why no question followed: every one was asked, the candidate wanted to end, or the time was up;"
                    " null while questions are asked.",
                    one_of=Ending,
                )
            ),
            "ai_analysis": maybe(text("What somebody reads who practises; null for other types.")),
            "ai_analysis_recruiter": maybe(text("What the recruiter reads; null for coaching.")),
            "ai_analysis_other": maybe(analysis()),
            "ai_analysis_recruiter_why_hire": maybe(
                listed("Copy of `hiring_reasons.reasons_to_hire`.", {"type": "string"})
            ),
            "ai_analysis_recruiter_why_not_hire": maybe(
                listed("Copy of `hiring_reasons.reasons_not_to_hire`.", {"type": "string"})
            ),
            "recruiter_risks": nothing_yet(free("What a person should look at.")),
            "user_feedback_recruiter": nothing_yet(text("The recruiter's own note.")),
            "recording_local_path": nothing_yet(text("Where the recording is.")),
            "recording_is_video": nothing_yet(flag("Whether the recording has pictures.")),
            "video_introduction_local_path": maybe(
                text("Where the introduction is, within the data folder; null: the candidate sent none.")
            ),
            "recording_url": nothing_yet(text("A signed address of the recording.")),
            "video_introduction_url": maybe(
                text("A signed address of the introduction, good for an hour; only with `get_signed_recordings=true`.")
            ),
            "contact": whole_object(
                "How the candidate can be reached, as far as it is known. An addition.",
                {
                    "name": maybe(text("The name.")),
                    "email": maybe(text("An address; what was typed on the results page is proven by nothing.")),
                    "phone": maybe(text("A phone number.")),
                },
            ),
            "candidate_feedback": maybe(
                whole_object(
                    "What the candidate thought of the interview; never part of a judgement. An addition.",
                    {
                        "rating": maybe(whole("From 1, poor, to 5, very good.", least=1, example=4)),
                        "text": text("In words."),
                    },
                )
            ),
            "link_revoked_at": maybe(
                moment("When the person's links to this interview were revoked; null while one opens. An addition.")
            ),
            "transcript": listed("What was asked and answered, in order.", part("Turn")),
            "conditional_decisions": listed(
                "Whether each conditional question was asked, as far as that was decided. An addition.",
                whole_object(
                    "A decision.",
                    {
                        "question_id": identifier("The conditional question."),
                        "is_asked": flag("Whether it was asked."),
                        "reason": text("Why, in one word.", example="plain_no"),
                    },
                ),
            ),
            "is_comparable": flag(
                "Whether the attempt was held under the conditions that others have. false: so much failed on our side"
                " that it may be taken again for nothing, and a person must look before its score is used. An addition."
            ),
            "faults": listed(
                "What went wrong on our side. It never counts against the candidate. An addition.",
                whole_object(
                    "A fault.",
                    {
                        "kind": text("What it was.", one_of=FaultKind),
                        "began_at": moment("When it began."),
                        "ended_at": maybe(moment("When it was over; null: nobody saw the end.")),
                    },
                ),
            ),
            "requests": listed(
                "What the candidate asked for besides answering, as to hear a question again or to have time to think."
                " Never counted for or against anyone. An addition.",
                whole_object(
                    "A request.",
                    {
                        "kind": text("What was asked for.", example="repeat"),
                        "by": text("By a button, or by word instead of an answer.", one_of=("button", "word")),
                        "question_number": whole("At which turn of the transcript, from 1.", least=1, example=2),
                        "at": moment("When."),
                    },
                ),
            ),
        },
    )


def turn() -> Schema:
    """A question and its answer."""
    return whole_object(
        "A question as it was asked, and its answer.",
        {
            "id": identifier("This turn."),
            "is_answer": flag("Whether it was answered and not skipped."),
            "view": text("The question's five flags as one word.", one_of=VIEWS),
            "question_original_id": maybe(identifier("The question; null for a follow-up.")),
            "question_original": maybe(text("The question's own text; of a follow-up, the question that it follows.")),
            "question_asked": text("The words that were asked.", example="Tell me about a project of yours."),
            "answer": maybe(
                text(
                    "The answer in the words that count: as the candidate put them right, where they did; null where it"
                    " was skipped.",
                    example="I led a team of four.",
                )
            ),
            "answer_first": maybe(
                text("The words that were heard or typed first; null where they were never put right. An addition.")
            ),
            "answer_difference": maybe(
                listed(
                    "What the candidate changed, in the order of reading; null where nothing. An addition.",
                    whole_object(
                        "A run of words.",
                        {
                            "change": text("What became of it.", one_of=WordChange),
                            "text": text("The words."),
                        },
                    ),
                )
            ),
            "is_rewritten": flag(
                "Whether more than a third was changed: read both versions before you rely on either. An addition."
            ),
            "ai_analysis": nothing_yet(text("What the candidate reads.")),
            "ai_analysis_recruiter": nothing_yet(text("What the recruiter reads.")),
            "score": maybe(number("Score of the answer and its follow-ups.", least=1, most=5, example=3.5)),
            "score_simulation": nothing_yet(number("The same, by a simulation.")),
            "score_answer_ai": maybe(number("The same.", least=1, most=5, example=3.5)),
            "score_answer_ai_simulation": nothing_yet(number("The same, by a simulation.")),
            "duration": number("From question to answer, with the page open, in tenths of a second.", example=412),
            "mojito_language_code": text("The language that was spoken.", one_of=BY_CODE),
            "answer_assessment_raw_data": maybe(assessment()),
            "recording_local_path": nothing_yet(text("Where the recording is.")),
            "recording_is_video": nothing_yet(flag("Whether the recording has pictures.")),
            "recording_url": nothing_yet(text("A signed address of the recording.")),
            "external_id": maybe(text("Your own reference of the question; null for a follow-up.", example="q-1")),
            "external_data": maybe(free("Your own data of the question; null for a follow-up.")),
            "is_follow_up": flag("Whether the interviewer asked on. An addition."),
            "follow_up_of": maybe(identifier("The question that it follows, if it is a follow-up. An addition.")),
            "reply": maybe(
                whole_object(
                    "What the candidate was answered, where the candidate asked. An addition.",
                    {
                        "text": text("What was said.", example="This is what I have on it."),
                        "mojito_language_code": text("Its language.", one_of=BY_CODE),
                        "source": maybe(text("Where the answer stands; null: it was passed on.", example="Salary")),
                        "passage": maybe(text("The very words that answer; null: it was passed on.")),
                        "is_passed_on": flag("Whether nothing answers it, so that a task waits for you."),
                    },
                )
            ),
        },
    )


def updated() -> Schema:
    """Of job-interview-update."""
    return whole_object(
        "What was written.",
        {
            "position_id": identifier("The interview."),
            "is_multistage": flag("Whether it has stages. Always false today."),
            "updated_fields": listed(
                "The fields that were sent.", {"type": "string", "examples": ["interview_salary"]}
            ),
            "questions_diff": part("QuestionsDiff"),
        },
        optional=["questions_diff"],
    )


def questions_diff() -> Schema:
    """What became of an interview's questions."""
    an_id = {"type": "string", "format": "uuid", "examples": [AN_ID]}
    return whole_object(
        "What became of the questions. There where `questions` was sent.",
        {
            "kept": listed("They stay as they are.", an_id),
            "added": listed("They are new.", an_id),
            "removed": listed("They are gone from the interview; answers that they got keep them.", an_id),
            "replaced": listed(
                "They gave way to another.",
                whole_object("One of them.", {"from": identifier("The old one."), "to": identifier("The new one.")}),
            ),
            "question_ids": listed("All questions, in order.", an_id),
            "reactivated": flag("Whether a live interview goes on with other questions."),
        },
    )


def sent_back() -> Schema:
    """Of job-interview-result-request-another-attempt."""
    return whole_object("The person can make another attempt.", {})


def done() -> Schema:
    """Of what is done and leaves nothing to tell."""
    return whole_object("It is done.", {"success": {"type": "boolean", "const": True, "description": "Always true."}})


def revoked() -> Schema:
    """Of job-interview-revoke-link."""
    return whole_object(
        "The links open no more.",
        {
            "success": {"type": "boolean", "const": True, "description": "Always true."},
            "revoked": whole(
                "At how many interviews there was a link to revoke; 0: at none, or none any more.", least=0
            ),
        },
    )


def erased() -> Schema:
    """Of merchant-candidate-erase."""
    return whole_object(
        "How far it is.",
        {
            "success": {"type": "boolean", "const": True, "description": "Always true."},
            "profile_interview_id": identifier("The person."),
            "status": text(
                "erased: everything is gone. erasing: nobody comes in as this person any more, but a file is still held"
                " by another process; workers go on with it within ten minutes, and this call says how far they are.",
                one_of=("erased", "erasing"),
            ),
            "erased_at": maybe(moment("When everything was gone; null until then.")),
            "attempts": {"type": "integer", "minimum": 0, "description": "How many attempts there were."},
        },
    )


def state_set() -> Schema:
    """Of job-interview-set-state."""
    embedded = whole_object(
        "It is done, and here is the embed key: with `is_embedded: true`.",
        {
            "embed_id": identifier("Names the embed key."),
            "embed_signing_key": text("64 hex digits. Keep it secret.", example="7f1c" * 16),
        },
    )
    return {"description": "It is done; the embed key with `is_embedded: true`.", "anyOf": [done(), embedded]}


def link() -> Schema:
    """Of job-interview-token."""
    return text(
        "The link. Give it to this person alone.",
        example=f"https://interviews.example/interview/take/{AN_ID}/?interview_token=…&view_hm=true",
    )


# Components that answers are made of, by name.
PARTS: dict[str, Callable[[], Schema]] = {
    **LISTS,
    "Error": error,
    "Created": created,
    "Interview": interview,
    "StoredQuestion": stored_question,
    "Registered": registered,
    "Details": details,
    "SentBack": sent_back,
    "Done": done,
    "Revoked": revoked,
    "Erased": erased,
    "Turn": turn,
    "Updated": updated,
    "QuestionsDiff": questions_diff,
    "StateSet": state_set,
    "Link": link,
}
