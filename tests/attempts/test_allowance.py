"""How many attempts somebody has: the rule as a table, and what holds whatever happened before."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import House, a_draft
from tests.folding import folded
from vivavoce.attempts.allowance import MOST_SET_ASIDE, Allowance, NoMore, Past, Rules, find_allowance, rules_of
from vivavoce.attempts.states import UNDER_WAY, AttemptState
from vivavoce.interviews.draft import Kind

TWO, PRACTICE, ENOUGH = Rules(max_attempts=2), Rules(max_attempts=2, is_practice=True), Rules(enough_score=7.5)


def past(words: str) -> list[Past]:
    """`finished! submitted:8`: an attempt a word; `!` with a fault, `?` not comparable, `:` before its score."""
    found = []
    for word in words.split():
        state, _, score = word.partition(":")
        found.append(
            Past(
                state=AttemptState(state.rstrip("!?")),
                score=Decimal(score) if score else None,
                has_fault=state.endswith("!"),
                is_comparable=not state.endswith("?"),
            )
        )
    return found


@folded(
    ("before", "rules", "grants", "used", "allowed", "left", "why_not"),
    [
        ("", TWO, 0, 0, 2, 2, None),
        ("begun", TWO, 0, 1, 2, 1, NoMore.UNDER_WAY),
        ("abandoned", TWO, 0, 1, 2, 1, None),
        ("finished", TWO, 0, 1, 2, 1, None),
        ("abandoned finished", TWO, 0, 2, 2, 0, NoMore.USED),
        ("abandoned abandoned", TWO, 0, 2, 2, 0, NoMore.USED),
        ("abandoned abandoned abandoned", TWO, 0, 3, 3, 0, NoMore.USED),  # allowed fewer by now
        # What failed on our side never counts.
        ("failed failed failed", TWO, 0, 0, 2, 2, None),
        ("failed finished failed finished", TWO, 0, 2, 2, 0, NoMore.USED),
        ("abandoned begun!", TWO, 0, 1, 2, 1, None),
        ("abandoned finished!", TWO, 0, 1, 2, 1, None),
        ("abandoned submitted!", TWO, 0, 2, 2, 0, NoMore.HANDED_IN),
        ("failed " * MOST_SET_ASIDE + "finished!", TWO, 0, 1, 2, 1, None),
        ("failed " * MOST_SET_ASIDE + "begun!", TWO, 0, 1, 2, 1, NoMore.UNDER_WAY),
        # What was disturbed too much can be taken again for nothing, handed in or not, and never counts.
        ("submitted?", TWO, 0, 0, 2, 2, None),
        ("finished?", TWO, 0, 0, 2, 2, None),
        ("begun?", TWO, 0, 0, 2, 2, None),
        ("abandoned?", TWO, 0, 1, 2, 1, None),
        ("submitted? submitted", TWO, 0, 1, 2, 0, NoMore.HANDED_IN),
        ("submitted? abandoned finished", TWO, 0, 2, 2, 0, NoMore.USED),
        ("submitted?:8", ENOUGH, 0, 0, 3, 0, NoMore.ENOUGH),
        ("failed " * MOST_SET_ASIDE + "submitted?", TWO, 0, 1, 2, 0, NoMore.HANDED_IN),
        ("finished? " * (MOST_SET_ASIDE + 2) + "finished", TWO, 0, 3, 3, 0, NoMore.USED),  # more of them count
        # What was handed in is final, until it is sent back.
        ("submitted", TWO, 0, 1, 2, 0, NoMore.HANDED_IN),
        ("returned", TWO, 1, 1, 3, 2, None),
        ("abandoned returned", TWO, 1, 2, 3, 1, None),
        ("returned submitted", TWO, 1, 2, 3, 0, NoMore.HANDED_IN),
        ("returned returned", TWO, 2, 2, 4, 2, None),
        ("returned failed", TWO, 1, 1, 3, 2, None),
        ("abandoned abandoned returned", Rules(max_attempts=1), 1, 3, 4, 1, None),  # allowed fewer by now
        # Practice is nobody's to send back.
        ("submitted", PRACTICE, 0, 1, 2, 1, None),
        ("submitted submitted", PRACTICE, 0, 2, 2, 0, NoMore.USED),
        # From the score on that is enough there is no other.
        ("abandoned:7.4", ENOUGH, 0, 1, 3, 2, None),
        ("abandoned:7.5", ENOUGH, 0, 1, 3, 0, NoMore.ENOUGH),
        ("submitted:9 finished", Rules(enough_score=9, is_practice=True), 0, 2, 3, 0, NoMore.ENOUGH),
        ("returned:9", ENOUGH, 1, 1, 4, 3, None),  # somebody thought that it was not enough
        ("returned:9 finished", ENOUGH, 1, 2, 4, 2, None),
        ("abandoned:10", TWO, 0, 1, 2, 1, None),
    ],
)
def test_what_is_left_and_why(
    before: str, rules: Rules, grants: int, used: int, allowed: int, left: int, why_not: NoMore | None
) -> None:
    found = find_allowance(past(before), rules=rules, grants=grants)
    assert (found.used, found.allowed, found.left, found.why_not) == (used, allowed, left, why_not)


@folded(
    ("before", "is_free"),
    [
        ("", False),
        ("finished", False),
        ("finished!", True),
        ("begun!", True),
        ("submitted!", False),
        ("begun! begun", False),
        ("failed " * (MOST_SET_ASIDE - 1) + "begun!", True),
        ("failed " * MOST_SET_ASIDE + "begun!", False),
    ],
)
def test_what_a_fault_of_ours_broke_can_be_given_up_for_nothing(before: str, is_free: bool) -> None:
    assert find_allowance(past(before), rules=TWO, grants=0).is_free == is_free


PASTS = st.lists(
    st.builds(
        Past,
        state=st.sampled_from(sorted(set(AttemptState) - UNDER_WAY)),
        score=st.none() | st.decimals(0, 10, places=2),
        has_fault=st.booleans(),
    ),
    max_size=25,
)
RULES = st.builds(
    Rules,
    max_attempts=st.integers(1, 20),
    enough_score=st.none() | st.floats(0, 10),
    is_practice=st.booleans(),
)


@given(PASTS, RULES, st.integers(0, 5))
def test_there_is_another_attempt_exactly_where_some_are_left(before: list[Past], rules: Rules, grants: int) -> None:
    found = find_allowance(before, rules=rules, grants=grants)
    assert (found.why_not is None) == (found.left > 0)
    assert 0 <= found.left <= found.allowed - found.used


@given(PASTS, RULES, st.integers(0, 5))
def test_an_attempt_that_failed_changes_nothing(before: list[Past], rules: Rules, grants: int) -> None:
    failed = [*before, Past(state=AttemptState.FAILED, has_fault=True)]
    assert find_allowance(failed, rules=rules, grants=grants) == find_allowance(before, rules=rules, grants=grants)


@given(PASTS, RULES, st.integers(0, 5), st.sampled_from([*UNDER_WAY, AttemptState.SUBMITTED]))
def test_what_cannot_be_compared_uses_no_attempt_up(
    before: list[Past], rules: Rules, grants: int, state: AttemptState
) -> None:
    """At most ten times: whoever breaks their own line again and again would have goes without end."""
    used = find_allowance(before, rules=rules, grants=grants).used
    after = find_allowance([*before, Past(state=state, is_comparable=False)], rules=rules, grants=grants)
    assert after.used == used + (0 if after.is_free else 1)
    assert after.is_free == (sum(one.state is AttemptState.FAILED for one in before) < MOST_SET_ASIDE)
    if after.is_free:
        assert after.left > 0 or after.why_not in (NoMore.ENOUGH, NoMore.USED)


@given(PASTS, RULES, st.integers(0, 5))
def test_a_grant_never_takes_an_attempt_away(before: list[Past], rules: Rules, grants: int) -> None:
    more = find_allowance(before, rules=rules, grants=grants + 1)
    assert more.left >= find_allowance(before, rules=rules, grants=grants).left


@given(PASTS, RULES, st.integers(0, 5))
def test_what_was_sent_back_can_always_be_made_anew(before: list[Past], rules: Rules, grants: int) -> None:
    sent_back = [*before, Past(state=AttemptState.RETURNED)]
    assert find_allowance(sent_back, rules=rules, grants=grants).why_not is None


def test_the_rules_are_the_interviews_own_or_the_defaults(house: House) -> None:
    assert rules_of(a_draft(house)) == Rules(max_attempts=3, enough_score=None, is_practice=False)
    settings = {"max_attempts": 5, "scoring": {"enough_score": 8}}
    draft = a_draft(house, kind=Kind.COACHING, settings=settings)
    assert rules_of(draft) == Rules(max_attempts=5, enough_score=8, is_practice=True)
    draft = a_draft(house, settings={"scoring": {"enough_score": None, "session": {"weight": 10}}})
    assert rules_of(draft).enough_score is None


def test_nothing_is_used_before_the_first_attempt() -> None:
    assert find_allowance([], rules=Rules(max_attempts=1), grants=0) == Allowance(
        used=0, allowed=1, left=1, why_not=None
    )
