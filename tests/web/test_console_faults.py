"""What verbs refuse with, as the console says it in its reader's language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests.architecture.tree import SRC
from tests.builders import House
from tests.console import sit
from vivavoce.db.database import Database
from vivavoce.web.console.faults import SENTENCES

# The rooms whose verbs the console's pages call, and who refuses there.
VERBS = (
    "attempts/comments.py",
    "attempts/decider.py",
    "attempts/decisions.py",
    "attempts/facts.py",
    "attempts/marks.py",
    "attempts/ratings.py",
    "attempts/saved_views.py",
    "attempts/tasks.py",
    "candidates/mails/own_text.py",
    "interviews/move.py",
    "scoring/blind.py",
    "scoring/overturn.py",
    "web/console/result.py",
    "web/console/result_list.py",
)
NOT_SHOWN = {"There is nothing with this id."}  # a page of its own says so


def test_every_sentence_that_a_verb_refuses_with_stands_in_the_consoles_catalogue() -> None:
    patterns = [re.compile(re.sub(r"%\\\(\w+\\\)s", ".+?", re.escape(sentence))) for sentence in SENTENCES]
    said = {sentence for path in VERBS for sentence in _refusals(SRC / path)} - NOT_SHOWN
    assert len(said) > 30
    assert [sentence for sentence in sorted(said) if not any(pattern.fullmatch(sentence) for pattern in patterns)] == []


def _refusals(path: Path) -> Iterator[str]:
    """What it raises Invalid or NotFound with, and the docstrings of its own errors."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef) and {getattr(base, "id", "") for base in node.bases} & {
            "Conflict",
            "Invalid",
        }:
            yield ast.get_docstring(node) or ""
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Invalid", "NotFound") and node.args:
            yield "".join(_texts(node.args[0]))


def _texts(node: ast.expr) -> Iterator[str]:
    """A text as it may come out: what is filled in is a number."""
    for part in node.values if isinstance(node, ast.JoinedStr) else [node]:
        yield str(part.value) if isinstance(part, ast.Constant) else "7"


async def test_what_is_wrong_with_pasted_json_is_said_in_german(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated, wrong = await sit(database, house), []
    headers = seated.headers | {"Accept-Language": "de"}
    for text, words in (
        ("", "Da steht nichts"),
        ("{", "Zeile 1, Spalte 2"),
        ("\ufeff{}", "Byte Order Mark"),
        ("[]", "Erwartet: ein JSON-Objekt, bekommen: eine Liste."),
        ('{"name": 1, "name": 2}', "steht zweimal"),
        ('{"name": 1e999}', "NaN, Infinity"),
        ('{"name": "\\u0000"}', "NUL"),
        ('{"name": "\\ud800"}', "Surrogatpaar"),
        ('{"a":' * 70 + "1" + "}" * 70, "Ebenen"),
        ('{"name": 7}', "Erwartet: Text, bekommen: eine Zahl."),
        ("{}", "Bitte ausfüllen."),
    ):
        fields = {"form_key": seated.key, "json": text}
        refused = await client.post(seated.url("interviews/import"), data=fields, headers=headers)
        if refused.status_code not in (400, 422) or words not in refused.text:
            told = re.findall(r'id="json-fault"[^>]*>(.*?)</p>', refused.text)
            wrong.append((text[:20], refused.status_code, told))
    assert wrong == []


async def test_a_refusal_is_said_in_the_readers_language(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated = await sit(database, house)
    headers = seated.headers | {"Accept-Language": "de"}
    fields = {"form_key": seated.key, "name": "x" * 81, "query": "tab=all"}
    refused = await client.post(seated.url("results/views"), data=fields, headers=headers)
    assert refused.status_code == 422
    assert "Geben Sie der Ansicht einen Namen von 1 bis 80 Zeichen." in refused.text
