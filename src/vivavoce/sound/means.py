"""What microphones work with at one server."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.conversation.thinking import Thinking
from vivavoce.db.database import Database
from vivavoce.sound.ear_queue import SpeechEars
from vivavoce.sound.lines_on_demand import Speaker
from vivavoce.sound.turn_hearing import Detector


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Handed to every microphone. new_detector: blocks when it is first called. clock: seconds that never go back."""

    database: Database
    data_dir: Path
    ears: SpeechEars
    speaker: Speaker
    new_detector: Callable[[], Detector]
    clock: Callable[[], float]
    now: Callable[[], datetime]
    recordings: RecordingStore | None = None  # takes what was said, turn by turn; None: it stays where it is
    thinking: Thinking | None = None  # asks language models; None: the interviewer goes by rules
    keep_days: int = 0  # after how many days attempts are erased; 0: when the merchant does it
