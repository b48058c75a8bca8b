"""Whether the words that a language model proposes may be said. Pure: the same words are always let through, or never.

A model is told no rubric, so it can give none away; it is checked all the same, since what it says may have come from a
candidate, or from nowhere. Each check names what is wrong in a few words that quote nothing; None: nothing is.

    follow-up ──► one short, open question ──► takes up the answer ──► not asked before ──┐
    remark    ──► short, no question ──► takes up the answer, and not the follow-up ──────┼─► nothing unsaid ──► said
    reply     ──► short, and by a passage that stands in our texts ───────────────────────┘

Unsaid: words of the rubric that the candidate did not say, promises, personal ground, judgements, numbers, names and
commands from nowhere. In a language whose phrases have no `[unsaid]` a model says nothing at all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from vivavoce.conversation.happenings import RepliesProposal
from vivavoce.conversation.intents import telling_stems
from vivavoce.conversation.phrase_patterns import compile_any, fold_words, read_phrases
from vivavoce.conversation.question_form import find_fault_of_form, names_unsaid
from vivavoce.text.fold import fold
from vivavoce.text.languages import CODES
from vivavoce.text.sentences import split_sentences

LONGEST_FOLLOW_UP = 200  # characters
LONGEST_REMARK = 140
LONGEST_REPLY = 350
MOST_LONGER = 2.0  # times as long as a question its other wording may be
WORDS_OF_BEGINNING = 2  # of a remark, which the next ones don't repeat
LEAST_QUOTE = 3  # characters
MOST_NEW = 8  # stems of a reply that stand neither in the question nor in what was said
ALIKE = 0.75  # of the stems that two questions share to be the same one
MOST_OF_CLAIM = 2  # stems of one claim that nobody has said
LEAST_TO_TAKE_UP = 3  # stems of an answer, one of which a follow-up has to take up
ALIKE_LETTERS = 5  # with which two words begin to be forms of one
LONGEST_ECHO = 6  # words in a row of what a model was told


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidSoFar:
    """What words are held against.

    question: as it was asked. answers: to this step, the last one last. asked: all that was asked in this conversation.
    claims: of the rubric. texts: what a reply may rest on. orders: what the model was told to do. role: the position's
    name, which everybody knows. remarks: the last words about answers.
    """

    language: str
    question: str
    answers: Sequence[str] = ()
    asked: Sequence[str] = ()
    claims: Sequence[str] = ()
    texts: Sequence[str] = ()
    orders: str = ""
    role: str = ""
    remarks: Sequence[str] = ()

    @property
    def said(self) -> str:
        """What the candidate has heard or said of this step."""
        return "\n".join((self.role, self.question, *self.answers))


def may_speak(language: str) -> bool:
    """Whether a model's words can be checked in this language."""
    return language in CODES and "unsaid" in read_phrases(language)


def find_fault_of_follow_up(text: str, quote: str, so_far: SaidSoFar) -> str | None:
    """What is wrong with a follow-up. quote: the words of the answer that it takes up."""
    if len(text) > LONGEST_FOLLOW_UP or len(text.split()) < 2:
        return "not a short question"
    if len(_MARKS.findall(text)) != 1 or not _MARKS.search(text[-1:]):
        return "not one question"
    if not is_quoted(quote, so_far.answers[-1:]):
        return "takes up words that were not said"
    stems = telling_stems(text, language=so_far.language)
    said = telling_stems(so_far.said, language=so_far.language)
    # "I take the one that I know": there is no word in it to be said again, and the quote is all of it.
    is_bare = len(telling_stems(so_far.answers[-1], language=so_far.language)) < LEAST_TO_TAKE_UP
    if not is_bare and not _meets(stems, said):
        return "takes up nothing of the answer"
    if any(_is_same(stems, earlier, text, so_far) for earlier in so_far.asked):
        return "asked before"
    unsaid = _find_unsaid(text, so_far) or _find_name(text, so_far)
    return unsaid or find_fault_of_form(text, asked=so_far.question, language=so_far.language)


def find_fault_of_wording(text: str, so_far: SaidSoFar) -> str | None:
    """What is wrong with the question in other words: it asks for more, for something else, or gives something away.

    so_far: its question, and the claims. What is personal ground is told only where `may_speak`.
    """
    question, language = so_far.question, so_far.language
    if not text.strip() or len(text) > max(LONGEST_FOLLOW_UP, MOST_LONGER * len(question)):
        return "not a short question"
    marks = _MARKS.findall(text)
    if len(marks) > 1 or (marks and not _MARKS.search(text[-1:])):
        return "not one question"
    if sorted(_NUMBER.findall(text)) != sorted(_NUMBER.findall(question)):
        return "another number"
    stems, asked = telling_stems(text, language=language), telling_stems(question, language=language)
    if len(asked) >= LEAST_TO_TAKE_UP and not _meets(stems, asked):
        return "asks for something else"
    if len(stems - asked) > MOST_NEW:
        return "says more than the question does"
    form = find_fault_of_form(text, asked=question, language=language)
    if form is not None and form != find_fault_of_form(question, asked=question, language=language):
        return form
    if not may_speak(language):
        return "not plain words" if "\n" in text.strip() or _MARKUP.search(text) else None
    return _find_unsaid(text, so_far) or _find_name(text, so_far)


def find_fault_of_remark(text: str, so_far: SaidSoFar, *, follow_up: str = "") -> str | None:
    """What is wrong with a word about the answer. follow_up: what is asked right after it."""
    if not text.strip() or len(text) > LONGEST_REMARK or len(split_sentences(text)) > 2:
        return "not a short word"
    if any(_beginning(text) == _beginning(earlier) for earlier in so_far.remarks):
        return "begins as the one before"
    if _MARKS.search(text):
        return "asks something"
    unsaid = _find_unsaid(text, so_far) or _find_name(text, so_far)
    return unsaid or _find_idle(telling_stems(text, language=so_far.language), follow_up, so_far)


def find_fault_of_reply(text: str, quote: str, so_far: SaidSoFar) -> str | None:
    """What is wrong with a reply to a question about the question.

    quote: the words of our texts that it rests on; '' where it rests on the question.
    """
    if not text.strip() or len(text) > LONGEST_REPLY or len(split_sentences(text)) > 4:
        return "not a short reply"
    if quote.strip() and not is_quoted(quote, (so_far.question, *so_far.texts)):
        return "rests on words that stand nowhere"
    stems = telling_stems(text, language=so_far.language)
    ground = telling_stems("\n".join((so_far.said, quote)), language=so_far.language)
    if len(stems - ground) > MOST_NEW:
        return "says more than the question does"
    return _find_unsaid(text, so_far, texts=(quote,))


def find_fault_of_parts(proposal: RepliesProposal, words: str, texts: Sequence[str]) -> str | None:
    """What is wrong with replies to a candidate's questions, so that none of them can be used.

    words: what the candidate said. texts: what a reply may rest on.
    """
    if not len(proposal.asked) == len(proposal.replies) == len(proposal.quotes):
        return "lists that do not go together"
    if not all(is_quoted(asked, (words,)) for asked in proposal.asked):
        return "answers what was not asked"
    pairs = list(zip(proposal.replies, proposal.quotes, strict=True))
    if any(bool(reply.strip()) is not bool(quote.strip()) for reply, quote in pairs):
        return "a reply that rests on nothing"
    return None if all(is_quoted(quote, texts) for _, quote in pairs if quote.strip()) else "words that stand nowhere"


def asks_personal(text: str, *, language: str) -> bool:
    """Whether somebody is asked what no employer may ask: how old they are, whether they have children."""
    return may_speak(language) and _cue("about_you", language).search(fold_words(text, language=language)) is not None


def is_quoted(quote: str, texts: Sequence[str]) -> bool:
    """Whether the quote stands in one of the texts, letter by letter but for case and white space."""
    sought = fold(quote, joins_spaces=True).strip(" .,;:!?\"'“”„«»")
    return len(sought) >= LEAST_QUOTE and any(sought in fold(text, joins_spaces=True) for text in texts)


def _beginning(text: str) -> list[str]:
    return fold(text).split()[:WORDS_OF_BEGINNING]


def _find_idle(stems: frozenset[str], follow_up: str, so_far: SaidSoFar) -> str | None:
    """Whether a remark says nothing: in no word of the answer, or only what the question after it says again."""
    answer = telling_stems(so_far.answers[-1], language=so_far.language)
    if len(answer) >= LEAST_TO_TAKE_UP and not _meets(stems, answer):
        return "takes up nothing of the answer"
    is_repeated = bool(stems) and stems <= telling_stems(follow_up, language=so_far.language)
    return "says what is asked next" if is_repeated else None


def _find_name(text: str, so_far: SaidSoFar) -> str | None:
    return "a name from nowhere" if names_unsaid(text, so_far.said, language=so_far.language) else None


def _find_unsaid(text: str, so_far: SaidSoFar, *, texts: Sequence[str] = ()) -> str | None:
    if not may_speak(so_far.language):
        return "a language that is not checked"
    if "\n" in text.strip() or _MARKUP.search(text):
        return "not plain words"
    if _is_foreign(text, so_far.said):
        return "another language"
    said = "\n".join((so_far.said, *texts))
    if any(number not in _NUMBER.findall(said) for number in _NUMBER.findall(text)):
        return "a number from nowhere"
    if _tells_claim(text, said, so_far):
        return "words of the rubric"
    if _echoes(text, so_far.orders):
        return "words of its orders"
    return _find_listed(fold_words(text, language=so_far.language), said, so_far.language)


def _tells_claim(text: str, said: str, so_far: SaidSoFar) -> bool:
    """Whether it says of a claim what nobody has said: two words of it, or the only one.

    One word of a longer claim tells nothing: "work", "client" and "change" stand in many.
    """
    unsaid = telling_stems(text, language=so_far.language) - telling_stems(said, language=so_far.language)
    claims = (telling_stems(claim, language=so_far.language) for claim in so_far.claims)
    return any(len(unsaid & claim) >= min(MOST_OF_CLAIM, max(1, len(claim))) for claim in claims)


def _find_listed(words: str, said: str, language: str) -> str | None:
    for name in ("promises", "about_you"):
        if _cue(name, language).search(words):
            return "a promise" if name == "promises" else "personal ground"
    heard = fold_words(said, language=language)
    for name in ("personal", "grading"):
        hits = {hit.group().strip() for hit in _cue(name, language).finditer(words)}
        if any(f" {hit} " not in f" {heard}" and not _is_said(hit, said, language) for hit in hits):
            return "personal ground" if name == "personal" else "a judgement"
    return None


def _is_said(hit: str, said: str, language: str) -> bool:
    """Whether it was said in another form: "the children", where somebody spoke of a child."""
    stems = telling_stems(hit, language=language)
    return bool(stems) and stems <= telling_stems(said, language=language)


def _meets(stems: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two texts have a word in common, or one that begins alike: "connaissez", "connais"."""
    return bool(stems & others) or any(
        stem[:ALIKE_LETTERS] == other[:ALIKE_LETTERS] and min(len(stem), len(other)) >= ALIKE_LETTERS
        for stem in stems
        for other in others
    )


def _is_same(stems: frozenset[str], other: str, text: str, so_far: SaidSoFar) -> bool:
    """Whether it asks what was asked. All words of the question of this step may come again, with others beside them.

    To "nothing special", one asks for the last time that it was so, and has no other words for it.
    """
    if fold(text, joins_spaces=True) in fold(other, joins_spaces=True):
        return True
    others = telling_stems(other, language=so_far.language)
    shared, most = len(stems & others), max(len(stems), len(others))
    if other == so_far.question:
        return bool(others) and shared > ALIKE * most
    return (len(others) > 1 and others <= stems) or (bool(others) and shared >= ALIKE * most)


def _is_foreign(text: str, said: str) -> bool:
    """Whether the letters are of another script than what was said: Latin ones in Arabic, or the other way about."""
    if not said.strip():
        return False
    return _share_of_latin(text) - _share_of_latin(said) > 0.5 or _share_of_latin(said) - _share_of_latin(text) > 0.5


def _share_of_latin(text: str) -> float:
    letters = [sign for sign in text if sign.isalpha()]
    return sum(sign < "\u0370" for sign in letters) / len(letters) if letters else 0.0


def _echoes(text: str, orders: str) -> bool:
    words, told = fold(text).split(), " ".join(fold(orders).split())
    runs = (" ".join(words[at : at + LONGEST_ECHO]) for at in range(len(words) - LONGEST_ECHO + 1))
    return bool(told) and any(run in told for run in runs)


@cache
def _cue(name: str, language: str) -> re.Pattern[str]:
    patterns: list[str] = read_phrases(language)["unsaid"][name]
    return compile_any(patterns, language=language)


_MARKS = re.compile("[?？؟]")
_MARKUP = re.compile(r"[<>{}\[\]|*_#`\\]|https?:|www\.|@")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
