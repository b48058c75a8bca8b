"""Ids: UUIDs of version 7, so that rows made after each other lie beside each other."""

import os
import time
from datetime import datetime
from uuid import UUID

from asyncpg.pgproto import pgproto

NANOSECONDS = 1_000_000  # in a millisecond
NOBODYS = UUID(int=0)  # the tenant of what is no merchant's, or kept before it is known whose it is


def new_id() -> UUID:
    """A fresh UUIDv7: 48 bits of Unix milliseconds, 12 of the millisecond's parts, 62 of the system's randomness.

    Ids that one process makes one after the other order themselves so, if a quarter of a microsecond lies between.
    Made here because PostgreSQL makes them only from version 18 on. Of the driver's own kind of UUID, which ids that
    are read from the database have too: an interview of ten questions needs thirteen, and these cost a fifth.
    Source: RFC 9562, sections 5.7 and 6.2 (method 3).
    """
    milliseconds, rest = divmod(time.time_ns(), NANOSECONDS)
    part = rest * 4096 // NANOSECONDS
    digits = bytearray(milliseconds.to_bytes(6, "big") + (0x7000 | part).to_bytes(2, "big") + os.urandom(8))
    digits[8] = digits[8] & 0x3F | 0x80  # the variant
    made: UUID = pgproto.UUID(bytes(digits))
    return made


def first_id(moment: datetime) -> UUID:
    """The least id that can be made at this moment: whatever was made before it has a lesser one."""
    milliseconds = int(moment.timestamp() * 1000)
    made: UUID = pgproto.UUID(milliseconds.to_bytes(6, "big") + b"\x70" + bytes(9))
    return made


def to_id(text: str) -> UUID | None:
    """The id that a text names in its plain form (8-4-4-4-12 hex digits), or None if it names none.

    Stricter than `UUID(text)`, which also takes braces, `urn:uuid:` and digits without hyphens: a thing has one name.
    """
    if len(text) != 36:
        return None
    try:
        read: UUID = pgproto.UUID(text)
    except ValueError:
        return None
    return read if str(read) == text.lower() else None
