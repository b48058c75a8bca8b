"""A text in parts that each can be read alone: paragraphs and lists, each with the headings it stands under. Pure.

Markdown's structure is markdown-it's to find. HTML has no structure of its own there: its tags come as they stand, in
the order of the words, and each says where a heading, an item or a line begins. An HTML parser would take what follows
a lone "<" for a tag, and move words out of a table that is none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from vivavoce.text.sentences import split_sentences

WORDS_AT_LEAST = 40  # a part of a longer paragraph
WORDS_AT_MOST = 90  # of any part, as far as sentences allow
# Characters, some 15 pages. Nothing but marks takes markdown-it 13 µs a character: here that is two thirds of a second.
LONGEST_MARKED = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """Sentences that stand together: the very characters of the source, without Markdown's marks."""

    headings: tuple[str, ...]  # from the outermost
    text: str  # items of a list and rows of a table are lines of their own


def split_text(text: str) -> list[TextPart]:
    """The parts of a plain text, Markdown or simple HTML, in their order, in time linear in its length.

    A paragraph of up to WORDS_AT_MOST words is one part; a longer one is parted between sentences, and a list between
    items.
    Comments, images, addresses of links, and rules are no text. Of a text longer than LONGEST_MARKED only the
    paragraphs are told apart, and the marks stay.
    """
    lines = _BULLET.sub(r"\1- ", _COMMENT.sub("", "\n".join(text.replace("\0", "").splitlines())))
    reading = _Reading(source=lines.split("\n"))
    for token in _markdown().parse(lines) if len(lines) <= LONGEST_MARKED else _read_plain(lines):
        reading.take(token)
    reading.close()
    return reading.parts


def _read_plain(lines: str) -> Iterator[Token]:
    """The paragraphs of a text, as markdown-it would tell them of one without marks."""
    row = 0
    for paragraph in re.split(r"(\n\s*\n)", lines):
        size = paragraph.count("\n")
        if paragraph.strip():
            yield Token("paragraph_open", "p", 1, map=[row, row + size + 1])
            kinds = [Token("text", "", 0, content=line) for line in paragraph.split("\n")]
            children = [token for text in kinds for token in (text, Token("softbreak", "br", 0))]
            yield Token("inline", "", 0, map=[row, row + size + 1], children=children)
        row += size


@cache
def _markdown() -> MarkdownIt:
    """Indented text is no code to anybody who writes a description, and HTML is read with the words around it."""
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(["code", "html_block"])


@dataclass(frozen=True, slots=True)
class _TextLine:
    """The words of one line, without marks."""

    words: str
    row: int  # of its paragraph, from 0
    is_bold: bool  # all of it


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag of HTML between the words."""

    name: str
    is_end: bool


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What has been read so far."""

    source: Sequence[str]  # its lines
    parts: list[TextPart] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)  # level and words
    lines: list[list[str]] = field(default_factory=list)  # of what is open: one for a line, or for each item of a list
    is_list: bool = False
    lead: str | None = None  # "We offer:" stands over the list that follows
    items: int = 0  # how many items are open, each in the one before
    is_first: bool = False  # whether the next line begins an item
    level: int = 0  # of the heading that is open, 0 for none
    last: int = -1  # the line after the last paragraph
    cells: list[str] | None = None  # of the row that is open

    def take(self, token: Token) -> None:
        """Reads one token."""
        begin, end = token.map or (-1, -1)
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                # What leads to a list stands right above it.
                if not self.is_list and begin != self.last:
                    self.close()
            case "list_item_open":
                self.items, self.is_first = self.items + 1, True
            case "list_item_close":
                self.items, self.is_first = self.items - 1, False
            case "paragraph_open":
                if not self.items:
                    self.close()
                self.last = end
            case "heading_open":
                # A line under a whole paragraph makes no heading of it.
                is_paragraph = token.markup in "=-" and end - begin > 2
                self.level = 0 if is_paragraph else int(token.tag[1])
                self.close()
            case "heading_close":
                self.level = 0
            case "tr_open":
                self.cells = []
            case "tr_close":
                self._open_list()
                self.lines.append([" | ".join(self.cells or []).strip("| ")])
                self.cells = None
            case "fence":
                self.close()
                self.lines = [[line] for line in token.content.splitlines() if line.strip()]
                self.is_list = True
                self.close()
            case "hr" | "table_open" | "table_close" | "blockquote_open" | "blockquote_close":
                self.close()
            case "inline":
                self._take_inline(token, begin)

    def _take_inline(self, token: Token, begin: int) -> None:
        pieces = list(_read_inline(token.children or ()))
        if self.cells is not None:
            self.cells.append(" ".join(piece.words for piece in pieces if isinstance(piece, _TextLine)))
        elif self.level:
            self._open_heading(self.level, " ".join(piece.words for piece in pieces if isinstance(piece, _TextLine)))
        else:
            self._take_lines(pieces, begin)

    def _take_lines(self, pieces: Sequence[_TextLine | _Tag], begin: int) -> None:
        level = 0  # of a heading in HTML
        for piece in pieces:
            if isinstance(piece, _Tag):
                level = self._take_tag(piece)
            elif level:
                self._open_heading(level, piece.words)
            elif piece.is_bold and not self.is_first and (self.is_list or not self.lines):
                self._open_heading(_BOLD_LEVEL, piece.words)
            else:
                self._take_line(piece, self.source[begin + piece.row] if begin + piece.row < len(self.source) else "")

    def _take_tag(self, tag: _Tag) -> int:
        """The level of the heading that the tag opens."""
        if tag.name == "li" and not tag.is_end:
            self._open_list()
            self.is_first = True
        elif tag.name in _BLOCKS and not self.is_list:
            self.close()
        return int(tag.name[1]) if tag.name in _HEADINGS and not tag.is_end else 0

    def _take_line(self, line: _TextLine, source: str) -> None:
        """source: the line as it was written."""
        if _DELIMITERS.fullmatch(line.words):
            return
        if self.is_first or line.words.startswith("|"):
            self._open_list()
            self.lines.append([line.words.strip("| ")])
            self.is_first = False
        elif self.is_list and source.lstrip(">")[:1].isspace():
            self.lines[-1].append(line.words)
        else:
            if self.is_list:
                self.close()
            self.lines.append([line.words])

    def close(self) -> None:
        """Ends what is open."""
        if not self.lines:
            self.is_list, self.lead = False, None
            return
        lines = [" ".join(" ".join(line).split()) for line in self.lines]
        # What nobody has wrapped stands in lines for a reason: an address, opening hours.
        is_lines = self.is_list or (len(lines) > 1 and max(map(len, lines)) <= _LONGEST_OWN_LINE)
        pieces = [line for line in lines if line] if is_lines else split_sentences(" ".join(lines))
        headings = tuple(words for _, words in self.headings) + ((self.lead,) if self.lead else ())
        joint = "\n" if is_lines else " "
        self.parts += [TextPart(headings=headings, text=joint.join(group)) for group in group_pieces(pieces)]
        self.lines, self.is_list, self.lead = [], False, None

    def _open_heading(self, level: int, words: str) -> None:
        self.close()
        while self.headings and self.headings[-1][0] >= level:
            self.headings.pop()
        if bare := " ".join(words.split()).rstrip(":"):
            self.headings.append((level, bare))

    def _open_list(self) -> None:
        if self.is_list:
            return
        lead = " ".join(self.lines[0]) if len(self.lines) == 1 else ""
        is_lead = lead.endswith((":", "：")) and len(lead.split()) <= LONGEST_LEAD
        if is_lead:
            self.lines = []
        self.close()
        self.is_list = True
        self.lead = lead.rstrip(":：") if is_lead else None


@dataclass(slots=True)
class _Inline:
    """A line that is being read."""

    row: int = 0
    words: str = ""
    bold_end: int = -1  # how many characters from its begin on are bold
    marks: list[str] = field(default_factory=list)  # of the emphasis that is open: "" where it is one

    def end(self) -> Iterator[_TextLine]:
        """The line, if there is any; then the next begins."""
        words = self.words.strip()
        is_bold = 0 < self.bold_end <= _LONGEST_BOLD and self.words[self.bold_end :].strip() in ("", ":")
        if words:
            yield _TextLine(words, self.row, is_bold)
        self.words, self.bold_end = "", -1

    def open(self, token: Token) -> None:
        """Marks inside a word are its own: 5*3*2."""
        self.marks.append(token.markup if self.words[-1:].isalnum() else "")
        self.words += self.marks[-1]
        if token.type == "strong_open" and not self.words.strip():
            self.bold_end = 0

    def shut(self, token: Token) -> None:
        """Ends an emphasis."""
        self.words += self.marks.pop()
        if token.type == "strong_close" and self.bold_end == 0:
            self.bold_end = len(self.words)


def _read_inline(tokens: Sequence[Token]) -> Iterator[_TextLine | _Tag]:
    """The lines of a paragraph, and the tags between them that begin or end something."""
    line = _Inline()
    is_address = False
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                yield from line.end()
                line.row += 1
            case "em_open" | "strong_open" | "s_open":
                line.open(token)
            case "em_close" | "strong_close" | "s_close":
                line.shut(token)
            case "link_open" | "link_close":
                is_address = token.type == "link_open" and token.info == "auto"
            case "html_inline":
                if (tag := _TAG_NAME.match(token.content)) and tag[2].lower() in _STRUCTURE:
                    yield from line.end()
                    yield _Tag(tag[2].lower(), tag[1] == "/")
                elif tag and tag[2].lower() in _CELLS:
                    line.words += " "  # two cells are two words
                line.row += token.content.count("\n")
            case "text" | "code_inline" if not is_address:
                line.words += token.content
    yield from line.end()


def group_pieces(pieces: list[str]) -> Iterator[list[str]]:
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
    """How many words a text has; two characters of a script without spaces count as one."""
    return len(text.split()) + len(_CHARACTER.findall(text)) // 2


LONGEST_LEAD = 12  # words
_LONGEST_OWN_LINE = 60  # characters
_LONGEST_BOLD = 120  # characters of a heading in bold
_BOLD_LEVEL = 5  # a line in bold is a heading below those that are marked as such

# Each of these reads a text in linear time: what may repeat never meets what follows it.
_COMMENT = re.compile(r"<!--(?:.*?-->|.*\Z)", re.DOTALL)
_BULLET = re.compile(r"^([ \t>]{0,99})[•·–‣▪◦●✓✔][ \t\u00a0]+", re.MULTILINE)
_DELIMITERS = re.compile(r"[\s|:+=-]+")  # under the head of a table
_TAG_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset({"p", "div", "ul", "ol", "table", "tr", "section", "article"})
_CELLS = frozenset({"td", "th"})
_STRUCTURE = _HEADINGS | _BLOCKS | {"br", "li"}
_CHARACTER = re.compile("[\u0e00-\u0eff\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
