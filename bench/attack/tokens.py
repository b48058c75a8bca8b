"""Forged and revoked tokens: everything that the reader of tokens is tested with, over the wire, at a server that runs.

Sent byte by byte: a client library would refuse to send some of them. And good tokens at places where none belongs.
"""

import contextlib
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx

from bench.attack.ground import SETTINGS, Ground, furnish, shorten
from bench.attack.seen import Seen
from tests.forging import altered, bad_tokens
from tests.running import Furnished, Running, run_program
from vivavoce.candidates.links import Seat, sign_link

PATH = "/functions/v1/merchant-status"
ANSWER_SECONDS = 20.0
REVOKED_SECONDS = 1.0  # docs/howto/tokens.md


def attack(ground: Ground) -> list[Seen]:
    """How many of them are taken."""
    with ground.server() as running:
        url = httpx.URL(running.url)
        good = _send(url, f"Bearer {ground.victim.token}")
        forged = dict(_forge(ground))
        statuses = {name: _send(url, header, query) for name, (header, query) in forged.items()}
        alive = _send(url, f"Bearer {ground.victim.token}")
        revoked = _revoke(running)
    taken = [name for name, status in statuses.items() if 200 <= status < 300]
    failed = [name for name, status in statuses.items() if status >= 500]
    seen = f"{len(taken)} taken, {len(failed)} met a fault of the server"
    if taken or failed:
        seen += f": {shorten(taken + failed)}"
    return [
        Seen(
            attack="forged tokens",
            tried=f"{len(forged)} kinds",
            limit="0 taken, and a good one is",
            seen=seen if (good, alive) == (200, 200) else f"a good token got {good}, and {alive} afterwards; {seen}",
            is_held=(good, alive) == (200, 200) and not taken and not failed,
        ),
        Seen(
            attack="revoked token",
            tried="one",
            limit=f"refused within {REVOKED_SECONDS:g} s",
            seen=f"taken for {ANSWER_SECONDS:g} s" if revoked is None else f"refused after {revoked:.2f} s",
            is_held=revoked is not None and revoked <= REVOKED_SECONDS,
            is_timed=revoked is not None,
        ),
    ]


def _revoke(running: Running) -> float | None:
    """How long a token is taken after the command that revokes it has ended; None for too long."""
    made = furnish(running.folder, "revoking")
    status = _send(httpx.URL(running.url), f"Bearer {made.token}")
    assert status == 200, status
    run_program(running.folder, "revoke", made.token, "--merchant", "revoking", environment=SETTINGS)
    begun = time.monotonic()
    while time.monotonic() < begun + ANSWER_SECONDS:
        if _send(httpx.URL(running.url), f"Bearer {made.token}") == 401:
            return time.monotonic() - begun
    return None


def _forge(ground: Ground) -> Iterator[tuple[str, tuple[str, str]]]:
    """By name: what stands in the header `Authorization`, and the query."""
    victim, keys = ground.victim, ground.keys
    for name, token in bad_tokens(keys, UUID(victim.merchant_id)).items():
        yield name, (f"Bearer {token}", "")
    yield "another merchant's under its old signature", (f"Bearer {_swapped(ground.bystander, victim)}", "")
    for scheme in ("Basic", "Token", "JWT", "Digest", "Bearer Bearer", "bearer:", ""):
        yield f"the scheme {scheme!r}", (f"{scheme} {victim.token}".strip(), "")
    for name in ("token", "access_token", "apikey", "authorization", "jwt", "key"):
        yield f"in the query as {name}", ("", f"?{name}={victim.token}")
    seat = Seat(merchant_id=UUID(victim.merchant_id), interview_id=uuid4(), candidate_id=uuid4(), is_test=False)
    link = sign_link(keys, seat, expires_at=_in_an_hour())
    yield "a link of the server's own", (f"Bearer {link}", "")
    for place in range(0, len(victim.token), max(1, len(victim.token) // 24)):
        if victim.token[place] != ".":
            other = "A" if victim.token[place] != "A" else "B"
            yield f"letter {place} changed", (f"Bearer {victim.token[:place]}{other}{victim.token[place + 1 :]}", "")


def _in_an_hour() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def _swapped(whose: Furnished, victim: Furnished) -> str:
    return altered(whose.token, app_metadata={"merchant_id": victim.merchant_id, "role": "merchant_owner"})


def _send(url: httpx.URL, header: str, query: str = "") -> int:
    """The status of the answer; 0 where the connection was ended without one."""
    lines = [f"GET {PATH}{query} HTTP/1.1", f"Host: {url.host}:{url.port}", "Connection: close"]
    if header:
        lines.append(f"Authorization: {header}")
    request = ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogatepass")
    answer = b""
    with contextlib.suppress(OSError), socket.create_connection((url.host, url.port or 80), ANSWER_SECONDS) as line:
        with contextlib.suppress(OSError):
            line.sendall(request)
        while piece := line.recv(4096):
            answer += piece
    words = answer.split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
