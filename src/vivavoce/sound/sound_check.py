"""The sound check before an interview: a few seconds of somebody's microphone, as the words heard. Nothing is kept."""

import asyncio
from collections.abc import Callable
from uuid import UUID

from vivavoce.errors import Invalid
from vivavoce.providers.ears.pool import HearingRequest
from vivavoce.providers.ears.port import SoundWindow, to_text
from vivavoce.providers.ears.waiting import Urgency
from vivavoce.sound.frames import BYTES_A_SECOND
from vivavoce.sound.means import Means
from vivavoce.sound.turn_hearing import Detector

LONGEST = 12.0  # seconds
MOST_BYTES = int(LONGEST * BYTES_A_SECOND)
SPEAKS = 0.5  # from this probability on, somebody speaks
LEAST_STEPS = 6  # of 32 ms: less is a click or a cough
MARGIN = 0.3  # seconds around what was said: words fade in and out


async def hear_check(
    means: Means, pcm_16khz: bytes, *, attempt_id: UUID, language: str, locale: str | None = None
) -> str:
    """The words in this sound; empty where nobody spoke.

    pcm_16khz: 16-bit little-endian mono, LONGEST seconds at most. language: the wire's code; locale: the accent, where
    one is known.
    Raises Invalid for half a sample or too much sound, and ProviderError where no ear can hear now.
    """
    if len(pcm_16khz) % 2:
        raise Invalid("Expected 16-bit sound: this ends in half a sample.", name="sound")
    if len(pcm_16khz) > MOST_BYTES:
        raise Invalid(f"Expected at most {LONGEST:g} seconds of sound. Send less.", name="sound")
    spoken = await asyncio.to_thread(find_speech, pcm_16khz, new_detector=means.new_detector)
    if not spoken:
        return ""  # an ear that is asked about silence makes words up

    async def take() -> SoundWindow:
        return SoundWindow(pcm_16khz=spoken)

    words = await means.ears.hear(
        HearingRequest(
            conversation=attempt_id, language=language, locale=locale, urgency=lambda: Urgency.SILENT, take=take
        )
    )
    return to_text(words)


def find_speech(pcm_16khz: bytes, *, new_detector: Callable[[], Detector]) -> bytes:
    """From the first to the last word, with a margin; empty where nobody speaks. Blocks: it computes."""
    spoken = [chunk.at for chunk in new_detector().feed(pcm_16khz) if chunk.probability >= SPEAKS]
    if len(spoken) < LEAST_STEPS:
        return b""
    begin, end = (2 * int(max(0.0, at) * BYTES_A_SECOND / 2) for at in (spoken[0] - MARGIN, spoken[-1] + MARGIN))
    return pcm_16khz[begin:end]
