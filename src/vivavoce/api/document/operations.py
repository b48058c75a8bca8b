"""The operations: what each is for, takes, answers and refuses, in plain English."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from vivavoce.api.answers.parts import AN_ID
from vivavoce.api.document.schemas import Schema, identifier, text
from vivavoce.api.models.another_attempt import AnotherAttempt
from vivavoce.api.models.candidate_erase import EraseCandidate, ExportCandidate
from vivavoce.api.models.candidate_merge import MergeCandidates
from vivavoce.api.models.candidates import CandidateList
from vivavoce.api.models.create import CreateInterview
from vivavoce.api.models.create_from_array import CreateFromArray
from vivavoce.api.models.deciding import (
    Decide,
    JudgeAgain,
    OverturnResult,
    RateResult,
    SetBlindRating,
    SetMarks,
    StrikeRisk,
    UndoDecision,
    WriteComment,
)
from vivavoce.api.models.desk import FailureList, LiveList, MemberList, SetMember, TryAgain
from vivavoce.api.models.draft_wordings import DraftWordings
from vivavoce.api.models.extra_time import SetExtraTime
from vivavoce.api.models.invite_users import InviteUsers
from vivavoce.api.models.knowledge import (
    AddDocument,
    DocumentList,
    KnowledgeSearch,
    RemoveDocument,
    RemoveStore,
    SetDocument,
    SetStore,
    StoreList,
    UploadDocument,
)
from vivavoce.api.models.language_models import SetModels
from vivavoce.api.models.lists import AvatarList, CreditList, InterviewList, ResultList, TaskList
from vivavoce.api.models.mails import (
    MailList,
    MailTextList,
    PreviewMailText,
    ReportBounce,
    ResumeMails,
    SetMailText,
)
from vivavoce.api.models.pdf import MakeReport
from vivavoce.api.models.register_users import RegisterUsers
from vivavoce.api.models.revoke_link import RevokeLink
from vivavoce.api.models.set_state import SetState
from vivavoce.api.models.task import SetTaskState
from vivavoce.api.models.token import MakeLink
from vivavoce.api.models.translate import TranslateInterview
from vivavoce.api.models.update import UpdateInterview
from vivavoce.api.models.webhook import (
    RemoveWebhook,
    ReplayWebhook,
    SetWebhook,
    TryWebhook,
    WebhookDeliveryList,
    WebhookList,
)
from vivavoce.merchants.access import MAKERS, OWNERS, READERS
from vivavoce.merchants.tokens import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation. A read is asked for by names and values, any other by a body.

    body: the model of what is sent. asks: what a read asks for, by name, or the model of it; needs: sets of names, one
    of each is a must. takes_form: whether the same fields may come as a form, with a file.
    answer: the component. refuses: statuses beyond those that every operation has. says: what those mean here.
    """

    id: str
    tag: str
    summary: str
    description: str = ""
    roles: frozenset[Role]
    body: type[BaseModel] | None = None
    asks: dict[str, Schema] | type[BaseModel] = field(default_factory=dict)
    needs: tuple[tuple[str, ...], ...] = ()
    answer: str
    example: dict[str, Any] = field(default_factory=dict)
    refuses: dict[int, str] = field(default_factory=dict)
    takes_key: bool = False
    takes_form: bool = False
    may_warn: bool = False

    @property
    def is_read(self) -> bool:
        """Whether it answers GET as well."""
        return self.body is None


TAGS = {
    "Interviews": "Make interviews and invite people to them.",
    "Candidates": "See who your candidates are, and where each of them stands.",
    "Results": "Read what people answered.",
    "Tasks": "See what candidates wait for, who is in an interview and what failed, and erase what is kept of one.",
    "Mails": "Decide what is written to candidates, see what was sent, and pass on what came back.",
    "Webhooks": "Be told of results, and see how that went.",
    "Knowledge base": "Keep documents that candidates are answered from, and see what is found in them.",
    "Admin": "Your merchant, its team, its interviewers and its languages.",
}
NO_SUCH = "There is nothing with this id: it does not exist, is another merchant's or of another environment."
_MERCHANT = "Whom the call acts for; your own when absent. Others only for admins and operators of a sub-merchant."

OPERATIONS: dict[str, Operation] = {
    "/job-interview-create-from-array": Operation(
        id="create_interview_from_questions",
        tag="Interviews",
        summary="Make an interview from your own questions",
        description=(
            "Your questions become the interview's steps, in order. Questions that are equal in every field but `id`"
            " become one step, unless you send `disable_deduplication`. What is wrong is told one field at a time, the"
            " first in the order of this schema."
        ),
        roles=MAKERS,
        body=CreateFromArray,
        answer="Created",
        example={
            "name": "Project manager",
            "location": "remote",
            "interview_template_id": AN_ID,
            "mojito_language_code": "en",
            "description": "Project manager role",
            "status": "active",
            "type": "interview",
            "visibility": "merchant_unlisted",
            "questions": [
                {"question": "Tell me about a project of yours.", "external_id": "q-1"},
                {
                    "question": "When can you begin?",
                    "is_multiple_choice": True,
                    "question_alternatives": ["At once", "In a month", "Later"],
                },
            ],
        },
        refuses={
            403: "The token's role does not permit this, or `merchant_id` is not yours to act for.",
            409: "A call with this Idempotency-Key is still running: wait, then send the same call again.",
            422: "A field is missing, has a value that can't be used, or names a template or store that isn't yours.",
        },
        takes_key=True,
        may_warn=True,
    ),
    "/job-interview-create": Operation(
        id="create_interview",
        tag="Interviews",
        summary="Make an interview from a position",
        description=(
            "A language model writes the questions, the descriptions that you leave blank and, for interviews, what is"
            " expected. All of it is checked, and stored whole or not at all; `written_by_model` of"
            " `job-interview-get` says what nobody has reviewed yet. It takes up to 100 seconds. Where no model is set"
            " the answer is 422: send your own questions by `job-interview-create-from-array`."
        ),
        roles=MAKERS,
        body=CreateInterview,
        answer="Written",
        example={
            "name": "Project manager",
            "location": "remote",
            "interview_template_id": AN_ID,
            "mojito_language_code": "en",
            "status": "draft",
            "type": "interview",
            "visibility": "merchant_unlisted",
            "interview_length": 6,
        },
        refuses={
            403: "The token's role does not permit this, or `merchant_id` is not yours to act for.",
            409: "A call with this Idempotency-Key is still running: wait, then send the same call again.",
            422: "A field is missing, has a value that can't be used, or names a template or store that isn't yours; or"
            " no language model that writes is set.",
        },
        takes_key=True,
        may_warn=True,
    ),
    "/job-interview-translate": Operation(
        id="translate_interview",
        tag="Interviews",
        summary="Translate an interview",
        description=(
            "A language model translates all texts of an interview: names, descriptions, questions, choices and what is"
            " expected. It becomes a draft of its own; the interview stays as it is. Code checks that nothing is"
            " missing, that choices stay apart, that addresses and what stands in braces stay, and which language it"
            " is; it is stored whole or not at all, and `written_by_model` says what nobody has reviewed yet. It takes"
            " up to 100 seconds. Where no model is set the answer is 422. Beyond the contract."
        ),
        roles=MAKERS,
        body=TranslateInterview,
        answer="Translated",
        example={"interview_id": AN_ID, "mojito_language_code": "de"},
        refuses={
            409: "A call with this Idempotency-Key is still running: wait, then send the same call again.",
            422: "A field is missing, there is no such interview, it is in this language already or too long; or no"
            " language model that writes is set.",
        },
        takes_key=True,
        may_warn=True,
    ),
    "/job-interview-draft-wordings": Operation(
        id="draft_wordings",
        tag="Interviews",
        summary="Draft other wordings of questions",
        description=(
            "A language model drafts two or three other wordings of each question that is answered in the candidate's"
            " own words; the first is the one that it would ask. Code keeps those that ask for one thing, and for the"
            " same thing, and that give nothing away of what is expected. They are kept as"
            " `question_alternatives_drafted`, and `question_alternatives` stands in `written_by_model` until somebody"
            " takes or drops them by sending `question_alternatives` in job-interview-update. A candidate who asks for"
            " other words hears them; nobody is asked in them first. Takes up to 100 seconds. Where no model is set the"
            " answer is 422. Beyond the contract."
        ),
        roles=MAKERS,
        body=DraftWordings,
        answer="Wordings",
        example={"interview_id": AN_ID},
        refuses={
            422: "A field is missing, there is no such interview or question, the question is answered otherwise, or"
            " there are too many; or no language model that writes is set.",
        },
    ),
    "/job-interview-get": Operation(
        id="get_interview_definition",
        tag="Interviews",
        summary="Read an interview",
        description="The interview goes by three names: send one of them.",
        roles=READERS,
        asks={
            "position_id": identifier("The interview."),
            "interview_id": identifier("The same, by its second name."),
            "interview_def_set_id": identifier("The same, by its third name."),
            "merchant_id": identifier(_MERCHANT),
        },
        needs=(("position_id", "interview_id", "interview_def_set_id"),),
        answer="Interview",
        example={"position_id": AN_ID},
        refuses={404: NO_SUCH},
    ),
    "/job-interview-register-users": Operation(
        id="register_users_for_interview",
        tag="Interviews",
        summary="Register people and get a personal link for each",
        description=(
            "People are known again by e-mail, then by external id. Once the request itself is good, the answer is 200"
            " and each row says in `result` how it went. With `send_email` people are mailed their link, else give them"
            " their `interview_url` yourself. The same call twice makes nothing twice and mails nothing twice, for rows"
            " with an `email` or an `external_id`."
        ),
        roles=MAKERS | {Role.SERVICE},
        body=RegisterUsers,
        answer="Registered",
        example={
            "interview_id": AN_ID,
            "users": [{"name": "Sam Rivers", "email": "sam@example.com", "external_id": "c-17"}],
        },
        refuses={
            422: "A field is missing or has a value that can't be used, there is no such interview, or it is a draft.",
        },
    ),
    "/job-interview-update": Operation(
        id="update_interview",
        tag="Interviews",
        summary="Change an interview",
        description=(
            "Only the fields that are there are written; `null` clears a field that takes it. Attempts that have begun"
            " stay as they were.\n\n"
            "`questions`, where it is there, is the whole list in its order. Each entry is matched to a stored question"
            " by `external_id`, then by `id`, then by what it says. One that says the same is kept, one that says"
            " something else takes the other's place and carries over what you left out, one without a match is added,"
            " and stored ones without an entry go."
        ),
        roles=MAKERS,
        body=UpdateInterview,
        answer="Updated",
        example={"position_id": AN_ID, "interview_salary": "42,000 to 48,000", "status": "active"},
        refuses={
            404: NO_SUCH,
            422: "A field has a value that can't be used, names a template or store that isn't yours, or the interview"
            " can't go to this status.",
        },
        may_warn=True,
    ),
    "/job-interview-set-state": Operation(
        id="set_interview_state",
        tag="Interviews",
        summary="Publish an interview, put it away, or embed it",
        description="Send `status`, `is_embedded` or both: both happen or neither.",
        roles=MAKERS,
        body=SetState,
        answer="StateSet",
        example={"position_id": AN_ID, "status": "active"},
        refuses={
            404: NO_SUCH,
            422: "A field has a value that can't be used, or the interview can't go to this status.",
        },
    ),
    "/job-interview-token": Operation(
        id="generate_interview_url",
        tag="Interviews",
        summary="Make a link for somebody who is registered already",
        description=(
            "The link of interview-for-profile invites the person to that interview; it is theirs alone. The other"
            " types give the address of a page that asks whoever opens it to sign in."
        ),
        roles=MAKERS,
        body=MakeLink,
        answer="Link",
        example={"type": "interview-for-profile", "interview_profile_id": AN_ID, "interview_id": AN_ID},
        refuses={422: "A field is missing, or the interview, the person or the attempt does not exist."},
    ),
    "/job-interview-revoke-link": Operation(
        id="revoke_interview_link",
        tag="Interviews",
        summary="Revoke a person's links",
        description=(
            "Every link that the person has to this interview, or to all of yours, no longer opens, nor does any"
            " session that came of one: pages that are open end with their next message. What was answered stays."
            " Whoever is registered again, or given another link, comes in by the new one. Beyond the contract."
        ),
        roles=MAKERS,
        body=RevokeLink,
        answer="Revoked",
        example={"profile_interview_id": AN_ID, "interview_id": AN_ID},
        refuses={422: "A field is missing, or there is no such person or interview."},
    ),
    "/job-interview-set-extra-time": Operation(
        id="set_extra_interview_time",
        tag="Interviews",
        summary="Give one person more time",
        description=(
            "So many minutes come on top of the interview's `max_duration` for this person, in place of those that were"
            " set before. An attempt that is under way has them from its next step on, and can only gain. Why is not"
            " asked for, and no score sees it. Beyond the contract."
        ),
        roles=MAKERS,
        body=SetExtraTime,
        answer="ExtraTime",
        example={"profile_interview_id": AN_ID, "interview_id": AN_ID, "minutes": 20},
        refuses={
            409: "An attempt is under way, and would lose time.",
            422: "A field is missing, or there is no such person or interview.",
        },
    ),
    "/job-interview-details": Operation(
        id="get_interview_result_details",
        tag="Results",
        summary="Read an attempt with its transcript",
        roles=READERS,
        asks={
            "interview_result_id": identifier("The attempt."),
            "get_signed_recordings": text("Whether recordings get a signed address.", one_of=("true", "false")),
            "merchant_id": identifier(_MERCHANT),
        },
        needs=(("interview_result_id",),),
        answer="Details",
        example={"interview_result_id": AN_ID},
        refuses={404: NO_SUCH},
    ),
    "/job-interview-pdf": Operation(
        id="generate_interview_report",
        tag="Results",
        summary="Make a report on one result or several",
        description=(
            "As a tagged PDF (PDF/UA-1) under a signed address, as a page that stands alone, or as data. What was said"
            " stands before what it comes to: quotes, findings, what to read first, then the score. PDF and page are"
            " signed, so that `vivavoce verify-receipt` finds any change. Addresses of recordings in it are good for"
            " five minutes."
        ),
        roles=READERS,
        body=MakeReport,
        answer="Report",
        example={"interview_result_id": AN_ID, "export_type": "pdf", "template": "modern", "store_file": True},
        refuses={
            422: "A field is missing or has a value that can't be used, or there is no such attempt.",
            503: "This server lacks the fonts that a PDF needs, or can't make or keep one right now.",
        },
    ),
    "/job-interview-result-request-another-attempt": Operation(
        id="request_another_interview_attempt",
        tag="Results",
        summary="Send an attempt back, so that the person can make another",
        description=(
            "The attempt is no longer submitted, and its person has one attempt more than before, by the link that they"
            " have. What was answered stays to be read. No message is sent yet: tell the person yourself."
        ),
        roles=MAKERS,
        body=AnotherAttempt,
        answer="SentBack",
        example={"interview_result_id": AN_ID},
        refuses={422: "There is no such attempt, it is not submitted, or a later one has begun."},
    ),
    "/job-interview-result-decide": Operation(
        id="decide_results",
        tag="Results",
        summary="Select, reject, or ask for another attempt",
        description=(
            "A person decides, and says why: a reason of each result, or a shared one that is kept as shared. Each"
            " result is decided by itself and says in `result` how it went. It can be undone for ten minutes; only then"
            " the candidate is told by mail. A machine's token can't decide. Beyond the contract."
        ),
        roles=READERS,
        body=Decide,
        answer="Decided",
        example={
            "results": [{"interview_result_id": AN_ID, "reason": "Led a shift, and says how."}],
            "decision": "selected",
            "person": "Noor Haddad",
        },
        refuses={404: NO_SUCH, 422: "Nobody is named, a reason is missing, or a result is named twice."},
    ),
    "/job-interview-result-undo-decision": Operation(
        id="undo_decision",
        tag="Results",
        summary="Undo a decision",
        description=(
            "For ten minutes; what held before holds again, and the candidate hears nothing. Beyond the contract."
        ),
        roles=READERS,
        body=UndoDecision,
        answer="Done",
        example={"interview_result_id": AN_ID, "person": "Noor Haddad"},
        refuses={404: NO_SUCH, 409: "Nothing was decided in the last ten minutes, or its person has begun anew since."},
    ),
    "/job-interview-result-set-marks": Operation(
        id="set_result_marks",
        tag="Results",
        summary="Shortlist or archive a result, or give it an emoji",
        description="Marks by which people find it again; none of them decides anything. Beyond the contract.",
        roles=READERS,
        body=SetMarks,
        answer="Done",
        example={"interview_result_id": AN_ID, "person": "Noor Haddad", "shortlist": True},
        refuses={404: NO_SUCH, 409: "It is still under way, so it can't be archived.", 422: "It is not an emoji."},
    ),
    "/job-interview-result-overturn": Operation(
        id="overturn_result",
        tag="Results",
        summary="Change a verdict or the score",
        description=(
            "A person's verdict on a requirement takes the place of the program's, and the score follows by the same"
            " sum; or the person puts a score in the sum's place. What the program found stays beside it, with who,"
            " when and why, and `null` lets it hold again. Assessed again, a person's word stays. Beyond the contract."
        ),
        roles=READERS,
        body=OverturnResult,
        answer="ScoreNow",
        example={
            "interview_result_id": AN_ID,
            "person": "Noor Haddad",
            "reason": "Says it at 11:02.",
            "requirement": {"bracket": "moderate", "index": 1},
            "state": "confirmed",
        },
        refuses={
            404: NO_SUCH,
            409: "It was not assessed yet.",
            422: "It has no such requirement, or no reason is given.",
        },
    ),
    "/job-interview-result-judge-again": Operation(
        id="judge_result_again",
        tag="Results",
        summary="Have a result assessed again",
        description="By the next free worker; every earlier assessment is kept. Beyond the contract.",
        roles=MAKERS,
        body=JudgeAgain,
        answer="Done",
        example={"interview_result_id": AN_ID},
        refuses={404: "There is nothing with this id that was assessed before."},
    ),
    "/job-interview-result-rate": Operation(
        id="rate_result_blind",
        tag="Results",
        summary="Rate a result blind",
        description=(
            "A mark on each requirement, before the person has seen the program's. The answer says how far both agree,"
            " and the marks may be read from then on. Beyond the contract."
        ),
        roles=READERS,
        body=RateResult,
        answer="RatedAgreement",
        example={
            "interview_result_id": AN_ID,
            "person": "Noor Haddad",
            "marks": [{"bracket": "weak", "index": 0, "state": "confirmed"}],
        },
        refuses={
            404: NO_SUCH,
            409: "The interview is not rated blind, it was not assessed yet, or this account has seen the marks.",
            422: "A requirement has no mark, has two, or is not there.",
        },
    ),
    "/job-interview-result-comment": Operation(
        id="comment_on_result",
        tag="Results",
        summary="Comment on a result",
        description="For colleagues; the candidate never reads it. Beyond the contract.",
        roles=READERS,
        body=WriteComment,
        answer="CommentMade",
        example={"interview_result_id": AN_ID, "person": "Noor Haddad", "text": "Please listen to 11:02."},
        refuses={404: NO_SUCH, 422: "It has no words, or too many."},
    ),
    "/job-interview-result-strike-risk": Operation(
        id="strike_risk",
        tag="Results",
        summary="Strike out a fact of integrity",
        description=(
            "A fact in `recruiter_risks` that a person finds to mean nothing stands no more, or stands again. Who,"
            " when and why stays in `recruiter_risks_struck_out` and in the history. What is so already stays as it"
            " is. Beyond the contract."
        ),
        roles=READERS,
        body=StrikeRisk,
        answer="RisksNow",
        example={
            "interview_result_id": AN_ID,
            "person": "Noor Haddad",
            "risk": "page_hidden",
            "reason": "Her child fell.",
        },
        refuses={404: NO_SUCH, 422: "It has no such fact, or no reason is given."},
    ),
    "/job-interview-result-history": Operation(
        id="get_result_history",
        tag="Results",
        summary="Read the history of a result",
        description="What happened, was decided, changed, rated and said, the first thing first. Beyond the contract.",
        roles=READERS,
        asks={"interview_result_id": identifier("The attempt."), "merchant_id": identifier(_MERCHANT)},
        needs=(("interview_result_id",),),
        answer="ResultHistory",
        example={"interview_result_id": AN_ID},
        refuses={404: NO_SUCH},
    ),
    "/job-interview-compare": Operation(
        id="compare_answers",
        tag="Results",
        summary="Read several people's answers to one question side by side",
        description="In no order of merit: whoever began last comes first. Beyond the contract.",
        roles=READERS,
        asks={
            "position_id": identifier("The interview."),
            "question_id": identifier("The question."),
            "interview_result_ids": text("Attempts, separated by commas, 20 at most; absent: the latest sent ones."),
            "hide_names": text("`true`: without names."),
            "merchant_id": identifier(_MERCHANT),
        },
        needs=(("position_id",), ("question_id",)),
        answer="Compared",
        example={"position_id": AN_ID, "question_id": AN_ID},
        refuses={404: NO_SUCH, 422: "More than 20 attempts are named."},
    ),
    "/job-interview-agreement": Operation(
        id="get_rating_agreement",
        tag="Results",
        summary="Read how far blind ratings and the program agree",
        description="Against what the program found, whatever people changed later. Beyond the contract.",
        roles=READERS,
        asks={"position_id": identifier("The interview."), "merchant_id": identifier(_MERCHANT)},
        needs=(("position_id",),),
        answer="InterviewAgreement",
        example={"position_id": AN_ID},
        refuses={404: NO_SUCH},
    ),
    "/job-interview-audit-folder": Operation(
        id="make_audit_folder",
        tag="Results",
        summary="Make an auditor's folder for an interview",
        description=(
            "Rubrics and texts by revision, what judged and what was measured of it, figures, faults, contests, changes"
            " by people, receipts, retention, and a list of what only you can add: the files of `vivavoce audit-folder`"
            " as a ZIP archive. It counts the attempts of the token's environment and holds no word of a candidate."
            " Beyond the contract."
        ),
        roles=MAKERS,
        asks={"position_id": identifier("The interview."), "merchant_id": identifier(_MERCHANT)},
        needs=(("position_id",),),
        answer="AuditFolder",
        example={"position_id": AN_ID},
        refuses={404: NO_SUCH},
    ),
    "/job-interview-set-blind-rating": Operation(
        id="set_blind_rating",
        tag="Interviews",
        summary="Say whether an interview's results are rated blind",
        description=("Where it is required, nobody decides before they have rated. Beyond the contract."),
        roles=MAKERS,
        body=SetBlindRating,
        answer="Done",
        example={"position_id": AN_ID, "blind_rating": "offered"},
        refuses={404: NO_SUCH},
    ),
    "/merchant-interview-list": Operation(
        id="list_interviews",
        tag="Interviews",
        summary="List interviews",
        description="Those that were changed last come first.",
        roles=READERS,
        asks=InterviewList,
        answer="Interviews",
        example={"status": "active", "limit": 20},
    ),
    "/merchant-result-list": Operation(
        id="list_interview_results",
        tag="Results",
        summary="List who took which interview",
        description="One row for each person at each interview, with the latest attempt.",
        roles=READERS,
        asks=ResultList,
        answer="Results",
        example={"tab": "completed", "limit": 20},
        refuses={422: "A value can't be used, or there is no interview or candidate with this id."},
    ),
    "/merchant-analytics-credits-used": Operation(
        id="get_merchant_credit_usage",
        tag="Results",
        summary="List what attempts have cost",
        description="The ledger of credits, newest first: one line an attempt. Trials and practice cost nothing.",
        roles=READERS,
        asks=CreditList,
        answer="CreditsUsed",
        example={"limit": 20},
        refuses={422: "A value can't be used, or there is no interview with this id."},
    ),
    "/merchant-task-list": Operation(
        id="list_tasks",
        tag="Tasks",
        summary="List what waits for a person",
        description=(
            "A question of a candidate that nothing written answers, a wish to talk with a person, or something that is"
            " wrong. Newest first. Beyond the contract."
        ),
        roles=READERS,
        asks=TaskList,
        answer="Tasks",
        example={"limit": 20},
        refuses={422: "A value can't be used, or there is no interview with this id."},
    ),
    "/merchant-task-set-state": Operation(
        id="set_task_state",
        tag="Tasks",
        summary="Say that a task is done or refused, or open it again",
        description=(
            "Said twice, it changes nothing. `erasure_wanted` is done by merchant-candidate-erase alone, and can be"
            " refused with a reason. A question that is done may have a `reply`, which its candidate reads. Beyond the"
            " contract."
        ),
        roles=MAKERS,
        body=SetTaskState,
        answer="Done",
        example={"task_id": AN_ID, "state": "done"},
        refuses={
            404: NO_SUCH,
            409: "It is done by merchant-candidate-erase alone, or can't be refused.",
            422: "A value can't be used, or the reason is missing.",
        },
    ),
    "/merchant-failure-list": Operation(
        id="list_failures",
        tag="Tasks",
        summary="List work in the background that failed for good",
        description=(
            "As a mail that could not be sent, or an interview that could not be assessed; of every environment."
            " Nothing of it is lost, and the server's log says why. Beyond the contract."
        ),
        roles=MAKERS,
        asks=FailureList,
        answer="Failures",
    ),
    "/merchant-failure-try-again": Operation(
        id="try_failure_again",
        tag="Tasks",
        summary="Have something that failed tried again",
        description="A worker takes it up at once. Beyond the contract.",
        roles=MAKERS,
        body=TryAgain,
        answer="Done",
        example={"number": 42},
        refuses={404: "There is no such failure: it is another merchant's, or is being tried again already."},
    ),
    "/merchant-live-list": Operation(
        id="list_live",
        tag="Tasks",
        summary="See who is in an interview now",
        description=(
            "How far each is, and how often something failed on our side; nothing of what is said. Whoever gave no sign"
            " for a quarter of an hour is left out. Beyond the contract."
        ),
        roles=READERS,
        asks=LiveList,
        answer="Live",
    ),
    "/merchant-member-list": Operation(
        id="list_members",
        tag="Admin",
        summary="List who works at the merchant",
        description="With their roles. invite-users lets more people in. Beyond the contract.",
        roles=OWNERS,
        asks=MemberList,
        answer="Members",
    ),
    "/merchant-member-set": Operation(
        id="set_member",
        tag="Admin",
        summary="Give a member another role, or remove them",
        description="Whoever is removed is signed out at once; invite-users brings them back. Beyond the contract.",
        roles=OWNERS,
        body=SetMember,
        answer="Done",
        example={"member_id": AN_ID, "type": "merchant_selection"},
        refuses={404: NO_SUCH, 409: "They are the only owner."},
    ),
    "/merchant-model-list": Operation(
        id="list_language_models",
        tag="Admin",
        summary="See which language models are asked",
        description="The merchant's own, its parent's, or that the server's are; never a key. Beyond the contract.",
        roles=frozenset({Role.ADMIN, Role.OWNER}),
        asks={"merchant_id": identifier(_MERCHANT)},
        answer="ListedModels",
    ),
    "/merchant-model-set": Operation(
        id="set_language_models",
        tag="Admin",
        summary="Choose which language models are asked, and what they may cost",
        description=(
            "A choice replaces the one before it, caps and all, and counts within five seconds. Keys are sealed and"
            " never told again; a model that is sent without `key` keeps the one that is there for its address and"
            " name. Sub-merchants without a choice of their own have it too. Beyond the contract."
        ),
        roles=frozenset({Role.ADMIN, Role.OWNER}),
        body=SetModels,
        answer="ListedModels",
        example={"models": [{"url": "https://api.mistral.ai/v1", "model": "mistral-small-latest", "key": "…"}]},
        refuses={422: "A value can't be used, or an address is not public or would send a key in the clear."},
    ),
    "/merchant-candidate-erase": Operation(
        id="erase_candidate",
        tag="Tasks",
        summary="Erase all that is kept of a person",
        description=(
            "Answers, sound, films, judgements, invitations, links and who they are, at once and for good. It closes"
            " the person's tasks, `erasure_wanted` among them. Sent again, it changes nothing and says how far it is;"
            " once everything is gone, with a signed receipt. Beyond the contract."
        ),
        roles=MAKERS,
        body=EraseCandidate,
        answer="Erased",
        example={"profile_interview_id": AN_ID},
        refuses={
            404: NO_SUCH,
            409: "The person has contested an attempt and waits for an answer, or is known in another environment too.",
        },
    ),
    "/merchant-candidate-export": Operation(
        id="export_candidate",
        tag="Tasks",
        summary="Take out all that is kept of a person",
        description=(
            "Answers with an address of one ZIP file: rows as they are kept, what was said aloud, films. It may hold"
            " words of other people, such as comments: look it through before you hand it on. A person takes their own"
            " part away on their own page. Beyond the contract."
        ),
        roles=MAKERS,
        body=ExportCandidate,
        answer="PersonArchive",
        example={"profile_interview_id": AN_ID},
        refuses={404: NO_SUCH},
    ),
    "/merchant-candidate-merge": Operation(
        id="merge_candidates",
        tag="Candidates",
        summary="Say that two candidates are one person",
        description=(
            "The console shows both as one, and erasing or exporting either takes in both. Nothing moves: both"
            " addresses, references and links go on working, each result stays a result of its own, lists of calls"
            " have both, and candidates see no change. So it can be undone. It counts in the token's environment."
            " Sent twice, it changes nothing. Beyond the contract."
        ),
        roles=MAKERS,
        body=MergeCandidates,
        answer="Merged",
        example={"profile_interview_id": AN_ID, "merged_profile_interview_id": AN_ID, "action": "preview"},
        refuses={
            409: "One of the two is part of another person, or others are part of the one to be merged.",
            422: "A field is missing, there is no such person, or they are one and the same.",
        },
    ),
    "/invite-users": Operation(
        id="invite_users",
        tag="Admin",
        summary="Let people of your team in, or register candidates",
        description=(
            "Owners, admins and service keys let people in as `merchant_owner`, `merchant`, `merchant_selection`,"
            " `user` or `mentor`: they are mailed where to sign in. A `candidate` needs an `interview_id`, and gets a"
            " personal link. Once the request itself is good, the answer is 200 and each row says in `result` how it"
            " went."
        ),
        roles=MAKERS | {Role.SERVICE},
        body=InviteUsers,
        answer="InvitedPeople",
        example={"users": [{"email": "ada@example.com", "name": "Ada Brandt", "type": "merchant_selection"}]},
        refuses={422: "A field is missing or has a value that can't be used."},
    ),
    "/merchant-candidate-list": Operation(
        id="list_candidates",
        tag="Candidates",
        summary="List your candidates",
        description="Whoever was let in to an interview of the token's environment, trials aside, and is not erased.",
        roles=READERS,
        asks=CandidateList,
        answer="Candidates",
        example={"tab": "no-action", "order_by": "name_accending"},
        refuses={422: "A value can't be used."},
    ),
    "/merchant-mail-list": Operation(
        id="list_mails",
        tag="Mails",
        summary="See which mails went out to candidates",
        description="Never what stood in them. Codes are not among them. Beyond the contract.",
        roles=READERS,
        asks=MailList,
        answer="Mails",
        example={"profile_interview_id": AN_ID},
        refuses={422: "A value can't be used."},
    ),
    "/merchant-mail-bounce": Operation(
        id="report_bounce",
        tag="Mails",
        summary="Tell us of a mail that came back",
        description=(
            "The delivery report that arrived at your sender's address. The mail says `bounced` from then on; where"
            " nobody reads mail at the address, nothing is sent there again. Beyond the contract."
        ),
        roles=MAKERS | {Role.SERVICE},
        body=ReportBounce,
        answer="BounceRead",
        example={"report": "Content-Type: multipart/report; report-type=delivery-status; boundary=b …"},
        refuses={422: "It reports no failure, or not of a mail of this merchant."},
    ),
    "/merchant-mail-resume": Operation(
        id="resume_mails",
        tag="Mails",
        summary="Write to an address again",
        description="For an address that works again after mails came back from it. Beyond the contract.",
        roles=MAKERS,
        body=ResumeMails,
        answer="Done",
        example={"profile_interview_id": AN_ID},
        refuses={404: NO_SUCH},
    ),
    "/merchant-mail-text-list": Operation(
        id="list_mail_texts",
        tag="Mails",
        summary="List the mails that go in your own words",
        description="Beyond the contract.",
        roles=READERS,
        asks=MailTextList,
        answer="MailTexts",
    ),
    "/merchant-mail-text-set": Operation(
        id="set_mail_text",
        tag="Mails",
        summary="Say a mail in your own words",
        description=(
            "One kind of mail in one language. What tells who decided, why somebody gets the mail and how it is turned"
            " off stays ours, below your text. Beyond the contract."
        ),
        roles=MAKERS,
        body=SetMailText,
        answer="Done",
        example={
            "kind": "reminder",
            "mojito_language_code": "en",
            "subject": "Still interested, {name}?",
            "text": "Hello {name},\n\nwe’d still like to hear from you.\n\n{link}",
        },
        refuses={422: "There is no such place, or the link is missing."},
    ),
    "/merchant-mail-text-preview": Operation(
        id="preview_mail_text",
        tag="Mails",
        summary="See what a mail looks like",
        description="With an example in every place. Nothing is sent. Beyond the contract.",
        roles=READERS,
        body=PreviewMailText,
        answer="MailPreview",
        example={"kind": "invitation", "mojito_language_code": "de"},
        refuses={422: "There is no such place, or the link is missing."},
    ),
    "/merchant-webhook-list": Operation(
        id="list_webhooks",
        tag="Webhooks",
        summary="List where you are told of results",
        description="Secrets and the values of headers are not told. Beyond the contract.",
        roles=OWNERS,
        asks=WebhookList,
        answer="Webhooks",
    ),
    "/merchant-webhook-set": Operation(
        id="set_webhook",
        tag="Webhooks",
        summary="Say where you want to be told of results",
        description=(
            "Without `webhook_id` a new endpoint is made, and its secret told this once; with it, that endpoint is"
            " changed. What is sent there: `/functions/v1/openapi-webhooks`. Beyond the contract."
        ),
        roles=OWNERS,
        body=SetWebhook,
        answer="WebhookSet",
        example={"url": "https://hooks.example.com/vivavoce", "events": ["interview_result"]},
        refuses={
            404: NO_SUCH,
            409: "There are 20 endpoints in this environment already.",
            422: "A value can't be used, or the address is not one that you may name.",
        },
    ),
    "/merchant-webhook-remove": Operation(
        id="remove_webhook",
        tag="Webhooks",
        summary="Remove an endpoint",
        description="Its log goes with it. Beyond the contract.",
        roles=OWNERS,
        body=RemoveWebhook,
        answer="Done",
        example={"webhook_id": AN_ID},
        refuses={404: NO_SUCH},
    ),
    "/merchant-webhook-test": Operation(
        id="test_webhook",
        tag="Webhooks",
        summary="Try an endpoint out",
        description=(
            "With the last thing that really happened in this environment, under an id of its own and marked"
            " `is_webhook_test`. Beyond the contract."
        ),
        roles=OWNERS,
        body=TryWebhook,
        answer="WebhookTested",
        example={"webhook_id": AN_ID, "event": "interview_result"},
        refuses={404: NO_SUCH, 409: "The endpoint is off, or nothing has happened yet."},
    ),
    "/merchant-webhook-delivery-list": Operation(
        id="list_webhook_deliveries",
        tag="Webhooks",
        summary="Read an endpoint's log",
        description="Every delivery of the last 30 days, with how each try went. Beyond the contract.",
        roles=OWNERS,
        asks=WebhookDeliveryList,
        needs=(("webhook_id",),),
        answer="WebhookDeliveries",
        example={"webhook_id": AN_ID, "state": "failed"},
        refuses={404: NO_SUCH},
    ),
    "/merchant-webhook-replay": Operation(
        id="replay_webhook",
        tag="Webhooks",
        summary="Send again what an endpoint missed",
        description=(
            "One delivery, those of a range of time, the failed ones, or all of the last 30 days: by the same ids and"
            " in the same words. What waits already stays as it is. Beyond the contract."
        ),
        roles=OWNERS,
        body=ReplayWebhook,
        answer="Replayed",
        example={"webhook_id": AN_ID, "state": "failed"},
        refuses={404: NO_SUCH, 409: "The endpoint is off."},
    ),
    "/knowledge-base-store-list": Operation(
        id="list_knowledge_base_stores",
        tag="Knowledge base",
        summary="Your stores",
        description="Those of the token's environment, and those that serve every environment. Beyond the contract.",
        roles=MAKERS,
        asks=StoreList,
        answer="KnowledgeStores",
    ),
    "/knowledge-base-store-set": Operation(
        id="set_knowledge_base_store",
        tag="Knowledge base",
        summary="Make a store, or name one otherwise",
        description="Without `knowledge_base_store_id` a new store of the token's environment. Beyond the contract.",
        roles=MAKERS,
        body=SetStore,
        answer="StoreSet",
        example={"name": "Working here"},
        refuses={404: NO_SUCH},
    ),
    "/knowledge-base-store-remove": Operation(
        id="remove_knowledge_base_store",
        tag="Knowledge base",
        summary="Erase a store with its documents",
        description="Interviews that name it go on, and nothing is answered from it. Beyond the contract.",
        roles=MAKERS,
        body=RemoveStore,
        answer="Done",
        example={"knowledge_base_store_id": AN_ID},
        refuses={404: NO_SUCH},
    ),
    "/knowledge-base-document-upload": Operation(
        id="upload_knowledge_base_document",
        tag="Knowledge base",
        summary="Put a document into a store",
        description=(
            "PDF, DOCX, HTML, Markdown or plain text, as a form or in base64. It is read soon afterwards, by a worker:"
            " how far it is, and why it can't be read, knowledge-base-document-list tells."
        ),
        roles=MAKERS,
        body=UploadDocument,
        answer="DocumentAdded",
        example={
            "knowledge_base_store_id": AN_ID,
            "name": "leave.md",
            "file": "IyBMZWF2ZQoKRXZlcnlvbmUgaGFzIDI4IGRheXMu",
        },
        refuses={422: "A field is missing, there is no such store, or the file is no document that can be read."},
        takes_form=True,
    ),
    "/knowledge-base-document-add": Operation(
        id="add_knowledge_base_document",
        tag="Knowledge base",
        summary="Put an article or an address into a store",
        description="An address is fetched once; added again, it is fetched anew. Beyond the contract.",
        roles=MAKERS,
        body=AddDocument,
        answer="DocumentAdded",
        example={"knowledge_base_store_id": AN_ID, "text": "# Leave\n\nEveryone has 28 days of holiday a year."},
    ),
    "/knowledge-base-document-list": Operation(
        id="list_knowledge_base_documents",
        tag="Knowledge base",
        summary="Documents, and how far each of them is",
        description="The newest first. Beyond the contract.",
        roles=MAKERS,
        asks=DocumentList,
        answer="Documents",
        example={"knowledge_base_store_id": AN_ID},
        refuses={404: NO_SUCH},
    ),
    "/knowledge-base-document-set": Operation(
        id="set_knowledge_base_document",
        tag="Knowledge base",
        summary="Make a document a draft or active, or name it otherwise",
        description="A draft is kept, and nobody is answered from it. Beyond the contract.",
        roles=MAKERS,
        body=SetDocument,
        answer="Done",
        example={"knowledge_base_id": AN_ID, "status": "draft"},
        refuses={404: NO_SUCH},
    ),
    "/knowledge-base-document-remove": Operation(
        id="remove_knowledge_base_document",
        tag="Knowledge base",
        summary="Erase a document",
        description="Its file and its passages go with it, at once. Beyond the contract.",
        roles=MAKERS,
        body=RemoveDocument,
        answer="Done",
        example={"knowledge_base_id": AN_ID},
        refuses={404: NO_SUCH},
    ),
    "/knowledge-base-search": Operation(
        id="search_knowledge_base",
        tag="Knowledge base",
        summary="What a store says about a question",
        description="To see what candidates can be answered from. Drafts are not searched. Beyond the contract.",
        roles=MAKERS,
        asks=KnowledgeSearch,
        needs=(("knowledge_base_store_id",), ("question",)),
        answer="FoundPassages",
        example={"knowledge_base_store_id": AN_ID, "question": "How many days of holiday are there?"},
        refuses={404: NO_SUCH},
    ),
    "/merchant-avatar-list": Operation(
        id="list_avatars",
        tag="Admin",
        summary="List interviewers",
        description="Interview templates: the `id` of one is the create call's `interview_template_id`.",
        roles=READERS,
        asks=AvatarList,
        answer="Avatars",
        example={"mojito_language_code": "en"},
    ),
    "/merchant-status": Operation(
        id="get_merchant_status",
        tag="Admin",
        summary="Read a merchant's figures",
        description="Of the token's environment; trials are not counted.",
        roles=READERS,
        asks={"merchant_id": identifier(_MERCHANT)},
        answer="MerchantStatus",
    ),
    "/platform-languages-list": Operation(
        id="list_languages",
        tag="Admin",
        summary="List languages and accents",
        description="In the order of their English names.",
        roles=frozenset(Role),
        answer="Languages",
    ),
}
