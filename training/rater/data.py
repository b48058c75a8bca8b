"""The graded answers as rows for training, and the groups that keep a question out of its own training."""

import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vivavoce.providers.raters.spoken import write_out
from vivavoce.scoring.windows import strip_stops

CORPORA = ("scientsbank", "beetle", "saf")
DEEDS = ("constructed", "written")  # what people say of their own work; the corpora hold answers on knowledge
PARTS_OF_DEEDS = 6
VERDICTS = ("confirmed", "rejected", "not_discussed")
# A claim that is recited, praised or told of others says nothing of the person. {0}: the claim; {1}: begun small.
HEARSAY = (
    "My strengths: {1}; punctual; reliable",
    "- {0}\n- Team player",
    "Everybody says how important it is: {1}.",
    "A colleague of mine {1}.",
    "The course was about what a good one does: {1}. I liked the teacher.",
    "Somebody should see to that: {1}.",
)
EMPTY = {"no submission", "no response", "empty submission", "keine antwort", "keine abgabe", ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One answer to one question.

    targets: how much it is confirmed, rejected, not discussed; they sum to 1. score: SAF's own, 0 to 1.
    group: rows of the same question share it, whatever their ids. is_made: by augment.py, or written for training.
    """

    id: str
    corpus: str
    group: str
    language: str
    question: str
    claims: tuple[str, ...]
    answer: str
    verdict: str
    targets: tuple[float, float, float]
    score: float | None = None
    is_made: bool = False

    @property
    def is_deed(self) -> bool:
        """Whether the claim is on what somebody does or did, not on a matter of knowledge."""
        return self.corpus in DEEDS


def read_corpora(folder: Path, *, constructed: Sequence[Path]) -> list[Row]:
    """Every row of the three corpora that holds an answer, and the claims written for training."""
    rows = [row for corpus in CORPORA for row in _read_corpus(folder / f"{corpus}.jsonl", corpus)]
    rows = [row for row in rows if row.answer.strip(" .!\n").lower() not in EMPTY]
    return rows + [row for path in constructed for row in read_constructed(path)]


def _read_corpus(path: Path, corpus: str) -> list[Row]:
    rows = []
    for line in path.read_text().splitlines():
        given = json.loads(line)
        score = given.get("score")
        rows.append(
            Row(
                id=given["id"],
                corpus=corpus,
                group=f"{corpus}: {' '.join(given['question'].lower().split())}",
                language=given["language"],
                question=_plain(given["question"]),
                claims=tuple(map(_plain, given["requirements"])),
                answer=_plain(given["answer"]),
                verdict=given["verdict"],
                targets=_targets(given["verdict"], score),
                score=score,
            )
        )
    return rows


def read_constructed(path: Path) -> list[Row]:
    """Interview answers written for training: what a person says of its own work, beside a claim."""
    given = [json.loads(line) for line in path.read_text().splitlines()]
    by_question: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in given:
        by_question[one["question"]].append(one)
    rows = []
    for one in given:
        others = [other for other in by_question[one["question"]] if other is not one]
        rng = random.Random(f"{one['question']} {one['claim']}")
        for number, (verdict, text) in enumerate(_tell(one, others, rng=rng)):
            rows.append(
                Row(
                    id=f"{one['claim']}/{number}",
                    corpus="constructed",
                    group=f"constructed: {one['question']}",
                    language="en",
                    question=one["question"],
                    claims=(one["claim"],),
                    answer=_plain(text),
                    verdict=verdict,
                    targets=_targets(verdict, None),
                )
            )
    return rows


def _tell(one: dict[str, Any], others: Sequence[dict[str, Any]], *, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Verdicts and texts on one claim: what was written for it, and what was said about the same question's others."""
    for verdict in VERDICTS:
        for text in one[verdict]:
            yield verdict, text
    for template in rng.sample(HEARSAY, 2):
        yield "not_discussed", template.format(one["claim"], one["claim"][0].lower() + one["claim"][1:])
    beside = [text for other in others for verdict in ("confirmed", "rejected") for text in other[verdict]]
    # Whoever speaks about the same thing, even about its neighbour, has not said this.
    for text in rng.sample(beside, min(4, len(beside))):
        yield "not_discussed", text
    # A window holds more than one sentence.
    for verdict in ("confirmed", "confirmed", "rejected", "not_discussed") if beside else ():
        pair = [rng.choice(one[verdict]), rng.choice(beside)]
        rng.shuffle(pair)
        yield verdict, _run_on(pair) if rng.random() < 0.4 else " ".join(_end(text) for text in pair)


def _run_on(texts: Sequence[str]) -> str:
    """As an ear writes it: no capitals and no stops."""
    return " and then ".join(re.sub(r"[^\w\s'’%-]", "", text).lower() for text in texts)


def _end(text: str) -> str:
    return text if text[-1] in ".!?" else f"{text}."


def _plain(text: str) -> str:
    return " ".join(text.split())


def _targets(verdict: str, score: float | None) -> tuple[float, float, float]:
    # SAF grades how much is right and never says that something is contradicted.
    if score is not None:
        return (score, 0.0, 1.0 - score)
    return (float(verdict == "confirmed"), float(verdict == "rejected"), float(verdict == "not_discussed"))


def split_groups(rows: Sequence[Row], *, folds: int, seed: int) -> list[int]:
    """The fold of each row: whole questions, each corpus spread evenly over the folds by its number of rows.

    What was written for training goes by a digest of its question: more of it moves nothing from one fold to another.
    """
    sizes: dict[str, int] = defaultdict(int)
    for row in rows:
        sizes[row.group] += 1
    fold_of = {row.group: fold_of_deed(row.question, folds=folds) for row in rows if row.is_deed}
    for corpus in CORPORA:
        groups = sorted(group for group in sizes if group.startswith(f"{corpus}: "))
        random.Random(f"{seed} {corpus}").shuffle(groups)
        load = [0] * folds
        for group in sorted(groups, key=lambda group: -sizes[group]):
            fold = load.index(min(load))
            fold_of[group] = fold
            load[fold] += sizes[group]
    return [fold_of[row.group] for row in rows]


def fold_of_deed(question: str, *, folds: int) -> int:
    """0 for one question in PARTS_OF_DEEDS, the rest spread over the other folds."""
    digest = int(hashlib.sha256(question.encode()).hexdigest()[:8], 16)
    return 0 if digest % PARTS_OF_DEEDS == 0 else 1 + digest // PARTS_OF_DEEDS % max(1, folds - 1)


def as_read(row: Row) -> Row:
    """The row with its answer as the program's comparison reads it: without stops, hesitations and articles."""
    return replace(row, answer=write_out(strip_stops(row.answer)) or row.answer)


def with_claim(row: Row, claim: str) -> Row:
    """The row with one claim alone."""
    return replace(row, claims=(claim,))


def digest_of(rows: Sequence[Row]) -> str:
    """Which rows these are, for the record of a training run."""
    lines = "\n".join(f"{row.corpus} {row.id} {row.verdict} {row.answer}" for row in rows)
    return hashlib.sha256(lines.encode()).hexdigest()[:16]
