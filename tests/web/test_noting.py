"""What a page notices goes over the wire only where its candidate read, before the start, that it is noted."""

from typing import Any

import pytest

from tests.builders import House
from tests.web.test_start import TYPING, Browser, a_browser
from vivavoce.attempts.observations import read_observations
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.merchants.standing import MerchantStanding

NOTED = "we note when you leave the page, paste text, or switch networks"
HEARD = "a program also listens for a second voice in your recorded answers"
RECORDED: dict[str, Any] = {"settings": {"answer_recording": "audio_all", "max_follow_ups": 0}}


async def say(browser: Browser, **message: Any) -> tuple[int, list[str]]:
    """What the page is told to a message by POST: the kinds."""
    answer = await browser.client.post(f"/interview/{browser.attempt_id}/say", json={"key": str(new_id())} | message)
    return answer.status_code, [told["kind"] for told in answer.json().get("messages", [])]


async def noticed(browser: Browser) -> list[str]:
    async with browser.database.tenant(browser.seat.merchant_id) as connection:
        return [one.kind.value for one in await read_observations(connection, browser.attempt_id)]


@pytest.mark.parametrize("is_recorded", [True, False])
async def test_what_is_noted_is_told_before_the_start_and_taken_from_then_on(
    database: Database, standing: MerchantStanding, house: House, is_recorded: bool
) -> None:
    browser = await a_browser(database, standing, house, None, **(RECORDED if is_recorded else {}))
    hidden = {"kind": "noticed", "what": "hidden", "number": 1, "seconds": 30}
    start = (await browser.open()).text
    assert (NOTED in start, HEARD in start) == (is_recorded, is_recorded)
    assert await say(browser, **hidden) == (200, ["receipt"]), "so that the page forgets it"
    assert await noticed(browser) == [], "nobody was told yet"
    await browser.send(step="way", **TYPING)
    page = (await browser.client.get(f"/interview/{browser.attempt_id}/")).text
    assert ('data-noted="obs virtual camera|' in page) is is_recorded
    assert await say(browser, **hidden) == (200, ["receipt"])
    assert await noticed(browser) == (["hidden"] if is_recorded else [])
