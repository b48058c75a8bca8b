"""A breaker over time: what failed three times in a row rests."""

from tests.folding import folded
from vivavoce.providers.breaker import FIRST_REST, LONGEST_REST, MOST_FAILURES, Breaker


def broken(now: float) -> Breaker:
    """One that has just opened."""
    breaker = Breaker()
    for _ in range(MOST_FAILURES):
        breaker.went_wrong(now)
    return breaker


def test_a_machine_that_never_failed_may_be_asked() -> None:
    assert Breaker().may_pass(0.0)


@folded(
    ("went", "may_pass"),
    [("x", True), ("xx", True), ("xxx", False), ("xx.x", True), ("xx.xx", True), ("x.x.x.x", True), ("xx.xxx", False)],
)
def test_only_failures_in_a_row_open_it(went: str, may_pass: bool) -> None:
    breaker = Breaker()
    for one in went:
        if one == "x":
            breaker.went_wrong(5.0)
        else:
            breaker.went_well()
    assert breaker.may_pass(5.0) is may_pass


def test_it_rests_and_is_tried_again() -> None:
    breaker = broken(100.0)
    assert not breaker.may_pass(100.0 + FIRST_REST - 0.1)
    assert breaker.may_pass(100.0 + FIRST_REST)


def test_each_rest_is_twice_as_long_up_to_a_limit_until_it_works() -> None:
    breaker, now, rests = broken(0.0), 0.0, []
    for _ in range(7):
        rest = next(seconds for seconds in range(1, 1000) if breaker.may_pass(now + seconds))
        rests.append(float(rest))
        now += rest
        breaker.went_wrong(now)
    assert rests == [10.0, 20.0, 40.0, 80.0, 160.0, LONGEST_REST, LONGEST_REST]
    breaker.went_well()
    for _ in range(MOST_FAILURES):
        breaker.went_wrong(now + LONGEST_REST)
    assert breaker.may_pass(now + LONGEST_REST + FIRST_REST)


def test_failures_that_were_under_way_when_it_opened_make_no_rest_longer() -> None:
    breaker = broken(0.0)
    for _ in range(20):
        breaker.went_wrong(1.0)
    assert breaker.may_pass(FIRST_REST)
