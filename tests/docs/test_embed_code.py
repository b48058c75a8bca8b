"""The code of "Embed an interview" signs what our verifier takes, in each language whose runtime is here."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from tests.architecture.tree import ROOT
from vivavoce.candidates.embed_links import read_signature, read_token

PAGE = ROOT / "docs" / "howto" / "embed-an-interview.md"
NODE = ROOT / ".venv" / "bin" / "node"
SERVER, KEY = "https://interviews.example", "7f1c" * 16
NAME, EMAIL, EXTERNAL_ID = "Zoë O'Hara ~~~???>>> 李", "zoe+jobs@x.example", "u-17"

# How a language's block is run: its file, what calls the function `{name}` with `{given}`, and the command.
LANGUAGES: dict[str, tuple[str, str, list[str]]] = {
    "python": ("code.py", "\nimport sys\nprint({name}(*sys.argv[1:]))\n", [sys.executable, "code.py"]),
    "js": ("code.mjs", "\nconsole.log({name}(...process.argv.slice(2)));\n", [str(NODE), "code.mjs"]),
    "php": ("code.php", "\necho {name}(...array_slice($argv, 1));\n", ["php", "code.php"]),
    "ruby": ("code.rb", "\nputs {name}(*ARGV)\n", ["ruby", "code.rb"]),
    "go": ("code.go", "\nfunc main() {{ print({name}({given})) }}\n", ["go", "run", "code.go"]),
}
TOKEN, BARE = ("embed_address", "embedAddress"), ("signed_address", "signedAddress")


def code_of(language: str, names: tuple[str, str]) -> tuple[str, str]:
    """The page's block in this language that makes such an address, and the function's name there."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    ((name, block),) = [(name, block) for block in blocks for name in names if f" {name}(" in block]
    return name, block


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_page_shows_signs_what_we_take(language: str, tmp_path: Path) -> None:
    file, call, command = LANGUAGES[language]
    if shutil.which(command[0]) is None:
        assert code_of(language, TOKEN) != code_of(language, BARE)
        debian = "Debian: apt-get install php-cli ruby golang-go"
        pytest.skip(f"{command[0]} is not installed here ({debian}): the page's {language} was not run")
    embed_id = uuid4()
    for names, given in ((TOKEN, (NAME, EMAIL, EXTERNAL_ID)), (BARE, (NAME, EMAIL))):
        name, block = code_of(language, names)
        arguments = [SERVER, str(embed_id), KEY, *given]
        in_go = ", ".join(f"os.Args[{place + 1}]" for place in range(len(arguments)))
        program = block.replace("import (", 'import (\n\t"os"', 1) if language == "go" else block
        (tmp_path / file).write_text(program + call.format(name=name, given=in_go), encoding="utf-8")
        done = subprocess.run([*command, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        address = urlsplit((done.stdout or done.stderr).strip())
        assert f"{address.scheme}://{address.netloc}{address.path}" == f"{SERVER}/embed"
        sent = {key: value for key, (value,) in parse_qs(address.query).items()}
        assert sent.pop("embed_id") == str(embed_id)
        if names is TOKEN:
            by_token = read_token([KEY], embed_id=embed_id, token=sent["token"], now=datetime.now(UTC))
            assert not by_token.is_expired
            visitor = by_token.visitor
            assert visitor.external_id == EXTERNAL_ID
        else:
            visitor = read_signature([KEY], embed_id=embed_id, **sent).visitor
        assert (visitor.name, visitor.email) == (NAME, EMAIL)
