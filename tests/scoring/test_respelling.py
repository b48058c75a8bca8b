"""Spelling is put right for who reads, and only there; nothing that is a word or a name is touched."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from tests.scoring.test_judge import judged, states
from vivavoce.scoring.normalise import normalise
from vivavoce.scoring.respelling import respell


def put_right(text: str, *, language: str = "en", kept: tuple[str, ...] = ()) -> str:
    """The text as it is read."""
    return respell(normalise(text, language=language), language=language, kept=kept).text


@folded(
    ("typed", "read"),
    [
        ("and i havent been late", "And I haven't been late"),
        ("i dont, we couldnt and theyre ok", "I don't, we couldn't and they're ok"),
        ("Im sure thats what youre after", "I'm sure that's what you're after"),
        ("it wasn’t me, it wasn´t, it wasn`t", "It wasn't me, it wasn't, it wasn't"),
        ("id ask them and ill come back", "I'd ask them and I'll come back"),
        ("its not its fault, well call them and hed come", "It's not its fault, we'll call them and he'd come"),
        ("u ask ppl bc its your job", "You ask people because it's your job"),
        ("idk what they want", "I don't know what they want"),
        ("the custmer was angyr abot the tabel", "The customer was angry about the table"),
        ("Definately, we recieved alot", "Definitely, we received a lot"),
        ("this is DEFINATELY what i dont want", "This is DEFINATELY what I don't want"),
    ],
)
def test_hurried_words_are_read_as_they_are_meant(typed: str, read: str) -> None:
    assert put_right(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "I checked my id, and the ill man was well, as well as he might do.",
        "I asked HR and IT, and the BC unit.",
        "I worked with Marlena, Yusuf and Ayse at Sainsburys in Leeds.",
        "Then yusuf and siobhan moved us to datev, zendesk and kubernetes at primark.",
        "Mail me at jon@exmaple.com, or see exmaple.com/custmer and re-chekc it.",
        "The tabletop unit, a whatnot and thirty-two trams.",
        "We apologised for the colour of the catalogue.",
        "Gestern habe ich im Team gearbeitet, und dann haben wir das gemacht.",
        "",
        "?!",
    ],
)
def test_what_is_a_word_or_a_name_stays(typed: str) -> None:
    assert put_right(typed) == typed


def test_the_words_of_a_question_stay() -> None:
    assert put_right("We use Tabel.", kept=("Have you used tabel?",)) == "We use Tabel."
    assert put_right("we sat at the tabel", kept=("Have you used Tabel?",)) == "We sat at the tabel"


@pytest.mark.parametrize("language", ["de", "fr", "ar"])
def test_other_languages_stay(language: str) -> None:
    assert put_right("i dont know waht", language=language) == "i dont know waht"


@folded(
    ("typed", "word", "came_from"),
    [
        ("i got alot of it", "a lot", "alot"),
        ("so i havent yet", "haven't", "havent"),
        ("then idk what", "I don't know", "idk"),
        ("ｉ ｄｏｎｔ see", "don't", "ｄｏｎｔ"),
    ],
)
def test_what_was_put_right_leads_back_to_what_was_typed(typed: str, word: str, came_from: str) -> None:
    read = respell(normalise(typed, language="en"), language="en")
    start = read.text.index(word)
    begin, end = read.to_original(start, start + len(word))
    assert typed[begin:end] == came_from


@given(st.lists(st.sampled_from(["i", "havent", "alot", "custmer", "the", "u", "´", ".", "-", "é", "3", "\n"])))
def test_every_character_knows_where_it_comes_from(words: list[str]) -> None:
    typed = " ".join(words)
    read = respell(normalise(typed, language="en"), language="en")
    assert len(read.text) == len(read.starts) == len(read.ends)
    assert all(start < end <= len(typed) for start, end in zip(read.starts, read.ends, strict=True))
    assert all(before <= after for before, after in pairwise(read.starts))


@given(st.lists(st.sampled_from(["i", "havent", "alot", "custmer", "the", "u", "idk", ".", "we", "IM", "\n"])))
def test_what_was_put_right_stays_so(words: list[str]) -> None:
    once = put_right(" ".join(words))
    assert put_right(once) == once


def test_spelling_moves_no_verdict_and_quotes_stay_as_they_were_typed() -> None:
    right = judged("I don't do it by hand: I reconcile all bank accounts from a checklist.")
    typed = judged("i dont do it by hand: i reconclie all bank acounts from a cheklist.")
    assert states(typed) == states(right)
    quoted = next(quote.text for verdict in typed.verdicts for quote in verdict.quotes)
    assert "acounts" in quoted
