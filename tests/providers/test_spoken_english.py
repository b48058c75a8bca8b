"""Spoken English as the rater reads it."""

import pytest

from tests.folding import folded
from vivavoce.providers.raters.spoken import write_out


@folded(
    ("said", "read"),
    [
        ("I um went there, uh, every mornin'.", "I went there every morning."),
        ("We were gonna ask 'em 'cause they ain't there", "We were going to ask them because they isn't there"),
        ("I checked, you know, the list twice", "I checked list twice"),
        ("I mean, we sort of shared the the work", "we shared work"),
        ("Erm... the fuse had gone", "fuse had gone"),
        ("well I had like to call um like an electrician", "I had to call electrician"),
        ("it went well and I like the work as well", "it went well and I like work as well"),
        ("bulb A is lit, a lamp at terminal a and one at b", "bulb A is lit, lamp at terminal a and one at b"),
        ("th' lads an' me, wi' nowt o' worth", "th' lads and me, with nothing of worth"),
    ],
)
def test_hesitations_go_and_spoken_forms_are_written_out(said: str, read: str) -> None:
    assert write_out(said) == read


@folded(
    "said",
    [
        "Do you know what rules apply?",
        "If you know how it works, you mend it.",
        "I mean it when I say no.",
        "This sort of work needs planning, and that kind of care.",
        "He said 'come in' and I came in.",
        "I had had enough, and that that was so I told them.",
        "Umbrellas hummed in one hum of summer.",
        "I don't know.",
    ],
)
def test_what_says_something_stays(said: str) -> None:
    assert write_out(said) == said


@pytest.mark.parametrize("said", ["", "um", "uh, er, hmm", "…", "you know"])
def test_nothing_else_stays_as_it_is(said: str) -> None:
    assert write_out(said) == said


def test_a_long_text_is_read_once_and_a_second_reading_changes_nothing() -> None:
    long = "um I sort of went there, you know, and and then gonna " * 400
    assert write_out(write_out(long)) == write_out(long)
