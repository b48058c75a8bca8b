"""The second document: what we send to endpoints, put together from the type that the payload is built as."""

from importlib.metadata import version
from types import MappingProxyType
from typing import Any

from vivavoce.api.answers.webhook import EVENT_WORDS, WebhookInterviewResultPayload
from vivavoce.api.document.answers import answer_components
from vivavoce.api.document.schemas import part, sample
from vivavoce.events.endpoints import WebhookKind

PAYLOAD = "WebhookInterviewResultPayload"
ABOUT = "\n\n".join(
    (
        "What we POST to your endpoints. Say where by `merchant-webhook-set`; answer any 2xx within ten seconds.",
        "**At least once.** An event can come twice, and events can come in another order than they happened: go by"
        " `event_id`, and read the result with job-interview-details.",
        "**Check the signature** before you believe anything: with a library for Standard Webhooks, by the endpoint's"
        " secret.",
    )
)
SUMMARIES = MappingProxyType(
    {
        WebhookKind.COLLECTED: "The answers are there, and were not submitted yet",
        WebhookKind.RESULT: "A result is there, or has changed",
        WebhookKind.FAILED: "An attempt came to no end",
    }
)
WHEN = MappingProxyType(
    {
        WebhookKind.COLLECTED: "When no question is open any more. Nothing is judged yet.",
        WebhookKind.RESULT: "When an attempt was submitted and judged, and again whenever one of the fields that"
        " `reason` names has changed.",
        WebhookKind.FAILED: "When an attempt was left for good, or set aside for a fault of ours. Scores are null.",
    }
)
HEADERS = MappingProxyType(
    {
        "webhook-id": "The event, the same at each try: `event_id`.",
        "webhook-timestamp": "When this try was made, in seconds since 1970.",
        "webhook-signature": "`v1,` and an HMAC-SHA-256 in Base64; two of them while a secret is changed.",
        "X-Signature": "`sha256=` and an HMAC-SHA-256 of the body in hex, by the secret as it is written.",
    }
)


def build_webhooks() -> dict[str, Any]:
    """The document."""
    components = answer_components({PAYLOAD: WebhookInterviewResultPayload})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Vivavoce webhooks", "version": version("vivavoce"), "description": ABOUT},
        "webhooks": {
            word: {
                "post": {
                    "operationId": word,
                    "summary": SUMMARIES[kind],
                    "description": WHEN[kind],
                    "parameters": [
                        {
                            "name": name,
                            "in": "header",
                            "required": True,
                            "description": description,
                            "schema": {"type": "string"},
                        }
                        for name, description in HEADERS.items()
                    ],
                    "requestBody": {
                        "required": True,
                        "content": {
                            "application/json": {
                                "schema": part(PAYLOAD),
                                "example": sample(components[PAYLOAD], components) | {"event": word},
                            }
                        },
                    },
                    "responses": {"2XX": {"description": "You have taken it; anything else has it sent again."}},
                }
            }
            for kind, word in EVENT_WORDS.items()
        },
        "components": {"schemas": components},
    }
