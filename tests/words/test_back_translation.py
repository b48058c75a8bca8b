"""docs/reference/back-translation.md: what stands there is what the catalogues say today."""

import re
from pathlib import Path

from tests.folding import folded
from vivavoce.text.languages import LANGUAGES
from vivavoce.words.catalog import find_words

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "back-translation.md"
MERCHANT = "<bdi>%(merchant)s</bdi>"
TOLD = {
    heading: re.findall(r"^\| (?!English|-)(.+?) \| (.+?) \| .+ \|$", rows, re.MULTILINE)
    for heading, rows in re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
}
BY_NAME = {language.name_english: language.code for language in LANGUAGES}


def test_there_are_twelve_languages_with_the_same_sentences() -> None:
    assert len(TOLD) == 12
    assert len({tuple(english for english, _ in rows) for rows in TOLD.values()}) == 1
    assert all(len(rows) == 14 for rows in TOLD.values())


@folded("name", sorted(TOLD))
def test_what_is_said_there_is_what_the_pages_say(name: str) -> None:
    words = find_words(BY_NAME[name])
    for english, said in TOLD[name]:
        assert words.say(english.replace("…", MERCHANT)).replace(MERCHANT, "…") == said, english
