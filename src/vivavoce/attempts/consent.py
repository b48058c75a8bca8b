"""What a candidate agrees to: purposes, each with the version of its text."""

from dataclasses import dataclass
from enum import StrEnum

from vivavoce.attempts.introduction import Wanted


class Purpose(StrEnum):
    """What somebody can agree to."""

    ANSWERS_KEPT = "answers_kept"  # what is typed is kept and read by the recruiter
    JUDGED_BY_PROGRAM = "judged_by_program"  # a program compares the answers with written expectations
    SOUND_KEPT = "sound_kept"  # what is spoken is recorded, made into text, and kept; asked of who wants to speak
    PICTURE_KEPT = "picture_kept"  # the camera's picture is recorded while answers are spoken; where it is asked for
    NOTING_TOLD = "noting_told"  # no consent: they were told, before the start, what is noted while it is recorded
    FILM_KEPT = "film_kept"  # a short film that introduces the candidate is kept and watched; where one is asked for


# Raised with every change of a consent's words: the log says which words somebody agreed to.
TEXT_VERSION = "2026-12-01.2"
VOICES_TOLD_FROM = "2026-12-01.1"  # from this version on, what is noted names a second voice
REQUIRED = frozenset({Purpose.ANSWERS_KEPT, Purpose.JUDGED_BY_PROGRAM})  # before anything begins


def required_of(film: Wanted, *, is_assessed: bool) -> frozenset[Purpose]:
    """What must be agreed to before anything begins, where a film is asked for like this.

    is_assessed: a program assesses the answers. Where none does, nobody is asked to agree to it.
    """
    required = REQUIRED if is_assessed else REQUIRED - {Purpose.JUDGED_BY_PROGRAM}
    return required | {Purpose.FILM_KEPT} if film is Wanted.REQUIRED else required


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One purpose, and whether the person agreed."""

    purpose: Purpose
    is_given: bool
    language: str  # of the text that was shown
