"""What each language can expect of what comes with Vivavoce: how it is spoken, heard, assessed, and who read it. Pure.

Another voice, ear or rater may do more. tests/text/test_parity.py holds every fact to the machines and the catalogues.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from vivavoce.text.languages import LANGUAGES


class Speaking(StrEnum):
    """How the interviewer speaks it."""

    NATURAL = "natural"  # a neural voice
    SYNTHETIC = "synthetic"  # a formant voice, which is harder to understand
    BROWSER = "browser"  # no voice of ours that is understood: the candidate's browser speaks, or they read


class HearingQuality(StrEnum):
    """How well speech in it is heard."""

    PROVEN = "proven"  # measured here: at most every twentieth word is misheard
    WEAK = "weak"  # not proven: typing is offered first


class Wording(StrEnum):
    """Who read what pages and interviewer say."""

    ORIGINAL = "original"  # written in it, not translated
    REVIEWED = "reviewed"  # a native speaker has read both files of it
    UNREVIEWED = "unreviewed"  # written without a native speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    """What one language has. is_assessed: whether the program scores answers in it; else a person reads them."""

    speaking: Speaking
    hearing: HearingQuality
    is_assessed: bool
    wording: Wording


_NATURAL = frozenset({"en"})
_BROWSER = frozenset({"fil", "ja", "ko", "th"})  # no voice of ours, or none that is understood
_PROVEN = frozenset({"en"})
_ASSESSED = frozenset({"en"})
_ORIGINAL = "en"
_REVIEWED: frozenset[str] = frozenset()


def _parity_of(code: str) -> Parity:
    return Parity(
        speaking=Speaking.NATURAL if code in _NATURAL else Speaking.BROWSER if code in _BROWSER else Speaking.SYNTHETIC,
        hearing=HearingQuality.PROVEN if code in _PROVEN else HearingQuality.WEAK,
        is_assessed=code in _ASSESSED,
        wording=Wording.ORIGINAL
        if code == _ORIGINAL
        else Wording.REVIEWED
        if code in _REVIEWED
        else Wording.UNREVIEWED,
    )


PARITY = MappingProxyType({language.code: _parity_of(language.code) for language in LANGUAGES})
