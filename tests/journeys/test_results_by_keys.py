"""Ten results by keys alone: a mark changed, decided, undone, decided otherwise; and each page is at ease."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.desk import BELT, LEAD, Desk, open_desk
from tests.journeys.visitor import NARROW, SIGHTS, WIDE, Size, Visitor, look_with_axe
from tests.laid import laid_folder
from tests.running import WITHOUT_RATES, Running, run_server
from vivavoce.client.candidate import take_interview

pytestmark = pytest.mark.slow

RESULTS, MOST_STEPS = 10, 60
RUBRIC = {"weak": ["Has led a team"], "moderate": ["Has trained colleagues"], "strong": ["Names what became of it"]}
PHONE = Size(390, 844)
NAME = "Noor Haddad"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with laid_folder() as folder, run_server(folder, environment=WITHOUT_RATES) as server:
        yield server


@pytest.fixture(scope="module")
def desk(running: Running) -> Desk:
    """With ten people who have sent their interviews, all assessed."""
    desk = open_desk(running)
    interview_id = desk.open(LEAD, BELT, candidate_expectations_json=RUBRIC)
    links = [
        desk.invite(interview_id, users=[{"name": f"Person {number}", "email": f"p{number}@example.com"}])
        for number in range(RESULTS)
    ]
    with ThreadPoolExecutor(2) as people:
        list(people.map(take_interview, links))
    deadline = time.monotonic() + 300
    while any(row["processing_status"] != "completed" for row in rows_of(desk, "undecided")):
        assert time.monotonic() < deadline, "the worker assesses what was sent"
        time.sleep(1)
    assert len(rows_of(desk, "undecided")) == RESULTS
    running.program("member", "add", "noor@depot.example", "--merchant", "depot", "--name", NAME)
    return desk


def rows_of(desk: Desk, tab: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = desk.running.call("merchant-result-list", desk.furnished.token, tab=tab)["data"]
    return found


def set_blind(desk: Desk, address: str, setting: str) -> None:
    """Of the interview whose result is at this address."""
    interview_id = desk.details(address.partition("?")[0].rstrip("/").rpartition("/")[2])["interview_def_set_id"]
    body = {"position_id": interview_id, "blind_rating": setting}
    desk.running.call("job-interview-set-blind-rating", desk.furnished.token, body=body)


def sign_in(desk: Desk, visitor: Visitor) -> Page:
    """At the list of results."""
    page = visitor.page
    said = desk.running.program("member", "code", "noor@depot.example")
    code, address = re.search(r"\b\d{6}\b", said), re.search(r"\S*/console/code\S*", said)
    assert code is not None
    assert address is not None
    page.goto(address[0] if address[0].startswith("http") else f"{desk.running.url}{address[0]}")
    page.locator("[name=code]").fill(code[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/at/**")
    page.goto(f"{desk.running.url}/console/at/depot/results/")
    return page


def is_at_ease(page: Page, name: str) -> None:
    """axe finds nothing, and nothing runs out at the side."""
    report = look_with_axe(page)
    assert report.violations_count == 0, f"{name}: {report.generate_report()}"
    assert page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, name
    if SIGHTS:
        page.screenshot(path=f"{SIGHTS}/{name}.png", full_page=True)


# What lies between them differs in neither colours nor parts.
IN_MAKE_TEST = [(NARROW, "light"), (WIDE, "dark")]
LOOKS = [
    pytest.param(
        size, theme, id=f"{size.width}-{theme}", marks=[] if (size, theme) in IN_MAKE_TEST else pytest.mark.nightly
    )
    for size in (NARROW, PHONE, WIDE)
    for theme in ("light", "dark")
]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_every_page_of_results_is_at_ease(desk: Desk, visit: Visit, size: Size, theme: str) -> None:
    visitor = visit(size, theme=theme)
    page = sign_in(desk, visitor)
    of = f"{size.width}-{theme}"
    is_at_ease(page, f"results-{of}")
    page.locator("tbody th a").first.click()
    is_at_ease(page, f"result-{of}")
    address = page.url
    page.locator("[data-claim] details > summary").first.click()
    is_at_ease(page, f"result-change-{of}")
    page.goto(f"{desk.running.url}/console/at/depot/results/compare")
    is_at_ease(page, f"compare-{of}")
    set_blind(desk, address, "required")
    page.goto(address)
    expect(page.locator("#number")).to_have_count(0)
    is_at_ease(page, f"result-blind-{of}")
    set_blind(desk, address, "off")
    page.goto(f"{desk.running.url}/console/at/depot/results/?tab=shortlist&lang=de")
    is_at_ease(page, f"results-empty-{of}")
    page.goto(f"{desk.running.url}/console/at/depot/results/?lang=de")
    is_at_ease(page, f"results-de-{of}")
    page.locator("tbody th a").first.click()
    is_at_ease(page, f"result-de-{of}")
    page.goto(f"{desk.running.url}/console/at/depot/results/compare?lang=de")
    is_at_ease(page, f"compare-de-{of}")


def test_ten_results_are_reviewed_and_decided_by_keys_alone(desk: Desk, visit: Visit) -> None:
    visitor = visit(WIDE)
    page = sign_in(desk, visitor)
    steps = 0

    def press(*keys: str) -> None:
        nonlocal steps
        for key in keys:
            page.keyboard.press(key)
            steps += 1

    def write(text: str) -> None:
        nonlocal steps
        page.keyboard.type(text)
        steps += 1

    def is_decided(word: str) -> None:
        expect(page.locator(".decided h2")).to_have_text(word)

    press("j", "Enter")
    expect(page.locator("#proof")).to_be_visible()
    # The first one: a mark is changed, with a reason.
    press("j", "o", "ArrowDown", "Tab")
    write("Says so in the first answer.")
    press("Control+Enter")
    expect(page.get_by_text(f"Changed by {NAME}")).to_be_visible()
    expect(page.locator("[data-claim]").first).to_be_focused()  # and j goes on from there
    page.keyboard.press("c")
    expect(page.locator("#comment")).to_be_focused()
    page.keyboard.press("Escape")
    for number in range(RESULTS):
        decision, word = (("s", "Selected"), ("r", "Rejected"))[number % 2]
        press(decision)
        write("Read, and weighed.")
        press("Control+Enter")
        is_decided(word)
        if number == 0:  # undone, and decided otherwise
            is_at_ease(page, "result-decided")
            press("u")
            expect(page.locator(".decided")).to_have_count(0)
            press("r")
            write("On second thoughts.")
            press("Control+Enter")
            is_decided("Rejected")
        if number < RESULTS - 1:
            before = page.url.partition("?")[0]
            press("n")
            page.wait_for_url(re.compile(f"^(?!{re.escape(before)})"))
    is_at_ease(page, "result-decided-last")
    assert rows_of(desk, "undecided") == []
    assert len(rows_of(desk, "decided-selected")) + len(rows_of(desk, "decided-rejected")) == RESULTS
    assert steps <= MOST_STEPS, steps
