"""No rater's word is taken for what was said: its quotes are looked for, and what isn't there proves nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.providers.raters.port import Judged
from vivavoce.scoring.given import Given, GivenAnswer
from vivavoce.scoring.judge import judge_answer
from vivavoce.scoring.quotes import count_edits, find_quotes, says_the_same
from vivavoce.scoring.rubric import Rubric
from vivavoce.scoring.verdicts import Doubt, Verdict, VerdictState
from vivavoce.scoring.windows import AnswerWindow, make_windows
from vivavoce.text.sentences import Span

QUESTION = "Have you ever reconciled the bank accounts of a company with fifty people?"
CLAIM = "Reconciles bank accounts"
SAID = "Well, I reconcile all 12 accounts on Fridays. I did not book it."
ELSEWHERE = "We moved five servers in one night."


@dataclass(frozen=True, kw_only=True)
class LyingRater:
    """Is sure of everything, and quotes whatever it likes. quote: from the window that it was given."""

    quote: Callable[[str], tuple[str, ...]]
    is_rejecting: bool = False
    name = "lying"
    version = "1"
    languages = frozenset({"en", "pl"})
    is_rough = False

    def judge(self, question: str, claim: str, windows: Sequence[str]) -> list[Judged]:
        """The same of each window."""
        return [
            Judged(
                confirmed=0.0 if self.is_rejecting else 1.0,
                rejected=1.0 if self.is_rejecting else 0.0,
                not_discussed=0.0,
                quotes=self.quote(window),
            )
            for window in windows
        ]

    def similar(self, texts: Sequence[str], others: Sequence[str]) -> list[list[float]]:
        """All alike."""
        return [[1.0] * len(others) for _ in texts]


def judged(
    *quotes: str, text: str = SAID, is_spoken: bool = False, is_rejecting: bool = False, language: str = "en"
) -> Verdict:
    """The one verdict when these are quoted, whatever the window."""
    turns = (GivenAnswer(number=1, question=QUESTION, text=text, is_spoken=is_spoken),)
    answer = Given(language=language, turns=turns, rubric=Rubric(weak=(CLAIM,)))
    rater = LyingRater(quote=lambda _: quotes, is_rejecting=is_rejecting)
    return judge_answer(answer, rater=rater).verdicts[0]


@folded("is_spoken", [False, True])
@pytest.mark.parametrize("is_rejecting", [False, True])
@pytest.mark.parametrize(
    "quotes",
    [
        ("I reconciled every account of the bank",),  # invented
        (QUESTION,),
        ("reconciled the bank accounts",),  # the question's
        (ELSEWHERE,),  # another answer's
        ("I did book it",),  # a "not" left out
        ("I did now book it",),  # two letters turn it
        ("I reconcile all 13 accounts",),
        ("I reconcile all 12 accounts not on Fridays",),
        ("",),
        (),
        (" … ",),
        ("e",),
        ("I",),
        ("I did",),  # small words: they stand in every answer
        ("reconcile al",),  # in the middle of a word
        (SAID + " " + ELSEWHERE,),  # more than was said
        ("I reconcile all", "all 12 accounts"),  # one within another
        ("on Fridays", "I reconcile"),  # not in their order
        ("I reconcile all 12 accounts", "I reconcile all 12 accounts"),
        ("I reconcile all 12 accounts", "and the ledger"),  # half a lie
    ],
    ids=repr,
)
def test_a_quote_that_was_not_said_proves_nothing(quotes: tuple[str, ...], is_spoken: bool, is_rejecting: bool) -> None:
    verdict = judged(*quotes, is_spoken=is_spoken, is_rejecting=is_rejecting)
    assert (verdict.state, verdict.quotes, verdict.doubt) == (VerdictState.NOT_DISCUSSED, (), Doubt.UNSUPPORTED)


@pytest.mark.parametrize("is_rejecting", [False, True])
@pytest.mark.parametrize(
    ("quotes", "kept"),
    [
        (("I reconcile all 12 accounts on Fridays",), ["Well, I reconcile all 12 accounts on Fridays."]),
        (("I reconcile", "on Fridays"), ["Well, I reconcile all 12 accounts on Fridays."]),
        (("I did not book it.",), ["I did not book it."]),
        (("accounts on Fridays. I did not book it",), ["I did not book it."]),
    ],
)
def test_what_was_said_is_quoted_in_its_own_characters(
    quotes: tuple[str, ...], kept: list[str], is_rejecting: bool
) -> None:
    verdict = judged(*quotes, is_rejecting=is_rejecting)
    assert verdict.state is (VerdictState.REJECTED if is_rejecting else VerdictState.CONFIRMED)
    assert [quote.text for quote in verdict.quotes] == kept
    assert all(SAID[quote.start : quote.end] == quote.text for quote in verdict.quotes)


@pytest.mark.parametrize(
    ("quote", "is_there"),
    [
        ("I reconcil all 12 acounts on Fridays", True),
        ("I reconcile all 12 accounts on Friday", True),
        ("I reconcile al 12 acount on Fridays", False),  # three letters
        ("bok", False),  # one, of so few that they could be anything
    ],
)
def test_a_transcript_forgives_two_letters_and_typed_words_none(quote: str, is_there: bool) -> None:
    assert (judged(quote, is_spoken=True).state is VerdictState.CONFIRMED) == is_there
    assert judged(quote).state is VerdictState.NOT_DISCUSSED
    for found in judged(quote, is_spoken=True).quotes:
        assert found.text == SAID[found.start : found.end]  # what was said, and never what the rater made of it


def test_where_we_do_not_know_what_denies_no_letter_is_forgiven() -> None:
    said = "Uzgadniam wszystkie konta bankowe w piątki"
    assert judged(said, text=said, is_spoken=True, language="pl").state is VerdictState.CONFIRMED
    assert judged(said[:-1], text=said, is_spoken=True, language="pl").state is VerdictState.NOT_DISCUSSED


def test_one_lie_takes_nothing_from_what_is_shown_elsewhere() -> None:
    text = f"{SAID} {ELSEWHERE} The rest was done by somebody from the other office, as far as I can tell today."
    answer = Given(
        language="en", turns=(GivenAnswer(number=1, question=QUESTION, text=text),), rubric=Rubric(weak=(CLAIM,))
    )
    rater = LyingRater(quote=lambda window: ("We moved five servers",))
    (verdict,) = judge_answer(answer, rater=rater).verdicts
    assert verdict.state is VerdictState.CONFIRMED
    assert [quote.text for quote in verdict.quotes] == [ELSEWHERE]


@folded(
    ("quote", "said", "language", "is_same"),
    [
        ("I check it now", "I check it not", "en", False),
        ("I ever checked it", "I never checked it", "en", False),
        ("it was safe", "it was unsafe", "en", False),
        ("sales increased", "sales decreased", "en", False),
        ("we had five", "we had nine", "en", False),
        ("in 2014", "in 2019", "en", False),
        ("I was hired", "I was fired", "en", False),
        ("it can't be done", "it can be done", "en", False),
        ("I don't check", "I dont check", "en", False),  # rather refused than turned over
        ("I lead a team", "I led a team", "en", True),
        ("I worked in the wharehouse", "I worked in the warehouse", "en", True),
        ("ich habe eine Prüfung", "ich habe keine Prüfung", "de", False),
        ("je l'ai jamais fait", "je l'ai jamais faite", "fr", True),
        ("no lo hice", "yo lo hice", "es", False),
        ("non è sicuro", "con è sicuro", "it", False),
    ],
)
def test_letters_that_turn_a_meaning_over_are_not_forgiven(quote: str, said: str, language: str, is_same: bool) -> None:
    assert says_the_same(quote.split(), said.split(), language=language) == is_same


def test_a_quote_in_a_window_with_a_gap_keeps_to_both_sides_of_it() -> None:
    text = "I check the seal, ignore this, and the hinge as well."
    gap = text.index("ignore"), text.index(", and")
    window = AnswerWindow(
        spans=(_span(text, "I check the seal"), _span(text, "and the hinge as well")),
        text="I check the seal and the hinge as well",
        words=tuple(
            _span(text, word) for word in ("I", "check", "the", "seal", "and", "the hinge", "hinge", "as", "well")
        ),
    )
    found = find_quotes(("check the seal and",), window, language="en", is_spoken=False)
    assert found is not None
    assert [text[one.start : one.end] for one in found.spans] == ["check the seal", "and"]
    assert all(one.end <= gap[0] or one.start >= gap[1] for one in found.spans)


def _span(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words.split()[0]) if words == "the hinge" else start + len(words))


WORDS = st.lists(
    st.sampled_from(["I", "we", "checked", "moved", "the", "a", "seal", "box", "not", "12", "twice", "night", "port"]),
    min_size=1,
)


@given(WORDS, WORDS, st.booleans())
def test_whatever_is_found_was_said(said: list[str], quote: list[str], is_spoken: bool) -> None:
    text = " ".join(said)
    for window in make_windows(text, language="en"):
        found = find_quotes((" ".join(quote),), window, language="en", is_spoken=is_spoken)
        if found is not None:
            assert f" {found.text} " in f" {window.text} "
            assert count_edits(found.text, " ".join(quote), most=2) <= (2 if is_spoken else 0)


@pytest.mark.slow
@given(st.text("abc ", max_size=8), st.text("abc ", max_size=8))
def test_edits_are_counted_as_levenshtein_counts_them(one: str, other: str) -> None:
    assert count_edits(one, other, most=2) == min(3, _slow(one, other))


def _slow(one: str, other: str) -> int:
    if not one or not other:
        return len(one) + len(other)
    change = _slow(one[1:], other[1:]) + (one[0] != other[0])
    return change if one[0] == other[0] else min(change, _slow(one[1:], other) + 1, _slow(one, other[1:]) + 1)
