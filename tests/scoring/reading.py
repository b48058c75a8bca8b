"""A language model that reads answers by rule: what tests of the second reader ask over the real wire."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.model_server import ModelAsked, ModelServer, Part

DENIALS = {"not", "never", "no", "don't", "nie", "nicht", "kein", "keine"}
Finds = Callable[[str, str], str | None]


def said_in(asked: ModelAsked) -> dict[str, str]:
    """What stands under each mark, by the name behind it."""
    head, _, body = asked.user.partition("\n}\n\n")
    mark = json.loads(head + "}")["mark"]
    parts = re.split(rf"^{mark} (\w+)\n?", body, flags=re.MULTILINE)
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=False) if name != "end"}


def claims_of(asked: ModelAsked) -> dict[str, str]:
    """Each claim by its letter."""
    found: dict[str, str] = json.loads(asked.user.partition("\n}\n\n")[0] + "}")["claims"]
    return found


def is_whole(asked: ModelAsked) -> bool:
    """Whether it is about a whole answer."""
    return '- "a_verdict"' in asked.told


def read_by_words(asked: ModelAsked) -> Mapping[str, Any]:
    """The sentence that shares its longest word with the claim carries it; with a word of denial it denies it."""
    answer: dict[str, Any] = {}
    said = said_in(asked)
    for letter, claim in claims_of(asked).items():
        text = " ".join(said.values()) if is_whole(asked) else said[letter]
        longest = max(re.findall(r"\w+", claim.casefold()), key=len)[:6]
        quote = next((one for one in re.split(r"(?<=[.!?])\s+", text) if longest in one.casefold()), None)
        denied = quote is not None and bool(DENIALS & set(re.findall(r"[\w']+", quote.casefold())))
        state = "not_discussed" if quote is None else "rejected" if denied else "confirmed"
        says = {"not_discussed": "neither", "rejected": "denies", "confirmed": "shows"}[state]
        answer |= {f"{letter}_verdict": state, f"{letter}_says": says, f"{letter}_sure": "certain"}
        answer[f"{letter}_quotes"] = [] if quote is None else [quote]
    return answer


def a_reading_model(answer: Callable[[ModelAsked], Mapping[str, Any]] = read_by_words) -> ModelServer:
    """A server that plays it."""
    return ModelServer(parts=[Part.GOOD], answer=answer)
