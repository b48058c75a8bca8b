"""What somebody sees of their attempt before they hand it in, by the caller's names; each shows more than the last.

Of a rough rater (providers/raters/port.py) no number is shown: a word stands in its place.

| View | page | overall score | answers in words, with their quotes | advice, each answer's score | opened |
|---|---|---|---|---|---|
| none | handed in at once | | | | |
| minimal | yes | | | | |
| minimal_with_score | yes | yes | | | |
| advanced | yes | yes | yes | | |
| full | yes | yes | yes | yes | |
| full_expand_scores | yes | yes | yes | yes | yes |

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vivavoce.interviews.draft import DEFAULT_RESULT_VIEW, InterviewSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is shown. What is not never leaves the server, in whichever form."""

    has_page: bool = True
    has_score: bool = False
    has_answers: bool = False
    has_advice: bool = False
    is_open: bool = False


VIEWS: Mapping[str, View] = MappingProxyType(
    {
        "none": View(has_page=False),
        "minimal": View(),
        "minimal_with_score": View(has_score=True),
        "advanced": View(has_score=True, has_answers=True),
        "full": View(has_score=True, has_answers=True, has_advice=True),
        "full_expand_scores": View(has_score=True, has_answers=True, has_advice=True, is_open=True),
    }
)


def view_of(settings: InterviewSettings) -> View:
    """What holds for this interview."""
    return VIEWS[settings.result_view or DEFAULT_RESULT_VIEW]


def asks_for_film(settings: InterviewSettings) -> bool:
    """Whether this interview asks for a film: never where it is handed in at once."""
    return settings.intro_video not in (None, "hidden") and view_of(settings).has_page
