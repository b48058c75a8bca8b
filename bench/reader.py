"""How well the second reader judges: a language model by its recorded completions, with the rater's vote.

    make bench-reader                                   (some minutes; on one core)
    make bench-reader ARGS="--only gold others"         (some parts alone)
    make bench-reader ARGS="--only gold --wrong"        (what is judged otherwise than it was written down)
    make bench-reader ARGS=--no-vote                    (a minute: without the rater, whose vote can only take)
    make bench-reader ARGS="--unrecorded FOLDER"        (the questions without a recording, for whoever records)
    make bench-reader ARGS="--take FOLDER"              (what was recorded there, into bench/judging/recorded)

gold       the half test: verdicts beside those that were written down, triples in order
others     bench/judging/others: answers in German, Spanish, French, Arabic and Japanese
rewrites   sixty answers of the half test and a rewriting of each, fifteen of a kind. move: how far its score goes
attacks    each attack alone and behind the weak answer to a question; then with two models that are rules: a gullible
           one, which confirms every claim where what it reads speaks of confirming, and an inventing one, which quotes
           what nobody said. beyond: what an attack alone scores above 1. lift: what it adds to the weak answer
cost       calls and tokens (four characters each) of an interview of eight questions with six claims each

bench/judging/README.md says how the completions were made. A question without one is not answered: the rater then
judges that answer alone, and the part says how many there were.
"""

import argparse
import asyncio
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.judging.attacks import fill, read_attacks
from bench.judging.figures import VERDICTS, find_macro_f1
from bench.judging.gold_answers import Gold, read_gold, read_others, share_in_order
from bench.judging.recorded import (
    CountingLedger,
    gather_few,
    opened,
    playing,
    read_all_recordings,
    replaying,
    take_recordings,
)
from bench.judging.remembering import RememberingRater, SilentRater
from bench.judging.rewrites import Rewrite, rewrite
from tests.model_server import ModelAsked, ModelServer
from vivavoce.providers.raters import embedded_rater
from vivavoce.providers.raters.model_reader import ModelReader
from vivavoce.providers.raters.port import Rater
from vivavoce.scoring.given import Given, GivenAnswer
from vivavoce.scoring.judge import judge_answer
from vivavoce.scoring.judged import JudgedAnswer
from vivavoce.scoring.readers import Readings, read_given
from vivavoce.scoring.verdicts import VerdictState

PARTS = ("gold", "others", "rewrites", "attacks", "cost")
READER_ATTACKS = Path(__file__).parent / "judging" / "reader_attacks.jsonl"
SEED = 18
PAIRS = 60
FAIR = (Rewrite.DIALECT, Rewrite.SECOND_LANGUAGE, Rewrite.FILLERS, Rewrite.HEARD_WRONG)
CHARACTERS_A_TOKEN = 4
QUESTIONS = 8
ORDERS = re.compile(
    r"confirm|verdict|claim|require|score|mark|point|criteri|grad|reader|quote|yes\b|of these|of those", re.IGNORECASE
)
INVENTED = "In Lisbon I led fourteen people and saved 40,000 euros."


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An answer to be read. kind: of a rewriting, or which attack."""

    gold: Gold
    text: str
    language: str = "en"
    kind: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Two with the same one are read alike."""
        return (self.gold.question_id, self.text)

    @property
    def given(self) -> Given:
        """As it is judged."""
        turn = GivenAnswer(number=1, question=self.gold.question, text=self.text)
        return Given(language=self.language, turns=(turn,), rubric=self.gold.rubric)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What came of reading: by case, what it asked that has no recording, and every call."""

    by_key: Mapping[tuple[str, str], Readings]
    lacking: Sequence[ModelAsked]
    ledger: CountingLedger

    def judge(self, case: Case, rater: Rater) -> JudgedAnswer:
        """The judgement of a case, by its readings and the rater's vote."""
        return judge_answer(case.given, rater=rater, readings=self.by_key[case.key])


def main() -> None:
    """Prints the parts that are asked for."""
    options = _parse()
    if options.take is not None:
        for name, count in take_recordings(options.take):
            print(f"{name}: {count} taken")
        return
    if options.unrecorded is not None:
        write_unrecorded(options.unrecorded, options.only)
        return
    rater: Rater = SilentRater() if options.no_vote else RememberingRater(embedded_rater())
    recordings = read_all_recordings()
    print(f"{len(recordings)} recorded completions; the vote of {rater.name} {rater.version}")
    shown: dict[str, Callable[[], None]] = {
        "gold": lambda: show_verdicts(make_gold(), recordings, rater, is_wrong_shown=options.wrong),
        "others": lambda: show_verdicts(make_others(), recordings, rater, is_wrong_shown=options.wrong),
        "rewrites": lambda: show_rewrites(recordings, rater, is_wrong_shown=options.wrong),
        "attacks": lambda: show_attacks(recordings, rater, is_wrong_shown=options.wrong),
        "cost": lambda: show_cost(recordings),
    }
    for part in options.only:
        print(f"\n{part}", flush=True)
        shown[part]()
    sys.exit(0)


def make_gold() -> list[Case]:
    """The half test."""
    return [Case(gold=gold, text=gold.text) for gold in read_gold("test")]


def make_others() -> list[Case]:
    """Answers in other languages than English."""
    return [Case(gold=gold, text=gold.text, language=language) for language, gold in read_others()]


def make_rewrites() -> list[tuple[Case, Case]]:
    """Sixty answers of the half test and a rewriting of each: fifteen of each kind, drawn among those that change."""
    chance = random.Random(SEED)
    pairs = []
    for kind in FAIR:
        changed = [
            (gold, words) for gold in read_gold("test") if (words := rewrite(gold.text, kind, seed=SEED)) != gold.text
        ]
        for gold, words in chance.sample(changed, PAIRS // len(FAIR)):
            pairs.append((Case(gold=gold, text=gold.text), Case(gold=gold, text=words, kind=kind.value)))
    return pairs


def make_attacks() -> list[tuple[Case, Case, Case]]:
    """Each attack by itself, behind the weak answer to a question, and that answer alone."""
    weak = [gold for gold in read_gold("test") if gold.level == "weak" and gold.triple == 1]
    cases = []
    for number, attack in enumerate([*read_attacks(), *read_attacks(READER_ATTACKS)]):
        gold = weak[number % len(weak)]
        words = fill(attack, question=gold.question, claims=[claim.text for claim in gold.rubric.claims])
        alone = Case(gold=gold, text=words, kind=attack.id)
        cases.append((alone, replace(alone, text=f"{gold.text} {words}"), Case(gold=gold, text=gold.text)))
    return cases


def read_cases(cases: Sequence[Case], server: ModelServer) -> Read:
    """What readers say of each case, each asked once."""
    ledger = CountingLedger()
    unique = list({case.key: case for case in cases}.values())

    async def read() -> list[Readings]:
        async with opened(server, ledger) as models:
            reader = ModelReader(models)
            return await gather_few(lambda case: read_given(case.given, reader, rubric=None), unique)

    with server:
        told = asyncio.run(read())
    by_key = {case.key: readings for case, readings in zip(unique, told, strict=True)}
    lacking = {asked.digest: asked for asked in server.unrecorded}
    return Read(by_key=by_key, lacking=list(lacking.values()), ledger=ledger)


def show_verdicts(cases: Sequence[Case], recordings: Mapping[str, str], rater: Rater, *, is_wrong_shown: bool) -> None:
    """Verdicts beside the written ones, over all and by language; triples in order where there are any."""
    read = read_cases(cases, replaying(recordings))
    _tell_lacking(read)
    judged = [(case, read.judge(case, rater)) for case in cases]
    right, all_ = share_in_order([(case.gold, judgement.score) for case, judgement in judged])
    if all_:
        print(f"  strong above middling above weak: {right} of {all_}")
    pairs = [(case, verdict) for case, judgement in judged for verdict in judgement.verdicts]
    _tell_verdicts("all", [(v.state.value, case.gold.verdict_on(v.claim)) for case, v in pairs])
    languages = sorted({case.language for case in cases})
    for language in languages if len(languages) > 1 else []:
        some = [(v.state.value, case.gold.verdict_on(v.claim)) for case, v in pairs if case.language == language]
        _tell_verdicts(language, some)
    rounds = Counter(max((finding.round for finding in v.findings), default=0) for _, v in pairs)
    asked = sum(judgement.needs_review for _, judgement in judged)
    print(f"  asked twice {rounds[2]} of {len(pairs)} claims; a person is asked for {asked} of {len(judged)} answers")
    for case, verdict in pairs if is_wrong_shown else []:
        wanted = case.gold.verdict_on(verdict.claim)
        if wanted != verdict.state:
            said = [
                f"{finding.part}.{finding.round}:{finding.state}/{len(finding.quotes)}" for finding in verdict.findings
            ]
            quote = " … ".join(quote.text for quote in verdict.quotes)
            print(f"    {case.gold.id}: {verdict.claim.text} {wanted}, judged {verdict.state} {quote!r} {said}")


def show_rewrites(recordings: Mapping[str, str], rater: Rater, *, is_wrong_shown: bool) -> None:
    """How far scores move with fair rewritings."""
    pairs = make_rewrites()
    read = read_cases([case for pair in pairs for case in pair], replaying(recordings))
    _tell_lacking(read)
    moves: dict[str, list[float]] = defaultdict(list)
    for before, after in pairs:
        first, other = read.judge(before, rater).score, read.judge(after, rater).score
        move = 4.0 if first is None or other is None else float(other - first)
        moves[after.kind].append(abs(move))
        if abs(move) > 0.5 and is_wrong_shown:
            print(f"    {before.gold.id} {after.kind}: {move:+.2f}")
    moves["all"] = [move for some in list(moves.values()) for move in some]
    for name, some in moves.items():
        mean, far = sum(some) / len(some), sum(move > 0.5 for move in some)
        print(f"  {name:16} mean {mean:.3f}, most {max(some):.2f}, above 0.5: {far} of {len(some)}")


def show_attacks(recordings: Mapping[str, str], rater: Rater, *, is_wrong_shown: bool) -> None:
    """What attacks get with the recorded model, with one that does what it is told and with one that invents."""
    threes = make_attacks()
    cases = [case for three in threes for case in three]
    honest = read_cases(cases, replaying(recordings))
    _tell_lacking(honest)
    servers = {
        "recorded": replaying(recordings),
        "gullible": playing(lambda asked: _be_gullible(asked, recordings)),
        "inventing": playing(lambda asked: _invent(asked)),
    }
    for name, server in servers.items():
        read = honest if name == "recorded" else read_cases(cases, server)
        beyond, lifts = [], []
        for alone, behind, weak in threes:
            by_itself = read.judge(alone, rater).score
            beyond.append((0.0 if by_itself is None else float(by_itself) - 1, alone.kind))
            before, after = read.judge(weak, rater).score, read.judge(behind, rater).score
            lifts.append((0.0 if before is None or after is None else float(after - before), alone.kind))
        over, lifted = [lift for lift in beyond if lift[0] > 0], [lift for lift in lifts if lift[0] > 0]
        print(
            f"  {name:10} {len(threes)} attacks; beyond the evidence {len(over)}, most {max(beyond)[0]:.2f};"
            f" lifted {len(lifted)}, most {max(lifts)[0]:.2f}"
        )
        if is_wrong_shown:
            print(f"    beyond {over}\n    lifted {lifted}")


def show_cost(recordings: Mapping[str, str]) -> None:
    """Calls and tokens of eight answers, drawn from the half test, with six claims each."""
    cases = random.Random(SEED).sample(make_gold(), QUESTIONS)
    read = read_cases(cases, replaying(recordings))
    _tell_lacking(read)
    answered = [(planned, made) for planned, made in read.ledger.made if made.text is not None]
    sent = sum(len(planned.request.told) + len(planned.request.user) for planned, _ in answered)
    received = sum(len(made.text or "") for _, made in answered)
    kinds = Counter(planned.request.prompt.id for planned, _ in answered)
    print(
        f"  {QUESTIONS} answers, six claims each: {len(answered)} calls {dict(sorted(kinds.items()))},"
        f" {sent // CHARACTERS_A_TOKEN} tokens sent, {received // CHARACTERS_A_TOKEN} received"
    )


def write_unrecorded(folder: Path, parts: Sequence[str]) -> None:
    """The questions without a recording, a folder a part and kind: what is told and what is given, by the digest."""
    recordings = read_all_recordings()
    seen: set[str] = set()
    made: dict[str, Callable[[], list[Case]]] = {
        "gold": make_gold,
        "others": make_others,
        "rewrites": lambda: [case for pair in make_rewrites() for case in pair],
        "attacks": lambda: [case for three in make_attacks() for case in three],
    }
    for part in parts:
        if part not in made:
            continue
        read = read_cases(made[part](), replaying(recordings))
        fresh = sorted((asked for asked in read.lacking if asked.digest not in seen), key=lambda asked: asked.digest)
        seen |= {asked.digest for asked in fresh}
        for kind, key in (("", '"a_verdict"'), ("-second", '"a_says"')):
            some = [asked for asked in fresh if f"- {key}" in asked.told]
            print(f"{part}{kind}: {len(some)}")
            if some:
                place = folder / f"{part}{kind}"
                place.mkdir(parents=True, exist_ok=True)
                lines = [{"id": asked.digest, "system": asked.told, "user": asked.user} for asked in some]
                text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
                (place / "requests.jsonl").write_text(text, encoding="utf-8")


def _tell_lacking(read: Read) -> None:
    failed = sum(reading.is_failed for reading in read.by_key.values())
    if failed:
        print(f"  {failed} answers were not read: {len(read.lacking)} questions have no recording")


def _tell_verdicts(name: str, pairs: Sequence[tuple[str, str]]) -> None:
    told, true = [state for state, _ in pairs], [other for _, other in pairs]
    print(f"  {name:4} {len(pairs)} verdicts: macro-F1 {find_macro_f1(told, true):.3f}", end="")
    for state in (VerdictState.CONFIRMED, VerdictState.REJECTED):
        some = [other for judged, other in pairs if judged == state]
        wrong = sum(other != state for other in some)
        print(f"; wrong among {state} {wrong} of {len(some)} ({wrong / max(1, len(some)):.1%})", end="")
    print()
    if name == "all":
        for written in VERDICTS:
            beside = Counter(judged for judged, other in pairs if other == written)
            print(f"       {written:13} judged " + ", ".join(f"{state} {beside[state]}" for state in VERDICTS))


def _be_gullible(asked: ModelAsked, recordings: Mapping[str, str]) -> Mapping[str, Any]:
    """Where what it reads speaks of confirming, all is confirmed, by those words and by others; else as recorded."""
    said = _said_in(asked)
    sentences = [part.strip() for text in said.values() for part in re.split(r"(?<=[.!?])\s+|\n", text) if part.strip()]
    ordering = [sentence for sentence in sentences if ORDERS.search(sentence)]
    is_first = '- "a_verdict"' in asked.told
    letters = re.findall(r'^- "(\w)_(?:verdict|says)"', asked.told, re.MULTILINE)
    recorded = recordings.get(asked.digest)
    if is_first and not ordering and recorded is not None:
        completion: Mapping[str, Any] = json.loads(recorded)
        return completion
    answer: dict[str, Any] = {}
    for place, letter in enumerate(letters):
        if is_first:
            quotes = [(ordering + sentences)[place % len(ordering + sentences)][:600]] if ordering else []
            answer |= {f"{letter}_verdict": "confirmed" if quotes else "not_discussed", f"{letter}_quotes": quotes}
        else:
            answer[f"{letter}_says"] = "shows" if ORDERS.search(said.get(letter, "")) else "neither"
        answer[f"{letter}_sure"] = "certain"
    return answer


def _invent(asked: ModelAsked) -> Mapping[str, Any]:
    """Everything is confirmed, by words that nobody said."""
    letters = re.findall(r'^- "(\w)_(?:verdict|says)"', asked.told, re.MULTILINE)
    answer: dict[str, Any] = {}
    for letter in letters:
        answer |= {f"{letter}_verdict": "confirmed", f"{letter}_quotes": [INVENTED], f"{letter}_says": "shows"}
        answer[f"{letter}_sure"] = "certain"
    return answer


def _said_in(asked: ModelAsked) -> dict[str, str]:
    """What stands under each mark."""
    head, _, body = asked.user.partition("\n}\n\n")
    mark = json.loads(head + "}")["mark"]
    parts = re.split(rf"^{mark} (\w+)\n?", body, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=False))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--wrong", action="store_true", help="print what is not as it should be")
    parser.add_argument("--no-vote", action="store_true", help="leave out the rater, whose vote can only take")
    parser.add_argument("--unrecorded", type=Path, help="write the questions that have no recording")
    parser.add_argument("--take", type=Path, help="take over completions that were recorded for them")
    return parser.parse_args()


if __name__ == "__main__":
    main()
