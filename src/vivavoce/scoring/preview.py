"""Making a preview: the attempt is judged as if it were handed in, by a worker.

It is made where the interview shows scores at the end, or allows no further attempt from some score on; and anew when
words are corrected. What a rough rater makes of a slip put right is no news: `steady.py`.
"""

from datetime import datetime
from uuid import UUID

from vivavoce.attempts.corrections import count_corrections, read_words_after
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.attempts.scores import keep_preview_score, lock_finished, read_finished
from vivavoce.db.database import Database
from vivavoce.interviews.versions import read_version
from vivavoce.providers.raters.port import Rater
from vivavoce.scoring.calibrations import find_calibration
from vivavoce.scoring.interval import Interval, find_interval_of_ten
from vivavoce.scoring.judgement import Judgement
from vivavoce.scoring.judgements import to_scores
from vivavoce.scoring.own_calibrations import find_own_calibrations
from vivavoce.scoring.previews import find_preview, save_preview
from vivavoce.scoring.score import think
from vivavoce.scoring.steady import find_rewritten, hold_steady


async def preview_attempt(
    database: Database,
    rater: Rater,
    *,
    merchant_id: UUID,
    attempt_id: UUID,
    now: datetime,
    models: LanguageModels | None = None,
) -> None:
    """Judges the attempt for its preview while it waits to be handed in; a later one is never overwritten."""
    async with database.tenant(merchant_id) as connection:
        # Counted first: what is corrected in between makes the preview older than it is, never newer.
        corrections = await count_corrections(connection, attempt_id)
        material = await read_finished(connection, attempt_id)
        if material is None:
            return
        definition = await read_version(connection, material.interview_id, material.revision)
        own = await find_own_calibrations(connection)
        before = await find_preview(connection, attempt_id)
        words = await read_words_after(connection, attempt_id, (before and before.corrections) or 0)
    thought = await think(
        database, rater, models, definition, material, own, merchant_id=merchant_id, attempt_id=attempt_id, now=now
    )
    judgement = thought.judgement
    interval = find_overall_interval(judgement, rater)
    shown = judgement
    if before is not None:
        shown = hold_steady(judgement, before.judgement, rewritten=find_rewritten(words, material.answers))
    async with database.tenant(merchant_id) as connection:
        if not await lock_finished(connection, attempt_id):
            return
        is_newest = await save_preview(
            connection,
            shown,
            interval,
            merchant_id=merchant_id,
            attempt_id=attempt_id,
            corrections=corrections,
            now=now,
        )
        if is_newest:
            await keep_preview_score(connection, attempt_id, to_scores(judgement).overall)


def find_overall_interval(judgement: Judgement, rater: Rater) -> Interval | None:
    """Of the overall score, 0 to 10: as wide as if every answer were off by as much, and to the same side.

    None where readers judged: what the rater was measured at says nothing of them.
    """
    score = None if judgement.readers else judgement.session.score
    return find_interval_of_ten(score, find_calibration(rater))
