"""The bodies of the calls that say where webhooks go, and what those calls are asked for."""

from datetime import datetime
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from vivavoce.api.body import check, expected, number_between, parse_object
from vivavoce.api.models.fields import Id
from vivavoce.api.models.lists import DEFAULT_LIMIT, Limit, Offset
from vivavoce.api.models.wire_body import WireBody
from vivavoce.errors import Invalid
from vivavoce.merchants.mailed_codes import checked_email

EventWord = Literal["interview_collected", "interview_result", "interview_failed"]
MOST_HOURS = 24 * 30
_WEBHOOK = "The endpoint, as merchant-webhook-list names it."
_MERCHANT = "Whose endpoint; another merchant's for admins and sub-merchant operators only."


def _check_moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise expected("a date and time of ISO 8601 with its offset, as 2026-01-31T17:00:00Z")
    return text


def _check_email(text: str) -> str:
    try:
        return checked_email(text) or ""
    except Invalid as error:
        raise expected("an e-mail address") from error


WebhookMoment = Annotated[str, AfterValidator(_check_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Hours = Annotated[
    int,
    PlainValidator(number_between(0, MOST_HOURS, is_whole=True)),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_HOURS}),
]
NoticeEmail = Annotated[str, AfterValidator(_check_email), WithJsonSchema({"type": "string"})]


Body = TypeVar("Body", bound=WireBody)


def parse_webhook(model: type[Body], body: bytes) -> Body:
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    return check(model, parse_object(body))


class SetWebhook(WireBody):
    """An endpoint, new or changed. null, or leaving a field out: as it was; of a new one, as the field says."""

    webhook_id: Id | None = Field(default=None, description=f"{_WEBHOOK} Absent: a new one is made.")
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)
    url: str | None = Field(
        default=None,
        description="Where it is, with https; needed for a new one. It must be on the public internet.",
        examples=["https://hooks.example.com/vivavoce"],
    )
    events: Annotated[list[EventWord], Field(min_length=1)] | None = Field(
        default=None, description="What goes there; all three for a new one."
    )
    headers: dict[str, str] | None = Field(
        default=None,
        description="Sent along with every delivery, at most 20; they replace those before. Values are kept sealed.",
        examples=[{"Authorization": "Bearer of-your-own"}],
    )
    notice_email: NoticeEmail | None = Field(
        default=None, description="Who is mailed when the endpoint is switched off by us. An empty text: nobody."
    )
    is_on: bool | None = Field(
        default=None,
        description="false: nothing goes there until it is true again; what happens meanwhile is not kept.",
    )
    new_secret: bool | None = Field(
        default=None, description="true: another secret signs from now on, and the one before it too for a while."
    )
    old_secret_hours: Hours | None = Field(
        default=None, description="With `new_secret`: how long the old secret signs too. 24 when absent; 0: no longer."
    )


class RemoveWebhook(WireBody):
    """Which endpoint is removed."""

    webhook_id: Id = Field(description=_WEBHOOK)
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class TryWebhook(WireBody):
    """Which endpoint is tried out, and by what."""

    webhook_id: Id = Field(description=_WEBHOOK)
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)
    event: EventWord | None = Field(default=None, description="By the last event of this name; of any when absent.")


class ReplayWebhook(WireBody):
    """What is sent again to an endpoint: one delivery, a range, the failed ones, or all that is left."""

    webhook_id: Id = Field(description=_WEBHOOK)
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)
    delivery_id: Id | None = Field(default=None, description="This one, as merchant-webhook-delivery-list names it.")
    state: Literal["failed", "delivered"] | None = Field(default=None, description="Those that came to this end.")
    since: WebhookMoment | None = Field(default=None, description="Of events from this moment on.")
    until: WebhookMoment | None = Field(default=None, description="Of events before this moment.")


class WebhookList(WireBody):
    """What merchant-webhook-list is asked for."""

    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class WebhookDeliveryList(WireBody):
    """What merchant-webhook-delivery-list is asked for."""

    webhook_id: Id = Field(description=_WEBHOOK)
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)
    state: Literal["waiting", "delivered", "failed"] | None = Field(default=None, description="Absent: any.")
    limit: Limit = Field(default=DEFAULT_LIMIT, description="At most how many rows.")
    offset: Offset = Field(default=0, description="How many rows to skip.")
