"""How large each candidate page is, and how soon something can be read on a slow line and a slow device.

    make bench-page                       (about two minutes; ARGS="--runs 9 --voice")

    bytes    everything that a browser with an empty cache fetches for the page, heads too, as it travels (compressed),
             until nothing has come for a second; models that stay offline are none of it
    first    first contentful paint: from the navigation's beginning to the first words or picture
    all      until the page and all its scripts and styles are there (the load event)
    shift    how far the layout moved by itself meanwhile (0: not at all)

A real server and the system's Chromium, which is told by the DevTools protocol to pretend 150 ms of round trip, 1.6
Mbit/s down, 750 kbit/s up, and a processor four times slower. Each run is a browser context of its own; medians are
told.
The demo's furniture, and once more with a merchant's colour and logo, since they are two requests more; and in a frame
on another site's page, by https, from the moment when the frame is there. Its redirects are among what is timed.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Frame, Page, StorageState, expect, sync_playwright

from tests.embedding import token_link
from tests.journeys.chromium import CHROMIUM, FLAGS, PATIENCE_MS
from tests.journeys.desk import BELT, LEAD, Desk, open_desk
from tests.journeys.test_embed import NO_COOKIES_OF_OTHERS, a_site
from tests.journeys.visitor import PHONE, Visitor
from tests.running import WITHOUT_VOICE, run_server
from tests.tls import TlsProxy

ROUND_TRIP_MS = 150
DOWN_BYTES, UP_BYTES = 1_600_000 / 8, 750_000 / 8  # a second
TIMES_SLOWER = 4
MOST_BYTES = 150_000
MOST_SECONDS = 1.0
QUIET_MS = 1_000
# One process for the page and its frame, so that both are told of the slow line.
FRAMED_FLAGS = (
    NO_COOKIES_OF_OTHERS,
    "--ignore-certificate-errors",
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process",
)
ANSWER, BELT_ANSWER = (
    "Last spring our team of five moved the archive within three weeks. I drew up the plan, and nothing was lost.",
    "I stop the belt, look at its log for what both stops have in common, and try one cause after the other.",
)
# Kept from the page's beginning, since a paint that came before the observer is told too.
WATCH = """() => new Promise((resolve) => {
    const told = { shift: 0 };
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) if (!one.hadRecentInput) told.shift += one.value;
    }).observe({ type: "layout-shift", buffered: true });
    const look = () => {
        const paint = performance.getEntriesByName("first-contentful-paint")[0];
        const [page] = performance.getEntriesByType("navigation");
        if (!paint || !page.loadEventEnd) return setTimeout(look, 50);
        setTimeout(() => resolve({ ...told, first: paint.startTime, all: page.loadEventEnd }), 300);
    };
    look();
})"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit. first, all: seconds. parts: what was fetched, and its bytes."""

    bytes: int
    first: float
    all: float
    shift: float
    parts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Place:
    """A page, and the cookies that open it. url: asked for anew for each visit. home: of a page in a frame, whose."""

    name: str
    url: Callable[[], str]
    state: StorageState | None
    home: str = ""


def main() -> None:
    """Prints a table; exit code 1 when a floor does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="visits to each page; the median is told")
    parser.add_argument("--voice", action="store_true", help="a server with a voice, so the page that can listen")
    parser.add_argument("--parts", action="store_true", help="what each page fetches, by size")
    options = parser.parse_args()
    if CHROMIUM is None:
        sys.exit("This needs Chromium (Debian: apt-get install chromium).")
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, median of {options.runs}\n")
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory(prefix="vivavoce-bench-") as folder, sync_playwright() as playwright:
        Path(folder).chmod(0o755)
        environment = None if options.voice else WITHOUT_VOICE
        with run_server(Path(folder), environment=environment) as running:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            desk = open_desk(running)
            holds = tell(browser, walk(browser, desk), options)
            dress(desk, Path(folder))
            print("\nwith a merchant's colour and logo")
            holds &= tell(browser, walk(browser, desk)[:1], options)
            browser.close()
        framed = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *FRAMED_FLAGS])
        holds &= tell_framed(framed, Path(folder) / "framed", options)
        framed.close()
    print("\n" + ("all floors hold" if holds else "a floor does not hold"))
    sys.exit(not holds)


def walk(browser: Browser, desk: Desk) -> list[Place]:
    """Somebody's way through an interview: each page that they see, with their cookies."""
    link = desk.link(LEAD, BELT)
    context = browser.new_context(viewport={"width": PHONE.width, "height": PHONE.height}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    visitor, page = Visitor.of(context.new_page()), None
    page = visitor.page
    places = [Place("position", lambda: link, context.storage_state())]

    def keep(name: str) -> None:
        url = page.url
        places.append(Place(name, lambda: url, context.storage_state()))

    page.goto(link)
    for box in page.get_by_role("checkbox").all():
        box.check()
    visitor.button("Start the interview").click()
    visitor.attempt_id()
    visitor.sees(LEAD["question"])
    visitor.answer(ANSWER)
    visitor.sees(BELT["question"])
    visitor.answer(BELT_ANSWER)
    page.wait_for_url("**/results")
    keep("results")
    context.close()
    return [places[0], _left_at(browser, desk, "start"), _left_at(browser, desk, "conversation"), places[-1]]


def _left_at(browser: Browser, desk: Desk, name: str) -> Place:
    """A page that is gone once somebody went on: of an attempt that stays there."""
    context = browser.new_context(viewport={"width": PHONE.width, "height": PHONE.height}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    visitor = Visitor.of(context.new_page())
    visitor.page.goto(desk.link(LEAD, BELT))
    for box in visitor.page.get_by_role("checkbox").all():
        box.check()
    visitor.button("Start the interview").click()
    visitor.page.wait_for_url("**/start")
    if name == "conversation":
        visitor.attempt_id()
        visitor.sees(LEAD["question"])
    url = visitor.page.url
    place = Place(name, lambda: url, context.storage_state())
    context.close()
    return place


def tell_framed(browser: Browser, folder: Path, options: argparse.Namespace) -> bool:
    """The first page in a frame on another site's page."""
    print("\nin a frame on another site's page, by https")
    folder.mkdir()
    with TlsProxy() as proxy, a_site(proxy.url) as site:
        environment = ({} if options.voice else WITHOUT_VOICE) | {"VIVAVOCE_PUBLIC_URL": proxy.url}
        with run_server(folder, environment=environment) as running:
            proxy.lead_to(running.url)
            desk = open_desk(running)
            running.program("merchant", "origin", "add", site.origin, "--merchant", "depot")
            made = running.call(
                "job-interview-set-state",
                desk.furnished.token,
                body={"position_id": desk.open(LEAD), "is_embedded": True},
            )

            def place_anew() -> str:
                """A page whose frame opens once."""
                site.address = proxy.url + token_link(made["embed_id"], made["embed_signing_key"])
                return site.origin

            return tell(browser, [Place("framed", place_anew, None, home=proxy.url)], options)


def dress(desk: Desk, folder: Path) -> None:
    """Gives the merchant a colour and a logo."""
    held, file = BytesIO(), folder / "logo.png"
    Image.new("RGBA", (480, 120), "#aa3366").save(held, "PNG")
    file.write_bytes(held.getvalue())
    desk.running.program("merchant", "look", "depot", "--colour", "#aa3366", "--logo", str(file), "--name", "Depot")


def tell(browser: Browser, places: list[Place], options: argparse.Namespace) -> bool:
    """A line for each page; whether the floors hold."""
    print(f"{'page':14}{'bytes':>9}{'requests':>10}{'first':>9}{'all':>9}{'shift':>8}")
    holds = True
    for place in places:
        seen = [visit(browser, place) for _ in range(options.runs)]
        first, shift = statistics.median(visited.first for visited in seen), max(visited.shift for visited in seen)
        size = max(visited.bytes for visited in seen)
        everything = statistics.median(visited.all for visited in seen)
        count = len(seen[0].parts)
        print(f"{place.name:14}{size:>9,}{count:>10}{first:>7.2f} s{everything:>7.2f} s{shift:>8.3f}", flush=True)
        holds &= size <= MOST_BYTES and first <= MOST_SECONDS
        if options.parts:
            for name, bytes_ in sorted(seen[0].parts.items(), key=lambda part: -part[1]):
                print(f"    {bytes_:>7,}  {name}")
    return holds


def visit(browser: Browser, place: Place) -> Seen:
    """One visit with an empty cache, on a slow line and a slow device."""
    context = browser.new_context(
        viewport={"width": PHONE.width, "height": PHONE.height}, locale="en-GB", storage_state=place.state
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    tools = context.new_cdp_session(page)
    names: dict[str, str] = {}
    parts: dict[str, int] = {}

    def asked(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith(place.home):
            names[event["requestId"]] = event["request"]["url"].partition("?")[0].rpartition("//")[2].partition("/")[2]

    def came(event: dict[str, Any]) -> None:
        name = names.get(event["requestId"], "?")
        if name == "?" and place.home:
            return
        parts[name] = parts.get(name, 0) + int(event["encodedDataLength"])

    tools.on("Network.requestWillBeSent", asked)
    tools.on("Network.loadingFinished", came)
    tools.send("Network.enable")
    tools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": ROUND_TRIP_MS,
            "downloadThroughput": DOWN_BYTES,
            "uploadThroughput": UP_BYTES,
        },
    )
    tools.send("Emulation.setCPUThrottlingRate", {"rate": TIMES_SLOWER})
    page.goto(place.url())
    told = (_frame_of(page) if place.home else page).evaluate(WATCH)
    page.wait_for_timeout(QUIET_MS)
    context.close()
    return Seen(
        bytes=sum(parts.values()),
        first=told["first"] / 1000,
        all=told["all"] / 1000,
        shift=told["shift"],
        parts=parts,
    )


def _frame_of(page: Page) -> Frame:
    """The frame, once its page is there."""
    expect(page.frame_locator("iframe").get_by_role("button", name="Start the interview")).to_be_visible()
    return page.frames[1]


if __name__ == "__main__":
    main()
