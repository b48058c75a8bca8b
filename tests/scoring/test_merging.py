"""Merging what readers say of a claim: who must agree, and what order, repetition and lies can do."""

import random
from dataclasses import replace
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from vivavoce.interviews.expectations import Bracket
from vivavoce.scoring.interval import find_agreement
from vivavoce.scoring.merging import drop_overused, drop_unvoted, is_settled, is_talked_into, merge
from vivavoce.scoring.rubric import Claim
from vivavoce.scoring.total import score_verdicts
from vivavoce.scoring.verdicts import Doubt, Quote, ReaderFinding, ReadPart, Sureness, Verdict, VerdictState

CLAIM = Claim(bracket=Bracket.WEAK, index=0, text="Leads a team")
C, R, N = VerdictState.CONFIRMED, VerdictState.REJECTED, VerdictState.NOT_DISCUSSED
QUOTE = Quote(turn=1, start=0, end=10, text="I led six.")
LETTERS = {"c": C, "r": R, "n": N}


def finding(part: ReadPart, state: VerdictState, *, number: int = 1, is_quoted: bool = True) -> ReaderFinding:
    quotes = (QUOTE,) if is_quoted and part is ReadPart.ANSWER and state is not N else ()
    return ReaderFinding(part=part, round=number, reader=part.value, state=state, sure=Sureness.CERTAIN, quotes=quotes)


def told(story: str) -> list[ReaderFinding]:
    """`cc rn v:c`: answer and quoted words, round by round (-: not read, ?: words not found), and the rater's vote."""
    findings = []
    for number, said in enumerate(story.split(), 1):
        if said == "-":
            continue
        if said.startswith("v:"):
            findings.append(finding(ReadPart.WINDOWS, LETTERS[said[2]]))
            continue
        findings.append(finding(ReadPart.ANSWER, LETTERS[said[0]], number=number, is_quoted=said[1] != "?"))
        if said[1] in LETTERS:
            findings.append(finding(ReadPart.QUOTES, LETTERS[said[1]], number=number))
    return findings


def test_both_must_say_it_and_a_second_round_is_the_last() -> None:
    cases: list[tuple[str, VerdictState, Doubt | None]] = [
        ("cc", C, None),
        ("rr", R, None),
        ("n-", N, None),
        ("cn cc", C, None),
        ("cr rr", R, None),
        ("cn n-", N, None),  # the first reader took it back
        ("cr n-", N, Doubt.DISAGREED),  # confirmed against rejected: nothing said since settles that
        ("cn cn", N, Doubt.DISAGREED),
        ("cn rr", R, None),
        ("c? cc", C, None),  # the words were found the second time
        ("c? c?", N, Doubt.UNSUPPORTED),
        ("c- c-", N, Doubt.UNSUPPORTED),  # nobody read the words alone
        ("cc v:n", C, None),
        ("cc v:r", C, Doubt.CONTRADICTORY),  # a denial that a rule sees overturns nothing, and calls for a person
        ("n- v:r", N, Doubt.CONTRADICTORY),
        ("n- v:c", N, None),
        ("cn cn v:c", N, Doubt.DISAGREED),  # the vote decides nothing
    ]
    for story, state, doubt in cases:
        verdict = merge(CLAIM, told(story))
        assert (verdict.state, verdict.doubt) == (state, doubt), story
        assert bool(verdict.quotes) == (state is not N), story


def test_a_second_look_and_a_vote_against_make_it_less_sure() -> None:
    assert merge(CLAIM, told("cc")).p > merge(CLAIM, told("cn cc")).p > merge(CLAIM, told("cc v:r")).p
    assert merge(CLAIM, told("n-")).p > merge(CLAIM, told("n- v:c")).p


def test_what_is_settled_is_not_asked_again() -> None:
    assert [story for story in ("cc", "n-", "cn", "c?", "c-") if is_settled(told(story))] == ["cc", "n-"]


def test_words_that_confirm_everything_confirm_nothing() -> None:
    one, other = merge(CLAIM, told("cc")), merge(CLAIM, told("rr"))
    assert [verdict.state for verdict in drop_overused([one, one, other])] == [C, C, R]
    fallen = drop_overused([one, one, one, other])
    assert [verdict.state for verdict in fallen] == [N, N, N, R]
    assert {verdict.doubt for verdict in fallen[:3]} == {Doubt.UNSUPPORTED}


def test_who_grants_by_the_same_words_what_nobody_can_have_shown_confirms_nothing() -> None:
    tried = {state: [*told("cc"), finding(ReadPart.TRIAL, state)] for state in VerdictState}
    assert [merge(CLAIM, tried[state]).state for state in (N, R, C)] == [C, C, N]
    assert [is_settled(tried[state]) for state in (N, R, C)] == [True, True, False]
    assert merge(CLAIM, tried[N]).p == merge(CLAIM, told("cc")).p
    fallen = merge(CLAIM, [*tried[C], *told("- cc"), finding(ReadPart.TRIAL, C, number=2)])
    assert (fallen.state, fallen.doubt, fallen.quotes) == (N, Doubt.UNSUPPORTED, ())
    # In another round, by other words, it may stand; and what else was said is judged as if nobody had been tried.
    assert merge(CLAIM, [*tried[C], *told("- cc"), finding(ReadPart.TRIAL, N, number=2)]).state is C
    assert merge(CLAIM, [*told("rr"), finding(ReadPart.TRIAL, C)]).state is R
    # The interval is not widened by what was granted blindly.
    honest = merge(CLAIM, told("cn cn"))
    widened, bought = find_agreement([honest]), find_agreement([fallen])
    assert widened is not None
    assert bought is not None
    assert not is_talked_into(honest.findings)
    assert is_talked_into(fallen.findings)


def test_where_somebody_spoke_to_whoever_judges_the_rater_must_see_it_too() -> None:
    confirmed, rejected = merge(CLAIM, told("cc")), merge(CLAIM, told("rr"))
    votes = {state: finding(ReadPart.WINDOWS, state) for state in VerdictState}
    assert drop_unvoted(confirmed, votes[C]) == confirmed
    assert {drop_unvoted(rejected, vote) for vote in votes.values()} == {rejected}
    for state in (N, R):
        fallen = drop_unvoted(confirmed, votes[state])
        assert (fallen.state, fallen.doubt, fallen.quotes) == (N, Doubt.UNSUPPORTED, ())


STORIES = ("cc", "cn cc", "cn cn", "rr", "cr rr", "n-", "cr n-", "cc v:r")
FINDINGS = st.builds(
    ReaderFinding,
    part=st.sampled_from(ReadPart),
    round=st.sampled_from((1, 2)),
    reader=st.sampled_from(("one", "other")),
    state=st.sampled_from(VerdictState),
    sure=st.sampled_from(Sureness),
    quotes=st.sampled_from(((), (QUOTE,), (replace(QUOTE, start=5),))),
)
SOME = st.lists(FINDINGS, min_size=1, max_size=8)


@given(SOME, st.integers())
def test_order_and_repetition_change_nothing(findings: list[ReaderFinding], seed: int) -> None:
    mixed = [*findings, *findings[: seed % 3]]
    random.Random(seed).shuffle(mixed)
    assert merge(CLAIM, mixed) == merge(CLAIM, findings)


@given(SOME)
def test_what_stands_was_said_twice_of_words_that_are_there(findings: list[ReaderFinding]) -> None:
    verdict = merge(CLAIM, findings)
    assert 0 <= verdict.p <= 1
    untried = [one for one in findings if one.part is not ReadPart.TRIAL]
    if verdict.state is C and untried:
        assert merge(CLAIM, untried).state is C  # a trial only takes
    if verdict.state is not N:
        same = [one for one in findings if one.state is verdict.state]
        assert {ReadPart.ANSWER, ReadPart.QUOTES} <= {one.part for one in same}
        assert any(one.quotes == verdict.quotes for one in same)
        assert verdict.quotes


def test_a_lying_reader_never_raises() -> None:
    """Whatever one of two readers says, in either round: no claim is confirmed that the honest one does not see.

    What it can undo is a rejection, and then not in silence where the honest reader has spoken.
    """
    says = [None, *VerdictState]
    for honest, lies in product(VerdictState, product(says, repeat=2)):
        for liar in (ReadPart.ANSWER, ReadPart.QUOTES):
            findings = []
            for number, lie in enumerate(lies, 1):
                whole, alone = (lie, honest) if liar is ReadPart.ANSWER else (honest, lie)
                findings += [finding(ReadPart.ANSWER, whole, number=number)] if whole is not None else []
                if alone is not None and whole not in (None, N):
                    findings.append(finding(ReadPart.QUOTES, alone, number=number))
            verdict = merge(CLAIM, findings)
            assert verdict.state is not C or honest is C
            has_spoken = any(one.part is not liar for one in findings)
            if honest is R and verdict.state is N and has_spoken:
                assert verdict.doubt is not None or N in lies, (honest, lies, liar)


@given(st.lists(st.sampled_from(STORIES), min_size=1, max_size=9))
def test_the_interval_of_agreement_holds_the_score_and_widens_with_doubt(stories: list[str]) -> None:
    verdicts = [
        replace(merge(CLAIM, told(story)), claim=replace(CLAIM, bracket=list(Bracket)[place % 3], index=place // 3))
        for place, story in enumerate(stories)
    ]
    score, interval = score_verdicts(verdicts), find_agreement(verdicts)
    assert score is not None
    assert interval is not None
    assert interval.low <= score <= interval.high
    assert not interval.is_calibrated
    firm = [Verdict(claim=one.claim, state=one.state, p=0.95, quotes=one.quotes) for one in verdicts]
    narrow = find_agreement(firm)
    assert narrow is not None
    assert interval.low <= narrow.low
    assert narrow.high <= interval.high
