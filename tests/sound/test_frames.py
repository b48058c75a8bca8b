"""The ledger: every frame once, in order, whatever the line does; and never more than can have been recorded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.sound.frames import (
    BACKLOG,
    LONGEST,
    FrameDoubled,
    FrameMissed,
    FrameRefused,
    FrameTaken,
    Ledger,
    Problem,
    take,
    whole_frames,
)


def frame(number: int, size: int = 640) -> bytes:
    return number.to_bytes(4, "little") + number.to_bytes(4, "little") * (size // 4)


def test_frames_in_order_are_taken() -> None:
    ledger = Ledger()
    for number in range(3):
        outcome = take(ledger, frame(number), now=0.0)
        assert isinstance(outcome, FrameTaken)
        assert outcome.pcm == frame(number)[4:]
        ledger = outcome.ledger
    assert (ledger.next, ledger.frame_bytes, ledger.seconds) == (3, 640, 0.06)


def test_a_frame_again_is_a_double_and_a_later_one_is_missed() -> None:
    ledger = Ledger(next=5, frame_bytes=640)
    assert isinstance(take(ledger, frame(4), now=0.0), FrameDoubled)
    assert isinstance(take(ledger, frame(6), now=0.0), FrameMissed)
    assert isinstance(take(ledger, frame(2**32 - 1), now=0.0), FrameMissed)


@folded(
    ("raw", "of"),
    [
        (b"", None),
        (b"\0\0\0\0", None),
        (frame(0, 608), None),  # 19 ms
        (frame(0, 1952), None),  # 61 ms
        (frame(0, 640) + b"\0", None),
        (frame(0, 640)[:-2], None),
        (frame(0, 960), 640),  # as long as no other frame of this attempt
        (bytes(250_000), None),
    ],
)
def test_what_is_no_frame_is_refused(raw: bytes, of: int | None) -> None:
    assert take(Ledger(frame_bytes=of), raw, now=0.0) == FrameRefused(problem=Problem.SIZE)


@pytest.mark.parametrize("size", [640, 960, 1280, 1920])
def test_frames_of_20_to_60_ms_are_taken(size: int) -> None:
    assert isinstance(take(Ledger(), frame(0, size), now=0.0), FrameTaken)


def test_no_more_is_taken_than_can_have_been_recorded() -> None:
    ledger, number = Ledger(), 0
    while isinstance(outcome := take(ledger, frame(number), now=7.0), FrameTaken):
        ledger, number = outcome.ledger, number + 1
    assert outcome == FrameRefused(problem=Problem.TOO_MUCH)
    assert ledger.seconds == pytest.approx(BACKLOG, abs=0.021)
    # Ten seconds later there is room for a little more than ten seconds.
    before = ledger.seconds
    while isinstance(outcome := take(ledger, frame(ledger.next), now=17.0), FrameTaken):
        ledger = outcome.ledger
    assert 10.0 <= ledger.seconds - before <= 13.0


def test_doubles_count_as_much_as_new_frames() -> None:
    ledger = Ledger(next=10, frame_bytes=640)
    outcomes = []
    for _ in range(int(BACKLOG / 0.02) + 2):
        outcome = take(ledger, frame(1), now=0.0)
        outcomes.append(outcome)
        if isinstance(outcome, FrameDoubled):
            ledger = outcome.ledger
    assert outcomes[-1] == FrameRefused(problem=Problem.TOO_MUCH)


def test_an_attempt_has_an_end() -> None:
    ledger = Ledger(next=int(LONGEST / 0.02), frame_bytes=640)
    assert take(ledger, frame(ledger.next), now=0.0) == FrameRefused(problem=Problem.TOO_LONG)


def test_a_torn_frame_does_not_count() -> None:
    assert [whole_frames(length, frame_bytes=640) for length in (0, 639, 640, 1281)] == [0, 0, 1, 2]


@given(
    cuts=st.lists(
        st.tuples(
            st.integers(min_value=1, max_value=30),  # frames that the page sends before the line is cut
            st.integers(min_value=0, max_value=30),  # of them: that arrive
            st.integers(min_value=0, max_value=30),  # of what was taken: frames that a killed server loses
            st.booleans(),  # whether the receipt gets lost too
        ),
        min_size=1,
        max_size=120,
    )
)
def test_however_the_line_is_cut_each_frame_is_there_once(cuts: list[tuple[int, int, int, bool]]) -> None:
    """A page that sends from `hello.next` on, as protocol.d.ts says, and a server that acknowledges what is safe."""
    ledger, kept = Ledger(), []  # what the server has
    ring: list[int] = []  # what the page keeps
    made = 0
    for count, arriving, lost, loses_receipt in cuts:
        # hello: what is before `next` is safe, and let go; the rest is sent again
        safe = ledger.next
        ring = [number for number in ring if number >= ledger.next]
        ring += range(made, made + count)
        made += count
        for number in ring[:arriving]:
            outcome = take(ledger, frame(number), now=float(made))
            assert isinstance(outcome, FrameTaken)
            ledger = outcome.ledger
            kept.append(number)
        if not loses_receipt:
            safe = ledger.next
            ring = [number for number in ring if number >= safe]
        # A server that dies has at least what it acknowledged.
        on_disk = max(safe, ledger.next - lost)
        kept = kept[:on_disk]
        ledger = Ledger(next=on_disk, frame_bytes=ledger.frame_bytes)
    for number in (one for one in ring if one >= ledger.next):
        outcome = take(ledger, frame(number), now=1e6)
        assert isinstance(outcome, FrameTaken)
        ledger = outcome.ledger
        kept.append(number)
    assert kept == list(range(made))
