"""Rubrics: read, digested, linted, and drafted where nobody sent one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from tests.scoring.lexical import LexicalRater
from vivavoce.errors import Invalid
from vivavoce.interviews.expectations import Bracket
from vivavoce.scoring.draft_rubric import Drafted, Sources, draft_rubric
from vivavoce.scoring.lint import ClaimFault, lint_rubric
from vivavoce.scoring.rubric import Rubric, read_rubric


def test_claims_stand_bracket_by_bracket() -> None:
    rubric = read_rubric({"strong": ["c"], "weak": [" a ", "", "b"], "note": "the caller's own"})
    assert rubric is not None
    assert [(claim.bracket, claim.index, claim.text) for claim in rubric.claims] == [
        (Bracket.WEAK, 0, "a"),
        (Bracket.WEAK, 1, "b"),
        (Bracket.STRONG, 0, "c"),
    ]


@pytest.mark.parametrize("sent", [None, {}, {"weak": []}, {"weak": None, "strong": ["  "]}, {"other": ["a"]}])
def test_without_a_claim_there_is_no_rubric(sent: dict[str, Any] | None) -> None:
    assert read_rubric(sent) is None


@pytest.mark.parametrize("sent", [{"weak": "a"}, {"weak": [1]}, {"weak": {"a": 1}}])
def test_what_is_no_list_of_texts_is_refused_by_name(sent: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        read_rubric(sent)
    assert refused.value.name == "weak"


def test_a_digest_names_the_words_and_their_places() -> None:
    rubrics = [Rubric(weak=("a", "b")), Rubric(weak=("b", "a")), Rubric(moderate=("a", "b")), Rubric(weak=("a b",))]
    assert len({rubric.digest for rubric in rubrics}) == len(rubrics)
    assert Rubric(weak=("a",)).digest == Rubric(weak=("a",)).digest
    assert len(Rubric(weak=("\ud800",)).digest) == 64


@folded(
    ("claim", "language", "fault", "words"),
    [
        ("Leads a team and plans its budget", "en", ClaimFault.TWO_CLAIMS, "and"),
        ("Plant die Schicht sowie den Urlaub", "de", ClaimFault.TWO_CLAIMS, "sowie"),
        ("Names a risk; names a remedy", "en", ClaimFault.TWO_CLAIMS, ";"),
        ("Is charismatic", "en", ClaimFault.PERSONALITY, "charismatic"),
        ("Ist teamfähig", "de", ClaimFault.PERSONALITY, "teamfähig"),
        ("Does not blame others", "en", ClaimFault.NEGATIVE, "Does not"),
        ("Ne blâme jamais les autres", "fr", ClaimFault.NEGATIVE, "jamais"),
        ("Is a digital native", "en", ClaimFault.PROTECTED, "digital native"),
        ("Native speaker of English", "en", ClaimFault.PROTECTED, "Native speaker"),
        ("Ohne Migrationshintergrund", "de", ClaimFault.PROTECTED, "Migrationshintergrund"),
        ("Está casada", "es", ClaimFault.PROTECTED, "casada"),
        ("È madrelingua", "it", ClaimFault.PROTECTED, "madrelingua"),
        ("Pas de congé parental", "fr", ClaimFault.PROTECTED, "congé parental"),
        (" ".join(["word"] * 21), "en", ClaimFault.TOO_LONG, " ".join(["word"] * 21)),
    ],
)
def test_a_fault_is_found_with_its_words(claim: str, language: str, fault: ClaimFault, words: str) -> None:
    found = {finding.fault: finding for finding in lint_rubric(Rubric(weak=(claim,)), language=language)}
    assert found[fault].words == words
    assert found[fault].advice.endswith(".")


@folded(
    ("claim", "language"),
    [
        ("Leads a team of at least five people", "en"),
        ("Uses a single source of truth", "en"),
        ("Explains what a race condition is", "en"),
        ("Cares for children in a kindergarten", "en"),
        ("Nennt eine Zahl für das Ergebnis", "de"),
        ("Pflegt kranke Menschen", "de"),
        ("Explique une panne par son origine", "fr"),
        ("Nombra un riesgo del proyecto", "es"),
        ("Spiega in genere come si chiude un mese", "it"),
    ],
)
def test_a_good_claim_has_no_fault(claim: str, language: str) -> None:
    assert lint_rubric(Rubric(moderate=(claim,)), language=language) == []


def test_a_repeat_is_told_across_brackets() -> None:
    found = lint_rubric(Rubric(weak=("Names a risk.",), strong=("names a  RISK",)), language="en")
    assert [(finding.claim.bracket, finding.fault) for finding in found] == [(Bracket.STRONG, ClaimFault.REPEATED)]
    assert "weak" in found[0].advice


def _draft(sources: Sources, *questions: str, language: str = "en") -> Drafted:
    return draft_rubric(sources, questions, language=language, similar=LexicalRater().similar)


@pytest.mark.parametrize(
    ("sources", "rubric"),
    [
        (
            Sources(expectations_text="Explains how a month is closed and names the accruals. Knows SAP well"),
            Rubric(moderate=("Explains how a month is closed", "names the accruals", "Knows SAP well")),
        ),
        (
            Sources(expectations_text="Weak:\n- Holds a licence\nStrong: Has automated a step; has led a team"),
            Rubric(weak=("Holds a licence",), strong=("Has automated a step", "has led a team")),
        ),
        (
            Sources(context={"must_have": ["Driving licence class B"], "mood": "We are a nice company"}),
            Rubric(weak=("Driving licence class B",)),
        ),
        (
            Sources(
                descriptions=(
                    "We build cars.",
                    "# Us\nWe love dogs.\n## Requirements\n- Ledgers at scale\n## Perks\n- Fruit",
                )
            ),
            Rubric(moderate=("Ledgers at scale",)),
        ),
        (
            Sources(descriptions=("You have experience with ledgers. We have a dog.",)),
            Rubric(moderate=("You have experience with ledgers",)),
        ),
    ],
    ids=["sentences", "brackets", "context", "sections", "markers"],
)
def test_a_rubric_is_drafted_from_the_callers_words(sources: Sources, rubric: Rubric) -> None:
    assert _draft(sources).interview == rubric


@pytest.mark.parametrize(
    "sources",
    [
        Sources(),
        Sources(expectations_text="  \n"),
        Sources(descriptions=("We build cars. You will love it here.",)),
        Sources(expectations_text="Is young. Not lazy."),
    ],
)
def test_without_expectations_nothing_is_invented(sources: Sources) -> None:
    drafted = _draft(sources, "How do you close a month?")
    assert drafted.interview is None
    assert drafted.questions == (None,)


def test_what_nobody_may_be_judged_by_is_left_out_and_told() -> None:
    drafted = _draft(Sources(expectations_text="Names a risk\nIs a digital native\nHas charm, is charismatic"))
    assert drafted.interview == Rubric(moderate=("Names a risk",))
    assert [finding.fault for finding in drafted.left_out] == [ClaimFault.PROTECTED, ClaimFault.PERSONALITY]


def test_claims_go_to_the_question_that_they_are_like() -> None:
    drafted = _draft(
        Sources(expectations_text="Reconciles bank accounts\nKnows the capital of Peru"),
        "How do you reconcile bank accounts?",
        "Why here?",
    )
    assert drafted.questions == (Rubric(moderate=("Reconciles bank accounts",)), None)


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from(["en", "de", "pl"]))
def test_every_claim_stands_in_what_was_sent(text: str, description: str, language: str) -> None:
    drafted = _draft(Sources(expectations_text=text, descriptions=(description,)), "How?", language=language)
    for claim in drafted.interview.claims if drafted.interview else ():
        assert any(_stands_in(claim.text, one) for one in (text, description))


def _stands_in(claim: str, text: str) -> bool:
    """Whether all its characters stand there in their order: markup between them may be gone."""
    characters = iter(text)
    return all(character in characters for character in claim)
