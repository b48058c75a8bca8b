"""The contact sheets of docs/reference/screens.md: every state of a candidate's way, three sizes, day and evening.

    make screenshots                      (with the other pictures; needs Chromium)

One sheet a language, folded: a row a state, a column a size and theme. Each is WebP of at most MOST_BYTES.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Error, Page

from tests.journeys.chromium import PATIENCE_MS
from tests.journeys.desk import NIGHTS, Desk, open_practice_desk
from tests.journeys.speaker import SPOKEN_MS, Tape
from tests.journeys.visitor import NARROW, PHONE, WIDE, Size
from vivavoce.conversation.lines import Offer, word_offer

MOST_BYTES = 1_400_000
WORDS = "Last year I led a team of six through the move to a new system."  # said aloud, in whichever language
GAP, HEAD = 12, 22  # pixels between two pictures, and above a row
SIZES = ((PHONE, 156), (NARROW, 128), (WIDE, 336))  # and how wide each stands on the sheet
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

Shots = dict[str, list[Image.Image]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What is asked and answered in one language."""

    name: str
    questions: tuple[str, str]
    answer: str


LANGUAGES = {
    "en": Spoken(
        name="Shift lead, night",
        questions=("Tell me about a time when you led a team through something difficult.", "What did you learn?"),
        answer="Last year I led a team of six through the move to a new system.",
    ),
    "de": Spoken(
        name="Schichtleitung Nacht",
        questions=("Erzählen Sie von einer Situation, in der Sie ein Team geführt haben.", "Was haben Sie gelernt?"),
        answer="Letztes Jahr habe ich ein Team von sechs Leuten durch die Umstellung auf ein neues System geführt.",
    ),
    "ar": Spoken(
        name="مشرف وردية الليل",
        questions=("أودّ أن أسمع عن موقف صعب قدتم فيه فريقًا.", "ما الذي تعلمتموه؟"),
        answer="في العام الماضي قدت فريقًا من ستة أشخاص خلال الانتقال إلى نظام جديد.",
    ),
}


def take_contact_sheets(
    browser: Browser, desk: Desk, tape: Tape, folder: Path, *, codes: tuple[str, ...] = tuple(LANGUAGES)
) -> None:
    """Writes a sheet a language, as {code}.webp.

    browser: its microphone hears the tape. desk: on a server that speaks, hears, and keeps its mails in a folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    school = open_practice_desk(desk.running)
    for code in codes:
        sheet = lay_out(
            walk(browser, desk, code) | walk_speaking(browser, desk, tape, code) | walk_practice(browser, school, code)
        )
        (folder / f"{code}.webp").write_bytes(pack(sheet))
        print(f"{(folder / f'{code}.webp').stat().st_size:>7,}  {code}.webp", flush=True)


def walk(browser: Browser, desk: Desk, code: str) -> Shots:
    """A candidate's way, state by state, by names that every language shares."""
    spoken, shots = LANGUAGES[code], Shots()
    questions: list[dict[str, Any]] = [{"question": question} for question in spoken.questions]
    expected = {"weak": ["Has led a team through a move"], "moderate": [], "strong": []}
    questions[0]["candidate_expectations_json"] = expected
    questions.append(NIGHTS)
    link = desk.link(
        *questions,
        name=spoken.name,
        description=spoken.answer,
        mojito_language_code=code,
        max_followups=1,
        result_view="full",
    )
    context = browser.new_context(locale=code, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()

    def keep(name: str) -> None:
        shots[name] = list(look(page))

    page.goto(link)
    keep("position")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.locator("form#begin button[type=submit]").click()
    page.wait_for_url(re.compile("/start"))
    keep("start: speak or type")
    for way in page.locator("[name=way][value=type]").all():  # none where nobody can speak
        way.check()
    page.locator(".walk-on button[type=submit]").click()
    page.wait_for_url(re.compile("/interview/[^/]+/$"))
    heading = page.locator("#question")
    heading.filter(has_text=spoken.questions[0]).wait_for()
    keep("conversation: asked")
    page.locator("#answer").fill(spoken.answer)
    keep("conversation: written")
    page.locator("#help-open").click()
    keep("conversation: help")
    page.keyboard.press("Escape")
    page.locator("#done").click()
    heading.filter(has_not_text=spoken.questions[0]).wait_for()
    keep("conversation: next, or a follow-up")
    while not page.locator("#choice-list input").count():
        _skip(page)
    keep("conversation: a choice")
    _skip(page)
    page.locator("#said").get_by_text(word_offer(Offer.SKIPPED, language=code).text).wait_for()
    keep("conversation: what was skipped, once more")
    _skip_on(page)
    page.wait_for_url("**/results")
    page.locator(".amount, #number p").first.wait_for()
    keep("results")
    page.locator("#hand").click()
    page.locator("#thanks").wait_for()
    keep("sent")
    page.goto(link)
    keep("position, once it is sent")
    page.locator("a[href$='/mine/']").first.click()
    page.wait_for_url("**/mine/")
    keep("own page")
    page.context.clear_cookies()
    page.goto(page.url)
    keep("own page: sign in")
    page.locator("input[type=email]").fill("maya@example.com")
    page.locator("input[type=email]").press("Enter")
    page.locator("input[autocomplete=one-time-code]").wait_for()
    keep("own page: the code")
    page.goto(link.replace("interview_token=", "interview_token=x"))
    keep("closed")
    context.close()
    return shots


def walk_speaking(browser: Browser, desk: Desk, tape: Tape, code: str) -> Shots:
    """The same for whoever speaks: the sound check, both sides' turns, the calm line, and what was heard."""
    spoken, shots = LANGUAGES[code], Shots()
    tape.record(20, WORDS)
    link = desk.link(
        *({"question": question} for question in spoken.questions), name=spoken.name, mojito_language_code=code
    )
    context = browser.new_context(locale=code, reduced_motion="reduce")
    context.set_default_timeout(SPOKEN_MS)
    page = context.new_page()

    def keep(name: str) -> None:
        shots[name] = list(look(page))

    page.goto(link)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.locator("form#begin button[type=submit]").click()
    page.wait_for_url(re.compile("/start"))
    page.locator("[name=way][value=speak]").check()
    page.locator("[name=consent_sound_kept]").check()
    page.locator(".walk-on button[type=submit]").click()
    page.wait_for_url("**/start?step=sound")
    keep("start: sound check")
    page.locator("#adjust summary").click()
    page.locator("#check").select_option("yes")
    page.locator(".walk-on button[type=submit]").click()
    drawing = page.locator("#interviewer")
    drawing.and_(page.locator("[data-state=speaking]")).wait_for(state="attached")
    keep("speaking: the interviewer speaks")
    drawing.and_(page.locator("[data-state=listening]")).wait_for(state="attached")
    keep("speaking: your turn")
    page.locator("#checking").wait_for()
    page.locator("#checked").fill(spoken.answer)
    keep("speaking: what was heard")
    page.locator("#checking button[value=on]").click()
    page.locator("[data-when~='prompt:calm']").wait_for()
    keep("speaking: silence")
    context.close()
    return shots


def walk_practice(browser: Browser, school: Desk, code: str) -> Shots:
    """What practice says at its end, before anything is finished."""
    spoken, shots = LANGUAGES[code], Shots()
    questions: list[dict[str, Any]] = [{"question": question} for question in spoken.questions]
    questions[0]["candidate_expectations_json"] = {"weak": ["Has led a team through a move"]}
    link = school.link(
        *questions, name=spoken.name, mojito_language_code=code, type="coaching", max_followups=0, result_view="full"
    )
    context = browser.new_context(locale=code, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(link)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.locator("form#begin button[type=submit]").click()
    page.wait_for_url(re.compile("/start"))
    page.locator("[name=way][value=type]").check()
    page.locator(".walk-on button[type=submit]").click()
    page.locator("#question").filter(has_text=spoken.questions[0]).wait_for()
    page.locator("#answer").fill(spoken.answer)
    page.locator("#done").click()
    page.locator("#question").filter(has_text=spoken.questions[1]).wait_for()
    _skip_on(page)
    page.locator(".amount, #number p").first.wait_for()
    shots["practice: how it went"] = list(look(page))
    context.close()
    return shots


def _skip(page: Page) -> None:
    """Leaves the question out, and waits for what comes instead."""
    before = _asked(page)
    page.locator("#help-open").click()
    page.locator("#skip").click()
    page.locator("#skipping button[value=skip]").click()
    for _ in range(100):
        if _asked(page) != before:
            return
        page.wait_for_timeout(100)


def _skip_on(page: Page) -> None:
    """Until nothing more is asked."""
    while _asked(page):
        _skip(page)
    page.wait_for_url("**/results")


def _asked(page: Page) -> list[str]:
    """What is asked now; empty on every other page, and on the way there."""
    try:
        return page.locator("#question").all_text_contents()
    except Error:  # the page has just gone
        return []


def look(page: Page, part: str | None = None) -> Iterator[Image.Image]:
    """What is in the window, in each size and theme. part: a selector of what is brought into it; None: as it is."""
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        for size, width in SIZES:
            page.set_viewport_size({"width": size.width, "height": size.height})
            if part is not None:
                page.locator(part).evaluate("part => part.scrollIntoView({ block: 'start' })")
            png = page.screenshot(animations="disabled")
            yield fit(Image.open(BytesIO(png)).convert("RGB"), size, width)


def fit(picture: Image.Image, size: Size, width: int) -> Image.Image:
    """As wide as its column."""
    return picture.resize((width, round(size.height * width / size.width)), Image.Resampling.LANCZOS)


def lay_out(shots: Shots) -> Image.Image:
    """One sheet: a row a state, with its name above."""
    rows = list(shots.items())
    width = sum(one.width for one in rows[0][1]) + GAP * (len(rows[0][1]) + 1)
    heights = [max(one.height for one in pictures) + HEAD + GAP for _, pictures in rows]
    sheet = Image.new("RGB", (width, sum(heights) + GAP), "#d8d8d2")
    drawing = ImageDraw.Draw(sheet)
    top = GAP
    for (name, pictures), height in zip(rows, heights, strict=True):
        drawing.text((GAP, top + 4), name, fill="#1a2221", font_size=14)
        left = GAP
        for picture in pictures:
            sheet.paste(picture, (left, top + HEAD))
            left += picture.width + GAP
        top += height
    return sheet


def pack(sheet: Image.Image) -> bytes:
    """The sheet as WebP of at most MOST_BYTES: paler where it must be."""
    held = b""
    for quality in (80, 65, 50, 35):
        held = _write(sheet, quality)
        if len(held) <= MOST_BYTES:
            break
    return held


def _write(sheet: Image.Image, quality: int) -> bytes:
    held = BytesIO()
    sheet.save(held, "WEBP", quality=quality, method=6)
    return held.getvalue()
