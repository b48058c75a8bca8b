"""Recorded completions: what a language model answered to the very questions of the second reader, by their digest.

They are played by tests/model_server.py over the real wire. A question without a recording is not answered; it can be
written out for whoever records (`make bench-reader ARGS="--unrecorded FOLDER"`).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from tests.model_server import ModelAsked, ModelServer, Part, read_recordings
from vivavoce.providers.failover import Failure
from vivavoce.providers.language_models import open_places
from vivavoce.providers.language_models.ask import OrderedModels
from vivavoce.providers.language_models.chosen import ChosenModel
from vivavoce.providers.language_models.port import MadeCall, PlannedCall, digest_texts

FOLDER = Path(__file__).with_name("recorded")
AT_ONCE = 8
LONGEST_NAME = 40  # of a file; a longer text is what is told itself
T = TypeVar("T")
U = TypeVar("U")


@dataclass
class CountingLedger:
    """Has no limit, and counts. characters: sent, of those that were answered."""

    made: list[tuple[PlannedCall, MadeCall]] = field(default_factory=list)

    async def reserve(self, call: PlannedCall) -> PlannedCall:
        """Remembers the call."""
        return call

    async def settle(self, handle: Any, made: MadeCall) -> None:
        """What became of it."""
        self.made.append((handle, made))


def read_all_recordings(folder: Path = FOLDER) -> dict[str, str]:
    """Text by digest, of all files."""
    by_digest: dict[str, str] = {}
    for path in sorted(folder.glob("*.jsonl")):
        by_digest |= read_recordings(path)
    return by_digest


@asynccontextmanager
async def opened(server: ModelServer, ledger: CountingLedger) -> AsyncIterator[OrderedModels]:
    """The server as the one language model that is set."""
    chosen = ChosenModel(url=server.url, model="recorded", price_prompt=Decimal(0), price_completion=Decimal(0))
    places = open_places([chosen], guarded=None)
    try:
        yield OrderedModels(places, ledger=ledger, tell=_forget)
    finally:
        for place in places:
            await place.line.close()


async def gather_few(do: Callable[[T], Awaitable[U]], some: Sequence[T]) -> list[U]:
    """What is done with each, AT_ONCE at a time, in their order."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def do_in_turn(thing: T) -> U:
        async with gate:
            return await do(thing)

    return await asyncio.gather(*(do_in_turn(thing) for thing in some))


def replaying(recordings: Mapping[str, str]) -> ModelServer:
    """A server that plays them. It counts no tokens."""
    return ModelServer(parts=[Part.REPLAYING], recordings=recordings, usage=None)


def playing(answer: Callable[[ModelAsked], Mapping[str, Any]]) -> ModelServer:
    """A server that plays by rule."""
    return ModelServer(parts=[Part.GOOD], answer=answer, usage=None)


def take_recordings(folder: Path) -> Iterator[tuple[str, int]]:
    """Adds the completions beside each `requests.jsonl` below a folder to the recordings; each part's name and count.

    requests.jsonl: `id` (a digest or its beginning), `system` (a text, or a file beside), `user`. completions.jsonl:
    `id` and `answer`, the object that a model wrote.
    """
    for path in sorted(folder.glob("*/completions.jsonl")):
        asked = {line["id"]: line for line in _read_lines(path.with_name("requests.jsonl"))}
        kept = []
        for line in _read_lines(path):
            request = asked[line["id"]]
            beside = path.with_name(request["system"]) if len(request["system"]) < LONGEST_NAME else None
            told = request["system"] if beside is None else beside.read_text(encoding="utf-8")
            text = json.dumps(line["answer"], ensure_ascii=False)
            kept.append({"digest": digest_texts(told, request["user"]), "text": text})
        target = FOLDER / f"{path.parent.name}.jsonl"
        known = _read_lines(target) if target.is_file() else []
        by_digest = {line["digest"]: line for line in [*known, *kept]}
        lines = (json.dumps(by_digest[digest], ensure_ascii=False) + "\n" for digest in sorted(by_digest))
        target.write_text("".join(lines), encoding="utf-8")
        yield path.parent.name, len(kept)


def _read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _forget(failure: Failure) -> None:
    """What has no recording is told once, by who counts."""
