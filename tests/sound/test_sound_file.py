"""What is on the disk after a crash is whole, and goes on."""

import errno
import fcntl
import os
from pathlib import Path
from uuid import uuid4

import pytest

from vivavoce.sound.frames import Ledger
from vivavoce.sound.sound_file import HeldElsewhere, SoundErased, SoundFile, erase_sound, sound_folder

FRAMES = [bytes([number]) * 640 for number in range(1, 5)]


def test_what_was_kept_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    file = SoundFile(tmp_path / "a")
    assert file.ledger == Ledger()
    file.append(FRAMES[:2], [{"turn": 1}])
    file.append(FRAMES[2:], [])
    assert file.ledger == Ledger(next=4, frame_bytes=640)
    file.close()
    again = SoundFile(tmp_path / "a")
    assert again.ledger == Ledger(next=4, frame_bytes=640)
    assert again.entries == [{"turn": 1}]
    assert again.read(640, 1920) == FRAMES[1] + FRAMES[2]
    assert again.read(1920, 99_999) == FRAMES[3]
    again.close()


@pytest.mark.parametrize("torn", [1, 639])
def test_a_torn_end_is_cut_off(tmp_path: Path, torn: int) -> None:
    file = SoundFile(tmp_path)
    file.append(FRAMES[:3], [{"turn": 1}, {"at": 1.0}])
    file.close()
    sound, turns = tmp_path / "microphone-640.pcm", tmp_path / "turns.jsonl"
    sound.write_bytes(sound.read_bytes() + b"x" * torn)
    turns.write_bytes(turns.read_bytes() + b'{"at": 2')
    again = SoundFile(tmp_path)
    assert again.ledger.next == 3
    assert again.entries == [{"turn": 1}, {"at": 1.0}]
    again.append(FRAMES[3:], [{"at": 3.0}])
    again.close()
    assert sound.read_bytes() == b"".join(FRAMES)
    last = SoundFile(tmp_path)
    assert last.entries == [{"turn": 1}, {"at": 1.0}, {"at": 3.0}]
    last.close()


def test_a_full_disk_leaves_whole_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = SoundFile(tmp_path)
    file.append(FRAMES[:1], [])
    real = os.write
    room = [1000]

    def write(descriptor: int, content: bytes) -> int:
        if room[0] <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        done = real(descriptor, content[: room[0]])
        room[0] -= done
        return done

    with monkeypatch.context() as full:
        full.setattr(os, "write", write)
        with pytest.raises(OSError, match="No space"):
            file.append(FRAMES[1:], [])
    assert file.ledger.next == 1
    file.append(FRAMES[1:2], [])
    assert file.read(0, 9999) == FRAMES[0] + FRAMES[1]
    file.close()


def test_one_process_writes(tmp_path: Path) -> None:
    file = SoundFile(tmp_path)
    with pytest.raises(HeldElsewhere):
        SoundFile(tmp_path)
    file.close()
    SoundFile(tmp_path).close()


def test_sound_is_erased_by_the_attempt(tmp_path: Path) -> None:
    merchant_id, one, other = uuid4(), uuid4(), uuid4()
    for attempt_id in (one, other):
        file = SoundFile(sound_folder(tmp_path, merchant_id=merchant_id, attempt_id=attempt_id))
        file.append(FRAMES, [])
        file.close()
    assert erase_sound(tmp_path, merchant_id=merchant_id, attempt_id=one)
    assert erase_sound(tmp_path, merchant_id=merchant_id, attempt_id=one), "gone is gone"
    assert [path.name for path in (tmp_path / "sound" / str(merchant_id)).iterdir()] == [str(other)]


def test_sound_that_is_open_is_not_erased_and_its_writer_hears_of_it(tmp_path: Path) -> None:
    whose = {"merchant_id": uuid4(), "attempt_id": uuid4()}
    file = SoundFile(sound_folder(tmp_path, **whose))
    file.append(FRAMES, [])
    assert not erase_sound(tmp_path, **whose)
    with pytest.raises(SoundErased):
        file.append(FRAMES, [])
    assert file.read(0, len(FRAMES[0])) == FRAMES[0], "nothing goes while somebody has it open"
    file.close()
    with pytest.raises(SoundErased):
        SoundFile(sound_folder(tmp_path, **whose))
    assert erase_sound(tmp_path, **whose)
    assert not sound_folder(tmp_path, **whose).exists()


def test_a_lock_whose_folder_was_erased_locks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened before the folder went, and locked after it: whoever comes next would have another lock."""
    whose = {"merchant_id": uuid4(), "attempt_id": uuid4()}
    folder = sound_folder(tmp_path, **whose)
    SoundFile(folder).close()
    lock = fcntl.flock

    def erase_first(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        assert erase_sound(tmp_path, **whose)
        lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", erase_first)
    with pytest.raises(HeldElsewhere):
        SoundFile(folder)
    assert not folder.exists()
