"""What an attempt's sound is called in the store, once nobody adds to it any more. Pure.

recordings/MERCHANT/ATTEMPT/microphone-640.pcm    all of it, as it was acknowledged; 640: bytes a frame
                           /turns.jsonl           what else happened, each with its moment in the sound
"""

from uuid import UUID

RECORDINGS = "recordings"
TURNS = "turns.jsonl"


def recordings_folder(*, merchant_id: UUID, attempt_id: UUID) -> str:
    """Below which name an attempt's sound lies in the store."""
    return f"{RECORDINGS}/{merchant_id}/{attempt_id}"
