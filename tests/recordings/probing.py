"""What ffprobe says of a recording: another reader than the one that wrote it, and one that complains."""

import json
import shutil
import subprocess
from dataclasses import dataclass

PROGRAM = "ffprobe"
MISSING = f"{PROGRAM} is not installed (Debian: apt-get install ffmpeg): recordings are read by PyAV alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """A file as ffprobe reads it to its end. frames: decoded, by the kind of stream; seconds: of the whole file."""

    frames: dict[str, int]
    seconds: float
    complaints: str


def probe(content: bytes) -> Probed | None:
    """Every frame of a file, decoded; None where ffprobe is not installed, which `test_probing.py` says once."""
    if shutil.which(PROGRAM) is None:
        return None
    shown = "stream=codec_type,nb_read_frames:format=duration"
    run = subprocess.run(
        [PROGRAM, "-v", "error", "-count_frames", "-show_entries", shown, "-of", "json", "-"],
        input=content,
        capture_output=True,
        check=False,
    )
    told = json.loads(run.stdout or b"{}")
    return Probed(
        frames={stream["codec_type"]: int(stream["nb_read_frames"]) for stream in told.get("streams", [])},
        seconds=float(told.get("format", {}).get("duration", 0.0)),
        complaints=run.stderr.decode(errors="replace").strip(),
    )


def assert_sound(content: bytes, *, seconds: float, pictures: bool) -> None:
    """That a recording is whole: its streams, its length within 0.1 s, and no fault in decoding any of it."""
    probed = probe(content)
    if probed is None:
        return
    assert probed.complaints == ""
    assert set(probed.frames) == ({"audio", "video"} if pictures else {"audio"})
    assert all(probed.frames.values())
    assert abs(probed.seconds - seconds) <= 0.1
