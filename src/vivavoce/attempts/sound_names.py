"""What an attempt's sound is called in the store. Pure.

recordings/MERCHANT/ATTEMPT/part-0000000400-640.sound    what else happened, and the sound from frame 400 on, 640
                                                         bytes a frame: one a turn, or more of a long one
                           /part-0000000560-640-5d1c09e2.sound    the same by a server that took the attempt over, whose
                                                         parts never have the names of another one's
                           /line-KEY.wav                 a line of the interviewer's that was heard in it
                           /microphone-640.pcm           of an earlier version: all of it, once nobody added to it
                           /turns.jsonl                  of an earlier version: what else happened
"""

import re
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

RECORDINGS = "recordings"
VOICE = "voice"
TURNS = "turns.jsonl"
_PART = re.compile(r"part-(\d{10})-(\d{1,6})(?:-([0-9a-f]{8}))?\.sound")
_WHOLE = re.compile(r"microphone-(\d{1,6})\.pcm")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartName:
    """What a file's name says of the sound in it. begins: the number of its first frame; frame_bytes: of PCM in each.

    has_entries: whether what else happened lies in it too, before the sound. tag: of who took it over from another
    server, 8 hexadecimal digits; empty where nobody did.
    """

    begins: int
    frame_bytes: int
    has_entries: bool = True
    tag: str = ""

    @property
    def begins_at(self) -> int:
        """Its first byte of the attempt's sound."""
        return self.begins * self.frame_bytes

    def __str__(self) -> str:
        tail = f"-{self.tag}" if self.tag else ""
        return f"part-{self.begins:010d}-{self.frame_bytes}{tail}.sound"


def read_part_name(name: str) -> PartName | None:
    """What the name of a file in an attempt's folder says; None where it holds no sound."""
    if part := _PART.fullmatch(name):
        return PartName(begins=int(part[1]), frame_bytes=int(part[2]), tag=part[3] or "")
    if whole := _WHOLE.fullmatch(name):
        return PartName(begins=0, frame_bytes=int(whole[1]), has_entries=False)
    return None


def line_name(folder: str, key: str) -> str:
    """What a line that was heard in the attempt is called. folder: the attempt's, in the store."""
    return f"{folder}/line-{key}.wav"


def line_path(data_dir: Path, merchant_id: UUID, key: str, *, kind: str) -> Path:
    """Where this machine keeps what an interviewer says, or would (sound/line_store.py). kind: wav or json."""
    return data_dir / VOICE / str(merchant_id) / key[:2] / f"{key}.{kind}"


def recordings_folder(*, merchant_id: UUID, attempt_id: UUID) -> str:
    """Below which name an attempt's sound lies in the store."""
    return f"{RECORDINGS}/{merchant_id}/{attempt_id}"
