"""A text in parts that each can be read alone: paragraphs and lists, each with the headings it stands under. Pure."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vivavoce.text.sentences import split_sentences

WORDS_AT_LEAST = 40  # a part of a longer paragraph
WORDS_AT_MOST = 90  # of any part, as far as sentences allow


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """Sentences that stand together: the very characters of the source, without Markdown's marks."""

    headings: tuple[str, ...]  # from the outermost
    text: str  # items of a list and rows of a table are lines of their own


def split_text(text: str) -> list[TextPart]:
    """The parts of a plain text, Markdown or simple HTML, in their order, in time linear in its length.

    A paragraph of up to WORDS_AT_MOST words is one part; a longer one is parted between sentences, and a list between
    items.
    Comments, images, addresses of links, and rules are no text.
    """
    reading = _Reading()
    for line in _to_lines(text):
        reading.take(line)
    reading.close()
    return reading.parts


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    parts: list[TextPart] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)  # level and words
    lines: list[list[str]] = field(default_factory=list)  # of what is open: one for a line, or for each item of a list
    is_list: bool = False
    lead: str | None = None  # "We offer:" stands over the list that follows

    def take(self, line: str) -> None:
        """Reads one line."""
        line = _QUOTED.sub("", line)
        if not line.strip():
            # Items of a list may stand apart.
            if not self.is_list:
                self.close()
        elif found := _HEADING.fullmatch(line):
            self._open_heading(len(found["level"]), _CLOSING.sub("", found["words"]))
        elif _UNDERLINE.fullmatch(line) and len(self.lines) == 1 and not self.is_list:
            words = self.lines.pop()
            self._open_heading(1 if "=" in line else 2, " ".join(words))
        elif _RULE.fullmatch(line) or _REFERENCE.fullmatch(line):
            if "|" not in line:
                self.close()
        elif (found := _BOLD_LINE.fullmatch(line)) and (self.is_list or not self.lines):
            self._open_heading(_BOLD_LEVEL, found["words"])
        elif found := _ITEM.match(line) or _ROW.match(line):
            self._open_list()
            self.lines.append([found["words"].strip("| ")])
        elif self.is_list and line[0].isspace():
            self.lines[-1].append(line)
        else:
            if self.is_list:
                self.close()
            self.lines.append([line])

    def close(self) -> None:
        """Ends what is open."""
        if not self.lines:
            return
        lines = [" ".join(line) for line in self.lines]
        # What nobody has wrapped stands in lines for a reason: an address, opening hours.
        is_lines = self.is_list or (len(lines) > 1 and max(map(len, lines)) <= _LONGEST_OWN_LINE)
        if is_lines:
            pieces = [words for line in lines if (words := _strip_marks(line))]
        else:
            pieces = split_sentences(_strip_marks(" ".join(lines)))
        headings = tuple(words for _, words in self.headings) + ((self.lead,) if self.lead else ())
        joint = "\n" if is_lines else " "
        self.parts += [TextPart(headings=headings, text=joint.join(group)) for group in _group(pieces)]
        self.lines, self.is_list, self.lead = [], False, None

    def _open_heading(self, level: int, words: str) -> None:
        self.close()
        while self.headings and self.headings[-1][0] >= level:
            self.headings.pop()
        if stripped := _strip_marks(words).rstrip(":"):
            self.headings.append((level, stripped))

    def _open_list(self) -> None:
        if self.is_list:
            return
        lead = _strip_marks(" ".join(self.lines[0])) if len(self.lines) == 1 else ""
        is_lead = lead.endswith((":", "：")) and len(lead.split()) <= _LONGEST_LEAD
        if is_lead:
            self.lines = []
        self.close()
        self.is_list = True
        self.lead = lead.rstrip(":：") if is_lead else None


def _to_lines(text: str) -> list[str]:
    """The lines, HTML's own ways to write headings, items and breaks brought to Markdown's."""
    plain = _COMMENT.sub("", text.replace("\0", ""))
    plain = _HTML_HEADING.sub(lambda found: "\n\n" + "#" * int(found[1]) + " ", plain)
    plain = _HTML_ITEM.sub("\n- ", plain)
    return _HTML_BLOCK.sub("\n\n", _HTML_BREAK.sub("\n", plain)).splitlines()


def _strip_marks(text: str) -> str:
    """One run of text without the marks of emphasis, links and code, its white space single."""
    plain = _TAG.sub("", _IMAGE.sub("", text))
    plain = _LINK.sub(r"\1", plain)
    for mark in _EMPHASIS:
        plain = mark.sub(r"\1", plain)
    return " ".join(html.unescape(_ESCAPED.sub(r"\1", plain)).split())


def _group(pieces: list[str]) -> Iterator[list[str]]:
    """Neighbours together, as even as WORDS_AT_LEAST and WORDS_AT_MOST let them be."""
    group: list[str] = []
    words, left = 0, sum(map(count_words, pieces))
    for piece in pieces:
        size = count_words(piece)
        is_full = words + size > WORDS_AT_MOST or (words >= WORDS_AT_LEAST and left > WORDS_AT_MOST - words)
        if group and is_full:
            yield group
            group, words = [], 0
        group.append(piece)
        words += size
        left -= size
    if group:
        yield group


def count_words(text: str) -> int:
    """How many words a text has; two signs of a script without spaces count as one."""
    return len(text.split()) + len(_SIGN.findall(text)) // 2


_LONGEST_LEAD = 12  # words
_LONGEST_OWN_LINE = 60  # characters
_BOLD_LEVEL = 5  # a line in bold is a heading below those that are marked as such

# Each of these reads a line in linear time: what may repeat is bounded, or never meets what follows it.
_QUOTED = re.compile(r"^ {0,3}>[> ]*")
_HEADING = re.compile(r" {0,3}(?P<level>#{1,6})[ \t]+(?P<words>.*)")
_CLOSING = re.compile(r"(?<![\s#])\s{1,9}#{1,9}\s{0,9}$")
_UNDERLINE = re.compile(r"\s{0,3}(?:=+|-{2,})\s*")
_RULE = re.compile(r"[\s*_-]+|[\s|:+=-]+|\s*(?:```|~~~).*")
_REFERENCE = re.compile(r" {0,3}\[[^\[\]]+\]:\s*\S+(?:\s+[\"'(].*)?")
_BOLD_LINE = re.compile(r"\s*(?:\*\*|__)(?P<words>[^*_]{1,120})(?:\*\*|__):?\s*")
_ITEM = re.compile(r"\s*(?:[-*+•·–‣▪◦●✓✔]|\d{1,3}[.)])[ \t\u00a0]+(?P<words>.*)")
_ROW = re.compile(r"\s*\|(?P<words>.*)")
_COMMENT = re.compile(r"<!--(?:.*?-->|.*\Z)", re.DOTALL)
_HTML_HEADING = re.compile(r"<h([1-6])(?:\s[^<>]{0,300})?>", re.IGNORECASE)
_HTML_ITEM = re.compile(r"<li(?:\s[^<>]{0,300})?>", re.IGNORECASE)
_HTML_BREAK = re.compile(r"<br\s{0,9}/?>|</h[1-6]>|</li>", re.IGNORECASE)
_HTML_BLOCK = re.compile(r"</?(?:p|div|ul|ol|table|tr|section|article)(?:\s[^<>]{0,300})?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()]*\)")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_EMPHASIS = (
    re.compile(r"(?<![\w*])\*{1,3}(?=[^\s*])([^*]*[^\s*])\*{1,3}(?![\w*])"),
    re.compile(r"(?<![\w_])_{1,3}(?=[^\s_])([^_]*[^\s_])_{1,3}(?![\w_])"),
    re.compile(r"~~(?=[^\s~])([^~]*[^\s~])~~"),
    re.compile(r"`{1,2}([^`]+)`{1,2}"),
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_SIGN = re.compile("[\u0e00-\u0eff\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
