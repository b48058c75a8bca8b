"""The contact sheets are taken from a running server: each state in each size and theme, and no sheet is large."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from scripts.screenshots.console_sheet import CODES, open_console, take_console_sheets
from scripts.screenshots.contact_sheet import LANGUAGES, MOST_BYTES, SIZES, THEMES, take_contact_sheets
from tests.journeys.speaker import Tape, speaking_desk
from tests.providers.speaking import fetch_whisper

KEPT = Path(__file__).parents[2] / "docs" / "images" / "screens"
LEAST_HEIGHT = 20 * 300  # twenty states


@pytest.mark.nightly
def test_a_sheet_is_taken_from_the_first_page_to_the_last(
    tape: Tape, listening_browser: Browser, tmp_path: Path
) -> None:
    with speaking_desk(fetch_whisper(), VIVAVOCE_MAIL_URL="folder:") as desk:
        take_contact_sheets(listening_browser, desk, tape, tmp_path, codes=("ar",))
    with Image.open(tmp_path / "ar.webp") as sheet:
        assert sheet.width > len(THEMES) * sum(width for _, width in SIZES)
        assert sheet.height > LEAST_HEIGHT
    assert (tmp_path / "ar.webp").stat().st_size <= MOST_BYTES


@pytest.mark.nightly
def test_a_sheet_of_the_console_is_taken(browser: Browser, tmp_path: Path) -> None:
    with open_console() as desk:
        take_console_sheets(browser, desk, tmp_path, codes=("de",))
    with Image.open(tmp_path / "console-de.webp") as sheet:
        assert sheet.height > LEAST_HEIGHT
    assert (tmp_path / "console-de.webp").stat().st_size <= MOST_BYTES


@pytest.mark.parametrize("code", [*LANGUAGES, *(f"console-{code}" for code in CODES)])
def test_every_language_has_its_sheet_in_the_docs(code: str) -> None:
    with Image.open(KEPT / f"{code}.webp") as sheet:
        assert sheet.height > LEAST_HEIGHT
    assert (KEPT / f"{code}.webp").stat().st_size <= MOST_BYTES
