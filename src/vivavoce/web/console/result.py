"""One result: the proof, the number, the session; and what a person does with it, by the wire's own verbs."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vivavoce.attempts.comments import add_comment, read_comments
from vivavoce.attempts.decider import Decider, name_decider
from vivavoce.attempts.decisions import (
    LONGEST_FEEDBACK,
    DecisionKind,
    Ruling,
    decide,
    find_decision,
    require_here,
    undo,
)
from vivavoce.attempts.facts import read_facts, strike_fact
from vivavoce.attempts.integrity import FactKind
from vivavoce.attempts.introduction import find_introduction, sign_address
from vivavoce.attempts.listing import ListPlace, ResultFilter, ResultTab, SortOrder, list_results_from
from vivavoce.attempts.marks import MarkChanges, set_marks
from vivavoce.attempts.ratings import Mark, RatedClaim, has_rated, has_seen, note_seen
from vivavoce.attempts.read import Record, find_attempt
from vivavoce.attempts.remarks import read_remark
from vivavoce.attempts.states import AttemptState
from vivavoce.attempts.tasks import TaskKind, TaskState, list_tasks_of, move_task
from vivavoce.attempts.viewers import RecordingViewer
from vivavoce.attempts.yields import YIELDS
from vivavoce.candidates.contact import read_contact
from vivavoce.clock import now
from vivavoce.db.database import Connection
from vivavoce.db.ids import to_id
from vivavoce.errors import Invalid, NotFound, Refused
from vivavoce.interviews.blind_rating import BlindRating, read_blind_rating
from vivavoce.merchants.access import MAKERS
from vivavoce.merchants.people.members import Member, list_members
from vivavoce.recordings.links import RecordingAddress, sign_recording
from vivavoce.recordings.session import read_words_of_session
from vivavoce.scoring.amend import verdicts_by_place
from vivavoce.scoring.blind import rate_blind
from vivavoce.scoring.history import HistoryKind, read_history
from vivavoce.scoring.judge_again import judge_again
from vivavoce.scoring.judgements import KeptJudgement, find_judgement
from vivavoce.scoring.overturn import override_score, overturn_verdict
from vivavoce.scoring.verdicts import VerdictState
from vivavoce.text.languages import BY_CODE
from vivavoce.web.console.desk import Desk
from vivavoce.web.console.faults import say_fault
from vivavoce.web.console.result_list import PLACE, STATES
from vivavoce.web.console.shell import ConsolePage, draw, go
from vivavoce.web.console.told_facts import FACT_WORDS, tell_facts
from vivavoce.web.console.told_result import (
    BRACKETS,
    Places,
    cut_long,
    find_turns_shown,
    name_place,
    read_place,
    tell_claims,
    tell_number,
    tell_reasons,
    tell_turns,
)
from vivavoce.web.forms import BYTES_OF_CHARACTER, read_form
from vivavoce.web.parts import WebParts
from vivavoce.words.mark import mark

DECISIONS = {
    DecisionKind.SELECTED: mark("Selected"),
    DecisionKind.REJECTED: mark("Rejected"),
    DecisionKind.ANOTHER_ATTEMPT: mark("Asked for another attempt"),
}
FAULTS = {
    "line_lost": mark("The connection to us was lost"),
    "server": mark("Something of ours failed"),
    "no_database": mark("Our database didn’t answer"),
    "no_ear": mark("Nothing of ours could hear, so answers were typed"),
    "no_voice": mark("Nothing of ours could speak"),
    "sound_lost": mark("Sound was recorded and didn’t reach us"),
    "sound_unkept": mark("We couldn’t keep the sound"),
    "lag": mark("The next words came too late"),
    "cut_off": mark("We took the turn for over, and it wasn’t"),
    "doubtful": mark("Much of an answer may have been misheard"),
    "nobody_heard": mark("Not a word came through"),
}
# What happened, as the history says it. An event that is not here says nothing to whoever decides.
HAPPENED = {
    "attempt.begun": mark("Started"),
    "attempt.finished": mark("Finished"),
    "attempt.submitted": mark("Sent"),
    "attempt.returned": mark("Sent back"),
    "attempt.abandoned": mark("Set aside"),
    "attempt.failed": mark("Failed on our side"),
    "attempt.judged": mark("Assessed by a program"),
    "attempt.to_judge_again": mark("To be assessed again"),
    "attempt.not_comparable": mark("Too much failed on our side"),
    "answer.corrected": mark("An answer was corrected by its candidate"),
    "introduction.opened": mark("The film was watched"),
    "recording.opened": mark("The recording was played"),
    "receipt.mailed": mark("The candidate got a receipt"),
    "result.marked": mark("Shortlist, archive or emoji changed"),
    "decision.mailed": mark("The candidate was told by email"),
}
MOST_CLAIMS = 2_000  # marks of one blind rating
# Before somebody asks for the rest; an interview of 45 minutes has fewer.
MOST_CLAIMS_SHOWN = 250
MOST_ANSWERS_SHOWN = 100
# Of the longest feedback or comment in whatever language, or of a mark on each of the most claims.
LONG_BYTES = MOST_CLAIMS * 100 + LONGEST_FEEDBACK * BYTES_OF_CHARACTER
PLACE_ON_PAGE = re.compile(r"[a-z]+(-[0-9]{1,6})?")
Act = Callable[[Connection, UUID, Decider, dict[str, str]], Awaitable[str]]


async def show(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: the page; the program's marks are hidden while they are to be rated blind."""
    return await _draw(parts, request, desk)


async def send_decision(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: what a person decides, and why."""

    async def act(connection: Connection, attempt_id: UUID, decider: Decider, form: dict[str, str]) -> str:
        if form.get("decision") not in set(DecisionKind):
            raise Invalid("Say what is decided.", name="decision")
        ruling = Ruling(
            kind=DecisionKind(form["decision"]),
            reason=form.get("reason", ""),
            feedback=form.get("feedback", ""),
            is_mailed=bool(form.get("mail")),
            replaces=bool(form.get("replaces")),
        )
        await decide(connection, attempt_id, ruling, decider, merchant_id=desk.merchant.id, now=now())
        return "decided"

    return await _act(parts, request, desk, act)


async def send_undo(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: the latest decision is undone."""

    async def act(connection: Connection, attempt_id: UUID, decider: Decider, form: dict[str, str]) -> str:
        await undo(connection, attempt_id, decider, merchant_id=desk.merchant.id, now=now())
        return "undone"

    return await _act(parts, request, desk, act)


async def send_marks(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: shortlist, archive, emoji."""

    async def act(connection: Connection, attempt_id: UUID, decider: Decider, form: dict[str, str]) -> str:
        changes = MarkChanges(
            is_shortlisted=None if "shortlist" not in form else form["shortlist"] == "yes",
            is_archived=None if "archive" not in form else form["archive"] == "yes",
            emoji=form.get("emoji"),
        )
        await set_marks(connection, attempt_id, changes, decider, now=now())
        return "saved"

    return await _act(parts, request, desk, act)


async def send_overturn(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: a verdict or, where no requirement is named, the score."""

    async def act(connection: Connection, attempt_id: UUID, decider: Decider, form: dict[str, str]) -> str:
        whose: dict[str, Any] = {
            "reason": form.get("reason", ""),
            "decider": decider,
            "merchant_id": desk.merchant.id,
            "now": now(),
        }
        if "requirement" not in form:
            await override_score(connection, attempt_id, _read_score(form.get("score", "")), **whose)
            return "score_changed"
        place, state = read_place(form["requirement"]), form.get("state", "")
        if place is None or (state and state not in set(VerdictState)):
            raise Invalid("Choose a mark first.", name="state")
        await overturn_verdict(connection, attempt_id, place, VerdictState(state) if state else None, **whose)
        return "overturned"

    return await _act(parts, request, desk, act)


async def send_comment(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: a comment, for the colleagues that it names and for everybody else."""

    async def act(connection: Connection, attempt_id: UUID, decider: Decider, form: dict[str, str]) -> str:
        text = form.get("text", "")
        mentioned = [str(member.id) for member in find_named(text, await list_members(connection))]
        await add_comment(
            connection, attempt_id, text, decider, merchant_id=desk.merchant.id, mentions=mentioned, now=now()
        )
        return "saved"

    return await _act(parts, request, desk, act)


def find_named(text: str, members: Sequence[Member]) -> list[Member]:
    """Whom a comment names: by @ and the whole name, or the first one where no colleague shares it."""
    said, here = text.lower(), [member for member in members if member.ended_at is None]
    first_names = Counter(_first_name(member) for member in here)
    return [
        member
        for member in here
        if f"@{member.shown_name}".lower() in said
        or (first_names[_first_name(member)] == 1 and re.search(rf"@{re.escape(_first_name(member))}(?!\w)", said))
    ]


def _first_name(member: Member) -> str:
    return member.shown_name.lower().split()[0]


async def send_rating(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: a blind rating."""

    async def act(connection: Connection, attempt_id: UUID, decider: Decider, form: dict[str, str]) -> str:
        claims = [
            RatedClaim(step_id=place[0], bracket=place[1], place=place[2], mark=Mark(value))
            for name, value in form.items()
            if name.startswith("mark-") and (place := read_place(name[5:])) is not None and value in set(Mark)
        ]
        await rate_blind(
            connection,
            attempt_id,
            claims,
            decider,
            merchant_id=desk.merchant.id,
            hid_names=bool(form.get("hid_names")),
            now=now(),
        )
        return "rated"

    return await _act(parts, request, desk, act)


async def send_contest(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: another look that the candidate asked for is answered."""

    async def act(connection: Connection, attempt_id: UUID, decider: Decider, form: dict[str, str]) -> str:
        task_id, reply = to_id(form.get("task", "")), form.get("reply", "")
        if not reply.strip():
            raise Invalid("Write what you found. The candidate reads it.", name="reply")
        if task_id is None or not await move_task(
            connection,
            task_id,
            TaskState.DONE,
            merchant_id=desk.merchant.id,
            environment=desk.environment,
            actor=decider.actor,
            now=now(),
            reply=reply,
        ):
            raise NotFound
        return "answered"

    return await _act(parts, request, desk, act)


async def send_strike(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: a fact of integrity is struck out, or put back."""

    async def act(connection: Connection, attempt_id: UUID, decider: Decider, form: dict[str, str]) -> str:
        if form.get("fact") not in set(FactKind):
            raise Invalid("This result has no such fact.", name="risk")
        await strike_fact(
            connection,
            attempt_id,
            FactKind(form["fact"]),
            decider,
            reason=form.get("reason", ""),
            is_struck=form.get("stands") != "yes",
            merchant_id=desk.merchant.id,
            now=now(),
        )
        return "saved"

    return await _act(parts, request, desk, act)


async def send_judge_again(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: assessed again by the next free worker."""
    attempt_id, form = await _require(parts, request, desk), await read_form(request)
    await judge_again(parts.database, merchant_id=desk.merchant.id, attempt_id=attempt_id, actor=desk.actor, now=now())
    return _go(desk, attempt_id, form, said="assessing")


async def play(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: to all that was said aloud, by an address that is good for a few minutes."""
    attempt_id = await _require(parts, request, desk)
    address = RecordingAddress(merchant_id=desk.merchant.id, attempt_id=attempt_id, number=None, viewer=_viewer(desk))
    return RedirectResponse(f"/interview/recordings/{sign_recording(parts.keys, address, now=now())}/", status_code=303)


async def watch(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: to the film of the candidate."""
    attempt_id = await _require(parts, request, desk)
    async with parts.database.tenant(desk.merchant.id) as connection:
        film = await find_introduction(connection, attempt_id)
    token = None if film is None else sign_address(parts.keys, film, viewer=_viewer(desk), now=now())
    if token is None:
        raise NotFound
    return RedirectResponse(f"/interview/films/{token}/", status_code=303)


def _viewer(desk: Desk) -> RecordingViewer:
    return RecordingViewer(merchant_id=desk.merchant.id, user_id=desk.caller.user_id, token_id=None)


async def _require(parts: WebParts, request: Request, desk: Desk) -> UUID:
    """The attempt of the address. Raises NotFound."""
    attempt_id = to_id(request.path_params["attempt"])
    if attempt_id is None:
        raise NotFound
    async with parts.database.tenant(desk.merchant.id) as connection:
        await require_here(connection, attempt_id, environment=desk.environment)
    return attempt_id


async def _act(parts: WebParts, request: Request, desk: Desk, act: Act) -> Response:
    """Does it, and shows the page again; where it can't be done, with what was typed and why."""
    attempt_id, form = await _require(parts, request, desk), await read_form(request)
    decider = name_decider(desk.caller.user_id, desk.member.shown_name)
    try:
        async with parts.database.tenant(desk.merchant.id) as connection:
            said = await act(connection, attempt_id, decider, form)
    except NotFound:
        raise
    except Refused as error:
        return await _draw(parts, request, desk, fault=error, typed=form)
    return _go(desk, attempt_id, form, said=said)


def _go(desk: Desk, attempt_id: UUID, form: dict[str, str], *, said: str) -> Response:
    """To the same place of the same result; its name stays hidden where it was."""
    names = {"names": "hidden"} if form.get("names") == "hidden" else {}
    at = form.get("at", "")
    return go(desk, f"{PLACE}{attempt_id}/", said=said, at=at if PLACE_ON_PAGE.fullmatch(at) else "", **names)


async def _draw(
    parts: WebParts,
    request: Request,
    desk: Desk,
    *,
    fault: Refused | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    attempt_id, account = await _require(parts, request, desk), desk.caller.user_id
    query = request.query_params
    hides_name = (typed or query).get("names") == "hidden"
    is_whole = query.get("all") == "1"
    most_claims, most_answers = (None, None) if is_whole else (MOST_CLAIMS_SHOWN, MOST_ANSWERS_SHOWN)
    async with parts.database.tenant(desk.merchant.id) as connection:
        record = await find_attempt(connection, attempt_id, environment=desk.environment)
        if record is None:
            raise NotFound
        kept = await find_judgement(connection, attempt_id)
        setting = await read_blind_rating(connection, record.interview_id)
        is_blind = kept is not None and await _is_blind(connection, record, setting, account, query.get("marks") == "1")
        if kept is not None and not is_blind and setting is not BlindRating.OFF:
            await note_seen(connection, attempt_id, account, merchant_id=desk.merchant.id, now=now())
        # Seen while rating was only offered: such a person can't rate blind any more.
        is_too_late = is_blind and await has_seen(connection, attempt_id, account)
        turns = find_turns_shown(record, kept, most_claims=most_claims, most_answers=most_answers)
        places = Places(record, await read_words_of_session(connection, attempt_id, turns=turns))
        decision = await find_decision(connection, attempt_id)
        row = await connection.fetchrow(
            "select is_shortlisted, archived_at, emoji from attempts"
            " where merchant_id = current_setting('app.merchant_id')::uuid and id = $1",
            attempt_id,
        )
        assert row is not None
        context: dict[str, Any] = {
            "contact": await read_contact(connection, record.candidate_id),
            "remark": await read_remark(connection, attempt_id),
            "film": await find_introduction(connection, attempt_id),
            "comments": (comments := await read_comments(connection, attempt_id)),
            "colleagues": {str(member.id): member.shown_name for member in await list_members(connection)}
            if any(comment.mentions for comment in comments)
            else {},
            "history": [_tell_line(line) for line in await read_history(connection, attempt_id)],
            "contests": [
                task for task in await list_tasks_of(connection, attempt_id) if task.kind is TaskKind.CONTESTED
            ],
            "following": await _find_next(connection, record, desk),
            "marks": row,
            "facts": [] if is_blind else tell_facts(await read_facts(connection, attempt_id)),
        }
    shows = kept is not None and not is_blind
    groups = tell_claims(kept, places) if kept is not None and shows else []
    shown = cut_long(groups, most=most_claims) | tell_turns(places, most=most_answers)
    decidable = record.state is AttemptState.SUBMITTED and YIELDS[record.definition.kind].has_recruiter_view
    return draw(
        parts,
        desk,
        "result.html",
        place=PLACE,
        status=200 if fault is None else fault.status,
        said=query.get("said"),
        attempt=record,
        language=BY_CODE[record.definition.language].name_local,
        base=desk.url(f"{PLACE}{attempt_id}/"),
        name=mark("Name hidden") if hides_name else context["contact"].name or mark("No name"),
        hides_name=hides_name,
        is_name=bool(context["contact"].name) and not hides_name,
        state=STATES[record.state],
        kept=kept,
        is_waiting=record.state is AttemptState.SUBMITTED and record.judged_at is None,
        is_blind=is_blind,
        is_too_late=is_too_late,
        setting=setting.value,
        unrated=_tell_unrated(kept) if is_blind and kept is not None else [],
        is_rating=is_blind and (setting is BlindRating.REQUIRED or query.get("rate") == "1"),
        **shown,
        key=_tell_key(kept, places) if kept is not None and shows else None,
        reasons=tell_reasons(kept, is_comparable=record.is_comparable) if kept is not None and shows else [],
        not_asked=sum(claim["state"] == "not_discussed" for group in groups for claim in group["claims"]),
        number=tell_number(kept, record) if kept is not None and shows else None,
        has_sound=bool(places.words) and parts.recordings is not None,
        faults=[
            {"word": FAULTS.get(trouble.kind.value, trouble.kind.value), "at": trouble.began_at}
            for trouble in record.faults
        ],
        decision=decision,
        decision_word=None if decision is None else DECISIONS[decision.kind],
        may_undo=decision is not None and decision.may_be_undone(now=now()),
        is_decidable=decidable,
        may_judge=desk.role in MAKERS and record.judged_at is not None,
        fault=None if fault is None else say_fault(fault.message),
        typed=typed or {},
        **context,
    )


async def _is_blind(
    connection: Connection, record: Record, setting: BlindRating, account: str, wants_marks: bool
) -> bool:
    """Whether the program's marks stay hidden from this account for now."""
    if setting is BlindRating.OFF or await has_rated(connection, record.id, account):
        return False
    if setting is BlindRating.REQUIRED:
        return True
    return not wants_marks and not await has_seen(connection, record.id, account)


def _tell_unrated(kept: KeptJudgement) -> list[dict[str, str]]:
    return [
        {"name": name_place(place), "text": verdict.claim.text, "bracket": BRACKETS[place[1]]}
        for place, verdict in verdicts_by_place(kept.as_found).items()
    ]


def _tell_key(kept: KeptJudgement, places: Places) -> dict[str, Any] | None:
    """The candidate's own words that say most, for the head of the page."""
    report = kept.judgement.report
    quote = None if report is None else report.key_statement
    if quote is None:
        return None
    placed = places.answers.get(quote.turn)
    return {
        "text": quote.text,
        "turn": quote.turn,
        "position": quote.turn if placed is None else placed.position,
        "moment": places.moment(quote.turn, quote.text, quote.start),
        "language": "" if placed is None else placed.kept.answer.language,
    }


def _tell_line(line: Any) -> dict[str, Any]:
    if line.kind is HistoryKind.EVENT:
        word = HAPPENED.get(line.what)
    elif line.kind in (HistoryKind.DECISION, HistoryKind.UNDONE):
        word = DECISIONS[DecisionKind(line.what)]
    elif line.kind is HistoryKind.STRIKE:
        word = FACT_WORDS[FactKind(line.what)]
    else:
        word = ""
    return {"line": line, "kind": line.kind.value, "word": word}


async def _find_next(connection: Connection, record: Record, desk: Desk) -> UUID | None:
    """The next undecided result of the same interview, as the list has them; the first one after the last."""
    begun = await connection.fetchval(
        "select created_at from attempts where merchant_id = current_setting('app.merchant_id')::uuid and id = $1",
        record.id,
    )
    wanted = ResultFilter(kind=record.definition.kind, tab=ResultTab.UNDECIDED, interview_id=record.interview_id)
    for after in (ListPlace(moment=begun, attempt_id=record.id), None):
        rows = await list_results_from(
            connection,
            environment=desk.environment,
            wanted=wanted,
            order=SortOrder.NEWEST,
            after=after,
            limit=2,
        )
        others = [row.attempt_id for row in rows if row.attempt_id != record.id]
        if others:
            return others[0]
    return None


def _read_score(text: str) -> Decimal | None:
    """A score as people type it; None where the field is empty. Raises Invalid."""
    try:
        score = Decimal(text.strip().replace(",", ".")) if text.strip() else None
    except InvalidOperation:
        score = Decimal(-1)
    if score is not None and not (score.is_finite() and 0 <= score <= 10):
        raise Invalid("Expected a number from 0 to 10.", name="score")
    return None if score is None else round(score, 3)


PAGES = (
    ConsolePage("GET", f"{PLACE}{{attempt}}/", show),
    ConsolePage("GET", f"{PLACE}{{attempt}}/recording", play),
    ConsolePage("GET", f"{PLACE}{{attempt}}/film", watch),
    ConsolePage("POST", f"{PLACE}{{attempt}}/decide", send_decision, most_bytes=LONG_BYTES),
    ConsolePage("POST", f"{PLACE}{{attempt}}/undo", send_undo),
    ConsolePage("POST", f"{PLACE}{{attempt}}/marks", send_marks),
    ConsolePage("POST", f"{PLACE}{{attempt}}/overturn", send_overturn),
    ConsolePage("POST", f"{PLACE}{{attempt}}/comment", send_comment, most_bytes=LONG_BYTES),
    ConsolePage("POST", f"{PLACE}{{attempt}}/rate", send_rating, most_bytes=LONG_BYTES, most_fields=MOST_CLAIMS),
    ConsolePage("POST", f"{PLACE}{{attempt}}/contest", send_contest),
    ConsolePage("POST", f"{PLACE}{{attempt}}/strike", send_strike),
    ConsolePage("POST", f"{PLACE}{{attempt}}/again", send_judge_again, MAKERS),
)
