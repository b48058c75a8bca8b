"""The gates before the rater: each raises a flag with its evidence, and none takes anything from a score. Pure."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vivavoce.scoring.content import (
    find_keyword_lists,
    find_profanity,
    find_spelt_out,
    is_bare,
    is_cut_or_long,
    is_silent,
    is_without_small_words,
    says_nothing,
)
from vivavoce.scoring.disowned import find_disowned
from vivavoce.scoring.echoes import (
    PlacedWord,
    find_question_echo,
    find_repetition,
    find_rubric_echo,
    find_rubric_words,
    find_said_again,
    read_text,
)
from vivavoce.scoring.flags import RULES, Effect, Flag, Raised
from vivavoce.scoring.given import Given, GivenAnswer
from vivavoce.scoring.injection import find_addresses, find_injections, find_tags, join_spans
from vivavoce.scoring.normalise import Normalised, normalise
from vivavoce.scoring.respelling import respell
from vivavoce.text.sentences import Span, find_sentences
from vivavoce.text.tell_language import is_same, tell_language

# How sure the language of a stretch must be before its words count for nothing, and before it is told at all.
SURE = 0.95
LIKELY = 0.5  # enough where there is nothing in it of the language that was asked in, as in a printer's Latin
LEAST_WORDS_TOLD = 5
PIECE = 30  # words of a longer stretch that a language is told by at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A turn behind the gates. left_out: what is no evidence, in characters of the normalised text."""

    turn: GivenAnswer
    text: Normalised
    raised: tuple[Raised, ...]
    left_out: tuple[Span, ...]
    unread: int  # words in a language that the rater does not master; of these
    words: int  # that no other gate has left out


def examine(
    given: Given, *, claims: Sequence[str], mastered: frozenset[str], is_respelled: bool = False
) -> tuple[Examined, ...]:
    """Each turn with its flags.

    claims: every claim that the answer will be held against. mastered: the languages that the rater reads.
    is_respelled: whether spelling is put right first, for whom it would stop.
    """
    kept = (given.question, *(turn.question for turn in given.turns), *claims)
    texts = [normalise(turn.text, language=given.language) for turn in given.turns]
    if is_respelled:
        texts = [respell(text, language=given.language, kept=kept) for text in texts]
    return tuple(
        _examine_turn(turn, text, given, claims=claims, mastered=mastered)
        for turn, text in zip(given.turns, texts, strict=True)
    )


def is_unreadable(examined: Sequence[Examined], language: str, *, mastered: frozenset[str]) -> bool:
    """Whether the rater can't judge the answer: asked in, or mostly given in, a language that it does not master."""
    if not any(is_same(language, read) for read in mastered):
        return True
    return sum(turn.unread for turn in examined) * 2 > sum(turn.words for turn in examined)


def _examine_turn(
    turn: GivenAnswer, text: Normalised, given: Given, *, claims: Sequence[str], mastered: frozenset[str]
) -> Examined:
    # Without a flag: who writes of <main>, or says what they never did, has done nothing odd.
    unflagged = [*find_tags(text.text), *find_disowned(text.text, language=given.language)]
    foreign = list(_find_foreign(text.text, given.language))
    # A list of keywords is told by the small words of the language that was asked in.
    findings = [
        (flag, span)
        for flag, span in _find(text, turn, given, claims)
        if flag is not Flag.KEYWORD_STUFFING or not any(_overlaps(span, other) for other, _ in foreign)
    ]
    # A frame around recited claims is told by what it says itself.
    said = _blank(text.text, [*unflagged, *(span for flag, span in findings if RULES[flag].effect is Effect.LEFT_OUT)])
    known = [span for span, _ in foreign]
    foreign += [
        (span, spoken)
        for span, spoken in _find_foreign(said, given.language)
        if not any(_overlaps(span, other) for other in known)
    ]
    unread = [span for span, language in foreign if not any(is_same(language, read) for read in mastered)]
    findings += [(Flag.LANGUAGE_MISMATCH, span) for span, _ in foreign]
    left_out = unflagged + [
        span for flag, span in findings if RULES[flag].effect is Effect.LEFT_OUT and flag is not Flag.LANGUAGE_MISMATCH
    ]
    # Whoever adds an order in another language is not the harder to read for it.
    words = _leave_out(read_text(text.text), left_out)
    return Examined(
        turn=turn,
        text=text,
        raised=(*(_raise(flag, span, turn, text) for flag, span in findings), *_raise_odd(turn, text)),
        left_out=tuple(join_spans([*left_out, *unread, *find_said_again(text.text)])),
        unread=len(words) - len(_leave_out(words, unread)),
        words=len(words),
    )


def _find(text: Normalised, turn: GivenAnswer, given: Given, claims: Sequence[str]) -> Iterator[tuple[Flag, Span]]:
    """Each flag with its stretch of the normalised text."""
    plain, language = text.text, given.language
    whole = Span(0, len(plain))
    is_bare_reply = turn.is_follow_up and is_bare(plain, language=language)
    if is_silent(plain) or says_nothing(plain, language=language) or is_bare_reply:
        yield Flag.NO_CONTENT, whole
    for span in (*find_addresses(plain), *find_spelt_out(plain)):
        yield Flag.NO_CONTENT, span
    repeated = find_repetition(plain)
    if repeated is not None:
        yield Flag.REPETITION, repeated
    for question in dict.fromkeys((turn.question, given.question)):
        for span in find_question_echo(plain, normalise(question, language=language).text):
            yield Flag.QUESTION_ECHO, span
    for span in find_rubric_echo(plain, claims, language=language):
        yield Flag.RUBRIC_ECHO, span
    listed = find_rubric_words(plain, claims, language=language)
    if listed is not None:
        yield Flag.RUBRIC_ECHO, listed
    for span in find_keyword_lists(plain, given.question, language=language):
        yield Flag.KEYWORD_STUFFING, span
    for span in find_injections(plain, language=language):
        yield Flag.PROMPT_INJECTION, span
    if is_cut_or_long(plain, language=language):
        yield Flag.TRUNCATED_OR_LONG, whole
    for span in find_profanity(plain, language=language):
        yield Flag.PROFANITY, span


def _find_foreign(text: str, language: str) -> Iterator[tuple[Span, str]]:
    """The stretches in another language than the one asked in, each with that language."""
    for stretch in _split_stretches(text):
        guess = tell_language(text[stretch.start : stretch.end])
        if guess is None or is_same(guess.language, language):
            continue
        if guess.p >= SURE or (guess.p >= LIKELY and is_without_small_words(text, stretch, language=language)):
            yield stretch, guess.language


def _blank(text: str, spans: Sequence[Span]) -> str:
    """The text, as long as it was, with nothing where the spans are."""
    characters = list(text)
    for span in spans:
        characters[span.start : span.end] = " " * (span.end - span.start)
    return "".join(characters)


def _leave_out(words: Sequence[PlacedWord], spans: Sequence[Span]) -> list[PlacedWord]:
    """The words, in order, that none of the spans touches."""
    kept = []
    rest = deque(join_spans(spans))
    for word in words:
        while rest and rest[0].end <= word.span.start:
            rest.popleft()
        if not rest or rest[0].start >= word.span.end:
            kept.append(word)
    return kept


def _overlaps(span: Span, other: Span) -> bool:
    return span.start < other.end and other.start < span.end


def _split_stretches(text: str) -> Iterator[Span]:
    """Sentences with enough words to tell a language by; longer ones in pieces."""
    for sentence in find_sentences(text):
        words = read_text(text, sentence)
        is_unspaced = len(words) < LEAST_WORDS_TOLD and not text[sentence.start : sentence.end].isascii()
        if is_unspaced:
            yield sentence
            continue
        begins = range(0, len(words), PIECE)
        places = [sentence.start, *(words[at].span.start for at in begins[1:]), sentence.end]
        yield from (Span(start, end) for start, end in pairwise(places) if len(words) >= LEAST_WORDS_TOLD)


def _raise(flag: Flag, span: Span, turn: GivenAnswer, text: Normalised) -> Raised:
    start, end = text.to_original(span.start, span.end)
    return Raised(flag=flag, turn=turn.number, start=start, end=end)


def _raise_odd(turn: GivenAnswer, text: Normalised) -> Iterator[Raised]:
    """One flag from the first to the last oddity."""
    if text.odd:
        start, end = min(odd.start for odd in text.odd), max(odd.end for odd in text.odd)
        yield Raised(flag=Flag.SUSPICIOUS_UNICODE, turn=turn.number, start=start, end=end)
