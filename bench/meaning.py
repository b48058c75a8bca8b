"""Which sentence answers a question by what both mean, and what somebody does who may ask: how often that is right.

    make bench-meaning          (half a minute; ARGS=--wrong prints what is wrong, ARGS=--learn learns anew)

The questions of bench/questions/open/ are colloquial, without marks, and nearly half of them are answered by no text.
Of each language one interview was there while thresholds were set (`tuned`), and one is held back (`held`). Learnt
from are src/vivavoce/replies/things.toml, every other line of speech.toml beside it, the questions of bench/questions/,
and those of open/ that are not held back.

told        of all questions that the texts answer: how many are told that answer, as one that clearly is it
helped      how many are told, or shown what may help and passed on
right       of what may help: how much does
beside      of the questions that nothing answers: how many are shown something all the same (they are passed on)
"""

import argparse
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.asking import TABLES, read_tables, to_passages
from vivavoce.conversation.meant import find_sentences, read_passage_vectors, read_question_vector, tell_meant
from vivavoce.knowledge.bits import Numbers, find_usual, to_asked, to_differing, usual_of
from vivavoce.replies import meaning
from vivavoce.replies.asking import Passage, SpeechAct, find_act, find_answers
from vivavoce.replies.meaning import Learnt, find_traits, tell_speech, write_learnt

THINGS = Path(meaning.__file__).with_name("things.toml")
SPEECH = THINGS.with_name("speech.toml")
STEPS, RATE = 500, 0.3  # of Adam
LEAST = 1e-4  # how much a large weight costs
RIGHT_COUNTS = 6.0  # a sentence that answers, as often as so many that don't


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question to an interview. group: the table it is of. wanted: words of the passage that answers; '': none."""

    group: str
    language: str
    question: str
    wanted: str
    passages: tuple[Passage, ...]


@cache
def read_open() -> list[Case]:
    """The questions in open language, group "tuned" or "held"."""
    cases = []
    for path in sorted((TABLES / "open").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        language = table["language"]
        for interview in table["interviews"]:
            passages = to_passages(interview, language=language)
            cases += [
                Case(group=interview["half"], language=language, question=asked, wanted=wanted, passages=passages)
                for asked, wanted in interview["questions"]
            ]
    return cases


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="print what is not as it should be")
    parser.add_argument("--learn", action="store_true", help="learn anew and write things.txt")
    options = parser.parse_args()
    if options.learn:
        meaning.LEARNT.write_text(learn(), encoding="ascii")
        meaning.read_learnt.cache_clear()
    print(f"{'':12} {'pairs':>6} {'told':>6} {'helped':>7} {'right':>6} {'beside':>7}")
    for group in ("tuned", "held"):
        _print_cases(group, [case for case in read_open() if case.group == group], is_wrong_shown=options.wrong)
    acts = [(act, _find_act(text), text) for act, text in read_speech(is_held=True)]
    for act in SpeechAct:
        takings = [told for wanted, told, _ in acts if wanted is act]
        known = sum(told is act for told in takings)
        print(f"{act:12} {len(takings):6} held back, {known} known, {takings.count(None)} unclear")
    for wanted, told, text in acts if options.wrong else ():
        if told is not wanted:
            print(f"{wanted} taken for {told}: {text}")


def _print_cases(group: str, cases: Sequence[Case], *, is_wrong_shown: bool) -> None:
    told = helped = shown = beside = 0
    for case in cases:
        meant = tell_meant(case.question, (case.question,), case.passages, case.language).sentences
        parts = find_answers(case.question, case.passages, language=case.language, meant=meant)
        texts = [part.passage.text for part in parts if part.passage is not None]
        helps = [sentence.passage.text for part in parts for sentence in part.may_help]
        is_told, is_helped = (
            bool(case.wanted) and any(case.wanted in text for text in some) for some in (texts, helps)
        )
        told, helped, shown = told + is_told, helped + is_helped, shown + bool(helps)
        beside += bool(helps) and not case.wanted
        if is_wrong_shown and not (is_told or is_helped) and (case.wanted or texts or helps):
            shown_texts = [text[:60] for text in texts + helps]
            print(f"{case.language}  {case.question}  wanted {case.wanted!r}, found {shown_texts}")
    answerable = sum(bool(case.wanted) for case in cases)
    print(
        f"{group:12} {len(cases):6} {told / answerable:6.3f} {(told + helped) / answerable:7.3f}"
        f" {helped / max(1, shown):6.3f} {beside / (len(cases) - answerable):7.3f}"
    )


def _find_act(text: str) -> SpeechAct | None:
    return find_act(text, tell_speech(read_question_vector(text), meaning.read_learnt()), language="")


def learn() -> str:
    """What is learnt, as things.txt holds it."""
    things = tuple(tomllib.loads(THINGS.read_text(encoding="utf-8")))
    asked, told = _learn_things()
    speech = _learn_speech()
    no_traits = np.zeros(meaning.TRAITS + 1, dtype=np.float32)
    learnt = Learnt(things=things, asked=asked, told=told, speech=speech, traits=no_traits)
    traits, answers = zip(*_read_pairs(learnt), strict=True)
    x, y = np.vstack(traits), np.concatenate(answers).astype(np.float32)
    middle, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    weights = _descend((x - middle) / spread, np.column_stack([1 - y, y]), np.where(y > 0, RIGHT_COUNTS, 1.0))
    steep = (weights[:-1, 1] - weights[:-1, 0]) / spread
    constant = weights[-1, 1] - weights[-1, 0] - float(steep @ middle)
    added = np.append(steep, constant).astype(np.float32)
    return write_learnt(replace(learnt, traits=added))


def _learn_things() -> tuple[Numbers, Numbers]:
    things = tomllib.loads(THINGS.read_text(encoding="utf-8"))
    usual = usual_of(find_usual(()), None)
    heads = []
    for kind in ("asks", "tells"):
        vectors: list[Numbers] = []
        labels: list[int] = []
        for number, thing in enumerate(things.values()):
            for language, lines in thing.items():
                for text in lines.get(kind, ()):
                    if kind == "tells":
                        vectors.append(read_passage_vectors((text,))[0])
                    else:
                        vectors += [read_question_vector(text), read_question_vector(_write_out(text, language))]
                    labels += [number] * (len(vectors) - len(labels))
        x = np.stack(vectors)
        differing = to_differing(to_asked(x) if kind == "asks" else x, usual)
        heads.append(_descend(differing, np.eye(len(things))[labels], np.ones(len(labels))).astype(np.float32))
    return heads[0], heads[1]


def read_speech(*, is_held: bool) -> list[tuple[SpeechAct, str]]:
    """Every other line of speech.toml, and every other question of things.toml as it is asked in it."""
    said = tomllib.loads(SPEECH.read_text(encoding="utf-8"))
    things = tomllib.loads(THINGS.read_text(encoding="utf-8"))
    asked = [text for thing in things.values() for lines in thing.values() for text in lines["asks"]]
    of_each = [(SpeechAct.ASKS, asked)]
    of_each += [(SpeechAct(act), texts) for act, languages in said.items() for texts in languages.values()]
    return [(act, text) for act, texts in of_each for text in texts[is_held::2]]


def _learn_speech() -> Numbers:
    acts, said = zip(*read_speech(is_held=False), strict=True)
    x = to_differing(to_asked(np.stack([read_question_vector(text) for text in said])), usual_of(find_usual(()), None))
    y = np.array([[act is other for other in SpeechAct] for act in acts], dtype=float)
    return _descend(x, y, (y / y.sum(axis=0)).sum(axis=1)).astype(np.float32)


def _write_out(text: str, language: str) -> str:
    mark = {"ar": "؟", "fr": " ?"}.get(language, "?")
    return text[0].upper() + text[1:] + mark


def _read_pairs(learnt: Learnt) -> Iterator[tuple[Numbers, NDArray[np.bool_]]]:
    seen = [
        Case(group="", language=pair.language, question=pair.question, wanted=pair.wanted, passages=pair.passages)
        for table in read_tables()
        for pair in table.pairs
    ]
    for case in [*seen, *(case for case in read_open() if case.group == "tuned")]:
        sentences = find_sentences(case.passages, language=case.language)
        traits = find_traits(
            case.question,
            read_question_vector(case.question),
            [sentence.under for sentence in sentences],
            read_passage_vectors(tuple(sentence.under for sentence in sentences)),
            language=case.language,
            learnt=learnt,
        )
        is_right = np.array([bool(case.wanted) and case.wanted in sentence.text for sentence in sentences])
        if case.wanted and not is_right.any():
            is_right = np.array([case.wanted in sentence.passage.text for sentence in sentences])
        yield traits, is_right


def _descend(x: NDArray[Any], y: NDArray[Any], counts: NDArray[Any]) -> NDArray[Any]:
    """(width + 1, classes): of a softmax regression, the constant last. y: (n, classes), of 0 and 1."""
    x = np.column_stack([x, np.ones(len(x))])
    weights = np.zeros((x.shape[1], y.shape[1]))
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    share = (counts / counts.sum())[:, None]
    costs = np.append(np.full(x.shape[1] - 1, LEAST), 0.0)[:, None]
    for step in range(1, STEPS + 1):
        scores = x @ weights
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        slope = x.T @ ((likely / likely.sum(axis=1, keepdims=True) - y) * share) + costs * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope * slope
        weights -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights


if __name__ == "__main__":
    main()
