"""Whether an interview records the candidate's picture, and of which turns. Pure."""

from enum import StrEnum

from vivavoce.interviews.draft import InterviewSettings

FIRST_ANSWERS = 5


class Camera(StrEnum):
    """Of which turns an interview wants a picture; one pass of the camera serves answers and session."""

    OFF = "off"
    FIRST = "first"  # of the first five answers
    ALL = "all"

    def wants(self, number: int) -> bool:
        """Whether it wants one of this turn."""
        return self is Camera.ALL or (self is Camera.FIRST and number <= FIRST_ANSWERS)


def camera_of(settings: InterviewSettings) -> Camera:
    """What has to be recorded for what this interview gives."""
    if "video_all" in (settings.answer_recording, settings.session_recording):
        return Camera.ALL
    return Camera.FIRST if settings.answer_recording == "video_first_5_answers" else Camera.OFF


def shows_answers(settings: InterviewSettings) -> Camera:
    """Of which answers the recording has a picture."""
    if settings.answer_recording == "video_all":
        return Camera.ALL
    return Camera.FIRST if settings.answer_recording == "video_first_5_answers" else Camera.OFF


def shows_session(settings: InterviewSettings) -> bool:
    """Whether the recording of the session has one."""
    return settings.session_recording == "video_all"
