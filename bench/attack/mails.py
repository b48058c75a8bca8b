"""Mail bombing: anybody can ask for a code for any address. How many strangers are written to?"""

import itertools
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from bench.attack.ground import Ground
from bench.attack.seen import Seen
from tests.crash.program import look_inside
from tests.talking import create_interview
from vivavoce.providers.mail import mail_folder

ASKS = 512
AT_ONCE = 8
MOST_MAILS = 20
SEND_SECONDS = 60


def attack(ground: Ground) -> list[Seen]:
    """Half of the asks for as many addresses, half for spellings of one; at an interview and at the merchant's door."""
    before = _mails(ground)
    with ground.server() as running:
        interview = create_interview(running, ground.victim, visibility="merchant_public")
        doors = itertools.cycle([f"{running.url}/interview/take/{interview}/", f"{running.url}/interview/at/victim/"])
        addresses = [
            f"victim+{number}@example.com" if number % 2 else f"stranger-{number}@example.org" for number in range(ASKS)
        ]
        asks = [(f"{next(doors)}sign-in", address, running.url) for address in addresses]
        with ThreadPoolExecutor(AT_ONCE) as askers:
            statuses = Counter(askers.map(lambda ask: _ask(*ask), asks))
        await_mails(ground)
    sent = _mails(ground) - before
    told = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    return [
        Seen(
            attack="mail bombing",
            tried=f"{ASKS} asks by one client",
            limit=f"≤ {MOST_MAILS} mails",
            seen=f"{sent} mails; {told}",
            is_held=sent <= MOST_MAILS,
        )
    ]


def _ask(address: str, email: str, origin: str) -> str:
    with httpx.Client(timeout=30, trust_env=False) as client:
        try:
            answer = client.post(address, data={"email": email, "name": "Sam"}, headers={"Origin": origin})
        except httpx.HTTPError as error:
            return type(error).__name__
    return str(answer.status_code)


def _mails(ground: Ground) -> int:
    folder = mail_folder(ground.folder)
    return sum(1 for mail in folder.rglob("*") if mail.is_file()) if folder.is_dir() else 0


def await_mails(ground: Ground) -> None:
    """Returns when the worker has no mail left to send, or after a minute."""
    until = time.monotonic() + SEND_SECONDS
    while time.monotonic() < until:
        with look_inside(ground.folder) as inside:
            row = inside.execute(
                "select count(*) as n from procrastinate_jobs where queue_name = 'mail' and status in ('todo', 'doing')"
            ).fetchone()
        if row is None or row["n"] == 0:
            return
        time.sleep(0.5)
