"""The detector of a spoken turn: the voice activity network, and how loud it is.

Loading it takes numpy and onnxruntime, so it is imported where somebody speaks, and not before.
"""

from vivavoce.providers.ears.activity import STEP, Activity
from vivavoce.providers.sound import loudness_db
from vivavoce.sound.turn_end import SoundChunk

STEP_BYTES = 2 * STEP
SILENT_DB = -120.0  # digital silence has no loudness


class VoiceDetector:
    """Listens to one turn."""

    def __init__(self) -> None:
        self._activity = Activity()
        self._waiting = b""

    def feed(self, pcm_16khz: bytes) -> list[SoundChunk]:
        """What can be told by now. Times are seconds from the first sample."""
        pcm = self._waiting + pcm_16khz
        moments = self._activity.feed(pcm_16khz)
        self._waiting = pcm[len(moments) * STEP_BYTES :]
        return [
            SoundChunk(
                moment.at,
                moment.probability,
                max(SILENT_DB, loudness_db(pcm[at * STEP_BYTES : (at + 1) * STEP_BYTES])),
            )
            for at, moment in enumerate(moments)
        ]
