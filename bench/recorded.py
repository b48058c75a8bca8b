"""What a conversation with a capable language model comes to, by recorded completions.

    make bench-recorded                                       (some seconds; ARGS=--wrong prints what is not right)
    make bench-recorded ARGS="--write FOLDER"                 the requests, to be answered elsewhere
    make bench-recorded ARGS="--read FOLDER"                  takes the completions in, which lie there by then

A request is what our port sends, to the letter; a completion is what a large model wrote that saw the requests alone,
never what is expected. They lie in bench/recordings/*.jsonl, one line each, by the digest of their request: whoever
changes a prompt has them written anew. Here they go the way of any answer: read, checked and followed by code.

utterances   300 utterances told apart: macro-F1; `asked` where the conductor asks a model, and by rule where it does
             not; `model` by the model alone
asking       208 questions of candidates (the blind tables of bench-asking): precision and recall
several      turns with several questions in each
follow_ups   what is asked after 100 answers, and how many of the proposals code has not let through
practice     the same after 20 others, to look at while prompts and checks are written
"""

import argparse
import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.asking import SEVERAL, Pair, Tally, add, print_tally, read_table, read_turns
from bench.asking import TABLES as ASKING
from bench.asking import Turn as SeveralTurn
from bench.follow_up_reading import count_faulty, join_words, read_reading
from bench.understanding import HALVES, KindScore, Uttered, read_utterances
from tests.rehearsals.rehearsing import rehearse
from vivavoce.attempts.answer import NextWords
from vivavoce.attempts.states import AttemptState
from vivavoce.conversation.conductor import decide
from vivavoce.conversation.course import Conversation, Course, Proposing, Turn
from vivavoce.conversation.happenings import (
    Answered,
    NextProposal,
    Propose,
    Proposed,
    RepliesProposal,
    UtteranceProposal,
)
from vivavoce.conversation.lines import Manner
from vivavoce.conversation.proposing import propose_replies, propose_utterance, to_parts
from vivavoce.conversation.thinking import check_of, to_proposal, to_request
from vivavoce.conversation.turns import next_turn
from vivavoce.conversation.utterances import Utterance, tell_apart
from vivavoce.errors import VivavoceError
from vivavoce.interviews.draft import DEFAULT_STYLE, Tone
from vivavoce.interviews.steps import AnsweredBy, SentQuestion, lay_steps
from vivavoce.providers.language_models.port import ModelRequest
from vivavoce.providers.language_models.reading import read_answer
from vivavoce.replies.asking import Passage, find_answers

HERE = Path(__file__).parent
RECORDINGS = HERE / "recordings"
FOLLOW_UPS = HERE / "follow_ups"
PRACTICE = FOLLOW_UPS / "practice"
MODEL = "a large model"
BEGUN = Conversation(state=AttemptState.BEGUN)
TALKS = "talks"
REHEARSED = HERE.parent / "tests" / "rehearsals" / "with_model"
CLOSING = SentQuestion(text="?", answered_by=AnsweredBy.CANDIDATE_ASKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing that is asked of a model, with all that it came from."""

    order: Propose
    course: Course
    turn: Turn
    of: Any  # what is measured by it
    after: Conversation = BEGUN

    @property
    def request(self) -> ModelRequest:
        """As our port sends it."""
        return to_request(self.order)


def gather_utterances() -> list[Case]:
    """The utterances, each as words that wait. Longer ones are never asked about."""
    return [case for half in HALVES for uttered in read_utterances(half) for case in _to_uttered(uttered)]


def _to_uttered(uttered: Uttered) -> Iterable[Case]:
    course = make_course(SentQuestion(text=uttered.question), language=uttered.language)
    turn = next_turn(course, BEGUN)
    assert turn is not None
    order = propose_utterance(course, turn, _say(uttered.text), is_aside=True)
    return [] if order is None else [Case(order=order, course=course, turn=turn, of=uttered)]


def gather_asking() -> list[Case]:
    """The blind questions of bench-asking."""
    tables = [read_table(path) for path in sorted(ASKING.glob("*.toml")) if path.stem != SEVERAL]
    pairs = [pair for table in tables if table.is_blind for pair in table.pairs]
    return [_to_asked(pair, pair.question, pair.passages, pair.language) for pair in pairs]


def gather_several() -> list[Case]:
    """The turns with several questions in each."""
    return [_to_asked(turn, turn.text, turn.passages, turn.language) for turn in read_turns()]


def _to_asked(of: Pair | SeveralTurn, text: str, passages: tuple[Passage, ...], language: str) -> Case:
    course = make_course(CLOSING, language=language, passages=passages)
    turn = next_turn(course, BEGUN)
    assert turn is not None
    order = propose_replies(course, turn, _say(text))
    assert order is not None
    return Case(order=order, course=course, turn=turn, of=of)


def gather_follow_ups() -> list[Case]:
    """A hundred answers, each to the first question of an interview."""
    return _gather_answers(FOLLOW_UPS)


def gather_practice() -> list[Case]:
    """Twenty more, to look at while prompts and checks are written: the hundred are for measuring alone."""
    return _gather_answers(PRACTICE)


def _gather_answers(folder: Path) -> list[Case]:
    tables = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))]
    return [
        _to_answered(table["language"], question, answer)
        for table in tables
        for question in table["questions"]
        for answer in question["answers"]
    ]


def _to_answered(language: str, question: Mapping[str, Any], answer: str) -> Case:
    claims = {"weak": question["claims"], "moderate": [], "strong": []}
    sent = SentQuestion(text=question["text"], is_expert=question.get("is_expert", False), expectations=claims)
    course = make_course(
        sent,
        CLOSING,
        language=language,
        tone=Tone(question["tone"]),
        style=question.get("style", DEFAULT_STYLE),
        seniority=question["seniority"],
        role=question["role"],
    )
    turn = next_turn(course, BEGUN)
    assert turn is not None
    decision = decide(course, BEGUN, _say(answer, is_meant=True))
    order = decision.orders[-1]
    assert isinstance(order, Propose)
    return Case(order=order, course=course, turn=turn, of=answer, after=decision.conversation)


def make_course(*questions: SentQuestion, language: str, passages: tuple[Passage, ...] = (), **manner: Any) -> Course:
    """An interview with a model that may be asked."""
    numbers = count(1)
    steps = lay_steps(questions, keeps_duplicates=True, new_id=lambda: UUID(int=next(numbers)))
    given = {"tone": Tone.RELAXED, "style": DEFAULT_STYLE, "seniority": None, "company": None, "role": ""} | manner
    return Course(
        manner=Manner(language=language, **given),
        steps=steps,
        is_reviewed=True,
        max_seconds=1200.0,
        max_follow_ups=2,
        claims={step.id: step.question.claims.every for step in steps},
        passages=passages,
        proposing=Proposing(),
    )


def _say(text: str, *, is_meant: bool = False) -> Answered:
    return Answered(key=UUID(int=1), number=1, text=text, is_meant=is_meant)


SETS: Mapping[str, Callable[[], list[Case]]] = {
    "utterances": gather_utterances,
    "asking": gather_asking,
    "several": gather_several,
    "follow_ups": gather_follow_ups,
    "practice": gather_practice,
}


# --- Requests out, completions in -----------------------------------------------------------------------------------


def write_requests(folder: Path, name: str, requests: Sequence[ModelRequest]) -> int:
    """Writes each request once, in the order of its digest, which tells nothing; how many there are.

    system.txt: what all of them are told. texts/N.txt: long texts that several share. NNN.json: the rest.
    """
    place = folder / name
    (place / "texts").mkdir(parents=True, exist_ok=True)
    once = sorted({request.digest: request for request in requests}.items(), key=lambda pair: pair[0])
    (told,) = {request.told for _, request in once}
    (place / "system.txt").write_text(told, encoding="utf-8")
    shared: dict[str, str] = {}
    lines = []
    for number, (_, request) in enumerate(once, 1):
        user = json.loads(request.user)
        if user.get("texts"):
            name_of_it = shared.setdefault(user["texts"], f"texts/{len(shared) + 1}.txt")
            (place / name_of_it).write_text(user["texts"], encoding="utf-8")
            user["texts"] = f"(all that stands in {name_of_it})"
        line = json.dumps({"id": f"{number:03}", "user": user}, ensure_ascii=False)
        (place / f"{number:03}.json").write_text(line + "\n", encoding="utf-8")
        lines.append(line + "\n")
    (place / "requests.jsonl").write_text("".join(lines), encoding="utf-8")
    return len(once)


def read_completions(folder: Path, name: str, requests: Sequence[ModelRequest], *, kept: str) -> int:
    """Takes the completions of `completions*.jsonl` in; how many there are. kept: under which name, beside others."""
    once = sorted({request.digest for request in requests})
    at = datetime.now(UTC).date().isoformat()
    path = RECORDINGS / f"{kept}.jsonl"
    there = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    completions = {told["digest"]: told for told in map(json.loads, there)}
    count_before = len(completions)
    for file in sorted((folder / name).glob("completions*.jsonl")):
        for line in filter(str.strip, file.read_text(encoding="utf-8").splitlines()):
            told = json.loads(line)
            digest, text = once[int(told["id"]) - 1], json.dumps(told["completion"], ensure_ascii=False)
            completions[digest] = {"digest": digest, "text": text, "model": MODEL, "at": at}
    RECORDINGS.mkdir(exist_ok=True)
    lines = [json.dumps(completions[digest], ensure_ascii=False) + "\n" for digest in sorted(completions)]
    path.write_text("".join(lines), encoding="utf-8")
    return len(completions) - count_before


Proposal = UtteranceProposal | NextProposal | RepliesProposal


class Replay:
    """Answers a `Propose` by its recording, as the wire would. unrecorded: orders that nobody has answered yet."""

    def __init__(self, recordings: Mapping[str, str]) -> None:
        self._recordings = recordings
        self.unrecorded: list[Propose] = []

    def __call__(self, order: Propose) -> Proposal | None:
        """What came; None where nothing did that can be used."""
        request = to_request(order)
        text = self._recordings.get(request.digest)
        if text is None:
            self.unrecorded.append(order)
            return None
        try:
            values = read_answer(text, request.keys)
        except VivavoceError:
            return None
        check = check_of(order)
        return None if check is not None and check(values) is not None else to_proposal(order.kind, values)


def read_recordings(name: str) -> dict[str, str]:
    """Text by digest; none where nothing was recorded."""
    path = RECORDINGS / f"{name}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {told["digest"]: told["text"] for told in map(json.loads, lines)}


# --- Rehearsed conversations ----------------------------------------------------------------------------------------


def gather_talks() -> Mapping[str, list[ModelRequest]]:
    """What the rehearsed conversations ask that has no recording yet, by kind."""
    replay = Replay(read_recordings(TALKS))
    for path in sorted(REHEARSED.glob("*.toml")):
        list(rehearse(tomllib.loads(path.read_text(encoding="utf-8")), ask=replay))
    by_kind: dict[str, list[ModelRequest]] = {}
    for order in replay.unrecorded:
        by_kind.setdefault(order.kind.value, []).append(to_request(order))
    return by_kind


# --- What they come to ----------------------------------------------------------------------------------------------


def show_utterances(cases: Sequence[Case], replay: Replay, *, shows_wrong: bool) -> None:
    """Told apart by the model alone, as the conductor asks it, and by rule."""
    told: dict[str, dict[int, Utterance]] = {"by rule": {}, "by the model alone": {}, "as asked": {}}
    for number, case in enumerate(cases):
        uttered: Uttered = case.of
        by_rule = tell_apart(uttered.text, question=uttered.question, language=uttered.language)
        by_model = _to_utterance(replay(case.order)) or by_rule
        orders = decide(case.course, BEGUN, _say(uttered.text)).orders
        is_asked = len(orders) == 1 and isinstance(orders[0], Propose)
        told["by rule"][number], told["by the model alone"][number] = by_rule, by_model
        told["as asked"][number] = by_model if is_asked else by_rule
        if shows_wrong and told["as asked"][number] is not uttered.kind:
            print(f"{uttered.language}  {uttered.text}  is {uttered.kind}, taken for {told['as asked'][number]}")
    for way, kinds in told.items():
        pairs = [(kinds[number], case.of.kind) for number, case in enumerate(cases)]
        scores = [score_kind(pairs, kind) for kind in Utterance]
        print(f"  {way:20} macro-F1 {sum(score.f1 for score in scores) / len(scores):.3f}")
        for kind, of_it in zip(Utterance, scores, strict=True):
            counts = f"{of_it.there:4} there, precision {of_it.precision:.3f}, recall {of_it.recall:.3f}"
            print(f"    {kind.value:12} {counts}")


def score_kind(pairs: Sequence[tuple[Utterance, Utterance]], kind: Utterance) -> KindScore:
    """How well one kind is told. pairs: told, and is."""
    return KindScore(
        taken=sum(told is kind for told, _ in pairs),
        right=sum(told is kind and is_so is kind for told, is_so in pairs),
        there=sum(is_so is kind for _, is_so in pairs),
    )


def _to_utterance(proposal: Proposal | None) -> Utterance | None:
    if not isinstance(proposal, UtteranceProposal):
        return None
    # What is wanted, the model names by the wish itself.
    return Utterance(proposal.utterance) if proposal.utterance in set(Utterance) else Utterance.REQUEST


def show_asking(cases: Sequence[Case], replay: Replay, *, shows_wrong: bool) -> None:
    """By the passages that answer them."""
    print_tally("with a model", add(_tally(case, _to_passages(case, replay), shows_wrong) for case in cases), kind="")


def _tally(case: Case, texts: Sequence[str | None], shows_wrong: bool) -> Tally:
    wanted = (case.of.wanted,) if isinstance(case.of, Pair) else case.of.wanted
    answered = [text for text in texts if text is not None]
    if len(texts) == len(wanted):
        right = sum(bool(want) and text is not None and want in text for text, want in zip(texts, wanted, strict=True))
    else:
        right = sum(any(want in text for text in answered) for want in wanted if want)
    sums = Tally(pairs=len(wanted), answered=len(answered), answered_rightly=right, answerable=sum(map(bool, wanted)))
    if shows_wrong and (sums.answered > right or sums.answerable > right):
        print(f"{case.turn.language}  {case.order.given['words']}  wanted {wanted}, found {texts}")
    return sums


def _to_passages(case: Case, replay: Replay) -> list[str | None]:
    """The text of the passage for each part of the question; by rule where the proposal can't be used."""
    text, proposal = case.order.given["words"], replay(case.order)
    parts = to_parts(case.course, case.turn, text, proposal) if isinstance(proposal, RepliesProposal) else None
    if parts is None:
        parts = find_answers(text, case.course.passages, language=case.turn.language)
    return [None if part.passage is None else part.passage.text for part in parts]


def show_follow_ups(cases: Sequence[Case], replay: Replay, *, shows_wrong: bool) -> None:
    """What is heard after each answer, what of the proposals code did not let through, and what a reading found."""
    reading, heard, counts = read_reading(), dict[str, str](), Counter[str]()
    for case in cases:
        proposal = replay(case.order)
        if not isinstance(proposal, NextProposal):
            continue
        words, remark, follow_up = hear(case, proposal)
        digest = case.request.digest
        heard[digest] = join_words(remark, follow_up)
        counts["asked"] += bool(follow_up)
        counts["held back"] += words.follow_up is None
        counts["by rule"] += words.follow_up is None and bool(follow_up)
        counts["remarks"] += bool(remark)
        if shows_wrong:
            held = f"   (held back: {proposal.follow_up})" if words.follow_up is None else ""
            unsaid = "" if remark or not proposal.remark else f"   (not said: {proposal.remark})"
            faults = reading[digest].faults if digest in reading and reading[digest].said == heard[digest] else ()
            print(f"{case.of}\n    {' '.join(faults)} {heard[digest]}{held}{unsaid}")
    told = ", ".join(f"{counts[name]} {name}" for name in ("asked", "held back", "by rule", "remarks"))
    print(f"  {len(cases)} answers: {told}")
    faulty, unread, faults_found = count_faulty(heard, reading)
    each = ", ".join(f"{fault} {count}" for fault, count in faults_found.most_common())
    print(f"  read against bench/follow_ups/README.md: {faulty} faulty ({each or 'none'}), {unread} not read")


def hear(case: Case, proposal: NextProposal) -> tuple[NextWords, str, str]:
    """What is kept of a proposal, and the remark and the follow-up that are heard, by rule where code held one back."""
    order = case.order
    came = Proposed(kind=order.kind, number=order.number, seconds=0.5, answered=None, proposal=proposal)
    after = decide(case.course, case.after, came).conversation
    words, turn = after.answers[-1].next_words, next_turn(case.course, after)
    assert words is not None
    is_followed_up = turn is not None and turn.step == case.turn.step
    return words, words.remark, turn.asked if turn is not None and is_followed_up else ""


SHOWN: Mapping[str, Callable[..., None]] = {
    "utterances": show_utterances,
    "asking": show_asking,
    "several": show_asking,
    "follow_ups": show_follow_ups,
    "practice": show_follow_ups,
}


def main() -> None:
    """Prints the figures of every set that was recorded."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write the requests there")
    parser.add_argument("--read", type=Path, metavar="FOLDER", help="take in the completions that lie there")
    parser.add_argument("--only", nargs="*", choices=[*SETS, TALKS], default=[*SETS, TALKS], help="these sets")
    parser.add_argument("--wrong", action="store_true", help="print each that is not right, and each follow-up")
    options = parser.parse_args()
    for name in options.only:
        cases = [] if name == TALKS else SETS[name]()
        if name == TALKS:
            parts = {f"{TALKS}_{kind}": requests for kind, requests in gather_talks().items()}
        else:
            parts = {name: [case.request for case in cases]}
        for part, requests in parts.items():
            if options.write is not None:
                print(f"{part}: wrote {write_requests(options.write, part, requests)} requests")
            if options.read is not None and (options.read / part).is_dir():
                print(f"{part}: took {read_completions(options.read, part, requests, kept=name)} completions in")
        if name in SHOWN and options.write is None and options.read is None:
            replay = Replay(read_recordings(name))
            print(name)
            SHOWN[name](cases, replay, shows_wrong=options.wrong)
            print(f"  {len(replay.unrecorded)} of {len(cases)} requests have no recording")


if __name__ == "__main__":
    main()
