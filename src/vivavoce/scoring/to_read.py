"""What a reader of whole answers gets to read, and its quotes found there. Pure.

given ──► examine (gates) ──► what is left, with its claims        quoted ──► found in what was left, in its own words
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vivavoce.scoring.content import is_silent
from vivavoce.scoring.flags import RULES
from vivavoce.scoring.gates import Examined, examine
from vivavoce.scoring.given import Given, GivenPassage
from vivavoce.scoring.injection import find_injections
from vivavoce.scoring.normalise import normalise
from vivavoce.scoring.quotes import find_quotes
from vivavoce.scoring.rubric import Rubric
from vivavoce.scoring.verdicts import Quote
from vivavoce.scoring.windows import GAP, AnswerWindow, make_stretches, show_stretches
from vivavoce.text.languages import LANGUAGES

# Language models read every language that an interview is held in.
MOST_READ = 60_000  # characters of an answer, an hour of speech: more is left to a person
MASTERED = frozenset(language.iso for language in LANGUAGES) | frozenset(language.code for language in LANGUAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnToRead:
    """A turn as it is read. text: what is left of it behind the gates. stretches: where quotes may stand."""

    number: int
    question: str
    text: str
    stretches: tuple[AnswerWindow, ...]
    examined: Examined


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerToRead:
    """An answer as it is read. claims: each text once, those of the question and of the whole interview.

    passages: that may be read beside it: none that speaks to whoever judges.
    """

    language: str
    turns: tuple[TurnToRead, ...]
    claims: tuple[str, ...]
    passages: tuple[GivenPassage, ...] = ()

    @property
    def is_flagged(self) -> bool:
        """Whether a gate asks a person to look at it."""
        return any(RULES[raised.flag].needs_review for turn in self.turns for raised in turn.examined.raised)

    @property
    def is_too_long(self) -> bool:
        """Whether it is more than anybody is to be asked to read at once."""
        return sum(len(turn.text) for turn in self.turns) > MOST_READ


def find_to_read(given: Given, *, rubric: Rubric | None) -> AnswerToRead | None:
    """What a reader gets of an answer; None where there is nothing to hold against it, or nothing left to read.

    rubric: of the whole interview.
    """
    if given.is_choice or not given.is_scored:
        return None
    wanted = [basis for basis in (rubric, given.rubric) if basis is not None]
    claims = tuple(dict.fromkeys(claim.text for basis in wanted for claim in basis.claims))
    if not claims or all(is_silent(turn.text) for turn in given.turns):
        return None
    plain = [normalise(claim, language=given.language).text for claim in claims]
    turns = [_to_turn(turn, given) for turn in examine(given, claims=plain, mastered=MASTERED)]
    left = tuple(turn for turn in turns if turn.text)
    if not left:
        return None
    quiet = tuple(
        passage
        for passage in given.passages
        if not find_injections(f"{passage.source}\n{passage.text}", language=given.language)
    )
    return AnswerToRead(language=given.language, turns=left, claims=claims, passages=quiet)


def find_read_quotes(quotes: Sequence[str], answer: AnswerToRead) -> tuple[Quote, ...] | None:
    """The answer's own words that the quotes say, in their order and none twice; None unless each stands there."""
    quoted: set[Quote] = set()
    for quote in quotes:
        places = _find(quote, answer)
        if places is None:
            return None
        quoted.update(places)
    in_order = sorted(quoted, key=lambda quote: (quote.turn, quote.start, -quote.end))
    kept: list[Quote] = []
    for place in in_order:
        if kept and kept[-1].turn == place.turn and place.end <= kept[-1].end:
            continue  # it stands within the one before
        kept.append(place)
    return tuple(kept) or None


def join_words(quotes: Sequence[Quote]) -> str:
    """Quoted words as they are read alone."""
    return f" {GAP} ".join(quote.text for quote in quotes)


def _to_turn(examined: Examined, given: Given) -> TurnToRead:
    text, turn = examined.text.text, examined.turn
    return TurnToRead(
        number=turn.number,
        question=normalise(turn.question, language=given.language).text,
        text=show_stretches(text, without=examined.left_out),
        stretches=make_stretches(text, without=examined.left_out),
        examined=examined,
    )


def _find(quote: str, answer: AnswerToRead) -> list[Quote] | None:
    plain = normalise(quote, language=answer.language).text
    for turn in answer.turns:
        for stretch in turn.stretches:
            is_spoken = turn.examined.turn.is_spoken
            window = find_quotes([plain], stretch, language=answer.language, is_spoken=is_spoken)
            if window is None:
                continue
            return list(_to_quotes(window, turn, language=answer.language))
    return None


def _to_quotes(window: AnswerWindow, turn: TurnToRead, *, language: str) -> Iterator[Quote]:
    original = turn.examined.turn.text
    for span in window.spans:
        start, end = _with_marks(original, *turn.examined.text.to_original(span.start, span.end), language=language)
        yield Quote(turn=turn.number, start=start, end=end, text=original[start:end])


def _with_marks(text: str, start: int, end: int, *, language: str) -> tuple[int, int]:
    """Words with the marks around them that their meaning hangs on: a question is no statement, -18 is not 18."""
    opening = _SIGN if text[start].isdecimal() else _OPENED
    before = opening.search(text, max(0, start - 1), start)
    after = (_GREEK_ASKED if language == "el" else _ASKED).match(text, end)
    return (before.start() if before else start), (after.end() if after else end)


_OPENED = re.compile(r"[¿¡]\Z")
_SIGN = re.compile(r"(?<!\w)[-−–+±<>≤≥≈~]\Z")
_ASKED = re.compile(r"[°‰]?[\"'”’»)]{0,2}[ \u00a0\u202f]?[?!？！؟]+|[°‰]")
_GREEK_ASKED = re.compile(r"[°‰]?[\"'”’»)]{0,2}[?!;\u037e]+|[°‰]")
