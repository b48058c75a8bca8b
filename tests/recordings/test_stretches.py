"""Where each answer lies in the sound, by what was written down beside it."""

from typing import Any

import pytest

from vivavoce.recordings.stretches import AnswerStretch, find_stretches, read_entries


def turn(number: int, start: float) -> dict[str, float]:
    return {"turn": number, "from": int(start * 50), "start": start, "level": -30}


def test_an_answer_goes_up_to_the_next_one() -> None:
    entries: list[dict[str, Any]] = [turn(1, 0.0), {"at": 2.0, "heard": []}, turn(2, 4.5), turn(4, 9.0)]
    assert find_stretches(entries, seconds=12.0) == {
        1: AnswerStretch(begin=0.0, end=4.5),
        2: AnswerStretch(begin=4.5, end=9.0),
        4: AnswerStretch(begin=9.0, end=12.0),
    }


def test_a_turn_that_was_listened_to_again_begins_where_it_first_did() -> None:
    assert find_stretches([turn(1, 1.0), turn(1, 3.0), turn(2, 5.0)], seconds=6.0)[1] == AnswerStretch(
        begin=1.0, end=5.0
    )


@pytest.mark.parametrize("entries", [[], [{"at": 1.0, "what": "done"}], [turn(1, 8.0)], [turn(1, 6.0)]])
def test_where_no_sound_is_there_is_no_stretch(entries: list[dict[str, float]]) -> None:
    assert find_stretches(entries, seconds=6.0) == {}


def test_what_a_crash_tore_off_is_left_out() -> None:
    assert read_entries(b'{"turn":1}\n{"at":2}\n{"at":') == [{"turn": 1}, {"at": 2}]
    assert read_entries(b"") == []
