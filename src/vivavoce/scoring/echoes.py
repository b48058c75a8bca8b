"""Words that come from the question or the rubric, and words said over and over. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from vivavoce.scoring.vocabulary import LANGUAGES, loose_words_of, read_words
from vivavoce.text.sentences import Span, find_sentences

# A shorter run of the same words is chance.
LEAST_QUESTION_WORDS = 5
LEAST_CLAIM_WORDS = 5
LEAST_SHORT_CLAIM_WORDS = 2  # of a claim that is left out once others show that the rubric is recited
# A sentence echoes one of the question's when so much of it, and of that one, is common to both in the same order.
ECHOED_SHARE = 0.8
ECHOED_SHARE_OF_QUESTION = 0.6
# So many claims word for word are recited, whoever says "I" around them; fewer only where nobody does. One alone is
# what an honest answer may hit on: "The motor will run."
RECITED_CLAIMS = 3
RECITED_IMPERSONAL = 2
# How much longer or shorter a verb is in another person: "carries", "carry"; "has", "have".
MOST_OF_ENDING = 3
# Claims of whatever length are recited when so many make up so much of the answer.
RECITED_SHARE = 0.7
# A rubric's words without its sentences, in whatever order: so many different ones, of so many claims, with hardly any
# others between them. Of 1,984 honest answers none had more than 5 of 3 (`make bench-rater ARGS="--only honest"`).
LEAST_RUBRIC_WORDS = 6
LEAST_RUBRIC_CLAIMS = 4
OTHER_WEIGHS = 3  # one word of one's own ends a run of three
KEY = 5  # letters: the same word in another form
# Repetition: so many words, of which fewer than this share are new stretches of three.
LEAST_REPEATED_WORDS = 30
NEW_SHARE = 0.5
LEAST_SAID_AGAIN = 6  # words in a row; of fewer, people say the same ones without noticing
LEAST_TIMES = 3  # said one after the other: then of fewer, too, as in "I used straps. I used straps. I used straps."


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word, in small letters, and where it stands."""

    text: str
    span: Span


def find_question_echo(text: str, question: str) -> list[Span]:
    """The sentences that say the question, or one of its sentences, again; word for word it may stand anywhere."""
    parts = [[word.text for word in read_text(question, part)] for part in find_sentences(question)]
    asked = [part for part in parts if len(part) >= LEAST_QUESTION_WORDS]
    words = read_text(text)
    echoed = [
        sentence
        for sentence in find_sentences(text)
        if any(_is_echo([word.text for word in read_text(text, sentence)], part) for part in asked)
    ]
    runs = {run for part in asked for run in _find_runs(words, part)}
    return sorted(
        [
            *echoed,
            *(
                run
                for run in runs
                if not any(run.start < sentence.end and sentence.start < run.end for sentence in echoed)
            ),
        ]
    )


def find_rubric_echo(text: str, claims: Sequence[str], *, language: str) -> list[Span]:
    """The claims that are said word for word, where nobody says them of themselves or too many are said.

    A claim in a sentence with "I" or "we" is what an honest answer may be.
    """
    words = read_text(text)
    runs = {claim: spans for claim in dict.fromkeys(claims) if (spans := _find_runs(words, _words_of(claim)))}
    hits = {claim: spans[0] for claim, spans in runs.items()}
    long = [span for claim, span in hits.items() if len(_words_of(claim)) >= LEAST_CLAIM_WORDS]
    is_recited = len(long) >= RECITED_CLAIMS or (
        len(hits) >= RECITED_CLAIMS
        and sum(len(read_text(text, span)) for span in set(hits.values())) >= RECITED_SHARE * len(words)
    )
    if not is_recited:
        personal = read_words(language, "first_person")
        sentences = find_sentences(text)
        is_recited = sum(not _is_personal(text, span, sentences, personal) for span in long) >= RECITED_IMPERSONAL
    return sorted({span for spans in runs.values() for span in spans}) if is_recited else []


def find_rubric_words(text: str, claims: Sequence[str], *, language: str) -> Span | None:
    """The stretch that is made of the claims' words and hardly any others; None in a language that we don't know."""
    if language not in LANGUAGES:
        return None
    loose = loose_words_of(language)
    holders: dict[str, set[int]] = {}
    for number, claim in enumerate(dict.fromkeys(claims)):
        for word in _words_of_substance(read_text(claim), loose):
            holders.setdefault(_key(word), set()).add(number)
    words = _words_of_substance(read_text(text), loose)
    run = _find_densest([_key(word) in holders for word in words])
    said = {_key(word) for word in words[run.start : run.stop]} & holders.keys()
    named = set[int]().union(*(holders[word] for word in said))
    if len(said) < LEAST_RUBRIC_WORDS or len(named) < LEAST_RUBRIC_CLAIMS:
        return None
    return Span(words[run.start].span.start, words[run.stop - 1].span.end)


def find_repetition(text: str) -> Span | None:
    """Where the same words are said over and over: from the first to the last stretch that is not new."""
    words = read_text(text)
    if len(words) < LEAST_REPEATED_WORDS:
        return None
    seen: set[tuple[str, ...]] = set()
    again: list[Span] = []
    for at in range(len(words) - 2):
        three = tuple(word.text for word in words[at : at + 3])
        if three in seen:
            again.append(words[at].span)
        seen.add(three)
    if len(seen) > NEW_SHARE * (len(words) - 2):
        return None
    return Span(again[0].start, again[-1].end)


def find_said_again(text: str) -> list[Span]:
    """Every stretch that was said before, word for word: it tells nothing new."""
    words = read_text(text)
    return sorted([*_find_again(words), *_find_in_a_row(words)])


def _find_again(words: Sequence[PlacedWord]) -> list[Span]:
    first: dict[tuple[str, ...], int] = {}
    again: list[Span] = []
    for at in range(len(words) - LEAST_SAID_AGAIN + 1):
        stretch = words[at : at + LEAST_SAID_AGAIN]
        before = first.setdefault(tuple(word.text for word in stretch), at)
        if before < at:
            begins = max(at, before + LEAST_SAID_AGAIN)  # where "very very very …" ends being new
            again.append(Span(words[begins].span.start, stretch[-1].span.end))
    return again


def _find_in_a_row(words: Sequence[PlacedWord]) -> list[Span]:
    """What a few words say LEAST_TIMES and more, one time after the other: all but the first."""
    texts = [word.text for word in words]
    again = []
    for size in range(1, LEAST_SAID_AGAIN):
        same = 0  # words in a row, each the same as the one `size` before it
        for at in range(size, len(texts) + 1):
            if at < len(texts) and texts[at] == texts[at - size]:
                same += 1
                continue
            if same >= size * (LEAST_TIMES - 1):
                again.append(Span(words[at - same].span.start, words[at - 1].span.end))
            same = 0
    return again


def read_text(text: str, span: Span | None = None) -> list[PlacedWord]:
    """The words of a text, or of a stretch of it."""
    start, end = (0, len(text)) if span is None else (span.start, span.end)
    return [
        PlacedWord(match[0].casefold(), Span(match.start(), match.end())) for match in _WORD.finditer(text, start, end)
    ]


def _is_echo(said: Sequence[str], asked: Sequence[str]) -> bool:
    most = len(asked) / ECHOED_SHARE
    if not LEAST_QUESTION_WORDS <= len(said) <= most:
        return False
    common = _count_common(said, asked)
    return common >= ECHOED_SHARE * len(said) and common >= ECHOED_SHARE_OF_QUESTION * len(asked)


def _words_of_substance(words: Sequence[PlacedWord], loose: frozenset[str]) -> list[PlacedWord]:
    return [word for word in words if len(word.text) > 1 and word.text.replace("’", "'") not in loose]


def _key(word: PlacedWord) -> str:
    return word.text.removesuffix("s")[:KEY]


def _find_densest(are_held: Sequence[bool]) -> range:
    """The stretch with the highest sum, where a held one counts 1 and any other takes OTHER_WEIGHS (Kadane 1984)."""
    best, densest, total, begin = 0, range(0), 0, 0
    for at, is_held in enumerate(are_held):
        total += 1 if is_held else -OTHER_WEIGHS
        if total <= 0:
            total, begin = 0, at + 1
        elif total > best:
            best, densest = total, range(begin, at + 1)
    return densest


def _words_of(text: str) -> list[str]:
    return [word.text for word in read_text(text)]


def _find_runs(words: Sequence[PlacedWord], claim: Sequence[str]) -> list[Span]:
    """Where all the claim's words stand one after the other, each time that they do."""
    if len(claim) < LEAST_SHORT_CLAIM_WORDS:
        return []
    runs = (words[at : at + len(claim)] for at in _places(words, claim))
    return [
        Span(run[0].span.start, run[-1].span.end) for run in runs if [word.text for word in run[1:]] == list(claim[1:])
    ]


def _places(words: Sequence[PlacedWord], claim: Sequence[str]) -> Iterator[int]:
    """Where the claim may begin. Its verb may be in another person: "Checks the seal", "I check the seal"."""
    first = claim[0]
    ending = MOST_OF_ENDING if len(claim) > LEAST_SHORT_CLAIM_WORDS else 0
    return (
        at
        for at, word in enumerate(words)
        if word.text[:2] == first[:2] and (word.text == first or 0 < abs(len(word.text) - len(first)) <= ending)
    )


def _is_personal(text: str, span: Span, sentences: Iterable[Span], personal: frozenset[str]) -> bool:
    around = [sentence for sentence in sentences if sentence.start < span.end and span.start < sentence.end]
    return any(word.text in personal for sentence in around for word in read_text(text, sentence))


def _count_common(said: Sequence[str], asked: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(asked) + 1)
    for word in said:
        above = row
        row = [0]
        for at, other in enumerate(asked):
            row.append(above[at] + 1 if word == other else max(above[at + 1], row[at]))
    return row[-1]


_WORD = re.compile(r"\w+(?:['’]\w+)*")
