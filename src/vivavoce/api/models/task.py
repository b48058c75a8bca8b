"""The body of `merchant-task-set-state`."""

from typing import Literal

from pydantic import Field

from vivavoce.api.body import check, parse_object
from vivavoce.api.models.fields import Id
from vivavoce.api.models.wire_body import WireBody


def parse(body: bytes) -> "SetTaskState":
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    return check(SetTaskState, parse_object(body))


class SetTaskState(WireBody):
    """Whether a task waits, is done or is refused."""

    task_id: Id = Field(
        description="The task, as merchant-task-list names it.", examples=["0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"]
    )
    state: Literal["open", "done", "refused"] = Field(
        description="Where it goes. Where it stands there already, nothing changes. `refused` is for `erasure_wanted`"
        " alone, which is `done` only by `merchant-candidate-erase`."
    )
    reason: str | None = Field(
        default=None, description="Why it is refused, needed then: the person reads it on their own page."
    )
    reply: str | None = Field(
        default=None,
        description="What a question (`answer_candidate`) or another look (`contested`) that is `done` is answered: the"
        " person reads it on their own page. At most 2,000 characters.",
    )
    merchant_id: Id | None = Field(
        default=None, description="Whose task; another merchant's for admins and sub-merchant operators only."
    )
