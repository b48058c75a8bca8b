"""A rubric where nobody sent one: only from the caller's own words, split by rule. Never an invented claim. Pure.

expectations_text ─────────────┐
context (what names criteria) ─┼─► lines, sentences, joined verbs ─► single claims ─► brackets ─► the interview's
descriptions (requirements) ───┘                                                                  rubric
                                                 likeness to each question ─► the questions' own rubrics
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vivavoce.interviews.expectations import Bracket
from vivavoce.interviews.steps import fold_wording
from vivavoce.scoring.lint import ClaimFault, ClaimFinding, lint_claim
from vivavoce.scoring.rubric import Claim, Rubric
from vivavoce.scoring.vocabulary import LANGUAGES, any_of, read_vocabulary
from vivavoce.text.sentences import find_sentences

# A claim goes to the question that it is most like, if at least so much.
LIKE = 0.35
LEAST_WORDS, MOST_WORDS = 2, 30  # of a claim; less says nothing, more is not one thing
MOST_CLAIMS = 12  # in a bracket: what is beyond was hardly written as expectations
# Claims that are left out: what nobody may be judged by, and what an answer can't show.
NEVER_DRAFTED = frozenset({ClaimFault.PROTECTED, ClaimFault.PERSONALITY, ClaimFault.NEGATIVE})

Similar = Callable[[Sequence[str], Sequence[str]], list[list[float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The caller's own words, as they were sent."""

    expectations_text: str | None = None
    context: Mapping[str, Any] | None = None
    descriptions: tuple[str, ...] = ()  # the short one, the long one


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """interview: every claim; None: nothing to split. questions: one for each, None where no claim is like it.

    left_out: what was found and not taken, and why.
    """

    interview: Rubric | None
    questions: tuple[Rubric | None, ...]
    left_out: tuple[ClaimFinding, ...] = ()


def draft_rubric(sources: Sources, questions: Sequence[str], *, language: str, similar: Similar) -> Drafted:
    """The rubrics that the caller's words hold.

    questions: the texts of those that are scored and have no rubric of their own. similar: the rater's.
    """
    kept, left_out = _sort_out(list(_find_claims(sources, language)), language)
    if not kept:
        return Drafted(interview=None, questions=(None,) * len(questions), left_out=tuple(left_out))
    nearest = _assign([claim.text for claim in kept], questions, similar)
    return Drafted(
        interview=_to_rubric(kept),
        questions=tuple(
            _to_rubric([claim for claim, place in zip(kept, nearest, strict=True) if place == number])
            for number in range(len(questions))
        ),
        left_out=tuple(left_out),
    )


def _sort_out(claims: Sequence[tuple[Bracket, str]], language: str) -> tuple[list[Claim], list[ClaimFinding]]:
    """What may be a claim, each wording once and in the caller's own words, and what may not."""
    kept: dict[str, Claim] = {}
    left_out = []
    for bracket, text in claims:
        claim = Claim(bracket=bracket, index=sum(earlier.bracket is bracket for earlier in kept.values()), text=text)
        faults = [finding for finding in lint_claim(claim, language=language) if finding.fault in NEVER_DRAFTED]
        if faults:
            left_out.append(faults[0])
        elif claim.index < MOST_CLAIMS:
            kept.setdefault(fold_wording(text), claim)
    return list(kept.values()), left_out


def _assign(claims: Sequence[str], questions: Sequence[str], similar: Similar) -> list[int | None]:
    """The question that each claim is most like, or None."""
    if not questions:
        return [None] * len(claims)
    rows = similar(claims, questions)
    best = [max(range(len(questions)), key=row.__getitem__) for row in rows]
    return [place if row[place] >= LIKE else None for row, place in zip(rows, best, strict=True)]


def _to_rubric(claims: Sequence[Claim]) -> Rubric | None:
    if not claims:
        return None
    return Rubric(
        **{bracket.value: tuple(claim.text for claim in claims if claim.bracket is bracket) for bracket in Bracket}
    )


def _find_claims(sources: Sources, language: str) -> Iterator[tuple[Bracket, str]]:
    words = _words(language)
    yield from _read_text(sources.expectations_text or "", words, needs_sign=False)
    for name, text in _read_context(sources.context or {}):
        is_named = words.headings.search(name) is not None
        bracket = _find_bracket(name, words)
        yield from _read_text(text, words, needs_sign=not is_named and bracket is None, bracket=bracket)
    for text in sources.descriptions:
        yield from _read_text(text, words, needs_sign=True)


def _read_text(
    text: str, words: "_BracketNames", *, needs_sign: bool, bracket: Bracket | None = None
) -> Iterator[tuple[Bracket, str]]:
    """The claims of one text.

    needs_sign: whether only what stands under a heading such as "Requirements", or speaks of one, is a claim: a
    description also says what the company is like.
    """
    is_within = not needs_sign
    for line in text.splitlines():
        plain = _MARKUP.sub("", line).strip()
        if not plain:
            continue
        heading, body = _split_heading(plain, line, words)
        if heading is not None:
            bracket = _find_bracket(heading, words) or (None if words.headings.search(heading) else bracket)
            is_within = not needs_sign or bracket is not None or words.headings.search(heading) is not None
        for sentence in find_sentences(body):
            said = body[sentence.start : sentence.end]
            if is_within or words.markers.search(said) is not None:
                yield from ((bracket or Bracket.MODERATE, part) for part in _split_claim(said, words))


def _split_heading(plain: str, line: str, words: "_BracketNames") -> tuple[str | None, str]:
    """The heading that a line is, or begins with before a colon, and what follows it."""
    label, colon, rest = plain.partition(":")
    if colon and len(label.split()) <= 5 and (words.headings.search(label) or _find_bracket(label, words)):
        return label, rest.strip()
    is_heading = line.lstrip().startswith("#") or (line.strip().startswith("**") and line.strip().endswith("**"))
    is_short = len(plain.split()) <= 5 and not plain.endswith((".", ";", ","))
    is_named = words.headings.fullmatch(plain.rstrip(":")) is not None or _find_bracket(plain, words, whole=True)
    return (plain, "") if is_heading or (is_short and is_named) or plain.endswith(":") else (None, plain)


def _split_claim(sentence: str, words: "_BracketNames") -> Iterator[str]:
    """The single claims of a sentence: parted at semicolons, and where a joining word is followed by another verb."""
    for part in _PARTS.split(sentence):
        start = 0
        for joint in words.joints.finditer(part):
            if len(part[start : joint.start()].split()) >= LEAST_WORDS:
                yield from _tidy(part[start : joint.start()])
                start = joint.end()
        yield from _tidy(part[start:])


def _tidy(part: str) -> Iterator[str]:
    text = part.strip().strip(",;.–—-• ").strip()
    if LEAST_WORDS <= len(text.split()) <= MOST_WORDS and not text.endswith("?"):
        yield text


def _read_context(context: Mapping[str, Any], name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in the caller's context, with the names of the keys above it."""
    for key, value in context.items():
        above = f"{name} {str(key).replace('_', ' ')}".strip()
        for item in value if isinstance(value, list | tuple) else [value]:
            if isinstance(item, str):
                yield above, item
            elif isinstance(item, Mapping):
                yield from _read_context(item, above)


def _find_bracket(text: str, words: "_BracketNames", *, whole: bool = False) -> Bracket | None:
    plain = text.rstrip(": ")
    for bracket, pattern in words.brackets.items():
        if (pattern.fullmatch(plain) if whole else pattern.search(plain)) is not None:
            return bracket
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _BracketNames:
    """How a language names expectations. A language that we do not know has English names: many callers use them."""

    headings: re.Pattern[str]
    markers: re.Pattern[str]
    joints: re.Pattern[str]
    brackets: Mapping[Bracket, re.Pattern[str]]


def _words(language: str) -> _BracketNames:
    known = [read_vocabulary(code)["drafting"] for code in dict.fromkeys([language, "en"]) if code in LANGUAGES]
    verbs = "|".join(verb for words in known for verb in words["verbs"].split())
    joints = "|".join(word for words in known for word in words["and"])
    return _BracketNames(
        headings=any_of([word for words in known for word in words["headings"]]),
        markers=any_of([word for words in known for word in words["markers"]]),
        joints=re.compile(rf",?\s+(?:{joints})\s+(?=(?:{verbs})\b)", re.IGNORECASE),
        brackets={bracket: any_of([word for words in known for word in words[bracket.value]]) for bracket in Bracket},
    )


_MARKUP = re.compile(r"^\s*(?:[-*+•·▪]|\d{1,2}[.)]|#{1,6}|>)\s+|\*\*|__|`|</?[a-z][^<>]{0,100}>")
_PARTS = re.compile(r";\s*|\s+[•·▪]\s+")
