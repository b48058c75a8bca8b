"""A candidate at a browser: what they press and read, and what must hold on every screen they see."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

import httpx
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from vivavoce.client.candidate import open_interview
from vivavoce.web.policy import STRICT

MOST_TABS = 30
SIGHTS = os.environ.get("VIVAVOCE_SIGHTS")  # a folder: what journeys see is kept there to be looked at
# A refused script or style is told on the console as well, but only to whoever asks; this asks.
TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    console.error(`refused by the policy: ${violatedDirective} ${blockedURI}`))"""

# What Chromium says of a page that is left while its line is still being opened: on a busy machine, any may be.
LEFT_EARLY = "WebSocket is closed before the connection is established"

# Colours on their way from one state to the next are no state. By their state, not by the promise that each has of its
# end: what moves behind a closed <details> is never drawn, so Chromium never keeps that promise.
IS_AT_REST = """() => !document.getAnimations().some(({ playState, effect }) =>
    playState === "running" && effect.getTiming().iterations !== Infinity)"""


# What is well is not told: to bring that out of the browser takes as long as to look.
LOOK = """async (part) => {
    const { violations } = await axe.run(part ?? document, { resultTypes: ["violations"] });
    return { violations };
}"""


class Size(NamedTuple):
    """A window, in CSS pixels."""

    width: int
    height: int


NARROW = Size(320, 640)
PHONE = Size(390, 844)
WIDE = Size(1280, 800)
HUGE = Size(2560, 1440)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
Looks = list[tuple[Size, Literal["light", "dark"]]]
# What breaks at one of the others breaks at one of these: the least room and the most, with both sets of colours.
DECISIVE: Looks = [(NARROW, "dark"), (WIDE, "light")]
ALL_FOUR: Looks = [(size, theme) for size in (WIDE, NARROW) for theme in THEMES]


def look_with_axe(page: Page, part: str | None = None) -> AxeResults:
    """What axe has against the page, or against a part of it. Its half a megabyte of script is loaded once a page."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return AxeResults(page.evaluate(LOOK, part))


@dataclass
class Visitor:
    """One person in a browser of their own. faults: what the console and the policy complained about."""

    page: Page
    faults: list[str] = field(default_factory=list)
    tolerated: list[str] = field(default_factory=lambda: [LEFT_EARLY])

    @classmethod
    def of(cls, page: Page) -> "Visitor":
        """A visitor who listens to the page's console from its beginning."""
        visitor = cls(page)
        page.context.add_init_script(TELL_VIOLATIONS)
        page.on("console", visitor._hear)
        page.on("pageerror", lambda error: visitor.faults.append(str(error)))
        return visitor

    def _hear(self, message: ConsoleMessage) -> None:
        is_tolerated = any(part in message.text for part in self.tolerated)
        if message.type in ("error", "warning") and not is_tolerated:
            self.faults.append(f"{message.text} at {self.page.url}")

    def tolerates(self, *parts: str) -> None:
        """Complaints of the browser that hold one of these texts belong to what is tried from here on."""
        self.tolerated.extend(parts)

    def opens_tab(self) -> "Visitor":
        """The same person and browser, one more tab."""
        other = Visitor.of(self.page.context.new_page())
        other.faults = self.faults
        return other

    # What they do

    def open(self, link: str, *, status: int = 200) -> None:
        """Opens a page, which must carry the policy."""
        if status >= 400:
            self.tolerates(f"status of {status}")
        response = self.page.goto(link)
        assert response is not None
        assert response.status == status
        assert response.headers["content-security-policy"] == str(STRICT)

    def begin(self, link: str) -> str:
        """From the link to the first question, in no time: the pages before it are not the matter. The attempt's id."""
        with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as hurried:
            opened = open_interview(hurried, link)
            self.page.context.add_cookies(
                [
                    {
                        "name": cookie.name,
                        "value": cookie.value or "",
                        "domain": cookie.domain,
                        "path": cookie.path,
                        "expires": cookie.expires or -1,
                        "httpOnly": True,
                        "sameSite": "Lax",
                    }
                    for cookie in hurried.cookies.jar
                ]
            )
        self.page.goto(f"{opened.headers['Origin']}/interview/{opened.attempt_id}/")
        return self.attempt_id()

    def walk_in(self, link: str) -> str:
        """From the link to the first question by mouse, with everything agreed to. The attempt's id."""
        self.open(link)
        for box in self.page.get_by_role("checkbox").all():
            box.check()
        self.page.get_by_role("button", name=re.compile("^(Start|Continue) the (interview|practice)$")).click()
        return self.attempt_id()

    def attempt_id(self) -> str:
        """Of the conversation that is on the screen, past its start screen: by typing, if nothing else is chosen."""
        self.page.wait_for_url(re.compile("/interview/[^/]+/(start)?$"))
        if self.page.url.endswith("/start"):
            if self.page.locator("[name=way]").count() and not self.page.locator("[name=way]:checked").count():
                self.page.get_by_role("radio", name="By typing").check()
            if self.page.locator("[name=way][value=speak]:checked").count():
                self.button("Continue").click()
                self.page.wait_for_url("**/start?step=sound")
            self.page.locator(".walk-on button").click()  # to the first question, or to what is read before it
            self.page.wait_for_url(re.compile("/interview/[^/]+/$"))
        return self.page.url.split("/")[-2]

    def press(self, *keys: str) -> None:
        """One key after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, target: Locator) -> None:
        """Tab, until the target has the focus."""
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"the keyboard does not reach {target}")

    def answer(self, text: str) -> None:
        """Types an answer and sends it."""
        self.field.fill(text)
        self.button("Send").click()

    def ask(self, text: str) -> None:
        """Types a question of their own and sends it."""
        self.field.fill(text)
        self.button("Ask").click()

    def press_help(self, name: str) -> None:
        """One of the acts in the sheet for help, which begin with their names."""
        self.button("Help").click()
        self.helps(name).click()

    def skip(self) -> None:
        """Leaves the question out."""
        self.press_help("Skip this question")
        self.button("Skip it").click()

    def hand_in(self) -> None:
        """From the review to the thanks."""
        self.button("Send my interview").click()
        self.sees("Thank you, your interview has been sent.")

    # What they find

    @property
    def field(self) -> Locator:
        """Where words are typed."""
        return self.page.get_by_role("textbox")

    def helps(self, name: str) -> Locator:
        """The act of the sheet for help whose label begins so."""
        sheet = self.page.get_by_role("dialog", name="Help")
        return sheet.get_by_role("button", name=re.compile(f"^{re.escape(name)}"))

    def is_told_of_a_lost_line(self) -> None:
        """Waits until the strip under the bar stands there."""
        expect(self.page.locator(".strip").filter(visible=True)).to_have_count(1)

    def is_on_the_line(self) -> None:
        """Waits until the strip is gone."""
        expect(self.page.locator(".strip").filter(visible=True)).to_have_count(0)

    def button(self, name: str) -> Locator:
        """The button that says this."""
        return self.page.get_by_role("button", name=name, exact=True)

    def sees(self, heading: str) -> None:
        """Waits until the page's first heading, alone of its kind, says this."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading, use_inner_text=True)

    def reads(self, text: str) -> None:
        """Waits until this text is on the screen."""
        expect(self.page.get_by_text(text, exact=True).filter(visible=True)).to_have_count(1)

    @property
    def said(self) -> Locator:
        """What the interviewer says beside the question."""
        return self.page.locator("#said")

    def is_at_ease(self, *, part: str | None = None) -> None:
        """Nothing on this screen is out of reach: axe finds nothing, and nothing runs out at the side.

        part: a selector of what axe looks at, where it looked at the rest before; None: at all of it.
        """
        # A conversation that is over leads on to its results by itself.
        expect(self.page.locator("body[data-phase=finished]")).to_have_count(0)
        self.page.wait_for_function(IS_AT_REST)
        report = look_with_axe(self.page, part)
        assert report.violations_count == 0, report.generate_report()
        width = self.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width == 0

    def keeps_sight(self, name: str) -> None:
        """The screen is at ease, and kept where somebody wants to look at it."""
        self.is_at_ease()
        if SIGHTS:
            self.page.screenshot(path=Path(SIGHTS) / f"{name}.png", full_page=True)

    def keeps_sights(self, name: str, looks: Looks = DECISIVE) -> None:
        """The same in windows of these sizes, by day and in the evening; in all four where somebody wants to look."""
        for size, theme in ALL_FOUR if SIGHTS else looks:
            self.page.set_viewport_size({"width": size.width, "height": size.height})
            self.page.emulate_media(color_scheme=theme)
            self.keeps_sight(f"{name}-{size.width}-{theme}")
