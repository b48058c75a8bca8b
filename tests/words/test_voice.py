"""Every sentence of the pages, the mails and the interviewer says a thing by its one word (docs/design-language.md)."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

from scripts.words import gather, messages
from tests.folding import folded
from vivavoce.words.catalog import FOLDER

ENGLISH = FOLDER.parent / "conversation" / "phrases" / "en.toml"
PLACES = re.compile(r"<[^<>]*>|%\(\w+\)s|\{\w+\}")  # no words
SAID = ("opening", "hints", "lines", "spoken", "probes")  # the tables of what the interviewer says

# What is said, and what is not said for it.
NOT_SAID = {
    "send an interview, save an answer": r"\bhand(s|ed|ing)? (it |them |this )?in\b|\bsubmi(t|ss)",
    "video": r"\bfilm",
    "delete": r"\beras(e|ing|ure)",
    "assess": r"\bjudg|\bevaluat|\brate[ds]?\b",
    "no one, someone, anyone, everyone": r"\b(no|some|any|every)body\b",
    "interview, practice": r"\bconversations?\b|\bcoaching\b",
    "question, follow-up, answer": r"\bprobes?\b|\bresponses?\b",
    "continue": r"\bgo(es)? on\b",
    "optional": r"\bif you like\b|, your choice\b",
    "what the safe choice does": r"^No\.?$",
    "right now": r"\bjust now\b|\bat the moment\b",
    "email": r"\be-mail|\bmail(s|ed)?\b",
    "start": r"\b(begin|begins|began|begun|beginning)\b",
    "set aside, invited again": r"\bput away\b|\bsent back\b",
    "a person": r"\bhumans?\b",
    "a program": r"\balgorithm|\bmodels?\b|\bmachine|\bthe system\b|\bAI-powered\b",
    "the team, people at": r"\bthe (merchant|client)\b|\bin charge\b",
    "connection": r"\bthe line\b",
    "characters": r"\bsigns\b",
    "skip": r"\bleave (it|them|this|a question) out\b|\bleft (it|them|this) out\b",
    "how this works": r"\bhow it goes\b",
    "a contraction": r"\b(is|are|was|were|do|does|did|has|have|had|could|would|should|will|need) not\b|\bcannot\b",
    "no exclamation mark": "!",
}


@cache
def all_said() -> tuple[str, ...]:
    """Every English sentence that a candidate is shown or told."""
    spoken = tomllib.loads(ENGLISH.read_text(encoding="utf-8"))
    pages = [text for one in messages(gather()) for text in ([one.id] if isinstance(one.id, str) else one.id)]
    return (*pages, *(text for table in SAID for text in _texts(spoken[table])))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    else:
        for one in node.values() if isinstance(node, dict) else node:
            yield from _texts(one)


@folded(("better", "pattern"), NOT_SAID.items(), ids=NOT_SAID)
def test_a_thing_has_one_word(better: str, pattern: str) -> None:
    assert len(all_said()) > 800
    found = [text for text in all_said() if re.search(pattern, PLACES.sub("", text), re.IGNORECASE)]
    assert found == [], f"Say: {better}"


@folded(
    ("better", "text"),
    [
        ("send an interview, save an answer", "Hand in"),
        ("send an interview, save an answer", "Thank you. It is handed in."),
        ("video", "Your film"),
        ("delete", "Have it erased"),
        ("assess", "Something was judged wrongly?"),
        ("no one, someone, anyone, everyone", "Nobody decides anything by it."),
        ("email", "Sign in by e-mail"),
        ("start", "Before you begin"),
        ("a person", "I want a human"),
        ("connection", "Waiting for the line"),
        ("skip", "You can leave it out."),
        ("continue", "Let’s go on."),
        ("optional", "Speaking or typing, your choice"),
        ("what the safe choice does", "No"),
        ("a contraction", "This link does not work"),
    ],
)
def test_what_is_not_said_is_found(better: str, text: str) -> None:
    assert re.search(NOT_SAID[better], text, re.IGNORECASE)
