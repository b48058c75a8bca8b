"""Whether facts of integrity are noted while an interview is held: only where its answers are recorded. Pure."""

from vivavoce.interviews.draft import InterviewSettings


def is_watched(settings: InterviewSettings) -> bool:
    """Whether the contract's `recording` is on, in any of its values."""
    return settings.answer_recording is not None
