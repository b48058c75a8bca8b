"""An embedded interview by https, as in the world: what the browser keeps for a frame, it keeps for the page around it.

To the end: the candidate sends, the page hears of it, and so does the merchant's server, which fetches the result.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect
from standardwebhooks.webhooks import Webhook

from tests.embedding import token_link
from tests.journeys.chromium import open_chromium
from tests.journeys.desk import LEAD, open_desk
from tests.journeys.test_embed import NO_COOKIES_OF_OTHERS, a_page, a_site, begin, frame_in, heard
from tests.journeys.visitor import WIDE
from tests.laid import a_folder
from tests.running import run_program, run_server
from tests.tls import TlsProxy
from tests.webhook_receiver import WebhookReceiver
from vivavoce.web.frames import COOKIE

pytestmark = pytest.mark.nightly

ANSWER = "I led fourteen people through a strike."


def cookies_of(browser: Browser) -> dict[str, Any]:
    """Every cookie that the browser keeps, with the site around the frame that it is kept for."""
    tools = browser.new_browser_cdp_session()
    contexts = tools.send("Target.getBrowserContexts")["browserContextIds"]
    told = [tools.send("Storage.getCookies", {"browserContextId": context})["cookies"] for context in contexts]
    return {cookie["name"]: cookie.get("partitionKey") for cookies in told for cookie in cookies}


def test_a_frame_is_known_by_a_cookie_of_the_page_around_it_and_the_result_arrives(playwright: Playwright) -> None:
    with a_folder() as folder, TlsProxy() as proxy, WebhookReceiver() as receiver:
        settings = {"VIVAVOCE_PUBLIC_URL": proxy.url, "VIVAVOCE_MERCHANT_NETWORKS": "127.0.0.0/8"}
        with (
            run_server(folder, environment=settings) as running,
            a_site(proxy.url) as site,
            open_chromium(playwright, NO_COOKIES_OF_OTHERS, "--ignore-certificate-errors") as browser,
        ):
            proxy.lead_to(running.url)
            desk, elsewhere = open_desk(running), site.origin.replace("localhost", "jobs.localhost")
            for origin in (site.origin, elsewhere):
                running.program("merchant", "origin", "add", origin, "--merchant", "depot")
            add = ("webhook", "add", receiver.url, "--merchant", "depot")
            _, secret = run_program(folder, *add, environment=settings).split()
            made = running.call(
                "job-interview-set-state",
                desk.furnished.token,
                body={"position_id": desk.open(LEAD, result_view="minimal"), "is_embedded": True},
            )
            site.address = proxy.url + token_link(made["embed_id"], made["embed_signing_key"])
            page = a_page(browser, WIDE)
            page.goto(site.origin)
            expect(frame_in(page).get_by_role("button", name="Start the interview")).to_be_visible()
            within = re.match(rf"{re.escape(proxy.url)}/framed/([0-9a-f-]{{36}})/", page.frames[1].url)
            assert within, page.frames[1].url  # by its id: what it is known by is in no address
            page.wait_for_function("() => heard.length")
            assert page.frames[1].evaluate("location.search") == ""
            kept = cookies_of(browser)
            assert COOKIE in kept
            assert all(key and "localhost" in str(key) for key in kept.values()), kept

            # The same address in another page's frame is no way in: what is kept is kept for the first one.
            page.goto(elsewhere)
            expect(frame_in(page).get_by_role("heading", name="This interview can’t be opened here")).to_be_visible()

            page.goto(site.origin)  # the token was used, and the cookie opens
            begin(page)
            inside = frame_in(page)
            inside.locator(".walk-on button").click()
            inside.get_by_role("textbox").fill(ANSWER)
            inside.get_by_role("button", name="Send").click()
            inside.get_by_role("button", name="Send my interview").click()
            expect(inside.get_by_text("Thank you, your interview has been sent.")).to_be_visible()
            page.wait_for_function("() => heard.some(({ event }) => event === 'submitted')")
            assert [event for event, _ in heard(page)] == ["loaded", "started", "completed", "submitted"]
            attempt_id = page.evaluate("heard.at(-1).interview_result_id")

            receiver.until(lambda one: len({received.event_id for received in one.received}) == 2)
            payloads = [Webhook(secret).verify(one.body, dict(one.headers)) for one in receiver.received]
            assert {payload["event"] for payload in payloads} == {"interview_collected", "interview_result"}
            assert {payload["interview_result_id"] for payload in payloads} == {attempt_id}
            assert desk.answers(attempt_id) == [ANSWER]
