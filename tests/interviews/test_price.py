"""What an attempt costs: the contract's own examples."""

from decimal import Decimal

import pytest

from vivavoce.interviews.draft import InterviewSettings
from vivavoce.interviews.price import price_of
from vivavoce.interviews.templates import Modality

EARLY_STOP = {"early_stop": {"enabled": True}}


@pytest.mark.parametrize(
    ("modality", "settings", "amount"),
    [
        (Modality.VOICE, {}, "1"),  # 1 x 1
        (Modality.VOICE, {"max_seconds": 1800, "answer_recording": "audio_all"}, "2.2"),  # (1 + 0.1) x 2
        (
            Modality.AVATAR,  # (2.5 + 0.25 + 0.4) x 1
            {"max_seconds": 1200, "answer_recording": "video_all", "session_recording": "video_all"},
            "3.15",
        ),
        (
            Modality.AVATAR,  # the same x 3
            {"max_seconds": 2700, "answer_recording": "video_first_5_answers", "session_recording": "video_all"},
            "9.45",
        ),
        (Modality.AVATAR, {"scoring": EARLY_STOP, "answer_recording": "audio_first_5_answers"}, "1.6"),  # 1.5 + 0.1
        (Modality.RECORDED, {"session_recording": "audio_all"}, "0.55"),  # 0.35 + 0.2
        (Modality.AVATAR, {"max_seconds": 3660}, "12.5"),  # 2.5 x 5
        (Modality.VOICE, {"max_seconds": 3600}, "4"),
        (Modality.VOICE, {"scoring": EARLY_STOP}, "1"),
        (Modality.AVATAR, {"scoring": {"early_stop": "yes"}}, "2.5"),
    ],
)
def test_the_contracts_examples_come_to_what_they_say(
    modality: Modality, settings: dict[str, object], amount: str
) -> None:
    price = price_of(InterviewSettings(**settings), modality)  # type: ignore[arg-type]
    assert price.amount == Decimal(amount)
