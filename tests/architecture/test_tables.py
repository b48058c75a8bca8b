"""A room alone writes its tables, and only rooms above it read them: what import-linter can't see in SQL."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture.tree import ROOT, SRC, modules

# From below to above; rooms in one line are beside each other, and read nothing of each other's.
ORDER = (
    {"jobs"},
    {"events"},
    {"knowledge"},
    {"merchants", "replies"},
    {"interviews"},
    {"candidates"},
    {"attempts"},
    {"conversation", "scoring", "recordings"},
    {"sound"},
    {"reports"},
    {"api", "web"},
    {"cli", "client"},
)
# Who writes another room's table all the same, and why.
WRITTEN_FROM_ABOVE = {
    ("attempts/erase.py", "candidates"): "a person's claim is taken in the same breath as their attempts'",
    ("conversation/loop.py", "attempts"): "when a page came is written with every message, in one statement",
    ("sound/retention.py", "sign_ins"): "a sweep removes what is over, whoever's it is",
    ("sound/publish_lines.py", "interviews"): "which revision was spoken is compared and set with its event",
}
TOUCHED = re.compile(r"\b(from|join|using|insert into|update|delete from)\s+(?:only\s+)?(\w+)\b")


def owners() -> dict[str, str]:
    """Each table's room, as ARCHITECTURE.md has it."""
    text = (ROOT / "ARCHITECTURE.md").read_text().partition("## The tables")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", text, re.MULTILINE))


@cache
def touched() -> tuple[tuple[Path, str, str], ...]:
    """File, verb and table, of each statement that stands in a text."""
    return tuple(_find_touched())


def _find_touched() -> Iterator[tuple[Path, str, str]]:
    for path in modules():
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse((SRC / path).read_text())):
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if re.search(r"\b(select|insert|update|delete)\b", text):
                yield from ((path, verb, table) for verb, table in TOUCHED.findall(text))


def height(room: str) -> int:
    return next((number for number, rooms in enumerate(ORDER) if room in rooms), -1)


def test_no_room_reads_a_table_of_a_room_above_or_beside_it() -> None:
    rooms, seen = owners(), touched()
    assert len(rooms) > 30
    assert sum(rooms.get(table) == path.parts[0] for path, _, table in seen) > 100, "the statements are found"
    assert [
        f"{path} reads {table} of {rooms[table]}"
        for path, _, table in seen
        if table in rooms and rooms[table] != path.parts[0] and height(rooms[table]) >= height(path.parts[0])
    ] == []


def test_a_room_alone_writes_its_tables() -> None:
    rooms = owners()
    found = {
        (path.as_posix(), table)
        for path, verb, table in touched()
        if verb in ("insert into", "update", "delete from") and rooms.get(table, path.parts[0]) != path.parts[0]
    }
    assert found == set(WRITTEN_FROM_ABOVE)
