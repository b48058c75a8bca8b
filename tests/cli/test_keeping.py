"""`vivavoce merchant keep`: how long a merchant keeps things is read and changed from the command line."""

import pytest

from tests.running import Running

pytestmark = pytest.mark.slow


def test_the_server_s_time_holds_until_a_merchant_has_its_own(running: Running) -> None:
    running.program("merchant", "add", "Harbour Keeping", "--slug", "harbour-keeping")
    said = [
        running.program("merchant", "keep", "harbour-keeping", *given).split("\n")[:4]
        for given in (
            [],
            ["--sound", "30", "--pictures", "10", "--films", "20"],
            ["--words", "90"],
            ["--as-server", "--sound", "7"],
        )
    ]
    assert said == [
        ["words: 180 days", "sound: with the words", "pictures: with the words", "films: with the words"],
        ["words: 180 days", "sound: 30 days", "pictures: 10 days", "films: 20 days"],
        ["words: 90 days", "sound: 30 days", "pictures: 10 days", "films: 20 days"],
        ["words: 180 days", "sound: 7 days", "pictures: with the words", "films: with the words"],
    ]
