"""What is said of each language is what the machines, the rater and the catalogues themselves say."""

import shutil
from pathlib import Path

import pytest

from vivavoce.providers.ears.whisper import PROVEN
from vivavoce.providers.raters.embedded import EmbeddedRater
from vivavoce.providers.voices.espeak import open_voice as open_espeak
from vivavoce.providers.voices.hibari import open_voice as open_hibari
from vivavoce.settings import Settings
from vivavoce.text.languages import CODES
from vivavoce.text.parity import PARITY, HearingQuality, Speaking, Wording
from vivavoce.words.catalog import SOURCE, catalog_of

PHRASES = Path(__file__).parents[2] / "src" / "vivavoce" / "conversation" / "phrases"


def those(**fact: object) -> set[str]:
    """The languages of which this is said."""
    [(name, value)] = fact.items()
    return {code for code, parity in PARITY.items() if getattr(parity, name) == value}


def test_every_language_has_its_facts() -> None:
    assert set(PARITY) == CODES


def test_it_is_assessed_where_the_rater_masters_it() -> None:
    assert those(is_assessed=True) == EmbeddedRater.languages


def test_it_is_heard_where_the_ear_is_proven() -> None:
    assert those(hearing=HearingQuality.PROVEN) == PROVEN


def test_a_natural_voice_is_hibari() -> None:
    assert those(speaking=Speaking.NATURAL) == open_hibari(Settings()).abilities.languages


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_the_browser_speaks_where_no_voice_of_ours_does() -> None:
    ours = open_hibari(Settings()).abilities.languages | open_espeak(Settings()).abilities.languages
    assert those(speaking=Speaking.BROWSER) == CODES - ours


def test_who_read_the_words_stands_at_the_top_of_both_files() -> None:
    def unread(file: Path) -> bool:
        return "Not yet reviewed by a native speaker" in file.read_text(encoding="utf-8")

    assert those(wording=Wording.ORIGINAL) == {SOURCE}
    others = CODES - {SOURCE}
    assert those(wording=Wording.UNREVIEWED) == {
        code for code in others if unread(catalog_of(code)) or unread(PHRASES / f"{code}.toml")
    }
