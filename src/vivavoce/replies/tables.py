"""Tables of Markdown as sentences, so that a row can be read alone: each cell with what its column is called. Pure.

| Shift | From | To |
|-------|------|----|      ──►  - Early: From 6, To 14.
| Early | 6    | 14 |
"""

import re
from collections.abc import Iterator

MOST_COLUMNS = 12  # a wider table lists no facts, and stays as it is


def tables_to_sentences(text: str) -> str:
    """The text with every table as a list of sentences; all else stays to the letter."""
    return "\n".join(_rewrite(text.split("\n"))) if "|" in text else text


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
