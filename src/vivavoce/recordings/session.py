"""How the whole session sounds: what the candidate said, and the interviewer's lines where they were heard.

microphone      ▁▁▂▃▁│▁▂▃▂▁▁▁▁      time goes on with the microphone's sound
lines       ▅▅▅▅▅▅   │    ▅▅▅       as the page tells that they were heard
session     ░░▅▅▅▅▂▃▁▁▂▃▂▅▅▅▁      ░ heard while the microphone was off: time is made for it
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from vivavoce.attempts.answer import HeardWord, PlayedLine, Playout
from vivavoce.attempts.heard_words import read_ends, read_played, read_words
from vivavoce.db.database import Connection
from vivavoce.recordings.asked import MadeTime, MixedLine

SLACK = 0.25  # seconds that a page's two clocks may be apart before time is made
MOST_MADE = 3_600.0  # seconds in one session


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlan:
    """What is put to the microphone's sound."""

    lines: tuple[MixedLine, ...] = ()
    made: tuple[MadeTime, ...] = ()

    def moment(self, at: float) -> float:
        """Where a moment of the microphone's sound is in the session."""
        return at + sum(made.seconds for made in self.made if made.at <= at)


def plan_session(played: Sequence[Playout], ends: Mapping[int, float]) -> SessionPlan:
    """Where each line goes. ends: of what was said, by turn; in seconds of the microphone's sound. Pure."""
    plan = SessionPlan()
    known = 0.0  # so far the microphone's sound had come, at least
    for playout in played:
        said = [end for number, end in ends.items() if number < playout.number]
        for line in playout.lines:
            known = max([known, *said]) if line.at is None else line.at
            plan = _add(plan, line, begins=known)
            known = max(known, line.until or 0.0)
    return plan


def _add(plan: SessionPlan, line: PlayedLine, *, begins: float) -> SessionPlan:
    mixed = MixedLine(file=line.file, at=plan.moment(begins), begin=line.begin, seconds=line.seconds)
    ends = begins if line.until is None else max(begins, line.until)
    unrecorded = line.seconds - (ends - begins)
    left = MOST_MADE - sum(made.seconds for made in plan.made)
    made = plan.made
    if SLACK < unrecorded <= left:
        # A microphone that was off when it began came on later; one that was on went off.
        made = (*made, MadeTime(at=ends if line.is_recorded else begins, seconds=unrecorded))
    return SessionPlan(lines=(*plan.lines, mixed), made=made)


async def read_plan(connection: Connection, attempt_id: UUID) -> SessionPlan:
    """The same for an attempt."""
    return plan_session(await read_played(connection, attempt_id), await read_ends(connection, attempt_id))


async def read_words_of_session(
    connection: Connection, attempt_id: UUID, *, turns: Collection[int] | None = None
) -> dict[int, tuple[HeardWord, ...]]:
    """The words of each spoken answer, by its turn, in seconds of the recording of the session. turns: None: of all."""
    words = await read_words(connection, attempt_id, turns=turns)
    plan = await read_plan(connection, attempt_id)
    if not plan.made:
        return words
    return {
        number: tuple(replace(word, start=plan.moment(word.start), end=plan.moment(word.end)) for word in spoken)
        for number, spoken in words.items()
    }
