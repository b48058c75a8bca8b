"""What is understood of a candidate's words: wishes and nothing but wishes, a plain no, what an answer lacks."""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.conversation.intents import (
    BY_WORD,
    Lack,
    QuestionAim,
    Wish,
    find_asking,
    find_lacks,
    find_wish,
    is_beside,
    is_declining,
    is_plain_no,
    is_yes,
    telling_stems,
)
from vivavoce.conversation.phrase_patterns import read_phrases
from vivavoce.text.languages import CODES

SPOKEN = sorted(CODES)
HERE = Path(__file__).parent

WORDS = {
    language: tomllib.loads((HERE / "words" / f"{language}.toml").read_text(encoding="utf-8")) for language in SPOKEN
}
TIME = "Tell me about a time when a difficult customer was angry."
MORE, EXAMPLE, OWN_PART, RESULT, FIGURE = Lack


def _table(name: str) -> list[tuple[str, str]]:
    """Each text of this table, with its language."""
    return [(language, text) for language in SPOKEN for text in WORDS[language][name]]


def _by_kind(name: str) -> list[tuple[str, str, str]]:
    """Each text of this table, with its language and its kind."""
    return [
        (language, text, kind) for language in SPOKEN for kind, texts in WORDS[language][name].items() for text in texts
    ]


@folded(("language", "text", "wish"), _by_kind("wishes"))
def test_a_wish_is_understood(language: str, text: str, wish: str) -> None:
    assert find_wish(text, language=language) is Wish(wish)
    assert find_wish(f"  {text.upper()}  ", language=language) is Wish(wish)


@folded(("language", "text"), _table("no_wishes"))
def test_an_answer_is_no_wish(language: str, text: str) -> None:
    assert find_wish(text, language=language) is None


@pytest.mark.parametrize(
    ("sentence", "is_understood"),
    [
        ("Could you repeat the question, please? ", lambda text: find_wish(text, language="en") is Wish.REPEAT),
        ("I don't know. ", lambda text: is_declining(text, language="en")),
        ("Yes, exactly. ", lambda text: is_yes(text, language="en")),
    ],
)
def test_whoever_writes_more_than_a_wish_or_a_no_is_taken_at_their_word(
    sentence: str, is_understood: Callable[[str], bool]
) -> None:
    assert is_understood(sentence)
    assert is_understood(sentence * (300 // len(sentence)))
    assert not is_understood(sentence * (300 // len(sentence) + 1))


@folded(("language", "wish"), [(language, wish) for language in SPOKEN for wish in BY_WORD])
def test_every_phrase_for_a_wish_is_understood_as_it(language: str, wish: Wish) -> None:
    phrases = [text for phrase in read_phrases(language)["wishes"][wish] for text in _wordings(phrase)]
    assert len(phrases) > 5
    misheard = {text: found for text in phrases if (found := find_wish(text, language=language)) is not wish}
    assert misheard == {}


@folded(("language", "text"), _table("plain_noes"))
def test_a_plain_no_is_understood(language: str, text: str) -> None:
    assert is_plain_no(text, language=language)


@folded(("language", "text"), _table("no_plain_noes"))
def test_more_or_less_than_a_no_is_no_plain_no(language: str, text: str) -> None:
    assert not is_plain_no(text, language=language)


@folded(("language", "text"), _table("yeses"))
def test_a_yes_is_understood(language: str, text: str) -> None:
    assert is_yes(text, language=language)


@folded(("language", "text"), _table("no_yeses"))
def test_more_or_less_than_a_yes_is_no_yes(language: str, text: str) -> None:
    assert not is_yes(text, language=language)


@folded(("language", "text"), _table("declinings"))
def test_declining_is_understood(language: str, text: str) -> None:
    assert is_declining(text, language=language)
    assert find_lacks("Tell me about a time when you failed.", text, language=language) == ()


@folded(("language", "text"), _table("no_declinings"))
def test_an_answer_does_not_decline(language: str, text: str) -> None:
    assert not is_declining(text, language=language)


@folded(("language", "question", "asking"), _by_kind("questions"))
def test_the_kind_of_a_question_is_found(language: str, question: str, asking: str) -> None:
    assert find_asking(question, language=language) is QuestionAim(asking)


@folded(
    ("language", "answer", "lacks"),
    [(language, story["answer"], story["lacks"]) for language in SPOKEN for story in WORDS[language]["stories"]],
)
def test_what_a_story_lacks(language: str, answer: str, lacks: list[str]) -> None:
    assert list(find_lacks(_experience(language), answer, language=language)) == lacks


BROKEN = (
    "A customer came in because her new phone had broken. "
    "I listened to all of it, and then I called our supplier in Leeds to send another one by courier."
)
KAPUTT = "Eine Kundin kam herein, weil ihr Handy kaputt war. Ich habe zugehört und beim Lieferanten ein neues bestellt."


@folded(
    ("language", "answer", "is_wanted"),
    [
        ("en", BROKEN, True),
        ("en", f"{BROKEN} She got the phone the same evening and later left us five stars.", False),
        ("en", f"{BROKEN} The man thanked me and tipped me ten pounds.", False),
        ("de", KAPUTT, False),  # short: more is wanted first
        ("de", f"{KAPUTT} Am selben Abend war es da.", False),
    ],
)
def test_nobody_is_asked_how_it_turned_out_whose_last_sentence_may_say_so(
    language: str, answer: str, is_wanted: bool
) -> None:
    question = {
        "en": "Tell us about a time you dealt with an unhappy customer.",
        "de": "Erzählen Sie von einer unzufriedenen Kundin.",
    }
    assert (Lack.RESULT in find_lacks(question[language], answer, language=language)) is is_wanted


@folded(
    ("question", "answer", "lacks"),
    [
        ("When can you start?", "On Monday.", ()),
        ("When can you start?", "Um…", (MORE,)),
        ("Do you have a driving licence?", "Yes.", ()),
        ("Do you have a driving licence?", "No.", ()),
        ("What is a hash table?", "A table with hashed keys.", (MORE, EXAMPLE)),
        (
            "What is a hash table?",
            "A structure that maps keys to values by hashing each key into a bucket, for example a phone book.",
            (),
        ),
        (
            "How would you handle an angry guest?",
            "First comes listening without interruption, afterwards an apology and a proposal that the guest accepts.",
            (EXAMPLE,),
        ),
        (
            "Why do you want to work here?",
            "Because your product helps hospitals save lives and my mother works as a nurse in such a hospital.",
            (),
        ),
        ("Why do you want to work here?", "I like the product.", (MORE, EXAMPLE)),
        # A background has no end: neither a result nor a figure is asked for.
        (
            "Tell me about your experience with Python.",
            "I use Python at Acme for data pipelines, web services, small tools and the tests of our billing platform.",
            (),
        ),
    ],
)
def test_what_an_answer_lacks_depends_on_the_question(question: str, answer: str, lacks: tuple[Lack, ...]) -> None:
    assert find_lacks(question, answer, language="en") == lacks


KNOWLEDGE = "How do you make sure that the month's figures are right?"


@folded(
    ("question", "answer", "is_gone"),
    [
        (KNOWLEDGE, "My brother plays the trumpet.", True),
        (KNOWLEDGE, "My dog is afraid of thunder, so I hardly slept, and then the coffee machine broke.", True),
        (KNOWLEDGE, "I compare every figure with the bank's.", False),
        # A story is told in words of its own, and so are reasons.
        (TIME, "Last spring our supplier failed. I rang two colleagues and we cooked what was there.", False),
        (TIME, "I like the mountains. We go there every summer and we take the train.", True),
        ("Why do you want to leave your present job?", "Because the night shifts make me ill.", False),
        ("When can you start in the new office?", "After the summer holidays of my children.", False),
        # Too little to tell by.
        (KNOWLEDGE, "By hand.", False),
        ("What are your weaknesses?", "I start too many things at the same time.", False),
    ],
)
def test_who_speaks_of_something_else_is_noticed_where_that_is_plain(question: str, answer: str, is_gone: bool) -> None:
    assert is_beside(question, answer, language="en") is is_gone


@folded("language", SPOKEN)
def test_no_figure_is_asked_for_where_there_is_no_result(language: str) -> None:
    for story in WORDS[language]["stories"]:
        lacks = find_lacks(_experience(language), story["answer"], language=language)
        assert not {RESULT, FIGURE} <= set(lacks)
        assert list(lacks) == sorted(lacks, key=list(Lack).index)


@pytest.mark.parametrize("language", ["", "xx"])
def test_other_languages_are_not_guessed_at(language: str) -> None:
    assert find_wish("Skip", language=language) is None
    assert not is_plain_no("No.", language=language)
    assert not is_yes("Yes", language=language)
    assert not is_declining("I don't know", language=language)
    assert find_lacks("Tell me about a time when you failed.", "ok", language=language) == ()
    assert find_asking("Tell me about a time when you failed.", language=language) is QuestionAim.FACT


@folded("language", SPOKEN)
def test_telling_stems_are_alike_for_forms_of_a_word(language: str) -> None:
    one, other = WORDS[language]["alike"]
    assert telling_stems(one, language=language) == telling_stems(other, language=language) != frozenset()


@folded("language", SPOKEN)
def test_small_words_carry_no_content(language: str) -> None:
    assert telling_stems(WORDS[language]["small"], language=language) == frozenset()


@given(text=st.text(max_size=400), language=st.sampled_from([*SPOKEN, "xx"]))
@settings(max_examples=300, deadline=None)
def test_any_text_is_understood_without_an_error(text: str, language: str) -> None:
    assert find_wish(text, language=language) in {None, *BY_WORD}
    lacks = find_lacks(text, text, language=language)
    assert len(set(lacks)) == len(lacks)
    assert all(stem and not stem.isspace() for stem in telling_stems(text, language=language))
    assert not (is_plain_no(text, language=language) and is_yes(text, language=language))


HUGE = [
    "I was in the office and we managed to improve the results ",
    "a",
    "no, ",
    "um please ",
    "wir haben das Projekt nicht ",
    "je ne sais pas, ",
    "é´’'",
    "1 ",
    "repeat the question again ",
]


@pytest.mark.parametrize("length", [2_000, pytest.param(20_000, marks=pytest.mark.nightly)])
@folded(("language", "piece"), [(language, piece) for language in SPOKEN for piece in HUGE])
def test_a_huge_text_is_read_to_its_end(language: str, piece: str, length: int) -> None:
    """A pattern that took time with the square of a text would not come back; bench/conversation.py measures it."""
    text = (piece * length)[:length]
    assert find_wish(text, language=language) is None
    assert len(set(find_lacks(text, text, language=language))) <= len(Lack)
    assert telling_stems(text, language=language) is not None


def _experience(language: str) -> str:
    """The question that the stories of this language answer."""
    question: str = WORDS[language]["questions"]["experience"][0]
    return question


def _wordings(phrase: str) -> Iterator[str]:
    """Texts of a pattern of words: each alternative at least once, with and without what may be left out."""
    parts = re.findall(r"\.\.\.|[()\[\]|]|[^\s()\[\]|]+", phrase)
    most = 1 + phrase.count("|")
    for at in range(most):
        for with_optional in (False, True):
            text = " ".join(_pick(iter(parts), at, with_optional).split())
            if text:
                yield text


def _pick(parts: Iterator[str], at: int, with_optional: bool) -> str:
    alternatives = [""]
    for part in parts:
        if part in ")]":
            break
        if part == "|":
            alternatives.append("")
        elif part in "([":
            inner = _pick(parts, at, with_optional)
            alternatives[-1] += inner if part == "(" or with_optional else ""
        else:
            alternatives[-1] += "" if part == "..." else f"{part.replace('*', 'x')} "
    return alternatives[at % len(alternatives)]
