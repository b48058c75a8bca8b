"""Whether an answer says anything: silence, bare words, lists of keywords, coarse words, a cut end. Pure."""

import re
from collections.abc import Iterator

from vivavoce.scoring.echoes import read_text
from vivavoce.scoring.vocabulary import LANGUAGES, compile_phrases, fillers_of, read_vocabulary, read_words
from vivavoce.text.sentences import Span, find_sentences

LONGEST_BARE = 6  # words
LONGEST_ANSWER = 20_000  # characters: half an hour of fast speech, as in a conversation
# A list: so many words in a row of which hardly any holds a sentence together. In speech about every second one does.
LEAST_LIST_WORDS = 8
# Nobody who speaks in sentences sets off three words of four.
SEPARATED_SHARE = 0.7
LEAST_BARE_LIST_WORDS = 12  # without commas and the like between them
SMALL_SHARE = 0.12
LEAST_SEPARATORS = 0.25  # commas and the like for each word
SHORT_SENTENCE = 3  # words: such sentences one after the other are read as one list


def is_silent(text: str) -> bool:
    """Whether there is no letter and no number in it."""
    return not any(map(str.isalnum, text))


def is_bare(text: str, *, language: str) -> bool:
    """Whether it is nothing but a yes or a no, as in "No, I haven't"."""
    words = [word.text.replace("’", "'") for word in read_text(text)]
    bare = read_words(language, "bare") | fillers_of(language)
    near = bare | read_words(language, "small_words")
    return all(map(bare.__contains__, words)) or (len(words) <= LONGEST_BARE and all(map(near.__contains__, words)))


def says_nothing(text: str, *, language: str) -> bool:
    """Whether the whole of it says that there is nothing to say."""
    if language not in LANGUAGES or len(text) > 200:
        return False
    fillers = fillers_of(language) | read_words(language, "regrets")
    words = [word.text.replace("’", "'") for word in read_text(text)]
    while words and words[0] in fillers:
        words.pop(0)
    while words and words[-1] in fillers:
        words.pop()
    return not words or _compile_empty(language).fullmatch(" ".join(words)) is not None


def find_keyword_lists(text: str, question: str, *, language: str) -> list[Span]:
    """The runs of terms that no sentence holds together.

    None in a language whose small words we do not know, and none where the question asks to name things.
    """
    small = read_words(language, "small_words") | read_words(language, "first_person")
    if not small or compile_phrases("asks_for_list").search(question):
        return []
    tables = [Span(table.start(), table.end()) for table in _TABLE.finditer(text)]
    return tables + [run for run in _find_runs(text) if _is_list(text, run, small)]


def is_without_small_words(text: str, stretch: Span, *, language: str) -> bool:
    """Whether hardly any of its words holds a sentence of this language together; never where we don't know those."""
    small = read_words(language, "small_words") | read_words(language, "first_person")
    words = [word.text.replace("’", "'") for word in read_text(text, stretch)]
    return bool(small) and sum(map(small.__contains__, words)) <= SMALL_SHARE * len(words)


def _is_list(text: str, run: Span, small: frozenset[str]) -> bool:
    said = [word.text.replace("’", "'") for word in read_text(text, run)]
    # Letters and numbers by themselves are formulas, unless they are words.
    words = [word for word in said if word in small or (word[1:] and word[0].isalpha())]
    held = sum(map(small.__contains__, words))
    separators = len(_SEPARATORS.findall(text, run.start, run.end))
    if len(words) >= LEAST_BARE_LIST_WORDS and separators >= SEPARATED_SHARE * len(words):
        return True
    if len(words) < LEAST_LIST_WORDS or held > SMALL_SHARE * len(words):
        return False
    return separators >= LEAST_SEPARATORS * len(words) or (held == 0 and len(words) >= LEAST_BARE_LIST_WORDS)


def find_spelt_out(text: str) -> list[Span]:
    """The stretches of single letters, as in "I g n o r e": nobody answers so, and no rater reads it."""
    return [Span(spelt.start(), spelt.end()) for spelt in _SPELT_OUT.finditer(text)]


def find_profanity(text: str, *, language: str) -> list[Span]:
    """The coarse words of the answer's language."""
    coarse = read_words(language, "profanity")
    return [word.span for word in read_text(text) if word.text in coarse]


def is_cut_or_long(text: str, *, language: str) -> bool:
    """Whether it is longer than an answer can be, or its last word asks for another."""
    words = read_text(text[-200:])
    ends_open = bool(words) and words[-1].text in read_words(language, "hanging") and text.rstrip()[-1:].isalpha()
    return len(text) >= LONGEST_ANSWER or ends_open


def _find_runs(text: str) -> Iterator[Span]:
    """Sentences, with short ones that follow each other as one."""
    run: Span | None = None
    for sentence in find_sentences(text):
        is_short = len(read_text(text, sentence)) <= SHORT_SENTENCE
        if run is not None and is_short:
            run = Span(run.start, sentence.end)
            continue
        if run is not None:
            yield run
            run = None
        if is_short:
            run = sentence
        else:
            yield sentence
    if run is not None:
        yield run


def _compile_empty(language: str) -> re.Pattern[str]:
    return re.compile("|".join(read_vocabulary(language)["empty"]))


_SPELT_OUT = re.compile(r"(?<!\S)(?:[^\W\d_]\s+){9,}[^\W\d_](?!\S)")
_TABLE = re.compile(r"^[ ]*\|.*\|[ ]*$(?:\n[ ]*\|.*\|[ ]*$)*", re.M)
_SEPARATORS = re.compile(r"[,;|/•·\n]|\.\s")
