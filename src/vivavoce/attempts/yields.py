"""What an attempt at each kind of interview yields, for whom, and on which portal it is made. Pure.

| Kind | recommendation | recruiter reads | candidate gets feedback | webhooks | portal |
|---|---|---|---|---|---|
| interview | yes | yes | no | yes | interview |
| assessment | yes | yes | no | yes | interview |
| coaching | no | no | yes | no | coaching |

An interview and an assessment help a person to decide. Coaching is practice: nobody decides anything by it, and no
other system is told (wire contract: only results of an interview or an assessment fire webhooks).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vivavoce.interviews.draft import Kind
from vivavoce.merchants.portals import Portal


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """What comes of an attempt."""

    has_recommendation: bool  # for the person who decides
    has_recruiter_view: bool
    has_candidate_feedback: bool
    tells_webhooks: bool
    portal: Portal  # where it is made; a merchant without it can't offer it


_JUDGED = Yield(
    has_recommendation=True,
    has_recruiter_view=True,
    has_candidate_feedback=False,
    tells_webhooks=True,
    portal=Portal.INTERVIEW,
)
_PRACTISED = Yield(
    has_recommendation=False,
    has_recruiter_view=False,
    has_candidate_feedback=True,
    tells_webhooks=False,
    portal=Portal.COACHING,
)
YIELDS: Mapping[Kind, Yield] = MappingProxyType(
    {Kind.INTERVIEW: _JUDGED, Kind.ASSESSMENT: _JUDGED, Kind.COACHING: _PRACTISED}
)
