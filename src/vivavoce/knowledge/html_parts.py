"""A page of HTML in parts that each can be read alone, each with the headings it stands under. Pure.

nh3 takes out what nobody reads (scripts, styles, menus) and makes what is left well-formed; so what comes here nests.
"""

from html.parser import HTMLParser

import nh3

from vivavoce.knowledge.split import LONGEST_LEAD, TextPart, group_pieces
from vivavoce.text.sentences import split_sentences

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ENDS_BLOCK = {*_HEADINGS, "p", "li", "ul", "ol", "dl", "dt", "dd", "tr", "table", "pre", "blockquote"}
_KEPT = {*_ENDS_BLOCK, "br", "td", "th", "thead", "tbody"}
_THROWN = {"script", "style", "nav", "template", "noscript", "svg", "head", "title", "form", "button", "select"}
_BLOCKS_WITHOUT_WORDS = ("div", "section", "article", "main", "header", "footer", "aside", "figure", "figcaption")


def split_html(html: str) -> list[TextPart]:
    """The parts in their order: paragraphs parted between sentences, and lists and tables between items and rows."""
    # What only lays out becomes a paragraph, so that words of two boxes do not run into each other.
    clean = nh3.clean(
        html,
        tags={*_KEPT, *_BLOCKS_WITHOUT_WORDS},
        attributes={},
        clean_content_tags=_THROWN,
        strip_comments=True,
    )
    reading = _HtmlReading()
    reading.feed(clean)
    reading.close()
    return reading.parts


class _HtmlReading(HTMLParser):
    """What has been read so far."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[TextPart] = []
        self._headings: list[tuple[int, str]] = []
        self._items: list[str] = []  # of the list or table that is open
        self._words: list[str] = []  # of the block that is open
        self._level = 0  # of the heading that is open
        self._lead = ""  # "We offer:" stands over the list that follows
        self._is_item = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """A block begins."""
        if tag == "br":
            self._words.append("\n")
        elif tag in ("td", "th"):
            self._words.append(" | ")
        elif tag in _ENDS_BLOCK or tag in _BLOCKS_WITHOUT_WORDS:
            # A paragraph inside an item is the item's own.
            if not (self._is_item and tag == "p"):
                self._end_block()
            self._level = _HEADINGS.get(tag, 0)
            self._is_item = self._is_item or tag in ("li", "tr", "dt", "dd")

    def handle_endtag(self, tag: str) -> None:
        """A block ends."""
        if tag in ("li", "tr", "dt", "dd"):
            self._end_block()
            self._is_item = False
        elif tag in ("ul", "ol", "table", "dl"):
            self._end_block()
            self._end_list()
        elif (tag in _ENDS_BLOCK or tag in _BLOCKS_WITHOUT_WORDS) and not (self._is_item and tag == "p"):
            self._end_block()
        self._level = 0 if tag in _HEADINGS else self._level

    def handle_data(self, data: str) -> None:
        """Words."""
        self._words.append(data)

    def close(self) -> None:
        """Ends what is open."""
        super().close()
        self._end_block()
        self._end_list()

    def _end_block(self) -> None:
        text = " ".join("".join(self._words).split()).strip("| ")
        self._words = []
        if not text:
            return
        if self._level:
            self._end_list()
            while self._headings and self._headings[-1][0] >= self._level:
                self._headings.pop()
            self._headings.append((self._level, text.rstrip(":")))
        elif self._is_item:
            self._items.append(text)
        else:
            self._end_list()
            if text.endswith((":", "：")) and len(text.split()) <= LONGEST_LEAD:
                self._lead = text.rstrip(":：")
            else:
                self._add(split_sentences(text), joint=" ")

    def _end_list(self) -> None:
        items, self._items = self._items, []
        lead, self._lead = self._lead, ""
        self._add(items or [lead] if items or lead else [], joint="\n", lead=lead if items else "")

    def _add(self, pieces: list[str], *, joint: str, lead: str = "") -> None:
        headings = tuple(words for _, words in self._headings) + ((lead,) if lead else ())
        self.parts += [TextPart(headings=headings, text=joint.join(group)) for group in group_pieces(pieces)]
