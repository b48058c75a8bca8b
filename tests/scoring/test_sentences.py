"""Sentences, by their stops."""

import pytest

from vivavoce.scoring.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("I led. We won!", ["I led.", "We won!"]),
        ("I used e.g. Docker. Dr. Who came, 3.5 times.", ["I used e.g. Docker.", "Dr. Who came, 3.5 times."]),
        ("1. First\n2. Then", ["1. First", "2. Then"]),
        ("Das war z. B. gut. Ja.", ["Das war z. B. gut.", "Ja."]),
        ("one\n\ntwo", ["one", "two"]),
        ("我领导了团队。我们赢了。", ["我领导了团队。", "我们赢了。"]),
        ("no end", ["no end"]),
        (" \n ", []),
        ('He said "stop." Then left', ['He said "stop."', "Then left"]),
    ],
)
def test_a_text_is_parted_into_sentences(text: str, sentences: list[str]) -> None:
    assert [text[span.start : span.end] for span in split_sentences(text)] == sentences
