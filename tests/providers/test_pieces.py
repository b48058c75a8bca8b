"""A text in pieces that can be said in one breath."""

from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.providers.voices.pieces import LONGEST, split_text


@folded(
    ("text", "pieces"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Smith came. He left.", ["Dr. Smith came.", "He left."]),
        ("Man kann z. B. sofort anfangen. Gut.", ["Man kann z. B. sofort anfangen.", "Gut."]),
        ("It costs 3.50 a day.", ["It costs 3.50 a day."]),
        ("A list:\n- one\n- two", ["A list:", "- one", "- two"]),
        ("他来了。她走了！好。", ["他来了。", "她走了！", "好。"]),
        ("He said “No.” Then he left.", ["He said “No.”", "Then he left."]),
        ("  much   space\there ", ["much space here"]),
        ("… !!! 👍", []),
        ("", []),
    ],
)
def test_a_sentence_is_a_piece(text: str, pieces: list[str]) -> None:
    assert list(split_text(text)) == pieces


def test_a_long_sentence_is_cut_at_a_pause() -> None:
    text = f"{'before ' * 25}pause, {'after ' * 30}end."
    first, second = split_text(text)
    assert first.endswith("pause,")
    assert second.startswith("after")


@given(st.text(max_size=2_000))
def test_no_letter_is_lost_and_no_piece_is_long(text: str) -> None:
    pieces = list(split_text(text))
    assert all(0 < len(piece) <= LONGEST for piece in pieces)
    spoken = [sign for sign in text if sign.isalnum()]
    assert [sign for piece in pieces for sign in piece if sign.isalnum()] == spoken
