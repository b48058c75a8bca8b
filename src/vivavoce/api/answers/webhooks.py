"""What is answered by the calls that say where webhooks go."""

from datetime import datetime
from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.lists import Pagination
from vivavoce.api.answers.outcome import Success
from vivavoce.api.answers.parts import Id, Moment, one_of
from vivavoce.api.answers.webhook import EVENT_WORDS, words_of
from vivavoce.events.deliveries import Delivery, DeliveryState
from vivavoce.events.endpoints import OffReason, WebhookEndpoint

EventName = Annotated[str, one_of(EVENT_WORDS.values())]


class WebhookSet(TypedDict):
    """It is done."""

    success: Success
    webhook_id: Annotated[Id, Field(description="The endpoint.")]
    secret: NotRequired[
        Annotated[
            str,
            Field(
                description="What signs, as libraries for Standard Webhooks take it. There for a new endpoint, and with"
                " `new_secret`: it is told this once.",
                examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
            ),
        ]
    ]


class WebhookRow(TypedDict):
    """An endpoint."""

    webhook_id: Annotated[Id, Field(description="The endpoint.")]
    url: Annotated[str, Field(description="Where it is.", examples=["https://hooks.example.com/vivavoce"])]
    events: Annotated[list[EventName], Field(description="What goes there.")]
    headers: Annotated[list[str], Field(description="Names of the headers that go along; values are not told.")]
    notice_email: Annotated[str | None, Field(description="Who is mailed when it is switched off by us.")]
    is_on: Annotated[bool, Field(description="Whether anything goes there.")]
    off_reason: Annotated[
        OffReason | None,
        Field(
            description="Why nothing does. asked: you switched it off. failing: nothing was taken for five days. gone:"
            " it answered 410."
        ),
    ]
    off_since: Annotated[Moment | None, Field(description="Since when.")]
    failing_since: Annotated[Moment | None, Field(description="Since when no try went well; null: the last one did.")]
    old_secret_until: Annotated[
        Moment | None, Field(description="Until when the old secret signs too; null: there is none.")
    ]
    created_at: Annotated[Moment, Field(description="When it was made.")]


class Webhooks(TypedDict):
    """The endpoints of the token's environment, the oldest first."""

    data: Annotated[list[WebhookRow], Field(description="The endpoints.")]


class WebhookTry(TypedDict):
    """How a try went."""

    at: Annotated[Moment, Field(description="When.")]
    seconds: Annotated[float, Field(description="How long it took.", ge=0, examples=[0.12])]
    status: Annotated[int | None, Field(description="What was answered; null: nothing.", examples=[200])]
    fault: Annotated[str | None, Field(description="Why nothing was answered.")]


class WebhookDeliveryRow(TypedDict):
    """A delivery."""

    delivery_id: Annotated[Id, Field(description="The delivery.")]
    event_id: Annotated[Id, Field(description="The event: `webhook-id`, and `event_id` in the payload.")]
    event: Annotated[EventName, Field(description="What happened.")]
    event_at: Annotated[Moment, Field(description="When it happened.")]
    interview_result_id: Annotated[Id, Field(description="The attempt.")]
    state: Annotated[DeliveryState, Field(description="How far it is.")]
    tries: Annotated[list[WebhookTry], Field(description="How each try went, in order.")]
    next_at: Annotated[Moment | None, Field(description="When it is tried next; null: not any more.")]


class WebhookDeliveries(TypedDict):
    """An endpoint's deliveries of the last 30 days, the newest first."""

    data: Annotated[list[WebhookDeliveryRow], Field(description="The deliveries.")]
    pagination: Pagination


class Replayed(TypedDict):
    """It is left to be sent again."""

    success: Success
    count: Annotated[
        int, Field(description="How many deliveries; at most 1,000 a call: repeat it then.", ge=0, examples=[3])
    ]


class WebhookTested(TypedDict):
    """It is on its way."""

    success: Success
    delivery_id: Annotated[Id, Field(description="Ask merchant-webhook-delivery-list how it went.")]
    event: Annotated[EventName, Field(description="What it tells of.")]


def to_wire_webhook(endpoint: WebhookEndpoint) -> WebhookRow:
    """An endpoint."""
    return {
        "webhook_id": str(endpoint.id),
        "url": endpoint.url,
        "events": words_of(endpoint.kinds),
        "headers": sorted(endpoint.headers),
        "notice_email": endpoint.notice_email or None,
        "is_on": endpoint.off_reason is None,
        "off_reason": endpoint.off_reason,
        "off_since": _to_moment(endpoint.off_since),
        "failing_since": _to_moment(endpoint.failing_since),
        "old_secret_until": _to_moment(endpoint.old_secret_until),
        "created_at": endpoint.created_at.isoformat(),
    }


def to_wire_delivery(row: Delivery) -> WebhookDeliveryRow:
    """A delivery."""
    return {
        "delivery_id": str(row.id),
        "event_id": str(row.message_id),
        "event": EVENT_WORDS[row.kind],
        "event_at": row.happened_at.isoformat(),
        "interview_result_id": str(row.attempt_id),
        "state": row.state,
        "tries": [
            {"at": tried["at"], "seconds": tried["seconds"], "status": tried["status"], "fault": tried["fault"]}
            for tried in row.tries
        ],
        "next_at": _to_moment(row.next_at),
    }


def _to_moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
