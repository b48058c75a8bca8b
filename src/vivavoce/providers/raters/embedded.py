"""The rater that is always there: MiniLM finds the windows near a claim, a trained comparison reads both at once.

question ─┐
claim ────┼─► MiniLM ─► the nearest windows ─► comparison ─┐
windows ──┘                               └──► features ──────┴─► head ─► probabilities
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from vivavoce.providers.raters.embedder import Embedded, Embedder
from vivavoce.providers.raters.features import denies, read_features, words_of
from vivavoce.providers.raters.head import Heads, read_heads
from vivavoce.providers.raters.pair import lay_pair
from vivavoce.providers.raters.port import Judged
from vivavoce.providers.raters.sessions import open_session
from vivavoce.providers.raters.spoken import write_out
from vivavoce.providers.raters.weights import DIGESTS, FOLDER, read_weights

MOST_COMPARED = 5  # windows a claim; the comparison is what takes time
NEAREST = 2  # of them; the others are taken for what they add
MOST_ALIKE = 0.5  # of two windows' words together, of which both hold so much
LEAST_NEW = 2  # words that no other window held: for fewer it is not worth comparing
WORDS_FOR_COSINE = 3  # so many new words weigh as much as a whole cosine
KEPT = 128  # comparisons remembered: what is quoted is judged once more by itself
RULES = "4"  # raised with every change of code that can change a judgement
NOTHING = Judged(confirmed=0.0, rejected=0.0, not_discussed=1.0)


class EmbeddedRater:
    """A rater in this process: one thread, no network, about 200 MB."""

    name = "embedded"
    languages = frozenset({"en"})
    is_rough = True  # docs/explanation/how-a-score-comes-about.md has the figures

    def __init__(self, *, embedder: Embedder, comparison: onnxruntime.InferenceSession, head: Heads) -> None:
        self._embedder = embedder
        self._comparison = comparison
        self._head = head
        self._known: OrderedDict[tuple[str, str, str], Judged] = OrderedDict()

    @property
    def version(self) -> str:
        """The first letters of a digest over all of its files' digests and its rules."""
        return hashlib.sha256(" ".join([*DIGESTS.values(), RULES]).encode()).hexdigest()[:12]

    def judge(self, question: str, claim: str, windows: Sequence[str]) -> list[Judged]:
        """One judgement a window, in the same order.

        Only MOST_COMPARED windows are compared with the claim; the rest does not discuss it. Windows are read as they
        would be written, up to embedder.MOST_PIECES word pieces.
        """
        if not words_of(claim):
            return [NOTHING for _ in windows]
        about, claimed = self._embedder.embed(question), self._embedder.embed(claim)
        read = {window: self._embedder.embed(write_out(window)) for window in windows if words_of(window)}
        nearness = {window: float(claimed.vector @ known.vector) for window, known in read.items()}
        judged = {window: self._compare(about, claimed, read[window]) for window in choose_windows(nearness)}
        return [_quote(window, judged[window]) if window in judged else NOTHING for window in windows]

    def similar(self, texts: Sequence[str], others: Sequence[str]) -> list[list[float]]:
        """Cosine similarities from -1 to 1: one row a text, one column an other."""
        columns = [self._embedder.embed(other).vector for other in others]
        return [[_cosine(self._embedder.embed(text).vector, column) for column in columns] for text in texts]

    def _compare(self, question: Embedded, claim: Embedded, window: Embedded) -> Judged:
        key = (question.text, claim.text, window.text)
        known = self._known.pop(key, None) or self._judge(question, claim, window)
        self._known[key] = known
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return known

    def _judge(self, question: Embedded, claim: Embedded, window: Embedded) -> Judged:
        pair = lay_pair(question, claim, window)
        given = {"hidden": pair.hidden[np.newaxis], "segments": pair.segments[np.newaxis]}
        logits = self._comparison.run(["logits"], given)[0][0]
        return self._head.judge(
            logits,
            read_features(question, claim, window),
            deed=self._head.gate.tell(question.vector, claim.vector),
            pieces=len(claim.pieces),
            is_denied=denies(claim.text, window.text),
        )


def load_rater(folder: Path = FOLDER) -> EmbeddedRater:
    """The rater in a folder of weights. Raises BadWeights when a file is not the released one."""
    files = read_weights(folder)
    return EmbeddedRater(
        embedder=Embedder(open_session(files["base.onnx"]), Tokenizer.from_str(files["tokenizer.json"].decode())),
        comparison=open_session(files["comparison.onnx"]),
        head=read_heads(files["head.json"]),
    )


def choose_windows(nearness: Mapping[str, float]) -> list[str]:
    """The windows to compare: those nearest to the claim, then those that hold most of what no chosen one holds.

    A sentence, and the pair and the stretch that hold it, say one thing, so windows that are much alike are not both
    among the nearest. The rest of the answer is looked at, too: what shows a general claim seldom lies near to it.
    nearness: each window's cosine with the claim.
    """
    ranked = sorted(nearness, key=lambda window: (-nearness[window], window))
    words = {window: frozenset(words_of(window)) for window in ranked}
    chosen: list[str] = []
    for window in ranked:
        if len(chosen) < NEAREST and not any(_are_alike(words[window], words[other]) for other in chosen):
            chosen.append(window)
    seen = frozenset[str]().union(*(words[window] for window in chosen))
    rest = [window for window in ranked if window not in chosen]
    while rest and len(chosen) < MOST_COMPARED:
        best = max(rest, key=lambda window: len(words[window] - seen) + WORDS_FOR_COSINE * nearness[window])
        if len(words[best] - seen) < LEAST_NEW:
            break
        chosen.append(best)
        seen |= words[best]
        rest.remove(best)
    return chosen


def _quote(window: str, judged: Judged) -> Judged:
    """A network tells no words apart: what it quotes is the whole window."""
    return replace(judged, quotes=(window,))


def _are_alike(words: frozenset[str], others: frozenset[str]) -> bool:
    return len(words & others) > MOST_ALIKE * len(words | others)


def _cosine(vector: np.ndarray, other: np.ndarray) -> float:
    return float(np.clip(vector @ other, -1.0, 1.0))
