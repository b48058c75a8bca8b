"""A text in parts: what stands together stays together, in the source's own characters."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.knowledge.split import LONGEST_MARKED, WORDS_AT_MOST, TextPart, count_words, split_text

PAGE = """# About us

We make **bread**. See [our site](https://x.example/a_b) <!-- internal: do not tell --> for more.

Benefits
--------
We offer:
- 28 days of *annual* leave
- free parking, e.g. behind the hall
  and in front

## Sites ##

| Site | City |
|------|------|
| A | Leeds |

![our hall](hall.jpg)

<h2>Hours</h2><p>From 8 to 5.<br>Then home.</p><ul><li>One</li><li>Two</li></ul>
**How we work**
> Dr. Smith leads it. On 3. Mai we start. snake_case and 5*3*2 stay as they are, as does R&amp;D in `code`.
"""


def test_a_page_comes_apart_at_its_headings_paragraphs_and_lists() -> None:
    assert split_text(PAGE) == [
        TextPart(headings=("About us",), text="We make bread. See our site for more."),
        TextPart(
            headings=("About us", "Benefits", "We offer"),
            text="28 days of annual leave\nfree parking, e.g. behind the hall and in front",
        ),
        TextPart(headings=("About us", "Sites"), text="Site | City\nA | Leeds"),
        TextPart(headings=("About us", "Hours"), text="From 8 to 5.\nThen home."),
        TextPart(headings=("About us", "Hours"), text="One\nTwo"),
        TextPart(
            headings=("About us", "Hours", "How we work"),
            text="Dr. Smith leads it. On 3. Mai we start. snake_case and 5*3*2 stay as they are, as does R&D in code.",
        ),
    ]


@folded("text", ["", " ", "\n\n\n", "\0", "# \n", "---", "<!-- hidden", "<p></p>", "![a](b)", "***"])
def test_what_says_nothing_has_no_parts(text: str) -> None:
    assert split_text(text) == []


def test_a_very_long_text_comes_apart_at_its_paragraphs_alone() -> None:
    page = "We **bake** bread.\nAt night, too.\n\n \n\nWe sell it <!-- internal --> by day."
    plain = [
        TextPart(headings=(), text="We **bake** bread.\nAt night, too."),
        TextPart(headings=(), text="We sell it by day."),
    ]
    filler = "\n\nMore."
    found = split_text(page + filler * (LONGEST_MARKED // len(filler)))
    assert found[:2] == plain
    assert {part.text for part in found[2:]} == {"More."}
    assert split_text(page)[0].text == "We bake bread.\nAt night, too."


def test_what_a_comment_hides_stays_hidden() -> None:
    assert "salary" not in str(split_text("We hire.\n<!-- salary up to 70k\n\nno more than that -->\nNow."))
    assert "salary" not in str(split_text("We hire.\n<!-- salary up to 70k"))


def test_a_long_paragraph_is_parted_between_sentences() -> None:
    sentence = "This is the sentence number {} and it has exactly twelve words here."
    text = " ".join(sentence.format(number) for number in range(30))
    parts = split_text(text)
    assert " ".join(part.text for part in parts) == text
    assert all(part.text.startswith("This") and part.text.endswith("here.") for part in parts)
    assert {40 <= count_words(part.text) <= WORDS_AT_MOST for part in parts[:-1]} == {True}


def test_short_paragraphs_stay_by_themselves() -> None:
    assert [part.text for part in split_text("We pay monthly.\n\nThe hall is warm.")] == [
        "We pay monthly.",
        "The hall is warm.",
    ]


def test_a_heading_stands_over_what_follows_until_its_equal() -> None:
    parts = split_text("# A\na\n## B\nb\n### C\nc\n## D\nd\n# E\ne")
    assert [(part.headings, part.text) for part in parts] == [
        (("A",), "a"),
        (("A", "B"), "b"),
        (("A", "B", "C"), "c"),
        (("A", "D"), "d"),
        (("E",), "e"),
    ]


@given(text=st.text(max_size=400))
def test_no_letter_is_made_up_or_moved(text: str) -> None:
    """Every part's words come in the order of the source; entities are the one thing that is written otherwise."""
    letters = iter(re.findall(r"\w", text))
    if "&" not in text:
        kept = re.findall(r"\w", "".join(part.text for part in split_text(text)))
        assert all(letter in letters for letter in kept)


@given(text=st.text(alphabet="ab .\n#*_-[]()<>!&|`~=1>", max_size=300))
def test_any_markdown_comes_apart(text: str) -> None:
    for part in split_text(text):
        assert part.text.strip() == part.text != ""
        assert all(part.headings)


@pytest.mark.slow
@folded(
    "piece",
    [
        "a",
        "[",
        "<",
        "*",
        "*a ",
        "[a](",
        "<!--",
        "`",
        ". ",
        ".",
        "- a\n  b\n",
        "#",
        "\n",
        "|  ",
        "日本。",
        "_a ",
        "a\n==\n",
    ],
)
def test_a_text_of_any_size_takes_time_by_its_length_alone(piece: str) -> None:
    """200 kB take a third of a second; in quadratic time they would take many minutes."""
    started = time.process_time()
    split_text(piece * (200_000 // len(piece)))
    assert time.process_time() - started < 6
