"""The history of a result: everything that happened to it, was decided, changed, rated and said, in order of time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vivavoce.attempts.comments import read_comments
from vivavoce.attempts.decisions import ResultDecision, read_decisions
from vivavoce.attempts.facts import read_strikes
from vivavoce.attempts.ratings import read_ratings
from vivavoce.db.database import Connection
from vivavoce.events.read import read_events_of
from vivavoce.events.record import Event
from vivavoce.scoring.overturns import Overturn, read_overturns

STANDS, STRUCK_OUT = "stands", "struck_out"  # how a fact stood before


class HistoryKind(StrEnum):
    """What a line of the history is."""

    EVENT = "event"  # what: the event
    DECISION = "decision"  # what: selected, rejected or another_attempt
    UNDONE = "undone"  # the same, of the decision that was undone
    OVERTURN = "overturn"  # what: the verdict or the score that holds from then on; '': the program's
    RATING = "rating"  # blind
    COMMENT = "comment"
    STRIKE = "strike"  # what: the fact of integrity that was struck out, or put back; before: how it stood until then


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One thing that happened. person: '' where none did it; actor: who then. text: a reason or a comment.

    about: the requirement's words, of an overturn; before: what held until then. shared_by: as of a decision.
    """

    at: datetime
    kind: HistoryKind
    what: str
    person: str = ""
    actor: str = ""
    text: str = ""
    about: str = ""
    before: str = ""
    shared_by: int = 1


# Told by rows of their own, which say more.
_TOLD_BETTER = frozenset(
    {
        Event.RESULT_DECIDED,
        Event.DECISION_UNDONE,
        Event.RESULT_OVERTURNED,
        Event.RESULT_RATED,
        Event.RESULT_COMMENTED,
        Event.FACT_STRUCK,
    }
)


async def read_history(connection: Connection, attempt_id: UUID) -> tuple[HistoryLine, ...]:
    """The first thing first."""
    lines: list[HistoryLine] = []
    for event in await read_events_of(connection, attempt_id):
        if event.kind not in _TOLD_BETTER:
            person = event.data.get("person", "")
            lines.append(
                HistoryLine(at=event.at, kind=HistoryKind.EVENT, what=event.kind, actor=event.actor, person=person)
            )
    lines += _of_decisions(await read_decisions(connection, attempt_id))
    lines += [_of_overturn(overturn) for overturn in await read_overturns(connection, attempt_id)]
    lines += [
        HistoryLine(at=rating.rated_at, kind=HistoryKind.RATING, what="", person=rating.person)
        for rating in await read_ratings(connection, attempt_id)
    ]
    lines += [
        HistoryLine(at=comment.written_at, kind=HistoryKind.COMMENT, what="", person=comment.person, text=comment.text)
        for comment in await read_comments(connection, attempt_id)
    ]
    lines += [
        HistoryLine(
            at=strike.at,
            kind=HistoryKind.STRIKE,
            what=strike.kind.value,
            before=STANDS if strike.is_struck else STRUCK_OUT,
            person=strike.person,
            text=strike.reason,
        )
        for strike in await read_strikes(connection, attempt_id)
    ]
    return tuple(sorted(lines, key=lambda line: line.at))


def _of_decisions(decisions: Iterable[ResultDecision]) -> Iterable[HistoryLine]:
    for decision in decisions:
        yield HistoryLine(
            at=decision.decided_at,
            kind=HistoryKind.DECISION,
            what=decision.kind.value,
            person=decision.person,
            text=decision.reason,
            shared_by=decision.shared_by,
        )
        if decision.undone_at is not None:
            yield HistoryLine(
                at=decision.undone_at,
                kind=HistoryKind.UNDONE,
                what=decision.kind.value,
                person=decision.undone_person or "",
            )


def _of_overturn(overturn: Overturn) -> HistoryLine:
    holds = overturn.score if overturn.place is None else overturn.state
    return HistoryLine(
        at=overturn.at,
        kind=HistoryKind.OVERTURN,
        what="" if holds is None else str(holds),
        person=overturn.person,
        text=overturn.reason,
        about=overturn.claim,
        before=overturn.before,
    )
