"""Asking readers of whole answers: what each says of each claim, its quotes found, and its quoted words read alone.

Network, and no transaction. What is made of it is `merging.py`'s.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from vivavoce.errors import ProviderError
from vivavoce.providers.raters.port import AnswerReader, ClaimRead, OneReading, QuotedWords, SaidTurn
from vivavoce.scoring.given import Given, GivenPassage
from vivavoce.scoring.merging import BESIDE_DOCUMENTS, ROUNDS, is_left_open, is_settled
from vivavoce.scoring.rubric import Rubric
from vivavoce.scoring.to_read import AnswerToRead, find_read_quotes, find_to_read, join_words
from vivavoce.scoring.trial import draw_decoy, is_to_be_tried
from vivavoce.scoring.verdicts import Quote, ReaderFinding, ReadPart, Sureness, VerdictState

log = logging.getLogger(__name__)

AT_ONCE = 4  # answers of one attempt: no server is to be flooded by one interview


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What readers said of one answer. by_claim: by the claim's text; none where nothing was left to read.

    readers: who read. cost: US dollars. is_failed: nobody could read it now. passages: that were read beside it.
    """

    by_claim: Mapping[str, tuple[ReaderFinding, ...]] = field(default_factory=dict)
    readers: tuple[str, ...] = ()
    cost: Decimal = Decimal(0)
    is_failed: bool = False
    passages: tuple[GivenPassage, ...] = ()


@dataclass(slots=True)
class _Gathered:
    findings: dict[str, list[ReaderFinding]]
    readers: dict[str, None] = field(default_factory=dict)
    cost: Decimal = Decimal(0)

    def note(self, by: OneReading) -> None:
        self.readers[by.reader] = None
        self.cost += by.cost

    def forget(self, round_: int) -> None:
        """Lets go of what was said in a round that broke off."""
        for claim, findings in self.findings.items():
            self.findings[claim] = [finding for finding in findings if finding.round != round_]


async def read_all(given: Sequence[Given], reader: AnswerReader, *, rubric: Rubric | None) -> list[Readings]:
    """What readers say of each answer, in their order."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def read(answer: Given) -> Readings:
        async with gate:
            return await read_given(answer, reader, rubric=rubric)

    return await asyncio.gather(*(read(answer) for answer in given))


async def read_given(given: Given, reader: AnswerReader, *, rubric: Rubric | None) -> Readings:
    """What readers say of an answer, or that none of them could read it. rubric: of the whole interview."""
    # In a thread: the gates compute, and a worker whose loop stands still counts as dead.
    answer = await asyncio.to_thread(find_to_read, given, rubric=rubric)
    if answer is None:
        return Readings()
    if answer.is_too_long:
        return Readings(is_failed=True)
    try:
        return await read_answer(answer, reader)
    except ProviderError as error:
        log.warning("an answer is judged without a language model: %s", error.message)
        return Readings(is_failed=True)


async def read_answer(answer: AnswerToRead, reader: AnswerReader) -> Readings:
    """Every claim read by one reader and its words by another, who may be put to a trial; where they differ, once more.

    What is then left open is read again beside the passages of the question's documents, if it has any. Raises
    ProviderError where nobody can read now.
    """
    told = _Gathered({claim: [] for claim in answer.claims})
    for round_ in ROUNDS:
        open_claims = [claim for claim, findings in told.findings.items() if not is_settled(findings)]
        if open_claims:
            await _read_once(answer, open_claims, reader, told, round_=round_)
    left = [claim for claim, findings in told.findings.items() if answer.passages and is_left_open(findings)]
    if left:
        try:
            await _read_once(answer, left, reader, told, round_=BESIDE_DOCUMENTS)
        except ProviderError as error:
            log.warning("an answer is judged without its documents: %s", error.message)
            told.forget(BESIDE_DOCUMENTS)
            left = []
    return Readings(
        by_claim={claim: tuple(findings) for claim, findings in told.findings.items()},
        readers=tuple(told.readers),
        cost=told.cost,
        passages=answer.passages if left else (),
    )


async def _read_once(
    answer: AnswerToRead, claims: Sequence[str], reader: AnswerReader, told: _Gathered, *, round_: int
) -> None:
    turns = [SaidTurn(question=turn.question, text=turn.text) for turn in answer.turns]
    passages = (
        [f"{passage.source}\n{passage.text}" for passage in answer.passages] if round_ == BESIDE_DOCUMENTS else []
    )
    by_family: dict[str, list[QuotedWords]] = {}
    for by in await reader.read(answer.language, turns, claims, number=round_, passages=passages):
        told.note(by)
        for claim, read in by.by_key.items():
            finding = _to_finding(read, by, ReadPart.ANSWER, round_, find_read_quotes(read.quotes, answer) or ())
            told.findings[claim].append(finding)
            if finding.quotes:
                by_family.setdefault(by.family, []).append(_to_words(claim, finding.quotes, answer))
    for family, quoted in by_family.items():
        for part in (ReadPart.QUOTES, ReadPart.TRIAL):
            asked = quoted if part is ReadPart.QUOTES else _find_trials(quoted, answer, told, round_=round_)
            for by in await reader.read_alone(
                answer.language, asked, number=round_, apart_from=family, passages=passages
            ):
                told.note(by)
                for claim, read in by.by_key.items():
                    told.findings[claim].append(_to_finding(read, by, part, round_, ()))


def _find_trials(
    quoted: Sequence[QuotedWords], answer: AnswerToRead, told: _Gathered, *, round_: int
) -> list[QuotedWords]:
    """The words by which a claim was granted, each with a claim that they can't show."""
    granted = [
        words
        for words in quoted
        if {finding.state for finding in told.findings[words.key] if finding.round == round_}
        == {VerdictState.CONFIRMED}
    ]
    times = Counter(words.words for words in granted)
    return [
        replace(words, claim=draw_decoy(words.claim, words.words))
        for words in granted
        if is_to_be_tried(
            words.words,
            language=answer.language,
            is_flagged=answer.is_flagged or times[words.words] > 1 or round_ == BESIDE_DOCUMENTS,
        )
    ]


def _to_words(claim: str, quotes: Sequence[Quote], answer: AnswerToRead) -> QuotedWords:
    """The words with the question that the first of them answer."""
    question = next(turn.question for turn in answer.turns if turn.number == quotes[0].turn)
    return QuotedWords(key=claim, question=question, claim=claim, words=join_words(quotes))


def _to_finding(
    read: ClaimRead, by: OneReading, part: ReadPart, round_: int, quotes: tuple[Quote, ...]
) -> ReaderFinding:
    state = VerdictState(read.state)
    return ReaderFinding(
        part=part,
        round=round_,
        reader=by.reader,
        state=state,
        sure=Sureness(read.sure),
        quotes=() if state is VerdictState.NOT_DISCUSSED else quotes,
    )
