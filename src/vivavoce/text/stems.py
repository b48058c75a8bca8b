"""Words as they are compared: folded, without the words that carry no meaning, each brought to its stem. Pure."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType

from vivavoce.text.fold import fold, without_accents
from vivavoce.text.languages import UNSPACED

# Interview language to Snowball's name of it; of the 34, these are the ones that it knows.
STEMMERS = {
    "ar": "arabic",
    "br": "portuguese",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
# So many stems does a word of meaning give on average, where it is not one: pairs of characters, or syllables.
STEMS_IN_WORD = {"ja": 1.25, "ko": 2.5, "th": 4.0, "vi": 1.5, "zh": 1.5}
# Six tones are told by accents alone: without them nearly every word would be another.
KEEPS_ACCENTS = {"vi"}
REMEMBERED_WORDS = 50_000  # about 10 MB; a stem costs some 20 µs


def content_stems(text: str, *, language: str, left_out: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The stems of the words that carry meaning, in their order, repeats included.

    language: a code of the 34; one without a stemmer gives folded words. Case and accents make no difference.
    left_out: words that carry no meaning here either, folded and with their accents.
    A number is one stem, its groups joined (60,000 and 60.000: 60000); letters and digits are parted (24h: 24, h).
    What is written without spaces (Chinese, Japanese, Korean, Thai) gives each two neighbouring characters; there
    left_out is cut out of the text before (in Korean only where it stands between spaces), so that no pair holds a part
    of it.
    """
    return tuple(iterate_stems(text, language=language, left_out=left_out))


def iterate_stems(text: str, *, language: str, left_out: frozenset[str] = frozenset()) -> Iterator[str]:
    """As content_stems, one after another: for who does not need all of a long text."""
    if left_out and (language in UNSPACED or language == "ko"):
        text = _any_of(left_out, is_spaced=language not in UNSPACED).sub(" ", fold(text))
        left_out = frozenset()
    stop = stop_words_of(language) | left_out
    stems = (stem_word(word, language=language) for word in split_words(text) if word not in stop)
    return (stem for stem in stems if len(stem) > 1 or not stem.isascii() or stem.isdigit())


def split_words(text: str) -> Iterator[str]:
    """The words of a text, folded, accents kept, apostrophes parting."""
    for match in _WORD.finditer(fold(text)):
        word = match[0]
        if match.lastgroup == "number":
            yield _GROUPS.sub("", word).replace(",", ".")
        elif match.lastgroup == "characters" and len(word) > 1:
            yield from (word[at : at + 2] for at in range(len(word) - 1))
        else:
            yield word


@lru_cache(maxsize=16)
def _any_of(words: frozenset[str], *, is_spaced: bool) -> re.Pattern[str]:
    """Any of the words, the longest that there is; none of them stops before a mark that belongs to its last letter."""
    longest_first = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    bounds = (rf"(?<![{_CHARACTERS}])", rf"(?![{_CHARACTERS}])") if is_spaced else ("", f"(?![{_THAI_MARKS}])")
    return re.compile(f"{bounds[0]}(?:{longest_first}){bounds[1]}")


@cache
def stop_words_of(language: str) -> frozenset[str]:
    """The words that carry no meaning of their own; none for a language whose stop words we do not know."""
    return _read_stop_words().get(language, frozenset())


@cache
def _read_stop_words() -> dict[str, frozenset[str]]:
    by_language = tomllib.loads(Path(__file__).with_name("stop_words.toml").read_text(encoding="utf-8"))
    return {language: frozenset(words.split()) for language, words in by_language.items()}


@lru_cache(maxsize=REMEMBERED_WORDS)
def stem_word(word: str, *, language: str) -> str:
    """The stem of a folded word, without accents."""
    algorithm = STEMMERS.get(language)
    if algorithm is not None and len(word) <= LONGEST_WORD:
        # A stemmer holds the word that it is at: one for each word, so that threads may share this function.
        word = _snowball().stemmer(algorithm).stemWord(word)
    return word if language in KEEPS_ACCENTS else without_accents(word)


@cache
def _snowball() -> ModuleType:
    """All its languages, 9 MB: loaded with the first conversation, since a server that only takes calls needs none."""
    import snowballstemmer

    module: ModuleType = snowballstemmer
    return module


# Some stemmers take time that grows with the square of the word, and nobody writes such words.
LONGEST_WORD = 64

# Thai, Lao; kana; Chinese characters; Hangul: no spaces, or spaces that part more than words.
_CHARACTERS = "\u0e00-\u0eff\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
_THAI_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
# Marks that belong to the letter before them, which Python counts among no word's characters.
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0971-\u0dff\u200c\u200d"
_WORD = re.compile(
    rf"(?P<number>\d+(?:[.,'’]\d+)*)|(?P<characters>[{_CHARACTERS}]+)|(?:(?![{_CHARACTERS}\d_])[\w{_MARKS}])+"
)
_GROUPS = re.compile(r"[.,'’](?=\d{3}(?!\d))")
