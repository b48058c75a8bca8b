"""Which of the candidate's own sentences a follow-up takes up: the one that it asks about, or none. Pure.

A sentence bears on a follow-up where it speaks of what the question asks for, or shows the very thing that is still
asked for: a "we" without an "I", a deed without its end. What a rubric wants chooses nothing, so that nobody can
tell it from the choice.

    How do you keep a payment from being taken twice?
    Each payment request has a key. The server knows it again. │ Keys expire after 24 hours.
    ^ spoken of in the question's words                           the last one, and beside the point
"""

from collections.abc import Iterable

from vivavoce.conversation.asking_us import find_told, is_no_answer, is_remark, split_spoken
from vivavoce.conversation.intents import (
    count_shared,
    is_declining,
    is_denying,
    is_general,
    is_measurable,
    is_question,
    is_unowned,
    telling_stems,
    tells_deed,
)
from vivavoce.conversation.lines import Probe
from vivavoce.conversation.turn_words import adds_nothing
from vivavoce.text.fold import fold

SHORTEST_TAKEN_UP, LONGEST_TAKEN_UP = 12, 140  # characters of a sentence
STORY = 3  # sentences
OF_STORIES = (Probe.OWN_PART, Probe.RESULT, Probe.FIGURE, Probe.EXAMPLE, Probe.MORE)


def find_taken_up(text: str, *, question: str, probe: Probe, language: str) -> str | None:
    """The sentence that this probe is about; None where none bears on it.

    An answer of one sentence is what the probe is about, whatever its words. question: as the merchant asked it.
    """
    sentences = list(_split_told(text, language))
    fit = [sentence for sentence in sentences if _is_fit(sentence, language)]
    if len(sentences) == 1 or not fit:
        return fit[0] if fit else None
    scores = [_bears(sentence, question, probe, language) for sentence in fit]
    best = max(range(len(fit)), key=scores.__getitem__)
    shows, shared, _ = scores[best]
    # Of a story, only what shows that something is missing: else the next sentence may well have told it.
    if len(sentences) >= STORY and probe in OF_STORIES:
        return fit[best] if shows and probe is not Probe.RESULT else None
    return fit[best] if shows or shared else None


def find_quoted(text: str, quote: str, *, language: str) -> str | None:
    """The sentence that these words of it stand in; None where none has them."""
    words = _plain(quote)
    fit = (sentence for sentence in _split_told(text, language) if _is_fit(sentence, language))
    return next((sentence for sentence in fit if words in _plain(sentence) or _plain(sentence) in words), None)


def _split_told(text: str, language: str) -> Iterable[str]:
    """The sentences that answer, parted before small letters as well."""
    for span in find_told(text, language=language):
        for sentence in split_spoken(text[span.start : span.end]):
            if not is_no_answer(sentence, language=language):
                yield " ".join(sentence.split())


def _is_fit(sentence: str, language: str) -> bool:
    """Whether it may be quoted: it tells something, and neither denies, shrugs, asks, nor speaks of the interview."""
    if not SHORTEST_TAKEN_UP <= len(sentence) <= LONGEST_TAKEN_UP or is_question(sentence):
        return False
    is_none = is_denying(sentence, language=language) or is_declining(sentence, language=language)
    return not (is_none or adds_nothing(sentence, language=language) or is_remark(sentence, language=language))


def _bears(sentence: str, question: str, probe: Probe, language: str) -> tuple[bool, int, int]:
    """Whether it shows what the probe asks for, how many of the question's words it speaks in, how much it tells."""
    match probe:
        case Probe.OWN_PART:
            shows = is_unowned(sentence, language=language)
        case Probe.RESULT:
            shows = tells_deed(sentence, language=language)
        case Probe.FIGURE:
            shows = is_measurable(sentence, language=language)
        case Probe.EXAMPLE:
            shows = is_general(sentence, language=language)
        case _:
            shows = False
    shared = count_shared(question, sentence, language=language)
    return shows, shared, len(telling_stems(sentence, language=language))


def _plain(text: str) -> str:
    return fold(text, joins_spaces=True).strip(" .,;:!?\"'“”„«»")
