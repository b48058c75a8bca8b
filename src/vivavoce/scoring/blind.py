"""Rating blind, and how far people and the program agree: what a calibration is made from."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from vivavoce.attempts.decider import Decider
from vivavoce.attempts.ratings import BlindRatingGiven, RatedClaim, read_ratings, save_rating
from vivavoce.attempts.scores import lock_judged
from vivavoce.db.database import Connection
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.interviews.blind_rating import BlindRating
from vivavoce.scoring.amend import find_verdict, places_of
from vivavoce.scoring.judgement import Judgement
from vivavoce.scoring.judgements import find_judgement
from vivavoce.scoring.overturn import NotJudged


class RatingOff(Conflict):
    """Results of this interview are not rated blind. Turn it on in the interview first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindAgreement:
    """How far ratings and verdicts agree. claims: compared; agreed: alike.

    kappa: Cohen's, from −1 to 1: 0 is what chance would give; None without a claim, or where chance alone agrees.
    """

    ratings: int
    claims: int
    agreed: int
    kappa: Fraction | None


async def rate_blind(
    connection: Connection,
    attempt_id: UUID,
    claims: Sequence[RatedClaim],
    decider: Decider,
    *,
    merchant_id: UUID,
    hid_names: bool,
    now: datetime,
) -> BlindAgreement:
    """Keeps the rating, which must be of every claim; how far it agrees with the program, which may be shown now.

    Raises NotFound, NotJudged, RatingOff, SeenAlready, RatedAlready, and Invalid for claims that are missing, unknown
    or named twice.
    """
    if not await lock_judged(connection, attempt_id):
        raise NotFound("There is nothing with this id.")
    setting = await connection.fetchval(
        "select blind_rating from attempts join interviews on interviews.id = attempts.interview_id"
        " where attempts.id = $1",
        attempt_id,
    )
    if setting == BlindRating.OFF.value:
        raise RatingOff
    kept = await find_judgement(connection, attempt_id)
    if kept is None:
        raise NotJudged
    rated = [(claim.step_id, claim.bracket, claim.place) for claim in claims]
    wanted = places_of(kept.as_found)
    if len(set(rated)) != len(rated) or set(rated) != set(wanted):
        raise Invalid(f"Expected a mark on each of the {len(wanted)} requirements, once.", name="marks")
    await save_rating(connection, attempt_id, claims, decider, merchant_id=merchant_id, hid_names=hid_names, now=now)
    return compare((claims,), (kept.as_found,))


async def find_agreement(connection: Connection, interview_id: UUID) -> BlindAgreement:
    """Over all ratings of an interview's results, against what the program found, whatever people changed later."""
    rows = await connection.fetch(
        "select distinct attempt_id from ratings join attempts on attempts.id = attempt_id where interview_id = $1",
        interview_id,
    )
    given: list[BlindRatingGiven] = []
    judgements: list[Judgement] = []
    for row in rows:
        kept = await find_judgement(connection, row["attempt_id"])
        if kept is not None:
            ratings = await read_ratings(connection, row["attempt_id"])
            given += ratings
            judgements += [kept.as_found] * len(ratings)
    return compare([rating.claims for rating in given], judgements)


def compare(ratings: Sequence[Sequence[RatedClaim]], judgements: Iterable[Judgement]) -> BlindAgreement:
    """Each rating against the judgement at its place in the other list."""
    pairs: Counter[tuple[str, str]] = Counter()
    for claims, judgement in zip(ratings, judgements, strict=True):
        for claim in claims:
            verdict = find_verdict(judgement, (claim.step_id, claim.bracket, claim.place))
            if verdict is not None:
                pairs[claim.mark.value, verdict.state.value] += 1
    total, agreed = pairs.total(), sum(count for (person, other), count in pairs.items() if person == other)
    return BlindAgreement(ratings=len(ratings), claims=total, agreed=agreed, kappa=_find_kappa(pairs))


def _find_kappa(pairs: Counter[tuple[str, str]]) -> Fraction | None:
    total = pairs.total()
    if not total:
        return None
    people, program = Counter[str](), Counter[str]()
    for (person, other), count in pairs.items():
        people[person] += count
        program[other] += count
    chance = sum((Fraction(people[mark] * program[mark], total * total) for mark in people), Fraction(0))
    agreed = Fraction(sum(count for (person, other), count in pairs.items() if person == other), total)
    return None if chance == 1 else (agreed - chance) / (1 - chance)
