"""The bench of candidates who shout, small: it runs, counts, and leaves nothing behind."""

import pytest

from bench.shouting import measure

pytestmark = pytest.mark.nightly


def test_reads_are_measured_quiet_and_loaded() -> None:
    measured = measure(sockets=6, attempts=1, seconds=0.5, turns=1)
    assert len(measured.quiet_ms) == len(measured.loaded_ms) == 5
    assert measured.shouted.sent > 0
    assert measured.shouted.heard > 0
    assert measured.ratio > 0
