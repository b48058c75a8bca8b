"""Question, field and main button are in view together, on every phone, in every state, with and without a keyboard.

Measured by bounding box and by what lies on top where they stand. A keyboard is what it leaves: a lower window.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.desk import Desk
from tests.journeys.speaker import SPOKEN_MS, Tape, is_in_state, speaking_desk, visiting
from tests.journeys.visitor import SIGHTS, Size, Visitor
from tests.providers.speaking import fetch_whisper

pytestmark = pytest.mark.slow

SIZES = {
    "phone": Size(390, 844),
    "phone, keyboard": Size(390, 508),
    "small phone": Size(320, 640),
    "small phone, keyboard": Size(320, 380),
}
# What axe finds hangs on what a screen shows, less on how large it is: at the smallest, and by night at the largest.
LOOKED_AT, LOOKED_AT_BY_NIGHT = "small phone, keyboard", "phone"
MAIN = ".walk-on button[type=submit]"
CONTROLS = ["#help-open", ".desk-row .way", "#done"]
# Of an element: whether all of it is in the window, and nothing lies over its corners, its edges and its middle.
IN_SIGHT = """(element) => {
    const box = element.getBoundingClientRect();
    const isInside = box.width > 0 && box.top >= -0.5 && box.left >= -0.5
        && box.bottom <= innerHeight + 0.5 && box.right <= innerWidth + 0.5;
    const at = [0.02, 0.5, 0.98].flatMap((x) => [0.06, 0.5, 0.94].map((y) => [x, y]));
    const over = at.map(([x, y]) => document.elementFromPoint(box.left + x * box.width, box.top + y * box.height));
    const covered = over.find((one) => !one || !(element.contains(one) || one.contains(element)));
    return { isInside, by: covered === undefined ? null : String(covered?.outerHTML ?? "nothing").slice(0, 90),
        top: box.top, bottom: box.bottom, height: box.height };
}"""

# The last reply is as long as any may be, and stays so where the page draws it anew, as when a line can't be spoken.
KEEP_LONG = """(said) => {
    const lengthen = () => {
        const reply = [...said.querySelectorAll(".spoken")].at(-1);
        if (reply && reply.textContent && reply.textContent.length < 400) {
            reply.append(` ${reply.textContent}`.repeat(5));
        }
    };
    new MutationObserver(lengthen).observe(said, { childList: true, subtree: true, characterData: true });
    lengthen();
}"""


class Spoken(NamedTuple):
    """An interview in a language."""

    code: str
    name: str
    question: str
    choices: tuple[str, ...]
    answer: str  # so brief that more is asked for
    asks: str = ""  # us, in the middle of the question; where that is understood


SPOKEN = {
    "en": Spoken(
        "en",
        "Shift lead, night",
        "A belt stops twice in one night. What do you do first, and how do you tell the others?",
        ("Any night, weekends included", "Sunday to Thursday", "Weekends only", "None of these, I’d rather explain"),
        "I stop the next belt.",
        "Does it count against me if I skip this?",
    ),
    "de": Spoken(
        "de",
        "Schichtleitung Nacht",
        "In einer Nacht bleibt ein Band zweimal stehen. Was tun Sie zuerst, und wie sagen Sie es den anderen?",
        ("Jede Nacht, auch am Wochenende", "Sonntag bis Donnerstag", "Nur am Wochenende", "Nichts davon"),
        "Ich halte das Nachbarband an.",
        "Zählt es gegen mich, wenn ich die Frage überspringe?",
    ),
    "ar": Spoken(
        "ar",
        "قائد وردية ليلية",
        "توقف السير مرتين في ليلة واحدة. ما أول ما تفعله، وكيف تخبر الآخرين؟",
        ("أي ليلة، بما فيها عطلة نهاية الأسبوع", "من الأحد إلى الخميس", "عطلة نهاية الأسبوع فقط"),
        "أوقفت السير أولًا.",
    ),
    "ja": Spoken(
        "ja",
        "夜間リーダー",
        "一晩にベルトが二回止まりました。最初に何をして、ほかの人にどう伝えますか。",
        ("どの夜でも", "日曜から木曜", "週末だけ"),
        "最初に隣のレーンも止めます。",
    ),
    "fr": Spoken(
        "fr",
        "Chef d’équipe de nuit",
        "Un tapis s’arrête deux fois dans la nuit. Que faites-vous d’abord, et comment prévenez-vous les autres ?",
        ("Toutes les nuits, week-ends compris", "Du dimanche au jeudi", "Le week-end seulement"),
        "J’ai d’abord arrêté la voie d’à côté.",
    ),
    "ta": Spoken(
        "ta",
        "இரவுப் பணி மேற்பார்வையாளர்",
        "ஒரே இரவில் பெல்ட் இரண்டு முறை நிற்கிறது. முதலில் என்ன செய்வீர்கள், மற்றவர்களிடம் எப்படிச் சொல்வீர்கள்?",
        # As many as there are keys: they scroll, and the button below them stays whole.
        ("எந்த இரவும்", "ஞாயிறு முதல் வியாழன் வரை", "வார இறுதி மட்டும்", *(f"{day}. வார இறுதி மட்டும்" for day in range(4, 10))),
        "முதலில் அடுத்த பாதையையும் நிறுத்தினேன்.",
    ),
}
HEARD = "Last year I led a team of six through the move to a new system."  # said aloud, in whichever language
# What the page shows beside the question where other facts hold.
BESIDE = {
    "minutes left, last question": ("[data-when='minutes:shown']", "[data-when='last:yes']"),
    "microphone refused": ("#why", "#why [data-when='why:refused']"),
    "microphone absent": ("#why", "#why [data-when='why:absent']"),
    "camera on": ("[data-when='camera:on camera:turned-off']",),
    "speaking": ("[data-when='mood:speaking']",),
    "a question after all": ("[data-when='misread:likely']", "#change-latest"),
}
NIGHTLY = ("en", "ar", "ja", "fr", "ta")  # German has the longest labels


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """On a server that listens, and whose voice can't be reached: questions are read."""
    voice = {"VIVAVOCE_VOICES": "openai", "VIVAVOCE_SPEECH_URL": "http://127.0.0.1:9/v1"}
    with speaking_desk(fetch_whisper(), **voice) as opened:
        yield opened


def is_framed(visitor: Visitor, code: str, state: str, *, field: str = "#answer") -> None:
    """At every size, question, field and main button are in view and uncovered; axe finds nothing."""
    in_view(visitor, code, state, "#question", field, *CONTROLS)


def in_view(visitor: Visitor, code: str, state: str, *parts: str) -> None:
    """At every size, these are in view and uncovered, of the controls those that are shown; axe finds nothing."""
    for label, size in SIZES.items():
        visitor.page.set_viewport_size({"width": size.width, "height": size.height})
        visitor.page.wait_for_timeout(60)  # one frame in which the page measures itself, and one that is drawn
        for what in parts:
            if what in CONTROLS and not visitor.page.locator(what).is_visible():
                continue
            seen: dict[str, Any] = visitor.page.locator(what).evaluate(IN_SIGHT)
            assert seen["isInside"], f"{code}, {state}, {label}: {what} is out of view: {seen}"
            assert seen["by"] is None, f"{code}, {state}, {label}: over {what} lies {seen['by']}"
        assert visitor.page.evaluate("() => scrollY") == 0
        if SIGHTS:
            visitor.keeps_sight(f"framed-{code}-{state}-{size.width}x{size.height}")
        elif is_looked_at(label, code):
            visitor.is_at_ease()
    visitor.page.set_viewport_size({"width": SIZES["phone"].width, "height": SIZES["phone"].height})


def is_looked_at(label: str, code: str) -> bool:
    """Whether axe looks at a window of this size."""
    return label == LOOKED_AT or (label == LOOKED_AT_BY_NIGHT and code in NIGHTLY)


@pytest.mark.parametrize(
    "code", [pytest.param(one, marks=[pytest.mark.nightly] if one in NIGHTLY else []) for one in SPOKEN]
)
def test_question_field_and_button_are_in_view_together(
    desk: Desk, tape: Tape, listening_browser: Browser, code: str
) -> None:
    tape.record()
    with visiting(listening_browser, SIZES["phone"]) as visitor:
        visitor.tolerates("net::ERR_INTERNET_DISCONNECTED", "WebSocket connection", "status of 404")
        link = link_in(desk, SPOKEN[code])
        reach_conversation(visitor, link)
        types(visitor, code)
        speaks(visitor, code)
        chooses_and_asks(visitor, code)


def link_in(desk: Desk, spoken: Spoken) -> str:
    questions: list[dict[str, Any]] = [
        {"question": spoken.question, "duration": 180},
        {
            "question": spoken.question,
            "is_multiple_choice": True,
            "is_without_scoring": True,
            "question_alternatives": list(spoken.choices),
        },
        {"question": spoken.question, "is_candidate_asking_recruiter": True},
    ]
    return desk.link(
        *questions,
        name=spoken.name,
        description=spoken.answer,
        mojito_language_code=spoken.code,
        max_followups=1,
        welcome_message=spoken.answer,
    )


def types(visitor: Visitor, code: str) -> None:
    """The first question, by typing: asked, missing, written, and the sheet for help."""
    page, spoken = visitor.page, SPOKEN[code]
    visitor.sees(spoken.question)
    is_framed(visitor, code, "asking")

    page.locator("#done").click()
    expect(page.locator("#answer-error")).not_to_be_empty()
    is_framed(visitor, code, "empty")
    visitor.field.fill(spoken.answer)
    expect(page.locator("#saved > span:not([hidden])")).to_have_count(1)
    is_framed(visitor, code, "typed")

    help_is_framed(visitor, code)
    pauses(visitor, code)
    for state, parts in BESIDE.items():
        with shown(visitor, *parts):
            is_framed(visitor, code, state)
    if spoken.asks:
        asks_in_between(visitor, code)


def pauses(visitor: Visitor, code: str) -> None:
    """What says so and the way back are in view; the question is as it was."""
    page, spoken = visitor.page, SPOKEN[code]
    page.locator("#help-open").click()
    page.locator("#leave").click()
    expect(page.locator("#paused")).to_be_visible()
    in_view(visitor, code, "paused", "#paused", "#resume")
    page.locator("#resume").click()
    visitor.sees(spoken.question)
    expect(visitor.field).to_have_value(spoken.answer)


@contextmanager
def shown(visitor: Visitor, *parts: str) -> Iterator[None]:
    """What stands on the page under other facts, as where they hold."""
    where = visitor.page.locator(", ".join(parts))
    where.evaluate_all("(all) => all.forEach((one) => (one.hidden = false))")
    yield
    where.evaluate_all("(all) => all.forEach((one) => (one.hidden = true))")


def asks_in_between(visitor: Visitor, code: str) -> None:
    """The reply to what the candidate asks is long, and stands above the question: that is whole in view all the same.

    Whoever scrolls to the reply finds it there, and stays where they are.
    """
    page, spoken = visitor.page, SPOKEN[code]
    visitor.field.fill(spoken.asks)
    page.locator("#done").click()
    reply = page.locator("#said .spoken").last
    expect(reply).to_be_visible()
    page.locator("#said").evaluate(KEEP_LONG)
    is_framed(visitor, code, "replied")
    small = SIZES["small phone"]
    page.set_viewport_size({"width": small.width, "height": small.height})
    page.wait_for_timeout(60)
    ask = page.locator("#ask")
    assert ask.evaluate("(ask) => ask.scrollTop") > 0, f"{code}: the reply is too short to tell"
    ask.hover()
    page.mouse.wheel(0, -2000)
    expect(ask).to_have_js_property("scrollTop", 0)
    visitor.field.press_sequentially("So")
    page.wait_for_timeout(60)
    assert ask.evaluate("(ask) => ask.scrollTop") == 0
    page.set_viewport_size({"width": SIZES["phone"].width, "height": SIZES["phone"].height})
    visitor.field.fill(spoken.answer)
    expect(page.locator("#saved > span:not([hidden])")).to_have_count(1)


def speaks(visitor: Visitor, code: str) -> None:
    """The same question, by speaking, which is agreed to on the spot; and its follow-up, typed."""
    page, spoken = visitor.page, SPOKEN[code]
    page.locator("#speak").click()
    page.locator("#agreed").check()
    page.locator("#agreeing button[value=yes]").click()
    expect(page.locator("#speak")).to_be_checked()
    is_in_state(page, "listening")
    is_framed(visitor, code, "listening", field="#heard-paper")
    expect(page.locator("[data-when='mood:silence']")).to_be_visible(timeout=SPOKEN_MS)
    expect(page.locator("#prompted:not([hidden])")).to_be_attached()  # nobody has heard them yet: they are asked
    is_framed(visitor, code, "silence", field="#heard-paper")
    page.locator("#type").check()
    expect(visitor.field).to_have_value(spoken.answer)
    page.locator("#done").click()
    expect(page.locator("[data-when='question:follow-up']")).to_be_visible()
    is_framed(visitor, code, "follow-up")
    visitor.field.fill(spoken.name)  # the same answer once more would be asked about
    page.locator("#done").click()


def chooses_and_asks(visitor: Visitor, code: str) -> None:
    """A choice, by hand and by speaking, by a key of its own; then a question of the candidate's own, and offline."""
    page, spoken = visitor.page, SPOKEN[code]
    expect(page.get_by_role("radio", name=spoken.choices[0])).to_be_visible()
    is_framed(visitor, code, "choice", field="#choices")
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name=spoken.choices[1])).to_be_checked()
    page.locator("#done").click()

    expect(visitor.field).to_be_visible()
    visitor.field.fill(spoken.asks or f"{spoken.answer.rstrip('.。')}?")
    page.locator("#done").click()
    expect(page.locator("#own-asked")).not_to_be_empty()
    is_framed(visitor, code, "asks")
    page.context.set_offline(True)
    expect(page.locator(".strip:not([hidden])")).to_be_visible()
    is_framed(visitor, code, "offline")


def help_is_framed(visitor: Visitor, code: str) -> None:
    """The sheet lies in the window whole, and each of its acts can be reached by keyboard."""
    page = visitor.page
    for label, size in SIZES.items():
        page.set_viewport_size({"width": size.width, "height": size.height})
        page.locator("#help-open").click()
        seen = page.locator("#help").evaluate(IN_SIGHT)
        assert seen["isInside"], f"{code}, {label}: {seen}"
        if SIGHTS:
            visitor.keeps_sight(f"framed-{code}-help-{size.width}x{size.height}")
        elif is_looked_at(label, code):
            visitor.is_at_ease()
        for act in page.locator("#help :is(button, a):visible").all():
            visitor.tab_to(act)
            assert act.evaluate(IN_SIGHT)["isInside"], f"{code}, {label}: {act} is out of view though it has the focus"
        page.keyboard.press("Escape")
        expect(page.locator("#help")).to_be_hidden()
        expect(page.locator("#help-open")).to_be_focused()


def reach_conversation(visitor: Visitor, link: str) -> None:
    """From the link to the first question, whatever the language."""
    page = visitor.page
    begin(visitor, link)
    page.locator("[name=way][value=type]").check()
    page.locator(MAIN).click()
    page.wait_for_url(re.compile("/interview/[^/]+/$"))


def begin(visitor: Visitor, link: str) -> None:
    """From the link to the start."""
    visitor.open(link)
    for box in visitor.page.get_by_role("checkbox").all():
        box.check()
    visitor.page.locator("form#begin button[type=submit]").click()
    visitor.page.wait_for_url(re.compile("/start$"))


@pytest.mark.parametrize(
    "code", [pytest.param(one, marks=[pytest.mark.nightly] if one in NIGHTLY else []) for one in SPOKEN]
)
def test_the_way_on_is_in_view_at_each_step_of_the_start(desk: Desk, listening_browser: Browser, code: str) -> None:
    with visiting(listening_browser, SIZES["phone"]) as visitor:
        page = visitor.page
        begin(visitor, link_in(desk, SPOKEN[code]))
        leads_on(visitor, code, "way")
        page.locator("[name=way][value=speak]").check()
        leads_on(visitor, code, "way-speak")
        page.locator("[name=consent_sound_kept]").check()
        page.locator(MAIN).click()
        page.wait_for_url(re.compile("step=sound$"))
        leads_on(visitor, code, "sound")
        page.locator("#adjust summary").click()
        leads_on(visitor, code, "sound-adjust")
        page.locator(".walk-back a").click()
        page.wait_for_url(re.compile("step=way$"))
        page.locator("[name=way][value=type]").check()
        leads_on(visitor, code, "way-type")
        page.locator(MAIN).click()
        page.wait_for_url(re.compile("/interview/[^/]+/$"))


@pytest.mark.parametrize(
    "code", [pytest.param(one, marks=[pytest.mark.nightly] if one in NIGHTLY else []) for one in SPOKEN]
)
def test_the_words_that_were_heard_are_in_view_with_the_way_on(
    desk: Desk, tape: Tape, listening_browser: Browser, code: str
) -> None:
    tape.record(6, HEARD)
    with visiting(listening_browser, SIZES["phone"]) as visitor:
        visitor.tolerates("status of 404")  # the voice can't be reached, so a line has no sound
        page = visitor.page
        begin(visitor, link_in(desk, SPOKEN[code]))
        page.locator("[name=way][value=speak]").check()
        page.locator("[name=consent_sound_kept]").check()
        page.locator(MAIN).click()
        page.wait_for_url(re.compile("step=sound$"))
        page.locator("#adjust summary").click()
        page.locator("#check").select_option("yes")
        page.locator(MAIN).click()
        expect(page.locator("#checking")).to_be_visible(timeout=SPOKEN_MS)
        page.locator("#checked").fill(SPOKEN[code].answer)
        in_view(visitor, code, "checking words", "#checking-title", "#checked", "#checking button[value=on]")


def leads_on(visitor: Visitor, code: str, step: str) -> None:
    """The page's heading begins in view, and its main button lies in view whole, with nothing over it."""
    page = visitor.page
    for label in ("phone", "small phone", "small phone, keyboard"):
        page.set_viewport_size({"width": SIZES[label].width, "height": SIZES[label].height})
        seen: dict[str, Any] = page.locator(MAIN).evaluate(IN_SIGHT)
        assert seen["isInside"], f"{code}, {step}, {label}: the way on is out of view: {seen}"
        assert seen["by"] is None, f"{code}, {step}, {label}: over the way on lies {seen['by']}"
        for reached in page.locator("#choose :is(input, select, summary, button, a):visible").all():
            reached.focus()
            seen = reached.evaluate(IN_SIGHT)
            assert seen["isInside"], f"{code}, {step}, {label}: {reached} has the focus and is out of view: {seen}"
        if SIGHTS:
            visitor.keeps_sight(f"start-{code}-{step}-{SIZES[label].width}")
        elif is_looked_at(label, code):
            visitor.is_at_ease()
    page.set_viewport_size({"width": SIZES["phone"].width, "height": SIZES["phone"].height})
