"""Signing in to the console at a browser: by a passkey of a virtual device, and at the company's own provider."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.company import CLIENT_ID, SECRET, Company, a_company
from tests.journeys.conftest import Visit
from tests.journeys.visitor import PHONE, WIDE
from tests.laid import laid_folder
from tests.running import Running, run_server

pytestmark = pytest.mark.nightly

OWNER = "ada@quayside.example"
# Chromium's own device: it knows its owner, and is touched by itself.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    with a_company() as running:
        yield running


@pytest.fixture(scope="module")
def running(company: Company) -> Iterator[Running]:
    """A server whose people may come in by the company's account."""
    environment = {
        "VIVAVOCE_OIDC_ISSUER": company.issuer,
        "VIVAVOCE_OIDC_CLIENT_ID": CLIENT_ID,
        "VIVAVOCE_OIDC_CLIENT_SECRET": SECRET,
        "VIVAVOCE_OIDC_NAME": "Quayside account",
    }
    with laid_folder() as folder, run_server(folder, environment=environment) as server:
        server.program("merchant", "add", "Quayside", "--slug", "quayside")
        server.program("member", "add", OWNER, "--merchant", "quayside", "--name", "Ada Brandt")
        yield server


def sign_out(page: Page, url: str) -> None:
    page.goto(f"{url}/console/account")
    page.get_by_role("button", name="Sign out", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_passkey_is_made_shown_and_removed(running: Running, visit: Visit) -> None:
    visitor = visit(PHONE)
    page = visitor.page
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    url = running.url.replace("127.0.0.1", "localhost")  # browsers make none for an address of numbers
    address, code = running.program("member", "code", OWNER).split()
    page.goto(url + address)
    page.get_by_label("Code", exact=True).fill(code)
    visitor.press("Enter")
    page.wait_for_url("**/console/at/quayside/")
    page.goto(f"{url}/console/account")
    page.get_by_label("Name for this passkey").fill("The phone at the desk")
    page.get_by_role("button", name="Add a passkey").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Added. From now on you can sign in with it.")
    page.get_by_role("button", name="Add a passkey").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This device may have one already")
    visitor.keeps_sights("console-passkeys")
    sign_out(page, url)
    visitor.keeps_sights("console-sign-in")
    page.get_by_role("button", name="Sign in with a passkey").press("Enter")
    page.wait_for_url("**/console/at/quayside/")
    page.goto(f"{url}/console/account")
    expect(page.locator("#main")).to_contain_text("With a passkey")
    page.get_by_role("button", name="Remove The phone at the desk").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Removed. It signs nobody in any more.")
    sign_out(page, url)
    visitor.tolerates("status of 400")
    page.get_by_role("button", name="Sign in with a passkey").press("Enter")
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("That passkey isn’t linked to anyone here")
    visitor.keeps_sights("console-sign-in-refused")


def test_an_account_of_the_company_leads_in_and_out(running: Running, company: Company, visit: Visit) -> None:
    visitor = visit(WIDE)
    page = visitor.page
    company.employ("ada-1", email=OWNER, email_verified=True)
    company.employ("eve-1", email="eve@quayside.example", email_verified=True)
    # What the provider's own page wants from the net is not there.
    visitor.tolerates("status of 403", "ERR_NAME_NOT_RESOLVED")
    page.goto(f"{running.url}/console/")
    page.get_by_role("link", name="Continue with Quayside account").press("Enter")
    page.locator("input[name=sub]").fill("eve-1")
    page.locator("input[name=sub]").press("Enter")
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("No one has invited")
    visitor.keeps_sights("console-sign-in-unknown")
    page.get_by_role("link", name="Continue with Quayside account").press("Enter")
    page.locator("input[name=sub]").fill("ada-1")
    page.locator("input[name=sub]").press("Enter")
    page.wait_for_url("**/console/at/quayside/")
    page.goto(f"{running.url}/console/account")
    visitor.keeps_sights("console-account-linked")
    page.get_by_role("button", name="Sign out", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("You may still be signed in at Quayside account")
    visitor.keeps_sights("console-signed-out")
    page.get_by_role("link", name="Sign out there too").press("Enter")
    page.wait_for_url(f"{company.issuer}/**")
