"""Ids: UUIDs of version 7, so that rows made after each other lie beside each other."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A fresh UUIDv7: 48 bits of Unix milliseconds, 74 bits of the system's randomness.

    Made here because PostgreSQL makes them only from version 18 on. Source: RFC 9562, section 5.7.
    """
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    high = (milliseconds << 16) | 0x7000 | (random >> 68)
    low = (0b10 << 62) | (random & ((1 << 62) - 1))
    return UUID(int=(high << 64) | low)


def to_id(text: str) -> UUID | None:
    """The id that a text names in its plain form (8-4-4-4-12 hex digits), or None if it names none.

    Stricter than `UUID(text)`, which also takes braces, `urn:uuid:` and digits without hyphens: a thing has one name.
    """
    if len(text) != 36:
        return None
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None
