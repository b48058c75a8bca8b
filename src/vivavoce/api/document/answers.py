"""The components that answers are made of, each made from the type that the answer itself is built as."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from vivavoce.api.answers.attempt import Details
from vivavoce.api.answers.audit_folder import AuditFolder
from vivavoce.api.answers.candidates import Candidates
from vivavoce.api.answers.changes import (
    CreatedAnswer,
    Erased,
    ExtraTime,
    InvitedPeople,
    Link,
    PersonArchive,
    Registered,
    Revoked,
    SentBack,
    StateSet,
    TranslatedAnswer,
    Updated,
    WordingsAnswer,
    WrittenAnswer,
)
from vivavoce.api.answers.credits import CreditsUsed
from vivavoce.api.answers.deciding import (
    CommentMade,
    Compared,
    DecidedRows,
    InterviewAgreement,
    RatedAgreement,
    ResultHistory,
    ScoreNow,
)
from vivavoce.api.answers.desk import Failures, Live, Members
from vivavoce.api.answers.interview import Interview
from vivavoce.api.answers.knowledge import DocumentAdded, Documents, FoundPassages, KnowledgeStores, StoreSet
from vivavoce.api.answers.language_models import ListedModels
from vivavoce.api.answers.lists import Avatars, Interviews, ResultsAnswer, Tasks
from vivavoce.api.answers.mails import BounceRead, MailPreview, Mails, MailTexts
from vivavoce.api.answers.merged import Merged
from vivavoce.api.answers.outcome import DoneAnswer, Error
from vivavoce.api.answers.platform import Languages, MerchantStatus
from vivavoce.api.answers.report import ReportAnswer
from vivavoce.api.answers.risks import RisksNow
from vivavoce.api.answers.webhooks import Replayed, WebhookDeliveries, Webhooks, WebhookSet, WebhookTested
from vivavoce.api.document.schemas import PLACE, Schema, simplify, to_name

# By the component's name. What these are made of become components of their own, by the names of their types.
ANSWERS: dict[str, Any] = {
    "AuditFolder": AuditFolder,
    "Avatars": Avatars,
    "BounceRead": BounceRead,
    "Candidates": Candidates,
    "InterviewAgreement": InterviewAgreement,
    "CommentMade": CommentMade,
    "Compared": Compared,
    "Created": CreatedAnswer,
    "Decided": DecidedRows,
    "Details": Details,
    "DocumentAdded": DocumentAdded,
    "Documents": Documents,
    "Done": DoneAnswer,
    "Erased": Erased,
    "ExtraTime": ExtraTime,
    "Merged": Merged,
    "Error": Error,
    "FoundPassages": FoundPassages,
    "InvitedPeople": InvitedPeople,
    "Failures": Failures,
    "Interview": Interview,
    "Interviews": Interviews,
    "KnowledgeStores": KnowledgeStores,
    "Languages": Languages,
    "Link": Link,
    "ListedModels": ListedModels,
    "Live": Live,
    "Members": Members,
    "MailPreview": MailPreview,
    "Mails": Mails,
    "MailTexts": MailTexts,
    "MerchantStatus": MerchantStatus,
    "PersonArchive": PersonArchive,
    "Registered": Registered,
    "Report": ReportAnswer,
    "RatedAgreement": RatedAgreement,
    "ResultHistory": ResultHistory,
    "Replayed": Replayed,
    "Results": ResultsAnswer,
    "Revoked": Revoked,
    "RisksNow": RisksNow,
    "ScoreNow": ScoreNow,
    "SentBack": SentBack,
    "StateSet": StateSet,
    "StoreSet": StoreSet,
    "Tasks": Tasks,
    "Translated": TranslatedAnswer,
    "Wordings": WordingsAnswer,
    "CreditsUsed": CreditsUsed,
    "Updated": Updated,
    "Written": WrittenAnswer,
    "WebhookDeliveries": WebhookDeliveries,
    "WebhookSet": WebhookSet,
    "WebhookTested": WebhookTested,
    "Webhooks": Webhooks,
}


def answer_components(answers: Mapping[str, Any] = ANSWERS) -> dict[str, Schema]:
    """Each answer, and each object within one, by its component's name."""
    schemas, definitions = TypeAdapter.json_schemas(
        [(name, "serialization", TypeAdapter(answer)) for name, answer in answers.items()],
        ref_template=f"{PLACE}{{model}}",
    )
    components: dict[str, Schema] = {to_name(name): schema for name, schema in definitions["$defs"].items()}
    for (name, _), schema in schemas.items():
        if "$ref" not in schema:  # a list, a text or a choice: no type with a name of its own
            components[name] = schema
    texts = {name: schema for name, schema in components.items() if "enum" in schema}
    return {name: simplify(schema, texts) for name, schema in components.items() if name not in texts}
