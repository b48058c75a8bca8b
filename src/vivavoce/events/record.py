"""Recording what happened: one row in the transaction of the thing itself."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id


class Event(StrEnum):
    """What can happen. The subject's id stands in the row; what a person said never does."""

    TOKEN_REVOKED = "token.revoked"  # subject: the merchant; data: the token's id
    ORIGIN_ADDED = "origin.added"  # subject: the merchant; a site whose pages may call
    ORIGIN_REMOVED = "origin.removed"  # subject: the merchant; a site whose pages may call no more
    CALIBRATED = "merchant.calibrated"  # subject: the merchant; by its own people's marks; data: version, answers
    MERCHANT_DESCRIBED = "merchant.described"  # subject: the merchant; what it says of itself; data: its length
    LOOK_CHANGED = "look.changed"  # subject: the merchant; data: what of its colour, logo and name changed
    REACH_CHANGED = "reach.changed"  # subject: the merchant; whom candidates write to; data: what of it changed
    CONTACT_CHANGED = "contact.changed"  # subject: the merchant; data: what candidates are asked for before sending
    MODELS_CHANGED = "models.changed"  # subject: the merchant; data: which language models it chose, by name and host
    CHOICES_CHANGED = "choices.changed"  # subject: the merchant; data: whether "none of these" is one more choice
    KEEPING_CHANGED = "keeping.changed"  # subject: the merchant; data: after how many days what goes by itself
    NEXT_STEPS_CHANGED = "next_steps.changed"  # subject: the merchant; what candidates read after sending
    MAIL_TEXT_CHANGED = "mail_text.changed"  # subject: the merchant; its own words of a mail; data: which, in what
    MEMBER_INVITED = "member.invited"  # subject: the member; somebody is to work at the merchant; data: their role
    MEMBER_JOINED = "member.joined"  # subject: the member; they have signed in for the first time
    MEMBER_SIGNED_IN = "member.signed_in"  # subject: the member; data: by what
    MEMBER_LINKED = "member.linked"  # subject: the member; an account stands for them from now on; data: its issuer
    PASSKEY_ADDED = "member.passkey_added"  # subject: the member; they can sign in with it from now on
    PASSKEY_REMOVED = "member.passkey_removed"  # subject: the member
    MEMBER_CHANGED = "member.changed"  # subject: the member; data: their new role
    MEMBER_ENDED = "member.ended"  # subject: the member; they work there no more
    CREDITS_CHANGED = "credits.changed"  # subject: the merchant; data: how many come each month, how many were added
    WEBHOOK_SET = "webhook.set"  # subject: the endpoint; data: what of it changed
    WEBHOOK_REMOVED = "webhook.removed"  # subject: the endpoint
    WEBHOOK_SWITCHED_OFF = "webhook.switched_off"  # subject: the endpoint, where nobody answers; data: why
    STORE_ADDED = "store.added"  # subject: the store; a place for documents
    STORE_RENAMED = "store.renamed"  # subject: the store
    STORE_REMOVED = "store.removed"  # subject: the store; its documents are erased; data: how many there were
    DOCUMENT_ADDED = "document.added"  # subject: the document; data: its store's id, how it came in, its size in bytes
    DOCUMENT_CHANGED = "document.changed"  # subject: the document; data: its store's id, what of it changed
    DOCUMENT_REMOVED = "document.removed"  # subject: the document; it is erased; data: its store's id
    INTERVIEW_CREATED = "interview.created"  # subject: the interview
    INTERVIEW_UPDATED = "interview.updated"  # subject: the interview; data: its new revision, the steps that changed
    INTERVIEW_MOVED = "interview.moved"  # subject: the interview; data: its status before and after
    LINKS_CLOSED = "interview.links_closed"  # subject: the interview; nobody goes on with it either
    LINKS_OPENED = "interview.links_opened"  # subject: the interview; whoever has begun may finish
    INTERVIEW_VOICED = "interview.voiced"  # subject: the interview; data: how many lines were spoken, and how many not
    EMBED_KEY_ADDED = "embed_key.added"  # subject: the interview; data: the key's id
    EMBED_KEY_ROTATED = "embed_key.rotated"  # subject: the interview; data: the key's id, how long the old one signs
    EMBED_KEY_REMOVED = "embed_key.removed"  # subject: the interview; data: the key's id
    CANDIDATE_INVITED = "candidate.invited"  # subject: the invitation; data: the interview's id
    CANDIDATE_ENTERED = "candidate.entered"  # subject: the invitation that came of it; data: the interview's id
    CANDIDATE_SIGNED_IN = "candidate.signed_in"  # subject: the candidate, by a mailed code or by what an embed signs
    CANDIDATE_MAILED = "candidate.mailed"  # subject: the candidate; data: the mail's id and kind, the interview's id
    MAIL_BOUNCED = "mail.bounced"  # subject: the candidate; a mail came back; data: its id and kind
    ADDRESS_SILENCED = "address.silenced"  # subject: the candidate; no such mails go to their address; data: why
    ADDRESS_HEARD = "address.heard"  # subject: the candidate; mails go to their address again; data: what ended
    LINK_REVOKED = "link.revoked"  # subject: the candidate; links and sessions open no more; data: the interview's id
    CANDIDATE_MERGED = "candidate.merged"  # subject: the candidate who is kept; data: who is part of them from now on
    CANDIDATE_SPLIT = "candidate.split"  # subject: the candidate who was kept; data: who is somebody else again
    EXTRA_TIME_SET = "candidate.extra_time_set"  # subject: the candidate; data: the interview's id, how many minutes
    CONSENT_DECLINED = "consent.declined"  # subject: the candidate; data: the interview's id, purposes, text version
    ATTEMPT_BEGUN = "attempt.begun"  # subject: the attempt; its person has agreed to what is needed
    ANSWER_CORRECTED = "answer.corrected"  # subject: the attempt; data: of which turn, and where it was done
    INTRODUCTION_KEPT = "introduction.kept"  # subject: the attempt; data: the film's format and size
    INTRODUCTION_REMOVED = "introduction.removed"  # subject: the attempt; its person has taken the film back
    INTRODUCTION_OPENED = "introduction.opened"  # subject: the attempt; somebody at the merchant has opened the film
    RECORDING_OPENED = "recording.opened"  # subject: the attempt; data: which answer; null: all that was said
    REPORT_MADE = "report.made"  # subject: the attempt; data: in which form, and its id where it is kept
    REPORT_FAILED = "report.failed"  # subject: the attempt; its automatic report can't be made, and is not waited for
    REPORT_OPENED = "report.opened"  # subject: the attempt; somebody has opened a report that is kept; data: its id
    ATTEMPT_FINISHED = "attempt.finished"  # subject: the attempt; data: why no question followed
    ATTEMPT_SUBMITTED = "attempt.submitted"  # subject: the attempt; its person has sent it
    RECEIPT_MAILED = "receipt.mailed"  # subject: the attempt; its person was mailed that it has arrived
    ATTEMPT_RETURNED = "attempt.returned"  # subject: the attempt; the merchant has sent it back for another go
    ATTEMPT_ABANDONED = "attempt.abandoned"  # subject: the attempt; its person left it for good
    ATTEMPT_FAULTED = "attempt.faulted"  # subject: the attempt; something went wrong on our side; data: its kind
    ATTEMPT_NOT_COMPARABLE = "attempt.not_comparable"  # subject: the attempt; too much went wrong on our side
    ATTEMPT_FAILED = "attempt.failed"  # subject: the attempt; set aside for a fault of ours
    ATTEMPT_TALLIED = "attempt.tallied"  # subject: the attempt; a worker has counted it up
    ATTEMPT_JUDGED = "attempt.judged"  # subject: the attempt; a worker has judged it; data: the judgement's version
    ATTEMPT_TO_JUDGE_AGAIN = "attempt.to_judge_again"  # subject: the attempt; it is to be judged anew
    RESULT_DECIDED = "result.decided"  # subject: the attempt; a person has decided; data: what, and the decision's id
    DECISION_UNDONE = "result.decision_undone"  # subject: the attempt; data: what was decided, and the decision's id
    RESULT_MARKED = "result.marked"  # subject: the attempt; data: which of shortlist, archive and emoji changed
    RESULT_OVERTURNED = "result.overturned"  # subject: the attempt; a person changed a verdict, or the score
    RESULT_RATED = "result.rated"  # subject: the attempt; a person has rated it blind
    RESULT_COMMENTED = "result.commented"  # subject: the attempt; data: the comment's id, whom it mentions
    DECISION_MAILED = "decision.mailed"  # subject: the attempt; its person was told by mail; data: the decision's id
    FACT_STRUCK = "result.fact_struck"  # subject: the attempt; data: which fact of integrity, struck out or put back
    BLIND_RATING_SET = "interview.blind_rating_set"  # subject: the interview; data: off, offered or required
    SOUND_ERASED = "attempt.sound_erased"  # subject: the attempt; the merchant keeps what was said aloud no longer
    PICTURES_ERASED = "attempt.pictures_erased"  # subject: the attempt; the merchant keeps pictures no longer
    FILM_ERASED = "attempt.film_erased"  # subject: the attempt; the merchant keeps films no longer
    ATTEMPT_ERASED = "attempt.erased"  # subject: the attempt; all of it is gone; data: how much there was of each kind
    CANDIDATE_EXPORTED = "candidate.exported"  # subject: the candidate; somebody has taken out what is kept of them
    CANDIDATE_ERASED = "candidate.erased"  # subject: the candidate; all of them is gone; data: how many attempts
    TASK_ADDED = "task.added"  # subject: the task; data: its kind, its attempt's id
    TASK_DONE = "task.done"  # subject: the task; somebody has done it
    TASK_REFUSED = "task.refused"  # subject: the task; the merchant does not do it, and has said why
    TASK_OPENED = "task.opened"  # subject: the task; it waits again after it was done


async def record(
    connection: Connection,
    event: Event,
    *,
    merchant_id: UUID,
    environment: str | None,
    subject_id: UUID,
    actor: str,
    data: dict[str, Any] | None = None,
) -> None:
    """Adds the event to the caller's transaction, with a note for each listener that wants it.

    environment: None where it concerns the merchant as a whole; it is told in each of its environments then.
    """
    await connection.execute(
        "select tell_event($1, $2, $3, $4, $5, $6, $7)",
        merchant_id,
        environment,
        new_id(),
        event.value,
        subject_id,
        actor,
        data or {},
    )
