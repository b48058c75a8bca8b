"""The body of `job-interview-set-state`."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema

from vivavoce.api.body import check, number_between, parse_object
from vivavoce.api.models.fields import Id
from vivavoce.api.models.update import read_reference
from vivavoce.api.models.wire_body import WireBody
from vivavoce.errors import Invalid

MOST_HOURS = 720
OldKeyHours = Annotated[
    int,
    PlainValidator(number_between(0, MOST_HOURS, is_whole=True)),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_HOURS}),
]


def parse(body: bytes) -> "SetState":
    """The checked request, `position_id` filled in whichever name it came under.

    Raises what `parse_object` raises, and Invalid for the first field at fault in the contract's order.
    """
    content = parse_object(body)
    reference = read_reference(content)
    request = check(SetState, content | {"position_id": reference})
    if request.status is None and request.is_embedded is None:
        raise Invalid("Expected `status`, `is_embedded` or both.", name="status")
    if (request.rotate_embed_key is not None or request.old_key_hours is not None) and request.is_embedded is not True:
        raise Invalid("Expected only with `is_embedded: true`.", name="rotate_embed_key")
    if request.old_key_hours is not None and request.rotate_embed_key is not True:
        raise Invalid("Expected only with `rotate_embed_key: true`.", name="old_key_hours")
    if request.close_links is not None and request.status != "archived":
        raise Invalid("Expected only with the status archived.", name="close_links")
    return request


class SetState(WireBody):
    """Where an interview goes in its life, whether it can be embedded, or both. null is absent."""

    model_config = ConfigDict(title="SetState")

    position_id: Id = Field(
        description="The interview; `interview_id` and `interview_def_set_id` are other names of the same.",
        examples=["0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"],
    )
    merchant_id: Id | None = Field(
        default=None, description="Whose interview; another merchant's for admins and sub-merchant operators only."
    )
    status: Literal["draft", "active", "archived", "deleted", "preparing", "completed"] | None = Field(
        default=None, description="Where it goes. deleted is final."
    )
    is_embedded: bool | None = Field(
        default=None,
        description="true: it has an embed key afterwards, which is returned; the one that it had stays. false: its"
        " key is removed, and what was signed with it no longer opens.",
    )
    rotate_embed_key: bool | None = Field(
        default=None,
        description="Only with `is_embedded: true`. true: it gets a new key under the same `embed_id`, which is"
        " returned; the one before signs beside it for `old_key_hours`. Beyond the contract.",
    )
    old_key_hours: OldKeyHours | None = Field(
        default=None,
        description="Only with `rotate_embed_key: true`. For how many hours the key before still signs: 24 where"
        " nothing is sent; 0: it ends at once. Beyond the contract.",
    )
    close_links: bool | None = Field(
        default=None,
        description="Only with the status archived. true: every link to the interview closes, and so does every"
        " conversation that is under way. false, and where nothing was sent: nobody begins any more, and whoever has"
        " begun may finish. Links open again when the interview goes to another status. Beyond the contract.",
    )
