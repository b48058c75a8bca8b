"""Every difference between the contract and us, and why.

Under each operation: "+" is a field that only we know, "-" one that only the contract knows, "!" one that we mean
otherwise. All others say the same in type, enum, least, most and length. Tests hold it to be the whole list;
docs/reference/differences.md shows it.
"""

NULLABLE = (
    "id",
    "label",
    "is_conditional",
    "is_without_scoring",
    "is_candidate_asking_recruiter",
    "is_expert",
    "is_multiple_choice",
    "question_alternatives",
    "conditional_question_main_id",
    "knowledge_base_id",
    "external_id",
    "external_data",
)
NEWER = (
    "interview_conversation_speed",
    "max_followups",
    "interview_department",
    "interview_salary",
    "interview_available_till",
    "recruiter_profile_id",
    "hiring_for_company",
    "tags",
    "required_pronunciation",
    "result_enable_edit_transcript",
    "pdf_export_auto_config",
)

CREATE = {
    # What the contract's file is silent on, settled.
    "! interview_attempts": "whole: an attempt can't be had by halves",
    "! cover_image_url": "http or https: a page shows it",
    "! questions": "at most 500",
    "! Question.question": "a visible character: nobody can answer a question without words",
    "! Question.duration": "0 to 10^15: no time is less than none, and huge numbers are refused everywhere",
    "! Question.mojito_language_code": "the same enum as the interview's",
    "! Question (required)": "`question` is required: a question without one can't be asked",
    "! candidate_expectations_json": "weak, moderate and strong are lists of texts; other keys are kept",
    "! Question.candidate_expectations_json": "as the interview's",
    "! custom_scoring": "the published keys have a shape; other keys are kept",
    # Where the contract says `object` and nothing else, null is absent too, as everywhere.
    "! additional_context": "null is absent",
    **{f"! Question.{name}": "null is absent, inside questions too" for name in NULLABLE},
    # Optional fields of the newer platform.
    **{f"+ {name}": "the newer platform takes it here" for name in NEWER},
    "+ Question.condition": "ours: the contract names no condition under which a conditional question is asked",
}

PARITY = "what a language can expect of what comes with Vivavoce"
ACTS_FOR = "admins and operators of sub-merchants read for others too"
READ_BACK = "what create takes can be read back"

# Operations that only we have, and why. Nothing of theirs is there to be compared with.
OURS_ALONE = {
    "merchant-task-list": "what candidates wait for: a question that we could not answer, a wish to talk with a person",
    "merchant-task-set-state": "such a task is done, or waits again",
    "job-interview-revoke-link": "a person's links and sessions open no more",
    "job-interview-translate": "an interview in another language, by a language model",
    "job-interview-set-extra-time": "one person has more time at one interview",
    "merchant-model-list": "which language models a merchant's interviews ask; never a key",
    "merchant-model-set": "a merchant brings its own language models, their keys sealed, and caps what they cost",
    "job-interview-result-decide": "a person selects, rejects or asks for another attempt, and says why",
    "job-interview-result-undo-decision": "such a decision is undone, for ten minutes",
    "job-interview-result-set-marks": "the shortlist, the archive and an emoji, by which people find a result again",
    "job-interview-result-overturn": "a person changes a verdict or the score, and says why; both are kept",
    "job-interview-result-judge-again": "an attempt is assessed anew",
    "job-interview-result-rate": "a person rates requirement by requirement before they see the program's marks",
    "job-interview-result-comment": "what people write to each other about a result",
    "job-interview-result-strike-risk": "a person strikes out a fact of integrity, and says why",
    "job-interview-result-history": "all that happened to a result",
    "job-interview-compare": "several people's answers to one question, side by side",
    "job-interview-agreement": "how far blind ratings and the program agree",
    "job-interview-audit-folder": "what an auditor asks for of an interview",
    "job-interview-set-blind-rating": "whether an interview's results are rated blind",
    "merchant-candidate-erase": "all that is kept of one person is erased, now",
    "merchant-candidate-export": "all that is kept of one person, as one archive",
    "merchant-mail-list": "which mails went out to candidates, and how that went",
    "merchant-mail-bounce": "a mail came back",
    "merchant-mail-resume": "an address that works again is written to again",
    "merchant-mail-text-list": "which mails go in the merchant's own words",
    "merchant-mail-text-set": "a mail goes in the merchant's own words",
    "merchant-mail-text-preview": "a mail as its reader would see it",
    "knowledge-base-store-list": "the stores, which the contract names and no call of its makes",
    "knowledge-base-store-set": "a store is made, or named otherwise",
    "knowledge-base-store-remove": "a store is erased with its documents",
    "knowledge-base-document-add": "an article, or an address that is fetched",
    "knowledge-base-document-list": "how far each document is, and why one can't be read",
    "knowledge-base-document-set": "a document becomes a draft, and back",
    "knowledge-base-document-remove": "a document is erased",
    "knowledge-base-search": "what candidates can be answered from",
    "merchant-candidate-merge": "two candidates are one person, or two again",
    "merchant-webhook-list": "where results are told",
    "merchant-webhook-set": "an endpoint is made or changed, its secret too",
    "merchant-webhook-remove": "an endpoint is removed",
    "merchant-webhook-test": "an endpoint is tried out with something that happened",
    "merchant-webhook-delivery-list": "an endpoint's log, try by try",
    "merchant-webhook-replay": "what an endpoint missed is sent again",
}

# By operation, and by which side of it: what is asked, or what is answered.
DIFFERENCES: dict[str, dict[str, str]] = {
    "job-interview-create-from-array": CREATE,
    "job-interview-create": {
        "! interview_template_id": "a text that is no id is the id of nothing, as everywhere",
        "! interview_type": "null is absent, as everywhere",
        "! interview_attempts": "whole, as in job-interview-create-from-array",
        "! interview_length": "whole: there is no half a question",
        "! max_duration": "whole seconds, 1 to 86,400",
        "! cover_image_url": "http or https, as in job-interview-create-from-array",
        "! custom_scoring": "the published keys have a shape, as in job-interview-create-from-array",
    },
    "knowledge-base-document-upload": {
        "! name": "at most 255 characters",
        "! merchant_id": "an id, as everywhere",
    },
    "job-interview-get": {
        "! (required)": "one of three names is: `position_id`, `interview_id`, `interview_def_set_id`",
        "+ interview_id": "the older clients' name of `position_id`",
        "+ interview_def_set_id": "what the create call answers, taken as it is",
        "+ merchant_id": ACTS_FOR,
    },
    "job-interview-get, answer": {
        "+ effective_scoring": "what really counts, next to what was sent",
        "+ instructional_video": READ_BACK,
        "+ instructional_video_custom_text": READ_BACK,
        "+ welcome_message": READ_BACK,
        "+ thank_you_message": READ_BACK,
        "+ disable_deduplication": READ_BACK,
        "+ is_embedded": READ_BACK,
        "+ written_by_model": "what a language model wrote and nobody has reviewed",
        "+ expectations_advice": "what could be better about the expectations; nothing is refused for it",
        "+ is_seniority_level_detected": "whether the level was sent or found by us",
        "+ questions[].condition": READ_BACK,
        "+ questions[].caller_id": "the `id` as sent, since `id` is the question's own",
        "+ questions[].view": "the five flags as one word, as the transcript has it",
    },
    "job-interview-register-users": {
        "! users": "1 to 1,000 rows",
        "! send_email": "the texts `true` and `false` are taken too, as for the other flags",
        **dict.fromkeys(
            ("! hide_menu", "! hide_iframe", "! is_test"), "of texts `true`, `false` and the empty one alone"
        ),
        "+ invite_again": "a new link and mail on purpose; else a repeated call makes and mails nothing twice",
    },
    "job-interview-register-users, answer": {
        "! email": "the row as it was sent: null where null was",
        "+ profile_interview_id": "the person, as the older clients read it",
        "+ mail": "whether the link is mailed, or why not; only with `send_email`",
    },
    "invite-users": {"! users": "1 to 1,000 rows"},
    "invite-users, answer": {
        "! email": "the row as it was sent: null where null was",
        "+ interview_url": "a candidate's personal link",
        "+ mail": "whether it is mailed, or why not",
    },
    "job-interview-pdf": {
        "+ merchant_id": ACTS_FOR,
        "! interview_result_ids": "at most 100, and null is absent",
        "! export_features_result": "the switches that the platform publishes, as in `pdf_export_auto_config`",
        **dict.fromkeys(("! interview_result_id", "! template", "! store_file"), "null is absent"),
    },
    "job-interview-update": {
        "+ merchant_id": ACTS_FOR,
        "! name": "an interview has a name: not null, with a visible character",
        "! cover_image_url": "http or https, as in the create call",
        "! custom_scoring": "the published keys have a shape, as in the create call",
        "! interview_attempts": "whole, as in the create call",
        "! max_duration": "whole seconds, 1 to 86,400",
        "! questions": "at most 500, with their words and their time as in the create call",
    },
    "job-interview-set-state": {
        "+ merchant_id": ACTS_FOR,
        "+ close_links": "an archived interview lets whoever has begun finish, or nobody",
        "+ rotate_embed_key": "an embed gets a new key, and the one before signs beside it for a while",
        "+ old_key_hours": "for how many hours",
    },
    "job-interview-token": {
        "! hide_menu": "null is absent, as everywhere",
        **dict.fromkeys(
            ("! merchant_id", "! interview_profile_id", "! interview_id", "! interview_result_id"),
            "null is absent, as everywhere; a text that is no id is the id of nothing",
        ),
    },
    "job-interview-result-request-another-attempt": {
        "+ merchant_id": ACTS_FOR,
        "+ message": "what the candidate reads in the mail",
        "+ send_email": "whether the candidate is mailed; they are, unless it says otherwise",
        **dict.fromkeys(("+ person", "+ reason"), "both: it is a decision on record, which can be undone"),
    },
    "merchant-candidate-list": {
        "! tab": "the empty text is absent, as for every name of a read",
        "+ after": "pages by key, which are quick in long lists",
    },
    "merchant-result-list": {"! tab": "the empty text is absent, as for every name of a read"},
    "merchant-result-list, answer": {
        "+ data[].caution": "scores that a rough rater gave say so wherever they are shown",
    },
    "platform-languages-list, answer": {
        "! languages[].flag_image": "null: there are no pictures of flags here",
        "+ languages[].spoken": PARITY,
        "+ languages[].heard": PARITY,
        "+ languages[].assessed": PARITY,
        "+ languages[].wording": PARITY,
    },
    "job-interview-details": {"+ merchant_id": ACTS_FOR},
    "job-interview-details, answer": {
        "+ interview_result_id": "the attempt itself",
        "+ interview_def_set_id": "its interview",
        "+ profile_interview_id": "its person",
        "+ is_test": "a trial is told from a real attempt",
        "+ lifecycle_status": "whether it was submitted",
        "+ processing_status": "whether it was counted up and judged",
        "+ score_overturned": "a person's word stands above the program's, and says so",
        "+ decision": "what a person decided, and why",
        "+ score_interview_ai": "the other part of the score, as the list of results has it",
        "+ attempt_number": "which attempt of the person's it is",
        "+ conditional_decisions": "whether each conditional question was asked, and why",
        "+ is_comparable": "whether it was held under the conditions that others have",
        "+ faults": "what went wrong on our side, so that nobody is blamed for it",
        "+ requests": "what was asked for besides answering, and what was said beside an answer, with what it was told",
        "+ contact": "how the candidate can be reached, as far as it is known",
        "+ candidate_feedback": "what the candidate thought of the interview; never part of a judgement",
        "+ pdf_export_url": "the report that was made by itself",
        "+ pdf_export_valid_until": "until when its address is good",
        "+ recruiter_risks_struck_out": "facts of integrity that a person struck out, with who, when and why",
        "+ link_revoked_at": "when the person's links were revoked",
        "+ transcript[].answer_first": "the words before the candidate put them right",
        "+ transcript[].answer_difference": "what the candidate changed",
        "+ transcript[].is_rewritten": "so much was changed that both versions are to be read",
        "+ transcript[].label": "the caller's short name of the question",
        "+ transcript[].is_follow_up": "a follow-up has no question of its own",
        "+ transcript[].is_none_of_these": "none of the choices fitted, where the merchant lets candidates say so",
        "+ transcript[].follow_up_of": "the question that it follows",
        "+ transcript[].reply": "what a candidate who asked was answered, and by which words",
    },
}
