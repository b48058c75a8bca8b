"""Words that are meant for whoever judges: found in plain text and in the usual disguises. Pure.

What is found is widened to what belongs to it: its sentence, and the sentences beside it in which somebody speaks of
the candidate, or which nobody says of themselves. It is then no evidence. The rater gives probabilities for words and
takes no orders, so that this guards against praise that rides on an order, not against the order.
"""

import base64
import binascii
import codecs
import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote_plus

from vivavoce.scoring.echoes import read_text
from vivavoce.scoring.vocabulary import compile_phrases, read_injections, read_words
from vivavoce.text.sentences import Span, find_sentences

# Without punctuation a sentence is all that was said: from so many words on, only so many around the finding are taken.
LONG_SENTENCE = 60
WORDS_AROUND = 15


def find_injections(text: str, *, language: str) -> list[Span]:
    """Every stretch that speaks to whoever judges, with what belongs to it; in order, apart from each other."""
    spans = sorted({*_find_plain(text), *_find_disguised(text)})
    if not spans:
        return []
    return join_spans(_widen(text, spans, read_words(language, "first_person")))


def find_addresses(text: str) -> list[Span]:
    """Addresses on the web: whoever reads an answer does not open them, and their letters are nobody's words."""
    return [Span(address.start(), address.end()) for address in _ADDRESS.finditer(text)]


def find_tags(text: str) -> list[Span]:
    """Tags of markup: what is written in them is said to a browser. A type's parameter, as in List<int>, is none."""
    return [Span(tag.start(), tag.end()) for tag in _TAG.finditer(text)]


def join_spans(spans: Sequence[Span]) -> list[Span]:
    """The spans in order, those that touch each other as one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _find_plain(text: str) -> Iterator[Span]:
    for pattern in read_injections():
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end())


def _find_disguised(text: str) -> Iterator[Span]:
    """The same words read another way: other characters for letters, rot13, backwards, spaced out, in base64 or hex."""
    for other in (text.translate(_LEET), codecs.encode(text, "rot13"), _PERCENT.sub("   ", text)):
        if other != text:
            yield from _find_plain(other)
    for span in _find_plain(text[::-1]):
        yield Span(len(text) - span.end, len(text) - span.start)
    for spaced in _SPACED.finditer(text):
        if any(_find_plain(re.sub(r"(?<=\w)[ ._-](?=\w(?:[ ._-]|\b))", "", spaced[0]).replace("  ", " "))):
            yield Span(spaced.start(), spaced.end())
    for address in find_addresses(text):
        if any(_find_plain(unquote_plus(text[address.start : address.end]))):
            yield address
    for coded in _CODED.finditer(text):
        if any(_find_plain(_decode(coded[0]))):
            yield Span(coded.start(), coded.end())


def _decode(coded: str) -> str:
    """What a run of base64 or hex says, '' for neither."""
    packed = re.sub(r"\s|\\x|0x", "", coded)
    for read in (bytes.fromhex, lambda text: base64.b64decode(text + "=" * (-len(text) % 4), validate=True)):
        try:
            return read(packed).decode()
        except (ValueError, binascii.Error):
            continue
    return ""


def _widen(text: str, spans: Sequence[Span], personal: frozenset[str]) -> list[Span]:
    sentences = find_sentences(text)
    about = compile_phrases("about_candidate")
    taken: list[Span] = []
    is_within = False
    for place, sentence in enumerate(sentences):
        hits = [span for span in spans if span.start < sentence.end and sentence.start < span.end]
        words = read_text(text, sentence)
        is_theirs = bool(about.search(text, sentence.start, sentence.end))
        if hits:
            taken += [_around(text, hit, sentence) for hit in hits] if len(words) > LONG_SENTENCE else [sentence]
            if place and about.search(text, sentences[place - 1].start, sentences[place - 1].end):
                taken.append(sentences[place - 1])
            is_within = True
        elif is_within and (is_theirs or not any(word.text in personal for word in words)):
            taken.append(sentence)
        else:
            is_within = False
    return [*taken, *spans]


def _around(text: str, hit: Span, sentence: Span) -> Span:
    words = read_text(text, sentence)
    inside = [at for at, word in enumerate(words) if word.span.start < hit.end and hit.start < word.span.end]
    if not inside:
        return hit
    first = words[max(0, inside[0] - WORDS_AROUND)]
    last = words[min(len(words) - 1, inside[-1] + WORDS_AROUND)]
    return Span(first.span.start, last.span.end)


_LEET = str.maketrans("013457@$", "oieastas")
# As an address writes a space and its kin; the text stays as long as it was.
_PERCENT = re.compile(r"%[0-9a-f]{2}", re.I)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.I)
_TAG = re.compile(r"(?:(?<!\w)<|</)[a-z][a-z0-9-]{0,30}(?:\s[^<>]{0,300})?/?>", re.I)
_SPACED = re.compile(r"(?:\b\w[ ._-]{1,2}){8,}\w\b")
_CODED = re.compile(r"[A-Za-z0-9+/]{24,4000}={0,2}|(?:(?:\\x|0x)?[0-9a-fA-F]{2}\s?){16,2000}")
