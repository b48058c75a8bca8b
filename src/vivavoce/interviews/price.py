"""What an attempt at an interview costs, in credits, by how it is set up.

    (base + add-ons) × multiplier

Source: wire contract, "How the credits work": the base by how the interviewer speaks, add-ons for what is recorded, the
multiplier by how long the conversation may last (as configured, however long it lasts).
"""

from dataclasses import dataclass
from decimal import Decimal

from vivavoce.interviews.draft import DEFAULT_MAX_SECONDS, InterviewSettings
from vivavoce.interviews.templates import Modality

BASES = {Modality.RECORDED: Decimal("0.35"), Modality.VOICE: Decimal(1), Modality.AVATAR: Decimal("2.5")}
# Whoever asks for an early stop pays less, as there; here nobody is stopped early.
EARLY_STOP_BASE = Decimal("1.5")
ANSWER_RECORDING = {
    "audio_all": Decimal("0.1"),
    "audio_first_5_answers": Decimal("0.1"),
    "video_all": Decimal("0.25"),
    "video_first_5_answers": Decimal("0.25"),
}
SESSION_RECORDING = {"audio_all": Decimal("0.2"), "video_all": Decimal("0.4")}
MULTIPLIERS = ((1200, 1), (1800, 2), (2700, 3), (3600, 4))  # up to so many seconds
LONGEST_MULTIPLIER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """In credits. add_ons: for what is recorded."""

    base: Decimal
    add_ons: Decimal
    multiplier: int

    @property
    def amount(self) -> Decimal:
        """What it comes to."""
        return (self.base + self.add_ons) * self.multiplier


def price_of(settings: InterviewSettings, modality: Modality) -> Price:
    """What one attempt costs. modality: the template's."""
    early_stop = (settings.scoring or {}).get("early_stop")
    is_stopped = modality is Modality.AVATAR and isinstance(early_stop, dict) and early_stop.get("enabled") is True
    seconds = settings.max_seconds or DEFAULT_MAX_SECONDS
    return Price(
        base=EARLY_STOP_BASE if is_stopped else BASES[modality],
        add_ons=ANSWER_RECORDING.get(settings.answer_recording or "", Decimal(0))
        + SESSION_RECORDING.get(settings.session_recording or "", Decimal(0)),
        multiplier=next((times for most, times in MULTIPLIERS if seconds <= most), LONGEST_MULTIPLIER),
    )
