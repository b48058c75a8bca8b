"""Mails that come back: what a delivery report says (RFC 3464), read by the standard library."""

import email
import email.policy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message

MOST_PARTS = 50
_ID = re.compile(r"<([^<>@\s]{1,64})@[^<>\s]+>")
# RFC 3463: no such mailbox, domain or address; switched off; moved. A full box, or a server that does not like us
# today, says nothing of the address.
_GONE = re.compile(r"5\.(1\.(0|1|2|3|6|10)|2\.1|4\.4)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One mail that came back. key: of the mail, as it was sent; status: as 5.1.1.

    is_for_good: whether the address is to be left alone.
    """

    key: str
    status: str
    is_for_good: bool


def read_bounce(report: bytes) -> Bounce | None:
    """What the report says of the mail that it returns; None: it reports no failure, or returns no mail."""
    message = email.message_from_bytes(report, policy=email.policy.default)
    if message.get_content_type() != "multipart/report":
        return None
    parts = [part for part, _ in zip(message.walk(), range(MOST_PARTS), strict=False)]
    key = next(_keys(parts), None)
    failed = [
        str(block["Status"]).split()[0]
        for part in parts
        if part.get_content_type() == "message/delivery-status"
        for block in _blocks(part)
        if str(block["Action"] or "").strip().lower() == "failed" and str(block["Status"] or "").strip()
    ]
    if key is None or not failed:
        return None
    return Bounce(key=key, status=failed[0][:20], is_for_good=means_no_such_box(failed[0]))


def means_no_such_box(status: str) -> bool:
    """Whether nobody reads mail at the address, by an enhanced status code."""
    return _GONE.fullmatch(status) is not None


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    yield from (block for block in payload if isinstance(block, Message)) if isinstance(payload, list) else ()


def _keys(parts: Sequence[Message]) -> Iterator[str]:
    """Of the mail that came back: its own header, whole or alone."""
    for part in parts:
        kind = part.get_content_type()
        header = ""
        if kind == "message/rfc822" and isinstance(part.get_payload(), list):
            header = str(part.get_payload(0)["Message-ID"] or "")  # type: ignore[index]
        elif kind == "text/rfc822-headers":
            inner = email.message_from_string(str(part.get_payload()), policy=email.policy.default)
            header = str(inner["Message-ID"] or "")
        match = _ID.search(header)
        if match is not None:
            yield match[1]
