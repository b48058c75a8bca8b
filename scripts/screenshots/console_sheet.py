"""The contact sheets of the console: every page of a merchant's own people, three sizes, day and evening.

    make screenshots                      (with the other pictures; needs Chromium)
    python -m scripts.screenshots.console_sheet        (these alone)

Laid out as those of candidates are (contact_sheet.py).
"""

import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright
from psycopg.types.json import Jsonb

from scripts.screenshots.contact_sheet import Shots, lay_out, look, pack
from tests.company import CLIENT_ID, SECRET, Company, a_company
from tests.crash.program import change_inside
from tests.journeys.chromium import CHROMIUM, FLAGS, PATIENCE_MS
from tests.journeys.desk import BELT, LEAD, NIGHTS, Desk, open_desk
from tests.running import WITHOUT_VOICE, run_server
from vivavoce.client.candidate import take_interview

SHEETS = Path(__file__).parents[2] / "docs" / "images" / "screens"
OWNER = "ada@harbour.example"
SUBJECT = "ada-1"  # what the owner is called at the company's provider
PEOPLE = ("Rosa Klein", "Tom Okafor", "ليلى حداد", "Maximiliane " * 16)
RUBRIC = {"weak": ["Has led a team"], "moderate": ["Has trained colleagues"], "strong": ["Names what became of it"]}
CODES = ("en", "de")
# Chromium's own device: it knows its owner, and is touched by itself.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PATIENCE_SECONDS = 300
AWAY = [{"number": number, "seconds": 24.0, "amount": 0} for number in (1, 2, 3)]
PASTED = [{"number": 2, "seconds": 31.0, "amount": 240}]
# As a worker finds them where answers are recorded.
FACTS = """
insert into integrity_facts (merchant_id, attempt_id, kind, strength, first_at, last_at, times, moments, found_at)
select merchant_id, attempts.id, fact.kind, 'weak', submitted_at, submitted_at, jsonb_array_length(moments), (
        select jsonb_agg(moment || jsonb_build_object('kind', fact.noticed, 'at', submitted_at, 'label', ''))
        from jsonb_array_elements(moments) as moment
    ), submitted_at
from attempts, (values ('page_hidden', 'hidden', %s::jsonb), ('text_pasted', 'pasted', %s::jsonb))
    as fact (kind, noticed, moments)
where merchant_id = %s and state = 'submitted'
"""


def main() -> None:
    """Writes the sheets, and says how large they are."""
    if CHROMIUM is None:
        sys.exit("This needs Chromium (Debian: apt-get install chromium).")
    with open_console() as desk, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        take_console_sheets(browser, desk, SHEETS)
        browser.close()


@contextmanager
def open_console() -> Iterator[Desk]:
    """The desk of a merchant whose console has something on each page."""
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory(prefix="vivavoce-console-") as folder, a_company() as company:
        Path(folder).chmod(0o755)
        with run_server(Path(folder), environment=WITHOUT_VOICE | _settings(company)) as running:
            company.employ(SUBJECT, email=OWNER, email_verified=True)
            company.employ("eve-1", email="eve@elsewhere.example", email_verified=True)
            desk = open_desk(running)
            fill(desk)
            yield desk


def _settings(company: Company) -> dict[str, str]:
    return {
        "VIVAVOCE_MAIL_URL": "folder:",
        "VIVAVOCE_OIDC_ISSUER": company.issuer,
        "VIVAVOCE_OIDC_CLIENT_ID": CLIENT_ID,
        "VIVAVOCE_OIDC_CLIENT_SECRET": SECRET,
        "VIVAVOCE_OIDC_NAME": "Harbour account",
    }


def fill(desk: Desk) -> None:
    """Two interviews, four people, two of whom have sent theirs, with what was noticed; and an email that failed."""
    running = desk.running
    running.program("member", "add", OWNER, "--merchant", "depot", "--name", "Ada Brandt")
    running.program("member", "add", "noor@harbour.example", "--merchant", "depot", "--role", "merchant_selection")
    interview_id = desk.open(LEAD, NIGHTS, BELT, candidate_expectations_json=RUBRIC, visibility="merchant_invite")
    desk.open(BELT, name="Mechanic, early shift", status="draft")
    for number, name in enumerate(PEOPLE):
        link = desk.invite(interview_id, users=[{"name": name, "email": f"p{number}@example.com"}])
        if number < 2:
            take_interview(link)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(row["processing_status"] != "completed" for row in _sent(desk)):
        if time.monotonic() > deadline:
            raise RuntimeError("the worker assesses nothing")
        time.sleep(1)
    with change_inside(running.folder) as inside:
        inside.execute(
            "insert into procrastinate_jobs (queue_name, task_name, status, args) values ('mail', 'mail_receipt',"
            " 'failed', jsonb_build_object('merchant_id', %s::text, 'subject_id', gen_random_uuid()::text))",
            [desk.furnished.merchant_id],
        )
        inside.execute(FACTS, [Jsonb(AWAY), Jsonb(PASTED), desk.furnished.merchant_id])


def take_console_sheets(browser: Browser, desk: Desk, folder: Path, *, codes: tuple[str, ...] = CODES) -> None:
    """Writes a sheet a language, as console-{code}.webp."""
    folder.mkdir(parents=True, exist_ok=True)
    for code in codes:
        place = folder / f"console-{code}.webp"
        place.write_bytes(pack(lay_out(walk_console(browser, desk, code))))
        print(f"{place.stat().st_size:>7,}  {place.name}", flush=True)


def walk_console(browser: Browser, desk: Desk, code: str) -> Shots:
    """Every page, from the door on, by names that both languages share."""
    context = browser.new_context(locale=code, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page, shots = context.new_page(), Shots()
    # Browsers make passkeys for a name alone; the company's provider sends people to the address of numbers.
    numbered, named = desk.running.url, desk.running.url.replace("127.0.0.1", "localhost")

    def keep(name: str, path: str | None = None, *, part: str | None = None) -> None:
        if path is not None:
            page.goto(f"{named}/console/{path}")
        shots[name] = list(look(page, part))

    page.goto(f"{numbered}/console/")
    for subject in ("eve-1", SUBJECT):
        page.locator("a.button[href*='/console/oidc']").click()
        page.locator("input[name=sub]").fill(subject)
        page.locator("input[name=sub]").press("Enter")
        page.wait_for_url(f"{numbered}/console/**")
        if subject != SUBJECT:
            keep("sign in: nobody has invited them")
    keep("sign in", "")
    address, number = desk.running.program("member", "code", OWNER).split()
    page.goto(named + address)
    keep("the code")
    page.locator("[name=code]").fill(number)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/at/depot/")
    at = "at/depot/"
    keep("home, with an email that failed", at)
    keep("results", f"{at}results/")
    page.locator("tbody th a").first.click()
    page.locator("#proof").wait_for()
    keep("a result")
    keep("a result: what was noticed, apart from the proof", part="#session")
    keep("a result: the number, after the proof", part="#number")
    keep("a result: comments, history, the decision", part="#talk")
    keep("answers side by side", f"{at}results/compare?interview={_sent(desk)[0]['definition_id']}")
    keep("interviews", f"{at}interviews/")
    keep("an interview", f"{at}interviews/{_first_id(page, 'interviews')}/")
    keep("a new interview", f"{at}interviews/new")
    keep("an interview from JSON", f"{at}interviews/import")
    keep("candidates: nobody is called this", f"{at}candidates/?text=nobody")
    keep("candidates", f"{at}candidates/")
    person = _first_id(page, "candidates")
    keep("a candidate", f"{at}candidates/{person}/")
    others = [row["profile_interview_id"] for row in _sent(desk) if row["profile_interview_id"] != person]
    keep("one person, twice", f"{at}candidates/{person}/merge?with={others[0]}")
    keep("inviting", f"{at}candidates/invite")
    page.locator("textarea[name=people]").fill("Noor Haddad, noor@example.com\nnobody")
    page.locator("form button[type=submit]").last.click()
    keep("inviting: each row looked at")
    keep("live", f"{at}live/")
    keep("team", f"{at}team/")
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(f"{named}/console/account")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/account?said=passkey_added")
    keep("one's own account")
    keep("not for this role, or not there", f"{at}nothing/")
    context.close()
    return shots


def _first_id(page: Page, place: str) -> str:
    """Of the first thing in the list that is open."""
    links = page.locator(f"main a[href*='/{place}/']").evaluate_all("links => links.map(link => link.pathname)")
    return next(match[1] for link in links if (match := re.search(rf"/{place}/([0-9a-f-]{{36}})/", link)) is not None)


def _sent(desk: Desk) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = desk.running.call("merchant-result-list", desk.furnished.token)["data"]
    return listed


if __name__ == "__main__":
    main()
