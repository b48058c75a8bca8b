"""An integrator reads what can be called, on a wide screen and on a phone."""

import pytest

from tests.journeys.conftest import Visit
from tests.journeys.visitor import NARROW, WIDE, Size
from tests.running import Running

pytestmark = pytest.mark.slow


@pytest.mark.nightly
@pytest.mark.parametrize("size", [pytest.param(NARROW, id="narrow"), pytest.param(WIDE, id="wide")])
def test_the_whole_reference_is_at_ease(visit: Visit, running: Running, size: Size) -> None:
    """Some hundred calls on one page, at which axe looks for a minute."""
    reader = visit(size)
    reader.open(f"{running.url}/docs")
    reader.is_at_ease()


@pytest.mark.parametrize(
    "size", [pytest.param(NARROW, id="narrow"), pytest.param(WIDE, id="wide", marks=pytest.mark.nightly)]
)
def test_an_integrator_finds_a_call_and_its_fields(visit: Visit, running: Running, size: Size) -> None:
    reader = visit(size)
    reader.open(f"{running.url}/docs")
    reader.sees("What your systems can call")
    reader.is_at_ease(part="header")
    reader.page.get_by_role("link", name="job-interview-get", exact=True).click()
    call = reader.page.get_by_role("region", name="Read an interview", exact=True)
    call.get_by_role("rowheader", name="position_id").first.wait_for()
    call.get_by_text("34 values").first.click()
    call.get_by_text("fil", exact=True).first.wait_for()
    reader.is_at_ease(part="#" + (call.get_attribute("id") or ""))
