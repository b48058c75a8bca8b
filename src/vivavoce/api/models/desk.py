"""What the calls take that tell who works at a merchant, who is in an interview now, and what failed."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from vivavoce.api.body import check, number_between, parse_object
from vivavoce.api.models.fields import Id
from vivavoce.errors import Invalid

LARGEST_NUMBER = 2**63 - 1
FailureNumber = Annotated[
    int,
    PlainValidator(number_between(1, LARGEST_NUMBER, is_whole=True)),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": LARGEST_NUMBER}),
]
_MERCHANT = "Whose; another merchant's for admins and sub-merchant operators only."


class MemberList(BaseModel):
    """What merchant-member-list is asked for."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class LiveList(MemberList):
    """What merchant-live-list is asked for."""


class FailureList(MemberList):
    """What merchant-failure-list is asked for."""


class SetMember(BaseModel):
    """Another role for somebody on the team, or none."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    member_id: Id = Field(
        description="The member, as merchant-member-list names them.", examples=["0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"]
    )
    type: Literal["merchant_owner", "merchant", "merchant_selection", "mentor", "user"] | None = Field(
        default=None, description="Their role from now on."
    )
    is_removed: bool | None = Field(
        default=None, description="true: they work here no more, and are signed out at once. Goes before `type`."
    )
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class TryAgain(BaseModel):
    """Which of what failed is to be tried again."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    number: FailureNumber = Field(description="As merchant-failure-list names it.", examples=[42])
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


def parse_member(body: bytes) -> SetMember:
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    sent = check(SetMember, parse_object(body))
    if sent.type is None and not sent.is_removed:
        raise Invalid("Field is required.", name="type")
    return sent


def parse_try_again(body: bytes) -> TryAgain:
    """The same of something that is to be tried again."""
    return check(TryAgain, parse_object(body))
