"""What merchant-candidate-list is asked for."""

from typing import Literal

from pydantic import Field

from vivavoce.api.models.fields import Id
from vivavoce.api.models.lists import DEFAULT_LIMIT, Limit, Offset
from vivavoce.api.models.wire_body import WireBody


class CandidateList(WireBody):
    """Which candidates, and in which order."""

    merchant_id: Id | None = Field(
        default=None,
        description="Whose rows; another merchant than your own for admins and sub-merchant operators only.",
    )
    tab: Literal["interview", "pre-screening", "no-action", "leads"] | None = Field(
        default=None,
        description="interview: has begun one. no-action: was let in, and has begun none. The others are empty: there"
        " is no pre-screening yet, and nobody is a candidate before they come in. Absent: all.",
    )
    source: Literal["invited", "registered"] | None = Field(
        default=None, description="invited: was made a link. registered: came by themselves alone."
    )
    order_by: Literal["name_accending", "name_decending", "created_at_newest", "created_at_oldest"] = Field(
        default="created_at_newest", description="In which order."
    )
    filter_text: str | None = Field(
        default=None, description="A part of the name or the e-mail, in any case of letters."
    )
    filter_emoji: str | None = Field(
        default=None, description="Results have an emoji, people have none, so that none is found."
    )
    after: str | None = Field(
        default=None,
        description="The id of the last row of the page before, in place of `offset`: long lists are read quicker so."
        " By age alone; `total` is then of those who follow. Beyond the contract.",
    )
    limit: Limit = Field(default=DEFAULT_LIMIT, description="At most how many rows.")
    offset: Offset = Field(default=0, description="How many rows to skip.")
