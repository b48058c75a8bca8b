"""What the serving process loads: nothing that only migrations, workers, conversations, the demo or an issuer need."""

import json
import subprocess
import sys

import pytest

LOADED = (
    "import json, sys, vivavoce.cli.serve; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
)


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The top names of every module of a process that is about to serve."""
    done = subprocess.run([sys.executable, "-c", LOADED], stdout=subprocess.PIPE, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "package",
    [
        "sqlalchemy", "alembic", "mako", "procrastinate", "psycopg", "playwright", "PIL",
        # What asks other servers: 4 MB that a language model, a webhook or an issuer needs.
        "httpx", "httpx2", "httpcore2", "h2",
        # What judges, hears and stems: 40 MB that the worker needs, or the first conversation.
        "numpy", "onnxruntime", "py3langid", "confusable_homoglyphs", "snowballstemmer",
    ],
)  # fmt: skip
def test_a_server_does_not_load(package: str, loaded: set[str]) -> None:
    assert package not in loaded


def test_a_server_loads_what_it_serves_with(loaded: set[str]) -> None:
    assert {"starlette", "asyncpg", "uvicorn", "uvloop", "jinja2", "pydantic"} <= loaded
