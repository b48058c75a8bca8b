"""How soon a quote is heard that somebody presses in the console: a part of bench/proof.py.

    press ──► the page asks for the recording (the first time) ──► finds the moment ──► the sound runs

The result is one of the product's own making, spoken, sent and judged; its sound is noise, sealed in the store.
"""

import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin
from uuid import UUID

import numpy as np
from playwright.sync_api import Page, sync_playwright

from bench.console_filling import SECONDS_OF_WORD, WORDS_OF_ANSWER, take_a_long_one
from tests.builders import a_house
from tests.journeys.chromium import DEVICES, PATIENCE_MS, open_chromium
from tests.running import Running, run_server
from vivavoce.attempts.sound_names import recordings_folder
from vivavoce.cli.recordings import open_recordings
from vivavoce.db.address import embedded_address
from vivavoce.db.database import open_database
from vivavoce.db.embedded import hold
from vivavoce.settings import read_settings
from vivavoce.sound.resting import rest_sound
from vivavoce.sound.sound_file import SoundFile, sound_folder

FLOOR_MS = 300.0
ON_A_PAGE = 4  # presses, the first of them with nothing loaded
RATE_HZ, FRAME_BYTES = 16_000, 1_280
ANSWER_SECONDS = WORDS_OF_ANSWER * SECONDS_OF_WORD
MAIL = "noor@bench.example"
COMPOSED_SECONDS = 120.0
# The sound runs once it has gone on from where the quote begins.
LISTEN = """() => {
    const sound = document.querySelector("audio[data-sound]");
    window.heard = [];
    document.addEventListener("click", (event) => {
        const link = event.target.closest("a[data-play]");
        if (!link) return;
        const pressed = event.timeStamp;
        const from = Number(link.dataset.play);
        const look = () => {
            const runs = !sound.paused && !sound.seeking && sound.currentTime > from && sound.currentTime < from + 5;
            if (runs) window.heard.push(performance.now() - pressed);
            else setTimeout(look, 2);
        };
        look();
    }, true);
}"""
QUOTES = "a[data-play]:visible"


@dataclass(frozen=True, slots=True)
class _SpokenResult:
    """A result that can be heard."""

    slug: str
    attempt_id: UUID


def press_quotes(*, presses: int, answers: int) -> bool:
    """Whether the floor holds."""
    with (
        tempfile.TemporaryDirectory(prefix="vivavoce-bench-") as folder,
        run_server(Path(folder) / "data") as running,
    ):
        began = time.monotonic()
        result = asyncio.run(_fill(running.folder, answers=answers))
        took = time.monotonic() - began
        firsts, others = _press_all(running, result, presses=presses)
    waits = firsts + others
    p95 = statistics.quantiles(waits, n=20, method="inclusive")[-1]
    print(
        f"quotes      {len(waits)} presses in {answers * ANSWER_SECONDS / 60:.0f} min of sound (composed after"
        f" {took:.0f} s): p50 {statistics.median(waits):.0f} ms, p95 {p95:.0f} ms, longest {max(waits):.0f} ms (floor"
        f" {FLOOR_MS:.0f} ms); the first on a page p50 {statistics.median(firsts):.0f} ms"
    )
    return p95 <= FLOOR_MS


async def _fill(folder: Path, *, answers: int) -> _SpokenResult:
    """Returns once a worker has composed the session."""
    store = open_recordings(read_settings({}, given={"data_dir": folder}))
    with hold(folder, say=lambda _: None) as server:
        async with open_database(embedded_address(server.socket_dir, server.database), connections=2) as database:
            house = await a_house(database)
            attempt_id = (await take_a_long_one(database, house, answers=answers))["attempt"]
            await asyncio.to_thread(_speak, folder, house.merchant.id, attempt_id, answers=answers)
            async for _ in rest_sound(database, store):
                pass
    place = recordings_folder(merchant_id=house.merchant.id, attempt_id=attempt_id)
    until = time.monotonic() + COMPOSED_SECONDS
    while not any("/session-" in file.name for file in store.files.list(place)):
        if time.monotonic() > until:
            raise SystemExit("The worker has composed no session.")
        await asyncio.sleep(0.2)
    return _SpokenResult(house.merchant.slug, attempt_id)


def _speak(folder: Path, merchant_id: UUID, attempt_id: UUID, *, answers: int) -> None:
    """Noise as loud as speech, a turn after the other."""
    noise = np.random.default_rng(7)
    file = SoundFile(sound_folder(folder, merchant_id=merchant_id, attempt_id=attempt_id))
    for number in range(1, answers + 1):
        pcm = noise.integers(-3_000, 3_000, round(RATE_HZ * ANSWER_SECONDS), dtype=np.int16).tobytes()
        frames = [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm) // FRAME_BYTES * FRAME_BYTES, FRAME_BYTES)]
        file.append(frames, [{"turn": number, "start": (number - 1) * ANSWER_SECONDS}])
    file.close()


def _press_all(running: Running, result: _SpokenResult, *, presses: int) -> tuple[list[float], list[float]]:
    """Milliseconds: of the first press on each opening of the page, and of the others."""
    firsts: list[float] = []
    others: list[float] = []
    with sync_playwright() as playwright, open_chromium(playwright, DEVICES) as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        _sign_in(running, page, result.slug)
        for opened in range(0, presses, ON_A_PAGE):
            page.goto(f"{running.url}/console/at/{result.slug}/results/{result.attempt_id}/")
            page.evaluate(LISTEN)
            page.wait_for_timeout(500)
            count = min(ON_A_PAGE, presses - opened)
            waits = [_press(page, number, opened + number) for number in range(count)]
            firsts += waits[:1]
            others += waits[1:]
    return firsts, others


def _press(page: Page, before: int, number: int) -> float:
    """Of the quote of this number, in milliseconds. before: so many were pressed on this page."""
    quotes = page.locator(QUOTES)
    quote = quotes.nth(7 * number % quotes.count())
    quote.scroll_into_view_if_needed()
    page.evaluate("() => document.querySelector('audio[data-sound]').pause()")
    quote.click()
    page.wait_for_function("(before) => window.heard.length > before", arg=before)
    heard: Sequence[float] = page.evaluate("() => window.heard")
    page.wait_for_timeout(300)
    return heard[-1]


def _sign_in(running: Running, page: Page, slug: str) -> None:
    running.program("member", "add", MAIL, "--merchant", slug, "--name", "Noor Haddad")
    said = running.program("member", "code", MAIL)
    code, address = re.search(r"\b\d{6}\b", said), re.search(r"\S*/console/code\S*", said)
    if code is None or address is None:
        raise SystemExit(f"There is no code in {said!r}.")
    page.goto(urljoin(running.url, address[0]))
    page.locator("[name=code]").fill(code[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/at/**")
