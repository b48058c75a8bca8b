"""`vivavoce merchant choices`: whether "none of these" is offered is read and changed from the command line."""

import pytest

from tests.running import Running

pytestmark = pytest.mark.slow


def test_it_is_off_until_it_is_offered(running: Running) -> None:
    running.program("merchant", "add", "Harbour Choices", "--slug", "harbour-choices")
    said = [
        running.program("merchant", "choices", "harbour-choices", *given).strip()
        for given in ([], ["--none-of-these"], [], ["--no-none-of-these"])
    ]
    assert said == ["none-of-these off", "none-of-these on", "none-of-these on", "none-of-these off"]
