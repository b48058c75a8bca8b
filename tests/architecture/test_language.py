"""Comments, docstrings and errors are in the words that docs/style-words.md settled on."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, SRC, kept_files, modules
from tests.folding import folded

# What is not said, and what is said in its place.
NOT_SAID = {
    "characters": r"\b(printable|visible|other|changed|many|more|by the|[0-9,}]+) signs?\b(?!-)",
    "revoked": r"\btaken back\b|\btakes? (a )?(tokens?|links?) back\b",
    "must be, or is not a": r"\b(is|are) no (number|text|id|address|JSON|date|whole|plain|list|UTF-8)\b",
    "an attempt": r"\b(a|the|first|(?<!counted )one|more) go\b(?! (on|back|to|out|by|through|into)\b)",
    "tallied": r"\bcount(ed|s|ing) up\b",
}
# Rooms and files whose words are still to be put right. Take off what you have done; add nothing.
EXCEPTIONS = (
    "api/",
    "conversation/",
    "db/",
    "events/",
    "interviews/",
    "knowledge/",
    "providers/raters/",  # its signs are what the rater reads off a text
    "sound/",
    "web/",
)
# Not said in pages alone: what a candidate is told, pages tell in the same words.
PAGES_NOT_SAID = {
    "sent": r"\bhand(s|ed|ing)? (it |them |this )?in\b",
}
PAGES_TO_COME = ("docs/decisions/", "docs/reference/", "docs/design.md", "docs/howto/shape-a-conversation.md")


def _said(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each comment and string."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        name = tokenize.tok_name[token.type]
        if name in ("COMMENT", "STRING", "FSTRING_MIDDLE"):
            yield from ((token.start[0] + number, line) for number, line in enumerate(token.string.splitlines()))


def _find_in(path: Path, pattern: re.Pattern[str]) -> list[str]:
    said = _said((SRC / path).read_text(encoding="utf-8"))
    return [f"{path}:{number}: {text.strip()}" for number, text in said if pattern.search(text)]


@pytest.mark.parametrize(("better", "pattern"), NOT_SAID.items(), ids=NOT_SAID)
def test_the_code_says_it_as_people_say_it(better: str, pattern: str) -> None:
    done = [path for path in modules() if not path.as_posix().startswith(EXCEPTIONS)]
    assert len(done) > 100
    found = [line for path in done for line in _find_in(path, re.compile(pattern, re.IGNORECASE))]
    assert found == [], f"Say: {better} (docs/style-words.md)"


@folded(("better", "pattern"), (NOT_SAID | PAGES_NOT_SAID).items(), ids=[*NOT_SAID, *PAGES_NOT_SAID])
def test_the_pages_say_it_as_people_say_it(better: str, pattern: str) -> None:
    pages = [
        path
        for path in kept_files()
        if path.suffix == ".md" and path.name not in ("CHANGELOG.md", "style-words.md", "design-language.md")
        if path.parts[0] == "docs" or len(path.parts) == 1
        if not path.as_posix().startswith(PAGES_TO_COME)
    ]
    assert len(pages) > 20
    found = [
        f"{path}:{number}: {line[:120]}"
        for path in pages
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line, re.IGNORECASE)
    ]
    assert found == [], f"Say: {better} (docs/style-words.md)"


def test_every_exception_is_still_one() -> None:
    paths = [path.as_posix() for path in modules()]
    assert [one for one in EXCEPTIONS if not any(path.startswith(one) for path in paths) and one != "text/"] == []


@folded(
    ("better", "text"),
    [
        ("characters", "is no plain text of 1 to 255 signs"),
        ("characters", "has other signs than A-Z"),
        ("revoked", "The token was taken back: get a new one."),
        ("must be, or is not a", "The token's end is no number."),
        ("an attempt", "counts as a go"),
        ("tallied", "an attempt that was counted up"),
    ],
)
def test_what_is_not_said_is_found(better: str, text: str) -> None:
    assert re.search(NOT_SAID[better], text)


@pytest.mark.parametrize(
    "text", ["whoever signs", "a sign-in by e-mail", "the way to go on", "vowel signs", "no plain no"]
)
def test_words_that_only_look_like_it_are_left_alone(text: str) -> None:
    assert [better for better, pattern in NOT_SAID.items() if re.search(pattern, text)] == []
