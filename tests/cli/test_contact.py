"""`vivavoce merchant contact`: what candidates are asked for is read and changed from the command line."""

import pytest

from tests.running import Running

pytestmark = pytest.mark.slow


def test_what_is_not_named_stays_as_it_is(running: Running) -> None:
    running.program("merchant", "add", "Harbour Contact", "--slug", "harbour-contact")
    assert running.program("merchant", "contact", "harbour-contact").split("\n")[:3] == [
        "name asked",
        "email asked",
        "phone off",
    ]
    changed = running.program("merchant", "contact", "harbour-contact", "--phone", "required", "--name", "off")
    assert changed.split("\n")[:3] == ["name off", "email asked", "phone required"]
    assert running.program("merchant", "contact", "harbour-contact") == changed
