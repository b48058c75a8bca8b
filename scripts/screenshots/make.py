"""The pictures of docs/design-language.md: a candidate's way through a real server, and the sheet beside this file; and
those of docs/reference/screens.md (contact_sheet.py).

    make screenshots                      (some ten minutes; needs Chromium, and Whisper's weights once)

Each is WebP of at most 60 kB, so that the repository stays small; one that does not fit is made paler, then smaller.
"""

import os
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts.screenshots.console_sheet import open_console, take_console_sheets
from scripts.screenshots.contact_sheet import take_contact_sheets
from tests.journeys.chromium import CHROMIUM, FLAGS, PATIENCE_MS
from tests.journeys.desk import BELT, LEAD, Desk, open_desk
from tests.journeys.speaker import Tape, speaking_browser, speaking_desk
from tests.journeys.visitor import PHONE, WIDE, Size, Visitor
from tests.laid import PLACE
from tests.providers.speaking import fetch_whisper
from tests.running import WITHOUT_VOICE, run_server
from vivavoce.web.drawing import make_environment
from vivavoce.web.statics import Statics
from vivavoce.words.catalog import find_words
from vivavoce.words.drawn import in_words

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "docs" / "images" / "look"
SHEETS = HERE.parents[1] / "docs" / "images" / "screens"
MOST_BYTES = 60_000
ANSWER = (
    "Last spring two belts stopped in the same night. I moved six people to the third one, and asked the day shift to"
    " come an hour early. We left on time, and nobody did a double shift."
)
Theme = Literal["light", "dark"]

SURFACES = {
    "paper": "the page",
    "sheet": "read, filled in",
    "sunk": "wells, tracks",
    "line": "decoration",
    "edge": "edge of a control",
    "accent-wash": "what is chosen",
}
INKS = {
    "ink": "text",
    "ink-soft": "beside it",
    "accent": "the one action",
    "on-accent": "written on it",
    "lamp": "somebody's words",
    "lamp-edge": "marks them",
}
FINDINGS = {
    "good": "confirmed",
    "good-wash": "",
    "bad": "rejected",
    "care": "to look at",
    "note": "to know",
    "focus": "where the keys are",
}
SIZES = (
    ("text-h1", "house", "Shift lead, night"),
    ("text-question", "voice", "Tell me about a time when you led a team through something difficult."),
    ("text-h2", "house", "How the interview works"),
    ("text-lead", "voice", "“Take the time you need. A pause is fine.”"),
    ("text", "house", "Each answer is saved when you finish it."),
    ("text-small", "house", "Aim for about 3 minutes"),
)
STATES = {"idle": "idle", "listening": "listening", "thinking": "thinking", "speaking": "speaking"}


def main() -> None:
    """Writes every picture and says how large it is."""
    if CHROMIUM is None:
        sys.exit("This needs Chromium (Debian: apt-get install chromium).")
    FOLDER.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory(prefix="vivavoce-pictures-") as folder, sync_playwright() as playwright:
        Path(folder).chmod(0o755)
        with run_server(Path(folder), environment=WITHOUT_VOICE) as running:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            desk = open_desk(running)
            take_sheets(browser, running.url)
            take_ways(browser, desk)
            take_languages(browser, desk)
            take_merchant(browser, desk, Path(folder))
            browser.close()
        with open_console() as desk:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            take_console_sheets(browser, desk, SHEETS)
            browser.close()
        os.environ.setdefault(PLACE, tempfile.mkdtemp(dir=folder))
        tape = Tape(Path(folder) / "microphone.wav")
        tape.record()
        with (
            speaking_desk(fetch_whisper(), VIVAVOCE_MAIL_URL="folder:") as desk,
            speaking_browser(playwright, tape) as browser,
        ):
            take_contact_sheets(browser, desk, tape, SHEETS)


def take_sheets(browser: Browser, url: str) -> None:
    """Tokens, type, parts and the interviewer's states, by day and by evening."""
    statics, environment = Statics(), make_environment()
    drawing = environment.get_template("parts/interviewer.html").render(in_words(find_words("en")))
    states = [
        {"name": name, "drawing": Markup(drawing.replace('data-state="idle"', f'data-state="{state}"'))}
        for name, state in STATES.items()
    ]
    html = environment.from_string((HERE / "sheet.html").read_text(encoding="utf-8")).render(
        address=lambda path: url + statics.address(path),
        surfaces=[{"token": token, "what": what} for token, what in SURFACES.items()],
        inks=[{"token": token, "what": what} for token, what in INKS.items()],
        findings=[{"token": token, "what": what} for token, what in FINDINGS.items()],
        sizes=[{"token": token, "family": family, "words": words} for token, family, words in SIZES],
        steps=[f"s{number}" for number in range(1, 9)],
        states=states,
    )
    for theme in ("light", "dark"):
        visitor = come(browser, Size(1024, 800), theme)
        visitor.page.set_content(html, wait_until="load")
        for part in ("colours", "type", "parts", "states"):
            if theme == "light" or part in ("colours", "states"):
                keep(f"{part}-{theme}", visitor.page.locator(f"#{part}").screenshot())
        visitor.page.context.close()


def take_ways(browser: Browser, desk: Desk) -> None:
    """From the position to the person's own page, as a phone and as a wide screen show it."""
    link = desk.link(LEAD, BELT, result_view="minimal")
    wide = come(browser, WIDE, "light")
    wide.page.goto(link)
    keep("position-wide", shot(wide.page))
    wide.page.context.close()
    for theme in ("light", "dark"):
        visitor = come(browser, PHONE, theme)
        page = visitor.page
        page.goto(desk.link(LEAD, BELT, result_view="minimal") if theme == "dark" else link)
        keep(f"position-{theme}", shot(page))
        for box in page.get_by_role("checkbox").all():
            box.check()
        page.locator("#begin").scroll_into_view_if_needed()
        if theme == "light":
            keep("consent-light", shot(page))
        visitor.button("Start the interview").click()
        page.wait_for_url("**/start")
        keep(f"start-{theme}", shot(page))
        visitor.attempt_id()
        visitor.sees(LEAD["question"])
        visitor.field.fill(ANSWER)
        keep(f"conversation-{theme}", shot(page))
        if theme == "light":
            page.set_viewport_size({"width": WIDE.width, "height": WIDE.height})
            keep("conversation-wide", shot(page))
            page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
        visitor.button("Send").click()
        visitor.sees(BELT["question"])
        visitor.skip()
        page.wait_for_url("**/results")
        visitor.sees("Check your answers")
        keep(f"results-{theme}", shot(page))
        if theme == "light":
            visitor.button("Send my interview").click()
            visitor.sees("Thank you, your interview has been sent.")
            keep("thanks-light", shot(page))
            page.goto(link)
            page.get_by_role("link", name="Go to your page").click()
            page.wait_for_url("**/mine/")
            keep("own-light", shot(page))
            page.goto(link.replace("interview_token=", "interview_token=x"))
            keep("closed-light", shot(page))
        page.context.close()


def take_languages(browser: Browser, desk: Desk) -> None:
    """Right to left, and a script with an air of its own."""
    for code, question in (("ar", "حدثنا عن مرة قدت فيها فريقاً."), ("ja", "チームを率いた経験を教えてください。")):
        visitor = come(browser, PHONE, "light")
        changes: dict[str, Any] = {"name": {"ar": "مشرف وردية الليل", "ja": "夜勤リーダー"}[code], "description": ""}
        visitor.page.goto(desk.link({"question": question}, mojito_language_code=code, **changes))
        keep(f"position-{code}", shot(visitor.page))
        visitor.page.context.close()


def take_merchant(browser: Browser, desk: Desk, folder: Path) -> None:
    """A merchant's colour and logo."""
    logo = Image.new("RGBA", (480, 120))
    drawing = ImageDraw.Draw(logo)
    drawing.ellipse((8, 8, 112, 112), fill="#aa3366")
    for number, width in enumerate((300, 220)):
        drawing.rounded_rectangle((140, 28 + 40 * number, 140 + width, 52 + 40 * number), 12, fill="#aa3366")
    file, held = folder / "logo.png", BytesIO()
    logo.save(held, "PNG")
    file.write_bytes(held.getvalue())
    desk.running.program("merchant", "look", "depot", "--colour", "#aa3366", "--logo", str(file), "--name", "Depot")
    for theme in ("light", "dark"):
        visitor = come(browser, PHONE, theme)
        visitor.page.goto(desk.link(LEAD))
        keep(f"merchant-{theme}", shot(visitor.page))
        visitor.page.context.close()


def come(browser: Browser, size: Size, theme: Theme) -> Visitor:
    """Somebody with a browser of their own."""
    context = browser.new_context(
        viewport={"width": size.width, "height": size.height},
        locale="en-GB",
        color_scheme=theme,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    return Visitor.of(context.new_page())


def shot(page: Page) -> bytes:
    """What is in the window, as PNG."""
    page.evaluate(
        '() => { document.activeElement?.blur(); if (!document.querySelector("#begin :checked")) scrollTo(0, 0); }'
    )
    return page.screenshot(animations="disabled")


def keep(name: str, png: bytes) -> None:
    """Writes the picture as WebP of at most MOST_BYTES."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    held = BytesIO()
    for quality, scale in ((85, 1.0), (70, 1.0), (70, 0.75), (60, 0.6)):
        held = BytesIO()
        size = (round(picture.width * scale), round(picture.height * scale))
        picture.resize(size, Image.Resampling.LANCZOS).save(held, "WEBP", quality=quality, method=6)
        if len(held.getvalue()) <= MOST_BYTES:
            break
    (FOLDER / f"{name}.webp").write_bytes(held.getvalue())
    print(f"{len(held.getvalue()):>7,}  {name}.webp", flush=True)


if __name__ == "__main__":
    main()
