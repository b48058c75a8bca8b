"""Sentences, by their stops and their lines: of texts that are read, and of answers that are judged."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.text.sentences import LONGEST_READ, find_sentences, split_sentences


@folded(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("I used e.g. Docker. Dr. Who came, 3.5 times.", ["I used e.g. Docker.", "Dr. Who came, 3.5 times."]),
        ("1. First\n2. Then", ["1. First", "2. Then"]),
        ("Das war z. B. gut. Ja.", ["Das war z. B. gut.", "Ja."]),
        ("It pays 14.50 an hour. In 2024. Good.", ["It pays 14.50 an hour.", "In 2024.", "Good."]),
        ("one\n\ntwo", ["one", "two"]),
        ("one\rtwo\u2028three", ["one", "two", "three"]),
        ("我领导了团队。我们赢了。", ["我领导了团队。", "我们赢了。"]),
        ("「はい。」と言った。終わり", ["「はい。」", "と言った。", "終わり"]),
        ("पहला वाक्य। दूसरा वाक्य।", ["पहला वाक्य।", "दूसरा वाक्य।"]),
        ("ما الراتب؟ لا نعرف.", ["ما الراتب؟", "لا نعرف."]),
        ("“Good.” He left…  Then?", ["“Good.”", "He left…", "Then?"]),
        ("Wait" + "." * 40 + " Then", ["Wait" + "." * 40, "Then"]),
        ("no end", ["no end"]),
        (" \n ", []),
        ("", []),
    ],
)
def test_a_text_is_parted_into_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences
    assert [text[span.start : span.end] for span in find_sentences(text)] == sentences


@pytest.mark.parametrize(
    ("text", "read", "judged"),
    [
        ("Bring max. 5 kg. Thanks", ["Bring max. 5 kg.", "Thanks"], ["Bring max.", "5 kg.", "Thanks"]),
        ("Prof. Kant leads.", ["Prof. Kant leads."], ["Prof.", "Kant leads."]),
        ("We start at 8 Uhr. und enden spät.", ["We start at 8 Uhr. und enden spät."], None),
        ("He said “No.” Then he left.", ["He said “No.”", "Then he left."], ["He said “No.” Then he left."]),
        ("Plan É. Then we go.", ["Plan É. Then we go."], ["Plan É.", "Then we go."]),
    ],
)
def test_an_answer_is_parted_as_the_rater_learned_it(text: str, read: list[str], judged: list[str] | None) -> None:
    """Another list of abbreviations would show the rater other windows than it was trained on."""
    assert split_sentences(text) == read
    assert judged is None or [text[span.start : span.end] for span in find_sentences(text)] == judged


@given(text=st.text(alphabet="ab .!?\n。”)A1", max_size=200))
def test_together_the_sentences_hold_every_letter_in_its_order(text: str) -> None:
    bare = "".join(text.split())
    assert "".join("".join(split_sentences(text)).split()) == bare
    assert "".join("".join(text[span.start : span.end] for span in find_sentences(text)).split()) == bare


def test_a_sentence_without_end_is_cut_between_words() -> None:
    text = "word " * 1_000
    pieces = split_sentences(text)
    assert " ".join(pieces) == text.strip()
    assert max(map(len, pieces)) <= LONGEST_READ
    assert split_sentences("x" * 4_000) == ["x" * 1_500, "x" * 1_500, "x" * 1_000]


@pytest.mark.slow
@folded("piece", ["a", " ", "\n", ".", ". ", "a. ", "a.\t", ". ) ", "”", "。", "a . b"])
def test_a_text_of_any_size_takes_time_by_its_length_alone(piece: str) -> None:
    """100 kB take a fifth of a second; in quadratic time they would take many minutes."""
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    split_sentences(text)
    find_sentences(text)
    assert time.process_time() - started < 6
