"""Which of the answers to choose from was said."""

from tests.folding import folded
from vivavoce.conversation.choosing import find_choice

CHOICES = ("Yes, often", "Yes", "No", "I don’t know")


@folded(
    ("text", "choice"),
    [
        ("Yes.", 1),
        ("Yes, often.", 0),
        ("I would say yes, often", 0),
        ("no", 2),
        ("I know", None),
        ("Nothing", None),
        ("Yes. No.", None),
        ("", None),
    ],
)
def test_a_choice_is_meant_when_its_words_were_said(text: str, choice: int | None) -> None:
    assert find_choice(text, CHOICES) == choice


def test_nothing_is_chosen_where_there_is_nothing_to_choose() -> None:
    assert find_choice("Yes", ()) is None
