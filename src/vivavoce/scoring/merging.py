"""From what several readers say of one claim to one verdict. Pure: the order of what they said changes nothing.

round 1: whole answer ──► quoted words alone ──► both say the same ──► it stands
                                             └─► they differ ──► round 2, the same once more ──► it stands, or falls
left open, and the question has documents ──► round 3, the same beside their passages ──► confirmed, or left open

Documents make no verdict worse: whatever stands in them, what was confirmed or rejected without them stays, and beside
them a claim is confirmed or left open. It is confirmed only by the candidate's words, and only if who granted it by
them did not grant what nobody can have shown.

Words by which somebody grants a claim that nobody can have shown (trial.py) prove nothing. The rater's vote makes
a verdict more or less sure, and where it saw a denial, calls for a person. It overturns nothing; but where somebody
spoke to whoever judges, nothing is confirmed without it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from vivavoce.scoring.rubric import Claim
from vivavoce.scoring.verdicts import Doubt, Quote, ReaderFinding, ReadPart, Sureness, Verdict, VerdictState

ROUNDS = (1, 2)
BESIDE_DOCUMENTS = 3  # claims that both rounds left open, once more with passages of the question's documents beside
# How probable a verdict is by how sure the least sure of its readers is. Words, not measurements: `vivavoce calibrate`
# measures what scores made of them are worth.
BY_SURENESS = {Sureness.CERTAIN: 0.95, Sureness.LIKELY: 0.85, Sureness.UNSURE: 0.65}
ASKED_TWICE = 0.7  # and no more, where it took a second round
VOTED_AGAINST = 0.55  # and no more, where the rater says the contrary
VOTED_OTHERWISE = 0.8  # and no more, where the rater confirms what readers did not see
OPEN = 0.5  # readers that disagreed twice
MOST_SHARED = 2  # claims that one and the same quote confirms
READ = frozenset({ReadPart.ANSWER, ReadPart.QUOTES})  # what a verdict is made of


def merge(claim: Claim, findings: Iterable[ReaderFinding]) -> Verdict:
    """The verdict of these findings, in whatever order, however often each is told.

    Confirmed or rejected only where, in one round, all who read the answer and all who read its quoted words alone say
    so, and the words are there. At least one finding is of a whole answer.
    """
    told = tuple(sorted(set(findings), key=_order))
    votes = {finding.state for finding in told if finding.part is ReadPart.WINDOWS}
    settled = _settle(told)
    beside = [finding for finding in told if finding.round == BESIDE_DOCUMENTS]
    if (settled is None or settled[0] is VerdictState.NOT_DISCUSSED) and _is_shown_beside(beside):
        return _weigh(claim, VerdictState.CONFIRMED, beside, votes, told)
    if settled is not None:
        return _weigh(claim, *settled, votes, told)
    doubt = Doubt.DISAGREED if _was_disputed(told) else Doubt.UNSUPPORTED
    return Verdict(claim=claim, state=VerdictState.NOT_DISCUSSED, p=OPEN, doubt=doubt, findings=told)


def is_left_open(findings: Iterable[ReaderFinding]) -> bool:
    """Whether two rounds have neither confirmed nor rejected the claim."""
    settled = _settle(tuple(findings))
    return settled is None or settled[0] is VerdictState.NOT_DISCUSSED


def _settle(told: Sequence[ReaderFinding]) -> tuple[VerdictState, list[ReaderFinding]] | None:
    """The state that a round comes to, with its findings; None where none of them comes to any."""
    rounds = {number: [finding for finding in told if finding.round == number] for number in ROUNDS}
    for number, read in rounds.items():
        states = {finding.state for finding in read if finding.part in READ}
        if not any(finding.part is ReadPart.ANSWER for finding in read) or len(states) > 1:
            continue
        (state,) = states
        if state is VerdictState.NOT_DISCUSSED and number > 1 and not _was_left_open(rounds[1]):
            continue  # it was confirmed against rejected before: that one of them now says nothing settles nothing
        if state is not VerdictState.NOT_DISCUSSED and not _is_proved(read):
            continue
        return state, read
    return None


def _is_shown_beside(beside: Sequence[ReaderFinding]) -> bool:
    """Whether all who read it beside documents confirm it, by words that are there, and stood the trial."""
    return (
        any(finding.part is ReadPart.TRIAL for finding in beside)
        and {finding.state for finding in beside if finding.part in READ} == {VerdictState.CONFIRMED}
        and _is_proved(beside)
    )


def drop_overused(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts of one answer, without those confirmed by the very words that confirm more than MOST_SHARED claims.

    Words that prove everything prove nothing: so quotes a reader that was talked into it, or that is lazy.
    """
    shared = Counter(verdict.quotes for verdict in verdicts if verdict.state is VerdictState.CONFIRMED)
    return tuple(
        _fall(verdict) if verdict.state is VerdictState.CONFIRMED and shared[verdict.quotes] > MOST_SHARED else verdict
        for verdict in verdicts
    )


def drop_unvoted(verdict: Verdict, vote: ReaderFinding) -> Verdict:
    """The verdict on an answer in which somebody spoke to whoever judges: confirmed only where the rater sees it too.

    The rater takes no orders, and models may.
    """
    if verdict.state is not VerdictState.CONFIRMED or vote.state is VerdictState.CONFIRMED:
        return verdict
    return _fall(verdict)


def _fall(verdict: Verdict) -> Verdict:
    return replace(verdict, state=VerdictState.NOT_DISCUSSED, p=OPEN, quotes=(), doubt=Doubt.UNSUPPORTED)


def is_settled(findings: Iterable[ReaderFinding]) -> bool:
    """Whether one round is enough: else all are asked once more."""
    told = list(findings)
    states = {finding.state for finding in told if finding.part in READ}
    return states == {VerdictState.NOT_DISCUSSED} or (len(states) == 1 and _is_proved(told))


def is_talked_into(findings: Iterable[ReaderFinding]) -> bool:
    """Whether somebody confirmed, and by the same words confirmed what nobody can have shown."""
    told = list(findings)
    rounds = {
        finding.round for finding in told if finding.part is ReadPart.TRIAL and finding.state is VerdictState.CONFIRMED
    }
    return any(
        finding.round in rounds and finding.part is ReadPart.QUOTES and finding.state is VerdictState.CONFIRMED
        for finding in told
    )


def _is_proved(read: Iterable[ReaderFinding]) -> bool:
    """Whether every whole reading has its words, and somebody has read them alone and does not grant everything."""
    kept = list(read)
    if is_talked_into(kept):
        return False
    answers = [finding for finding in kept if finding.part is ReadPart.ANSWER]
    return all(finding.quotes for finding in answers) and any(finding.part is ReadPart.QUOTES for finding in kept)


def _was_left_open(first: Iterable[ReaderFinding]) -> bool:
    """Whether somebody in the first round already said that it is not discussed."""
    states = {finding.state for finding in first if finding.part in READ}
    return VerdictState.NOT_DISCUSSED in states or len(states) < 2


def _was_disputed(told: Iterable[ReaderFinding]) -> bool:
    return len({finding.state for finding in told if finding.part in READ and finding.round in ROUNDS}) > 1


def _weigh(
    claim: Claim,
    state: VerdictState,
    read: Iterable[ReaderFinding],
    votes: set[VerdictState],
    told: tuple[ReaderFinding, ...],
) -> Verdict:
    kept = [finding for finding in read if finding.part in READ]
    p = min(BY_SURENESS[finding.sure] for finding in kept)
    if kept[0].round > 1:
        p = min(p, ASKED_TWICE)
    verdict = Verdict(claim=claim, state=state, p=p, quotes=_join_quotes(kept), findings=told)
    contrary = {VerdictState.CONFIRMED: VerdictState.REJECTED, VerdictState.REJECTED: VerdictState.CONFIRMED}
    if VerdictState.REJECTED in votes and state is not VerdictState.REJECTED:
        return replace(verdict, p=min(p, VOTED_AGAINST), doubt=Doubt.CONTRADICTORY)
    if contrary.get(state) in votes:
        return replace(verdict, p=min(p, VOTED_AGAINST))
    if state is VerdictState.NOT_DISCUSSED and VerdictState.CONFIRMED in votes:
        return replace(verdict, p=min(p, VOTED_OTHERWISE))
    return verdict


def _join_quotes(read: Iterable[ReaderFinding]) -> tuple[Quote, ...]:
    """The quotes of the first whole reading, by its place in the order: several say the same."""
    return next(finding.quotes for finding in read if finding.part is ReadPart.ANSWER)


def _order(finding: ReaderFinding) -> tuple[object, ...]:
    places = tuple((quote.turn, quote.start, quote.end, quote.text) for quote in finding.quotes)
    return (finding.round, finding.part.value, finding.reader, finding.state.value, finding.sure.value, places)
