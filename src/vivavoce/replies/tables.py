"""Tables of Markdown and HTML as sentences, so that a row can be read alone: each cell with its column's name. Pure.

| Shift | From | To |
|-------|------|----|      ──►  - Early: From 6, To 14.
| Early | 6    | 14 |
"""

import re
from collections.abc import Iterator

MOST_COLUMNS = 12  # a wider table lists no facts, and stays as it is


def tables_to_sentences(text: str) -> str:
    """The text with every table as a list of sentences; all else stays to the letter."""
    if "</table" in text.lower():
        text = "".join(_rewrite_tagged(text))
    return "\n".join(_rewrite(text.split("\n"))) if "|" in text else text


def _rewrite_tagged(text: str) -> Iterator[str]:
    """The text with every table of HTML that ends as a list, and a line free on both sides of it."""
    before, *tables = _TABLE.split(text)
    yield before
    for table in tables:
        inside, *after = _TABLE_END.split(table, maxsplit=1)
        rows = [[_bare(cell) for cell in _CELL.split(row)[1:]] for row in _ROW.split(inside)[1:]]
        if not after or not any(map(any, rows)):
            yield f"<table>{table}"  # one within another, or one that lists nothing, stays
            continue
        caption, first, *_ = _ROW.split(inside)
        is_head = len(rows) > 1 and len(_HEAD_CELL.findall(first)) == len(rows[0])
        names = rows[0] if is_head else [""] * MOST_COLUMNS
        said = [line for row in rows[is_head:] for line in _say_row(names, row)]
        yield "\n\n".join(("", _bare(caption), "\n".join(said), after[0]))


def _bare(cell: str) -> str:
    return " ".join(_TAG.sub("", _BREAK.sub(" ", cell)).split())


def _rewrite(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        names = _read_cells(lines[at])
        if at + 1 < len(lines) and _RULE.fullmatch(lines[at + 1]) and 2 <= len(names) <= MOST_COLUMNS:
            at += 2
            yield ""
            while at < len(lines) and "|" in lines[at]:
                yield from _say_row(names, _read_cells(lines[at]))
                at += 1
            yield ""
        else:
            yield lines[at]
            at += 1


def _say_row(names: list[str], cells: list[str]) -> Iterator[str]:
    first, *others = cells or [""]
    told = [f"{name} {cell}".strip() for name, cell in zip(names[1:], others, strict=False) if cell]
    if first and told:
        yield f"- {first}: {', '.join(told)}."
    elif first or told:
        yield f"- {first or ', '.join(told)}."


def _read_cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")] if "|" in line else []


_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*")
# Each ends at the next "<": of a text without end, no character is read twice.
_TABLE = re.compile(r"<table(?=[\s>])[^<>]*>", re.IGNORECASE)
_TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)
_ROW = re.compile(r"<tr(?=[\s>])[^<>]*>", re.IGNORECASE)
_CELL = re.compile(r"<t[hd](?=[\s>])[^<>]*>", re.IGNORECASE)
_HEAD_CELL = re.compile(r"<th(?=[\s>])", re.IGNORECASE)
_BREAK = re.compile(r"</?(?:br|p|div|li|ul|ol)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
