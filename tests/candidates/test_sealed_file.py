"""What was sealed comes out as it went in, and whatever was done to it on the disk is found and said."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vivavoce.candidates.sealed_file import (
    FRAME_BYTES,
    FRAMES_AT_ONCE,
    HEAD_BYTES,
    SEALED_FRAME,
    SealBroken,
    SealedFile,
    Sealing,
    is_sealed,
    open_size,
    seal_whole,
)

KEY, SALT, NAME = bytes(range(32)), bytes(16), "introductions/m/a/f.webm"


def content_of(size: int) -> bytes:
    """No two frames of it are alike."""
    return b"".join(number.to_bytes(4, "big") for number in range(-(-size // 4)))[:size]


def opened(sealed: bytes, *, key: bytes = KEY, name: str = NAME) -> SealedFile:
    return SealedFile(key, name=name, size=len(sealed), read=lambda begin, end: sealed[begin:end])


def all_of(sealed: bytes) -> bytes:
    file = opened(sealed)
    return file.read(0, file.size)


sizes = st.one_of(
    st.integers(0, 4 * FRAME_BYTES),
    st.builds(lambda frames, more: max(0, frames * FRAME_BYTES + more), st.integers(0, 4), st.integers(-1, 1)),
)


@given(size=sizes, cuts=st.lists(st.integers(0, 4 * FRAME_BYTES), max_size=4))
@example(size=0, cuts=[])
@example(size=FRAME_BYTES, cuts=[])
@example(size=FRAME_BYTES + 1, cuts=[FRAME_BYTES])
def test_what_was_sealed_in_pieces_comes_out_whole(size: int, cuts: list[int]) -> None:
    content = content_of(size)
    sealing = Sealing(KEY, name=NAME, salt=SALT)
    places = [0, *sorted(min(cut, size) for cut in cuts), size]
    sealed = sealing.head
    for begin, end in pairwise(places):
        sealed += sealing.add(content[begin:end])
    sealed += sealing.end()
    assert sealed == seal_whole(content, KEY, name=NAME, salt=SALT)
    assert is_sealed(sealed)
    assert open_size(len(sealed)) == size
    assert all_of(sealed) == content


@given(size=sizes, begin=st.integers(-5, 5 * FRAME_BYTES), length=st.integers(0, 2 * FRAME_BYTES))
def test_a_stretch_is_read_as_of_the_open_file(size: int, begin: int, length: int) -> None:
    content = content_of(size)
    sealed = seal_whole(content, KEY, name=NAME, salt=SALT)
    assert opened(sealed).read(begin, begin + length) == content[max(0, begin) : max(0, begin + length)]


def test_a_stretch_is_read_without_the_rest() -> None:
    content = content_of(3 * FRAMES_AT_ONCE * FRAME_BYTES)
    sealed = seal_whole(content, KEY, name=NAME, salt=SALT)
    fetched = 0

    def read(begin: int, end: int) -> bytes:
        nonlocal fetched
        fetched += end - begin
        return sealed[begin:end]

    file = SealedFile(KEY, name=NAME, size=len(sealed), read=read)
    assert file.read(FRAME_BYTES - 10, FRAME_BYTES + 10) == content[FRAME_BYTES - 10 : FRAME_BYTES + 10]
    assert fetched == HEAD_BYTES + SEALED_FRAME + 2 * SEALED_FRAME, "the head, the end, and two frames"
    assert [len(piece) for piece in file.pieces()] == [FRAMES_AT_ONCE * FRAME_BYTES] * 3


def test_the_content_is_not_to_be_seen() -> None:
    canary = b"canary" * 1000
    assert b"canary" not in seal_whole(canary, KEY, name=NAME, salt=SALT)


# --- What is done to it --------------------------------------------------------------------------------------------

THREE = content_of(2 * FRAME_BYTES + 1000)
SEALED = seal_whole(THREE, KEY, name=NAME, salt=SALT)
FRAMES = [SEALED[HEAD_BYTES + n * SEALED_FRAME : HEAD_BYTES + (n + 1) * SEALED_FRAME] for n in range(3)]
HEAD = SEALED[:HEAD_BYTES]


@given(place=st.integers(0, len(SEALED) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_is_found_wherever_it_is(place: int, bit: int) -> None:
    changed = bytearray(SEALED)
    changed[place] ^= 1 << bit
    with pytest.raises(SealBroken):
        all_of(bytes(changed))


@given(length=st.integers(0, len(SEALED) - 1))
@example(length=HEAD_BYTES)
@example(length=HEAD_BYTES + SEALED_FRAME)
@example(length=HEAD_BYTES + 2 * SEALED_FRAME)
def test_a_cut_is_found_before_anything_is_read(length: int) -> None:
    with pytest.raises(SealBroken):
        opened(SEALED[:length])


@given(more=st.binary(min_size=1, max_size=100))
@example(more=FRAMES[2])
def test_what_was_added_is_found(more: bytes) -> None:
    with pytest.raises(SealBroken):
        opened(SEALED + more)


@given(order=st.lists(st.integers(0, 2), min_size=1, max_size=5).filter(lambda order: order != [0, 1, 2]))
@example(order=[1, 0, 2])
@example(order=[0, 2])
@example(order=[0, 0, 1, 2])
def test_frames_in_another_order_are_found(order: list[int]) -> None:
    with pytest.raises(SealBroken):
        all_of(HEAD + b"".join(FRAMES[number] for number in order))


def test_a_frame_of_another_file_of_the_same_person_is_found() -> None:
    other = seal_whole(THREE, KEY, name="introductions/m/a/g.webm", salt=SALT)
    swapped = HEAD + FRAMES[0] + other[HEAD_BYTES + SEALED_FRAME : HEAD_BYTES + 2 * SEALED_FRAME] + FRAMES[2]
    with pytest.raises(SealBroken, match="frame 1 of 3 was changed"):
        all_of(swapped)
    assert opened(swapped).read(0, 100) == THREE[:100], "what was not touched is still read"


@pytest.mark.parametrize(("key", "name"), [(bytes(32), NAME), (KEY, "introductions/m/b/f.webm")])
def test_it_opens_for_its_person_in_its_place_alone(key: bytes, name: str) -> None:
    with pytest.raises(SealBroken):
        opened(SEALED, key=key, name=name)


@pytest.mark.parametrize("content", [b"", b"\x1a\x45\xdf\xa3" + bytes(500), b"VIVASEAL", bytes(HEAD_BYTES + 16)])
def test_what_is_no_sealed_file_is_told(content: bytes) -> None:
    with pytest.raises(SealBroken, match="Put the file from a backup"):
        opened(content)


def test_the_form_is_the_one_that_is_written_down() -> None:
    """What was sealed by this version opens for ever: these bytes never change."""
    sealed = seal_whole(b"viva voce", KEY, name="a", salt=SALT)
    assert sealed.hex() == (
        "564956415345414c011000000000000000000000000000000000000000000000876f68034895e932ed5ce3b9836c93e9045d2bf6082f286e5f"
    )
