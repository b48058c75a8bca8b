"""A merchant's colour: whatever it is, what is written in it and on it can be read, by day and by evening."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vivavoce.web
from tests.folding import folded
from vivavoce.errors import Invalid
from vivavoce.merchants.accent import DAY, EVENING, Shade, Theme, contrast, fit, make_accent, mix, to_colour

TOKENS = (Path(vivavoce.web.__file__).parent / "static" / "look" / "tokens.css").read_text(encoding="utf-8")
COLOURS = st.integers(min_value=0, max_value=0xFFFFFF).map(lambda number: f"#{number:06x}")
THEMES = st.sampled_from([DAY, EVENING])


@given(colour=COLOURS, theme=THEMES)
def test_any_colour_can_be_read_wherever_it_stands(colour: str, theme: Theme) -> None:
    shade = fit(colour, theme)
    for surface in (theme.paper, theme.sheet, shade.wash):
        assert contrast(shade.accent, surface) >= 4.5, surface


@given(colour=COLOURS, theme=THEMES)
def test_what_stands_on_any_colour_can_be_read(colour: str, theme: Theme) -> None:
    shade = fit(colour, theme)
    assert shade.on_accent in ("#ffffff", "#0e1f1a")
    assert contrast(shade.on_accent, shade.accent) >= 4.5
    assert contrast(theme.ink_soft, shade.wash) >= 4.5
    assert contrast(theme.edge, shade.wash) >= 3


@given(colour=COLOURS, theme=THEMES)
def test_a_colour_that_was_made_readable_stays_as_it_is(colour: str, theme: Theme) -> None:
    made = fit(colour, theme).accent
    assert fit(made, theme).accent == made


@pytest.mark.parametrize(
    ("colour", "day", "evening"),
    [
        ("#aa3366", "#aa3366", "#eb6f9e"),  # as it is by day, lighter in the evening
        ("#ffcc00", "#7f6500", "#ffcc00"),  # a yellow is an ochre by day
        ("#000000", "#242424", "#989898"),  # not black: the edge of a chosen card must show on its wash
    ],
)
def test_a_colour_moves_no_further_than_it_must(colour: str, day: str, evening: str) -> None:
    made = make_accent(colour)
    assert (made.day.accent, made.evening.accent) == (day, evening)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#1b2625", "#f1f2ed", 13.8)],
)
def test_contrast_is_the_guidelines(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.06)


def test_a_wash_is_what_browsers_mix() -> None:
    assert mix("#1f5a4c", DAY.sheet, share=DAY.wash) == "#dde5e0"  # as tokens.css says for browsers that can't mix


@pytest.mark.parametrize("text", ["#AA3366", " aa3366 ", "#aa3366"])
def test_a_colour_is_kept_in_one_form(text: str) -> None:
    assert to_colour(text) == "#aa3366"


@folded("text", ["", "red", "#a36", "#aa33661", "#aa336g", "#aa3366;}", "url(x)"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="#aa3366"):
        to_colour(text)


@pytest.mark.parametrize("token", ["paper", "sheet", "ink_soft", "edge"])
def test_the_surfaces_are_those_of_the_look(token: str) -> None:
    found = re.search(rf"--{token.replace('_', '-')}: light-dark\((#\w+), (#\w+)\)", TOKENS)
    assert found is not None
    assert (found[1], found[2]) == (getattr(DAY, token), getattr(EVENING, token))


def test_the_washes_are_those_of_the_look() -> None:
    shares = re.search(r"--accent-wash: .*?accent\) (\d+)%, (#\w+)\).*?accent\) (\d+)%, (#\w+)\)", TOKENS)
    assert shares is not None
    assert shares.groups() == (f"{DAY.wash:.0%}"[:-1], DAY.sheet, f"{EVENING.wash:.0%}"[:-1], EVENING.sheet)


def test_our_own_colours_are_readable_by_the_same_rule() -> None:
    assert fit("#1f5a4c", DAY) == Shade(accent="#1f5a4c", on_accent="#ffffff", wash="#dde5e0")
    assert fit("#93cdb8", EVENING).accent == "#93cdb8"
