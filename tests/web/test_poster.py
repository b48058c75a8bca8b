"""What the position's page says of an interview: merchants' Markdown made safe, and pictures from where they are."""

import re

import pytest

from tests.builders import House, a_draft
from tests.folding import folded
from vivavoce.attempts.allowance import Rules, find_allowance
from vivavoce.interviews.steps import SentQuestion
from vivavoce.web.candidate.poster import Cover, find_cover, name_source, render, tell

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://tracker.example/seen.png)",
    "<svg/onload=alert(1)>",
    "[x](https://a.example 'onmouseover=alert(1)')",
    '<a href="https://a.example" style="position:fixed" onclick="x()">x</a>',
    "<iframe src=https://a.example></iframe>",
    "<form action=https://a.example><input name=p></form>",
    "[x]: javascript:alert(1)\n\n[x]",
    "`<script>`\n\n    <script>alert(1)</script>",
    "<https://a.example/?<script>>",
]


@folded("text", ATTACKS)
def test_nothing_in_a_merchants_text_runs_or_loads(text: str) -> None:
    html = str(render(text))
    tags = re.findall(r"<[^>]*>", html)
    assert not [tag for tag in tags if re.search(r"<(script|img|svg|iframe|form|input|style|link)", tag, re.IGNORECASE)]
    assert not [tag for tag in tags if re.search(r"\s(on\w+|style|src|title|class|id)=", tag)]
    assert not [link for link in re.findall(r'href="([^"]*)"', html) if not re.match(r"https?:|mailto:|tel:", link)]


def test_what_markdown_is_for_stays() -> None:
    html = str(
        render(
            "# A\n\n- *b*\n- **c**\n\n1. d\n\n> e\n\n| f | g |\n|---|---|\n| h | i |\n\n[j](https://j.example) ~~k~~"
        )
    )
    for tag in ("h3", "ul", "em", "strong", "ol", "blockquote", "table", "a", "s"):
        assert f"<{tag}" in html, tag
    assert 'rel="noopener noreferrer nofollow"' in html


@pytest.mark.parametrize(
    ("language", "text", "headings", "names_role"),
    [
        ("en", "We bake.\n\n# About the role:\nYou bake.\n## Hours\nEarly.", ["Hours"], False),
        ("de", "## **Über die Stelle**\nBacken.\n## Zeiten\nFrüh.", ["Zeiten"], False),
        ("en", "# About us\nWe bake.\n# About the Role\nYou bake.", ["About us", "About the Role"], True),
        ("en", "# The work\nYou bake.", ["The work"], False),
    ],
)
async def test_the_page_and_the_text_on_it_say_no_heading_twice(
    house: House, language: str, text: str, headings: list[str], names_role: bool
) -> None:
    draft = a_draft(house, language=language, settings={"long_description": text})
    told = tell(draft, find_allowance([], rules=Rules(), grants=0))
    assert re.findall("<h3>(.*?)</h3>", re.sub("</?strong>", "", told["long"])) == headings
    assert told["names_role"] is names_role


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# a\n## b\n### c\n# d", [3, 4, 5, 3]),
        ("### a\n# b\n### c", [3, 3, 4]),
        ("###### a\n##### b", [3, 3]),
        ("# a\n## b\n### c\n#### d\n##### e", [3, 4, 5, 6, 6]),
    ],
)
def test_headings_stand_below_the_pages_own_without_a_gap(text: str, levels: list[int]) -> None:
    assert [int(level) for level in re.findall(r"<h(\d)>", str(render(text)))] == levels


@folded(
    ("url", "expected"),
    [
        ("https://images.example/depot.jpg", Cover("https://images.example/depot.jpg", "https://images.example")),
        (
            "https://IMAGES.example:8443/a?b=c",
            Cover("https://images.example:8443/a?b=c", "https://images.example:8443"),
        ),
        ("https://bücher.example/a", Cover("https://xn--bcher-kva.example/a", "https://xn--bcher-kva.example")),
        ("http://images.example/depot.jpg", None),
        ("https://user@images.example/a", None),
        ("https://images.example;script-src */a", None),
        ("https://a b.example/", None),
        ("https:///a", None),
        ("https://[::1]/a", None),
        ("javascript:alert(1)", None),
        ("https://images.example:x/", None),
        ("//images.example/a", None),
        ("", None),
        (None, None),
    ],
)
def test_a_picture_names_its_origin_and_nothing_else(url: str | None, expected: Cover | None) -> None:
    assert find_cover(url, allows_plain=False) == expected


def test_a_picture_by_http_is_shown_where_the_page_comes_so() -> None:
    assert find_cover("http://127.0.0.1:8000/a", allows_plain=True) == Cover(
        "http://127.0.0.1:8000/a", "http://127.0.0.1:8000"
    )


async def test_the_page_names_every_language_that_is_spoken_in(house: House) -> None:
    questions = [
        SentQuestion(text="A?"),
        SentQuestion(text="B?", language="de"),
        SentQuestion(text="C?", language="no"),
    ]
    told = tell(a_draft(house, questions=questions), find_allowance([], rules=Rules(), grants=0))
    assert told["languages"] == [
        {"tag": "en", "name": "English"},
        {"tag": "de", "name": "Deutsch"},
        {"tag": "nb", "name": "Norsk"},
    ]


@pytest.mark.parametrize(
    ("sent", "shown"), [(None, False), ({}, False), ({"sector": "Logistics"}, False), ({"name": "Bay Parcels"}, True)]
)
async def test_a_company_is_shown_where_something_is_said_of_it(
    house: House, sent: dict[str, str] | None, shown: bool
) -> None:
    told = tell(a_draft(house, settings={"hiring_company": sent}), find_allowance([], rules=Rules(), grants=0))
    assert (told["company"] is not None) == shown


@pytest.mark.parametrize(
    ("source", "language", "named"),
    [
        ("Description: L’équipe", "fr", "Description\u00a0: L’équipe"),
        ("Description: Horaires : 8 h", "fr", "Description\u00a0: Horaires : 8 h"),
        ("Beschreibung: Das Team", "de", "Beschreibung: Das Team"),
        (None, "fr", None),
    ],
)
def test_a_passage_is_named_as_its_language_sets_a_colon(source: str | None, language: str, named: str | None) -> None:
    assert name_source(source, language) == named
