"""How well a trained encoder judges: what was held out of its training, and the gold half dev by the whole pipeline.

    python training/rater/measure_encoder.py --base FOLDER --trained OUT/encoder.pt --held HELD.jsonl --held PAIRS.jsonl
    python training/rater/measure_encoder.py --base FOLDER --trained OUT/encoder.pt --gold
    python training/rater/measure_encoder.py --base FOLDER --exported OUT --speed 60

--held: streams that stream.py wrote with --held. --gold: for each of LEANS, by a rater that rejects by itself, and by
one whose rejections a rule must see too. --speed: so many answers of 150 words against six claims, on one core. To run
from the project's own folder. The half test is never read here.
"""

import argparse
import json
import os
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from encoder import Laying, Told, load_trained, read_lines
from exported import Exported
from tokenizers import Tokenizer

from bench.judging.figures import VERDICTS, find_macro_f1, find_percentile
from bench.judging.gold_answers import Gold, judge_text, read_gold, share_in_order
from bench.rater import make_long
from vivavoce.providers.raters.embedded import EmbeddedRater, choose_windows
from vivavoce.providers.raters.embedder import Embedded, Embedder
from vivavoce.providers.raters.features import denies, words_of
from vivavoce.providers.raters.head import Gate, read_heads
from vivavoce.providers.raters.port import Judged
from vivavoce.providers.raters.sessions import open_session
from vivavoce.providers.raters.spoken import write_out
from vivavoce.providers.raters.weights import FOLDER, read_weights
from vivavoce.scoring.normalise import normalise
from vivavoce.scoring.windows import make_windows

AT_ONCE = 32  # rows
# Added to confirmed and to rejected: a verdict takes more than one half, and training shows more denials than people
# ever say.
LEANS = ((0.0, -1.0), (0.0, -2.0), (0.75, -2.0))
AT_FIRST = 2  # windows are compared whatever they say
SURE = 0.9  # of confirmed or rejected: no further window is

Pair = tuple[str, str, str]  # question, claim, window
Compare = Callable[[str, str, str], np.ndarray]


class Trained:
    """Logits by question, claim and window, each read once."""

    def __init__(self, base: Path, trained: Path) -> None:
        self._model = load_trained(base, trained)
        self._laying = Laying(base, keeps=True)
        self._known: dict[Pair, np.ndarray] = {}

    def read(self, pairs: Sequence[Pair]) -> None:
        """Reads what was not read yet, those of one length together."""
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._known]
        rows = [Told(claim, window, question, (0.0, 0.0, 1.0), True) for question, claim, window in new]
        order = sorted(range(len(rows)), key=lambda at: self._laying.size(rows[at]))
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            for start in range(0, len(order), AT_ONCE):
                some = order[start : start + AT_ONCE]
                logits = self._model(*self._laying.lay(self._model, [rows[at] for at in some])).float().numpy()
                self._known |= {new[at]: row for at, row in zip(some, logits, strict=True)}

    def compare(self, question: str, claim: str, window: str) -> np.ndarray:
        """(6,) logits of one pair."""
        self.read([(question, claim, window)])
        return self._known[question, claim, window]


class Texts(Embedder):
    """An embedder that forgets nothing."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(open_session(files["base.onnx"]), Tokenizer.from_str(files["tokenizer.json"].decode()))
        self._all: dict[str, Embedded] = {}

    def embed(self, text: str) -> Embedded:
        """The text's vectors."""
        if text not in self._all:
            self._all[text] = super().embed(text)
        return self._all[text]


class EncoderRater(EmbeddedRater):
    """The embedded rater with an encoder in place of its comparison and its heads.

    lean: added to confirmed and to rejected.
    """

    def __init__(
        self, compare: Compare, texts: Embedder, *, gate: Gate, lean: tuple[float, float], is_rough: bool = False
    ) -> None:
        super().__init__(embedder=texts, comparison=None, head=None)  # type: ignore[arg-type]
        self.compare, self.texts, self.gate, self.lean = compare, texts, gate, np.array([*lean, 0.0])
        self.is_rough = is_rough

    def judge(self, question: str, claim: str, windows: Sequence[str]) -> list[Judged]:
        """As the embedded rater judges; but where two windows tell it plainly, no further one is compared."""
        nothing = Judged(confirmed=0.0, rejected=0.0, not_discussed=1.0)
        if not words_of(claim):
            return [nothing for _ in windows]
        about, claimed = self.texts.embed(question), self.texts.embed(claim)
        read = {window: self.texts.embed(write_out(window)) for window in windows if words_of(window)}
        judged: dict[str, Judged] = {}
        for window in choose_windows({window: float(claimed.vector @ known.vector) for window, known in read.items()}):
            if len(judged) >= AT_FIRST and any(max(one.confirmed, one.rejected) >= SURE for one in judged.values()):
                break
            one = self._tell(about, claimed, read[window])
            judged[window] = Judged(confirmed=one[0], rejected=one[1], not_discussed=one[2], quotes=(window,))
        return [judged.get(window, nothing) for window in windows]

    def _tell(self, question: Embedded, claim: Embedded, window: Embedded) -> tuple[float, float, float]:
        logits = self.compare(question.text, claim.text, window.text)
        deed = self.gate.tell(question.vector, claim.vector)
        confirmed, rejected, not_discussed = (
            (1 - deed) * _to_probabilities(logits[:3] + self.lean) + deed * _to_probabilities(logits[3:] + self.lean)
        ).tolist()
        if denies(claim.text, window.text):
            return 0.0, confirmed + rejected, not_discussed
        return confirmed, rejected, not_discussed


def show_held(path: Path, *, trained: Trained) -> None:
    """Macro-F1 of the likeliest verdict, by corpus: claims on knowledge by their logits, deeds by theirs."""
    corpora = [json.loads(line)["corpus"] for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [(corpus, row) for corpus, unit in zip(corpora, read_lines(path), strict=True) for row in unit]
    trained.read([(row.question, row.claim, row.window) for _, row in rows])
    told: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for corpus, row in rows:
        logits = trained.compare(row.question, row.claim, row.window)
        own = logits[3:] if row.is_deed else logits[:3]
        told[corpus].append((VERDICTS[int(own.argmax())], VERDICTS[int(np.argmax(row.targets))]))
    for corpus, pairs in sorted(told.items()):
        print(f"  {path.stem} {corpus:12} {_count(pairs)}", flush=True)


def show_gold(answers: Sequence[Gold], *, trained: Trained, texts: Embedder, gate: Gate) -> None:
    """Verdicts and triples, for each lean."""
    trained.read([pair for gold in answers for pair in _find_pairs(gold, texts)])
    for is_rough in (False, True):
        for lean in LEANS if not is_rough else LEANS[-1:]:
            rater = EncoderRater(trained.compare, texts, gate=gate, lean=lean, is_rough=is_rough)
            judged = [(gold, judge_text(gold, gold.text, rater=rater)) for gold in answers]
            right, all_ = share_in_order([(gold, judgement.score) for gold, judgement in judged])
            told = [
                (gold.level, verdict.state.value, gold.verdict_on(verdict.claim))
                for gold, judgement in judged
                for verdict in judgement.verdicts
            ]
            unshown = [said for level, said, true in told if level == "middling" and true != "confirmed"]
            print(
                f"  lean {lean}, {'a rule must see rejections' if is_rough else 'rejects by itself'}:"
                f" {_count([(said, true) for _, said, true in told])}, triples {right} of {all_},"
                f" confirmed of what middling answers do not show {unshown.count('confirmed')} of {len(unshown)}",
                flush=True,
            )


def show_speed(answers: Sequence[tuple[Gold, str]], *, exported: Exported, texts: Embedder, gate: Gate) -> None:
    """Seconds an answer, pairs compared, and the most memory."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rater = EncoderRater(exported.compare, texts, gate=gate, lean=LEANS[-1])
    measured: dict[str, list[float]] = defaultdict(list)
    for gold, words in answers:
        before, began, worked = exported.compared, time.perf_counter(), time.process_time()
        judge_text(gold, words, rater=rater)
        measured["by the clock"].append(time.perf_counter() - began)
        measured["of the processor"].append(time.process_time() - worked)
        measured["pairs"].append(exported.compared - before)
    for name, numbers in measured.items():
        print(f"  {name:17} median {find_percentile(numbers, 50):.2f}, p95 {find_percentile(numbers, 95):.2f}")
    print(f"  at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, torch with it")


def _find_pairs(gold: Gold, texts: Embedder) -> list[Pair]:
    """What will be compared first, so that it is read many at once."""
    windows = [window.text for window in make_windows(normalise(gold.text, language="en").text, language="en")]
    read = {window: texts.embed(write_out(window)) for window in windows if words_of(window)}
    pairs = []
    for claim in gold.rubric.claims:
        text = normalise(claim.text, language="en").text
        vector = texts.embed(text).vector
        nearness = {window: float(vector @ known.vector) for window, known in read.items()}
        pairs += [(gold.question, text, read[window].text) for window in choose_windows(nearness)]
    return pairs


def _count(pairs: Sequence[tuple[str, str]]) -> str:
    """pairs: what was said, what is true."""
    beside = Counter(pairs)
    wrong = []
    for state in ("confirmed", "rejected"):
        all_ = sum(count for (said, _), count in beside.items() if said == state)
        wrong.append(f"wrong among {state} {all_ - beside[state, state]} of {all_}")
    f1 = find_macro_f1([said for said, _ in pairs], [true for _, true in pairs])
    return f"{len(pairs)} verdicts, macro-F1 {f1:.3f}, {', '.join(wrong)}"


def _to_probabilities(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def main() -> None:
    """Prints what is asked for."""
    arguments = _parse()
    torch.set_num_threads(arguments.threads)
    files = read_weights(FOLDER)
    texts, gate = Texts(files), read_heads(files["head.json"]).gate
    if arguments.speed:
        exported = Exported(arguments.exported, base=arguments.base)
        show_speed(make_long(read_gold("dev"), arguments.speed), exported=exported, texts=texts, gate=gate)
        return
    trained = Trained(arguments.base, arguments.trained)
    for path in arguments.held:
        show_held(path, trained=trained)
    if arguments.gold:
        show_gold(read_gold("dev"), trained=trained, texts=texts, gate=gate)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="the folder of all-mpnet-base-v2")
    parser.add_argument("--trained", type=Path)
    parser.add_argument("--exported", type=Path, help="the folder of alone.onnx and together.onnx")
    parser.add_argument("--held", type=Path, action="append", default=[])
    parser.add_argument("--gold", action="store_true")
    parser.add_argument("--speed", type=int, default=0, help="answers")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
