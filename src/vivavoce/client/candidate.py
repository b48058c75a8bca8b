"""A simulated candidate: takes a whole interview by its link, through the doors that a browser uses.

    python -m vivavoce.client.candidate LINK

Opens the link, reads the form, agrees to what is needed, sends it, chooses to type, and talks over the WebSocket until
the attempt is handed in. Prints one JSON object: the attempt's id and what was said. It knows nothing of the server but
its pages.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import httpx
from websockets.sync.client import ClientConnection, connect

TIMEOUT_SECONDS = 20
LARGEST_MESSAGE = 16 * 1024 * 1024

# What this person says; by the kind of question, in turn.
STORIES = (
    "In my last position I led a team of six through the move to a new system. I wrote the plan, trained two "
    "colleagues "
    "first, and we went over in one weekend. Complaints fell by a third within the month.",
    "I begin by asking what would happen if we did nothing. Then I write down what I know, what I guess and whom "
    "I have "
    "to ask. Last year that saved us from buying a machine that we did not need.",
    "A colleague and I disagreed about a deadline. I asked him to show me his numbers, found that he was right "
    "about the "
    "testing, and told our manager so. We moved the date by a week and kept it.",
    "I would measure it before I change anything. The last time it was a query without an index: it took four seconds, "
    "and forty milliseconds after I had added one.",
)
ASKED_BACK = "What would the first week look like, and whom would I work with?"
NO_MORE = "No, thank you."


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenInterview:
    """An interview that was taken. said: one entry a question."""

    attempt_id: str
    phase: str
    said: list[dict[str, Any]]


def take_interview(link: str) -> TakenInterview:
    """Takes the interview behind the link, from its first page to handing it in.

    Raises httpx.HTTPError where a page does not come, and RuntimeError where the server refuses an answer.
    """
    with httpx.Client(follow_redirects=True, timeout=TIMEOUT_SECONDS) as browser:
        opened = open_interview(browser, link)
    with connect(
        opened.socket_url,
        additional_headers=opened.headers,
        max_size=LARGEST_MESSAGE,
        open_timeout=TIMEOUT_SECONDS,
        proxy=None,
    ) as line:
        said, phase = _talk(line)
    return TakenInterview(attempt_id=opened.attempt_id, phase=phase, said=said)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedInterview:
    """An interview that has begun: where its socket is, and what shows whose it is."""

    attempt_id: str
    socket_url: str
    headers: dict[str, str]


def open_interview(browser: httpx.Client, link: str, *, by: str = "type", shows_face: bool = False) -> OpenedInterview:
    """Reads the page behind the link, agrees to what is needed, and begins. Raises as `take_interview` does.

    by: how it will be answered, `type`, or `speak`, which agrees to be recorded. shows_face: by their camera too.
    """
    page = browser.get(link)
    page.raise_for_status()
    form = _read_form(page.text)
    conversation = browser.post(urljoin(str(page.url), form.action), data=form.values)
    conversation.raise_for_status()
    while conversation.url.path.endswith("/start"):  # speak or type; whoever speaks comes by the sound check
        form = _read_form(conversation.text)
        chosen = {"way": by} | ({"consent_sound_kept": "yes"} if by == "speak" else {})
        chosen |= {"consent_picture_kept": "yes"} if shows_face else {}
        conversation = browser.post(urljoin(str(conversation.url), form.action), data=form.values | chosen)
        conversation.raise_for_status()
    body = _Body(conversation.text)
    parts = urlsplit(urljoin(str(conversation.url), body.data["data-socket"]))
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return OpenedInterview(
        attempt_id=body.data["data-attempt"],
        socket_url=parts._replace(scheme="wss" if parts.scheme == "https" else "ws").geturl(),
        headers={"Cookie": cookies, "Origin": f"{parts.scheme}://{parts.netloc}"},
    )


def _talk(line: ClientConnection) -> tuple[list[dict[str, Any]], str]:
    stories = _in_turn()
    said: list[dict[str, Any]] = []
    line.send(json.dumps({"kind": "arrive"}))
    scene = _hear(line, "scene")
    if scene["phase"] == "instruction":
        line.send(json.dumps({"kind": "wish", "key": str(uuid4()), "number": 1, "wish": "begin"}))
        _hear(line, "receipt")
        scene = _hear(line, "scene")
    while scene["phase"] == "asking":
        question = scene["question"]
        key = str(uuid4())
        answer = _answer(question, stories)
        line.send(json.dumps({"kind": "answer", "key": key, "number": question["number"], **answer}))
        receipt = _hear(line, "receipt")
        said.append({"number": receipt["number"], "key": key, "question": question["text"], **answer})
        scene = _hear(line, "scene")
    if scene["phase"] == "finished":
        line.send(json.dumps({"kind": "submit", "key": str(uuid4())}))
        _hear(line, "receipt")
        scene = _hear(line, "scene")
    return said, scene["phase"]


def _answer(question: dict[str, Any], stories: Iterator[str]) -> dict[str, Any]:
    if question["kind"] == "choice":
        return {"choice": 0}
    if question["kind"] == "candidate_asks":
        return {"text": NO_MORE if question["is_follow_up"] else ASKED_BACK}
    return {"text": next(stories)}


def _in_turn() -> Iterator[str]:
    while True:
        yield from STORIES


def _hear(line: ClientConnection, kind: str) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(line.recv(timeout=TIMEOUT_SECONDS))
    if message["kind"] == "refused":
        raise RuntimeError(f"the server refused: {message['error']}")
    if message["kind"] != kind:
        raise RuntimeError(f"expected {kind}, heard {message['kind']}")
    return message


@dataclass(slots=True)
class _Form:
    action: str = ""
    values: dict[str, str] = field(default_factory=dict)


def _read_form(html: str) -> _Form:
    """The page's form as somebody fills it in who agrees to what is needed and to nothing else."""
    form = _Form()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            if tag == "form" and not form.action:
                form.action = given.get("action") or ""
            if tag == "input" and given.get("name"):
                kind = given.get("type")
                is_ticked = "required" in given if kind == "checkbox" else kind != "radio" or "checked" in given
                if is_ticked:
                    form.values[str(given["name"])] = given.get("value") or ""

    Reader().feed(html)
    if not form.action:
        raise RuntimeError("the page has no form: is this interview open?")
    return form


class _Body(HTMLParser):
    """The data attributes of a page's body."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.data: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self.data = {name: value or "" for name, value in attrs}


if __name__ == "__main__":
    taken = take_interview(sys.argv[1])
    sys.stdout.write(json.dumps({"attempt_id": taken.attempt_id, "phase": taken.phase, "said": taken.said}) + "\n")
