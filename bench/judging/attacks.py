"""Attacks on the judging, made ready for a question: placeholders filled, repeated, disguised."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("attacks.jsonl")


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One attack as it stands in the file.

    text: may hold `{question}`, `{rubric}`, `{rubric_lines}`, `{rubric_i}`, `{keywords}`.
    repeat: how often the text stands one after another, 1 for once.
    disguise: a key of DISGUISES, or None.
    """

    id: str
    kind: str
    language: str
    text: str
    repeat: int = 1
    disguise: str | None = None


def read_attacks(file: Path = FILE) -> tuple[Attack, ...]:
    """All attacks of a file, in order of their ids."""
    return tuple(Attack(**json.loads(line)) for line in file.read_text(encoding="utf-8").split("\n") if line)


def fill(attack: Attack, *, question: str, claims: Sequence[str]) -> str:
    """What the attacker says in answer to this question, as one who got hold of its claims.

    Not by str.format: many attacks hold braces of their own.
    """
    parts = {
        "{question}": question,
        "{rubric}": " ".join(claims),
        "{rubric_lines}": "\n".join(f"- {claim}" for claim in claims),
        "{rubric_i}": " ".join(map(_in_first_person, claims)),
        "{keywords}": ", ".join(_keywords(claims)),
    }
    text = re.sub("|".join(map(re.escape, parts)), lambda match: parts[match[0]], attack.text) * attack.repeat
    return DISGUISES[attack.disguise](text) if attack.disguise else text


def _in_first_person(claim: str) -> str:
    """From "Checks the label." comes "I check the label."; a verb in the past stays as it is."""
    verb, rest = claim.split(" ", 1)
    verb = re.sub(r"^has$", "have", verb.lower())
    verb = re.sub(r"(?<=[a-z]{2})ies$", "y", verb)
    verb = re.sub(r"(?<=ch|sh|ss)es$|(?<!s)s$", "", verb)
    return f"I {verb} {rest}"


def _keywords(claims: Sequence[str]) -> list[str]:
    """The words of four letters and more, each once."""
    return list(dict.fromkeys(re.findall(r"[^\W\d_]{4,}", " ".join(claims).lower())))


LOOK_ALIKES = str.maketrans("aceopxyijsABCEHIKMOPTX", "асеорхуіјѕАВСЕНІКМОРТХ")  # Latin to Cyrillic
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}

DISGUISES: dict[str, Callable[[str], str]] = {
    "fullwidth": lambda text: text.translate(WIDE),
    "homoglyphs": lambda text: text.translate(LOOK_ALIKES),
    "reversed": lambda text: text[::-1],
    "spaced": lambda text: " ".join(text),
    "upper": str.upper,
    "zero_width": "\u200b".join,
}
