"""`vivavoce judge`: lines in, lines out, in order; a bad one is told by its number and stops nobody."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.folding import folded
from tests.scoring.lexical import LexicalRater, RoughRater
from vivavoce.cli import judge as command

EXPECTED = {"weak": ["Reconciles bank accounts"], "strong": ["Automated a step of the close"]}
LINE = {
    "id": "a",
    "question": "How do you close a month?",
    "language": "en",
    "expectations": EXPECTED,
    "answer": "First I reconcile the bank accounts.",
}


@pytest.fixture(autouse=True)
def _small_rater(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another rater in the place of the embedded one: this is about lines, and needs no weights."""
    monkeypatch.setattr(command, "open_rater", lambda _: LexicalRater())


def run(*lines: Any) -> Result:
    """The command over these lines: texts as they are, anything else as JSON."""
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    return CliRunner().invoke(command.judge, input=text.encode("utf-8", "surrogatepass"))


def told(result: Result) -> list[dict[str, Any]]:
    """What was written to standard output."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_line_is_judged_with_its_quote() -> None:
    result = run(LINE)
    assert result.exit_code == 0
    assert told(result) == [
        {
            "id": "a",
            "score": 2.6,  # 1 + 4 · 2 / 5
            "interval": None,
            "verdicts": [
                {
                    "bracket": "weak",
                    "requirement": "Reconciles bank accounts",
                    "state": "confirmed",
                    "p": 1.0,
                    "quotes": [{"start": 0, "end": 36, "text": "First I reconcile the bank accounts."}],
                    "readers": [],
                },
                {
                    "bracket": "strong",
                    "requirement": "Automated a step of the close",
                    "state": "not_discussed",
                    "p": 1.0,
                    "quotes": [],
                    "readers": [],
                },
            ],
            "flags": [],
            "needs_review": False,
            "reasons": [],
            "rater": "lexical 1",
            "caution": None,
        }
    ]


def test_lines_come_out_in_their_order() -> None:
    lines = [{**LINE, "id": number} for number in (3, 1, 2)]
    assert [one["id"] for one in told(run(*lines))] == [3, 1, 2]


@folded(
    ("line", "complaint"),
    [
        ("nonsense", "line 2: Expected one JSON object in UTF-8 on this line."),
        ("[1]", "line 2: Expected one JSON object in UTF-8 on this line."),
        ("[" * 100_000, "line 2: Expected one JSON object in UTF-8 on this line."),
        ({**LINE, "answer": None}, 'line 2: Expected "answer" to be a text.'),
        ({**LINE, "language": 5}, 'line 2: Expected "language" to be a text.'),
        (
            {**LINE, "expectations": [1]},
            'line 2: Expected "expectations" to be an object with weak, moderate and strong.',
        ),
        ({**LINE, "expectations": {"weak": "a"}}, "line 2: Expected a list of texts under weak, each a single claim."),
    ],
    ids=["text", "list", "deep", "no answer", "no language", "no object", "no list"],
)
def test_a_bad_line_is_told_and_the_others_are_judged(line: Any, complaint: str) -> None:
    result = run(LINE, line, "", {**LINE, "id": "b"})
    assert result.exit_code == 1
    assert result.stderr == f"vivavoce: {complaint}\n"
    assert [one["id"] for one in told(result)] == ["a", "b"]


def test_nothing_in_is_nothing_out() -> None:
    result = run()
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize(
    ("changes", "reason", "needs_review"),
    [
        ({"expectations": None}, "no_expectations", False),
        ({"answer": ""}, "no_content", False),
        ({"language": "pl"}, "language_not_mastered", True),
    ],
)
def test_what_is_not_judged_says_why(changes: dict[str, Any], reason: str, needs_review: bool) -> None:
    (found,) = told(run({**LINE, **changes}))
    assert found["score"] is None
    assert found["reasons"] == [reason]
    assert found["needs_review"] == needs_review


def test_any_character_comes_through() -> None:
    (found,) = told(run({**LINE, "id": "\ud800", "answer": "👍 naïve \ud800 I reconcile bank accounts"}))
    assert found["id"] == "\ud800"
    (quote,) = found["verdicts"][0]["quotes"]
    assert quote["text"].endswith("I reconcile bank accounts")


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text("\ufeff" + json.dumps(LINE), encoding="utf-8")
    result = CliRunner().invoke(command.judge, [str(path)])
    assert [one["id"] for one in told(result)] == ["a"]


def test_what_a_rough_rater_judged_says_so_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "open_rater", lambda _: RoughRater())
    (line,) = told(run(LINE))
    assert "small program alone" in line["caution"]
    assert line["rater"] == "lexical 1"
