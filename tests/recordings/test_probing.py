"""What ffprobe finds fault with: else its silence about our recordings says nothing."""

import shutil

import pytest

from tests.recordings.filming import film
from tests.recordings.probing import MISSING, PROGRAM, probe


@pytest.mark.skipif(shutil.which(PROGRAM) is None, reason=MISSING)
def test_a_whole_film_is_read_to_its_end_and_a_spoilt_one_is_complained_of() -> None:
    whole = film(2.0)
    probed = probe(whole)
    assert probed is not None
    assert (probed.complaints, set(probed.frames)) == ("", {"video"})
    assert probed.frames["video"] > 20
    middle = len(whole) // 2
    spoilt = probe(whole[:middle] + bytes(len(whole) // 10) + whole[middle:])
    assert spoilt is not None
    assert spoilt.complaints
    assert probe(b"RIFF" * 50).complaints  # type: ignore[union-attr]
