"""Headings that nobody marked as such, as people type them into a field for plain text. Pure.

DESIRABLE                   ##### DESIRABLE
• CIPP, or studying         • CIPP, or studying
                      ──►
What's next                 ##### What's next
You'll hear by Friday.      You'll hear by Friday.
"""

import re
from collections.abc import Sequence

MOST_WORDS = 6  # of a heading; longer lines are sentences that lack their stop
MOST_CAPITAL_WORDS = 10
LONGEST = 60  # characters
FEWEST_BELOW = 4  # words of a line that says something under a heading
_MARK = "##### "


def mark_headings(text: str) -> str:
    """The text with a mark before every line that is a heading by its place and its form; all else to the letter.

    That is a short line without a stop, free above it, with a list or a sentence below it; or one in capital letters.
    The first line of a text is none: it opens it.
    """
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    return "\n".join(
        f"{_MARK}{line.strip()}" if at > first and _is_heading(lines, at) else line for at, line in enumerate(lines)
    )


def _is_heading(lines: Sequence[str], at: int) -> bool:
    line = lines[at].strip()
    if not line or len(line) > LONGEST or _MARKED.match(line) or _STOPPED.search(line):
        return False
    below = next((other.strip() for other in lines[at + 1 :] if other.strip()), "")
    if not below:
        return False
    is_capital = line == line.upper() != line.lower() and sum(map(str.isalpha, line)) >= FEWEST_BELOW
    if is_capital and len(line.split()) <= MOST_CAPITAL_WORDS:
        return below != below.upper() or _ITEM.match(below) is not None  # an address shouts on
    is_free = not lines[at - 1].strip()
    says = _ITEM.match(below) is not None or (len(below.split()) >= FEWEST_BELOW and _STOPPED.search(below) is not None)
    return is_free and len(line.split()) <= MOST_WORDS and not line[:1].islower() and says


_ITEM = re.compile(r"[-*+•·–‣▪◦●✓✔][ \t\u00a0]|\d{1,2}[.)] ")
_MARKED = re.compile(rf"[#>|<]|\*\*|__|{_ITEM.pattern}")
_STOPPED = re.compile(r"[.!?…:;,。！？：؟]['\"”’»)]*$")
