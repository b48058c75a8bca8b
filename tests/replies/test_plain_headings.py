"""Headings that nobody marked: told by their place and their form, and never a sentence taken for one."""

import pytest

from vivavoce.replies.onward import find_next_steps
from vivavoce.replies.plain_headings import mark_headings

PLAIN = """Payroll Administrator, Bristol

KEY RESPONSIBILITIES
• Process starters and leavers
DESIRABLE
• CIPP, or studying

Hours and pay
- 37 hours a week

What's next

Within five working days you'll get an email with a yes or a no.
"""


def headings_in(text: str) -> list[str]:
    return [line.removeprefix("##### ") for line in mark_headings(text).split("\n") if line.startswith("##### ")]


def test_lines_over_lists_and_sentences_are_headings_and_nothing_else_changes() -> None:
    assert headings_in(PLAIN) == ["KEY RESPONSIBILITIES", "DESIRABLE", "Hours and pay", "What's next"]
    assert mark_headings(PLAIN).replace("##### ", "") == PLAIN


@pytest.mark.parametrize(
    "text",
    [
        "Night porter\n\nYou will help patients to their wards.",  # what opens a text is no heading over part of it
        "We are hiring.\n\nJoin us today!\n\n- Free parking",
        "We are hiring.\n\nSarah Jones\nHead of Care\nOak Lodge",  # a signature
        "We are hiring.\n\nOAK LODGE\n12 HIGH STREET\nLEEDS",  # an address
        "We are hiring.\n- Free parking\n- Pension\nYou can start at once.",
        "# Hours\n\n**Pay**\n\n1. Apply\n2. Wait for our call",  # marked already
        "\n\n\n",
        "",
    ],
)
def test_what_is_no_heading_stays(text: str) -> None:
    assert mark_headings(text) == text


def test_next_steps_under_a_plain_heading_are_found() -> None:
    steps = find_next_steps([PLAIN], language="en")
    assert steps == ["Within five working days you'll get an email with a yes or a no."]


def test_a_language_without_capital_letters_has_headings_too() -> None:
    assert headings_in("نبحث عن موظف.\n\nساعات العمل\n- من الثامنة إلى الرابعة") == ["ساعات العمل"]
