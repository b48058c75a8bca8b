"""A real server, as an operator starts it: `vivavoce serve` in a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx

STOP_SECONDS = 40
# Loading what speaks and listens takes seconds and half a gigabyte: tests of the voice ask for it.
WITHOUT_VOICE = {"VIVAVOCE_VOICE": "off"}
# For loads that no caller of one address would make.
WITHOUT_RATES = {"VIVAVOCE_CALLS_PER_MINUTE": "0", "VIVAVOCE_REQUESTS_PER_MINUTE": "0"}
# A `make` that a test starts would take over what stands on the command line of the one that runs the tests.
TOLD_MAKE = ("MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS", "MAKELEVEL", "ARGS", "TESTS")
PROGRAM = [sys.executable, "-m", "vivavoce.cli"]


@dataclass(slots=True)
class Running:
    """A server that takes calls."""

    url: str
    folder: Path
    process: "subprocess.Popen[Any]"

    def program(self, *arguments: str) -> str:
        """The standard output of a command on the same data folder."""
        return run_program(self.folder, *arguments)

    def call(self, operation: str, token: str, *, body: Any = None, **params: str) -> Any:
        """The JSON that an operation answers. Raises httpx.HTTPStatusError for anything but 200."""
        headers = {"Authorization": f"Bearer {token}"}
        address = f"{self.url}/functions/v1/{operation}"
        with httpx.Client(timeout=30, trust_env=False) as caller:
            if body is None:
                answer = caller.get(address, params=params, headers=headers)
            else:
                answer = caller.post(address, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json()

    def furnish(self, slug: str, *options: str) -> "Furnished":
        """A merchant with a template, and its owner's token, all made by the command line. options: of the merchant."""
        merchant_id, template_id, token = run_programs(
            self.folder,
            ["merchant", "add", slug.title(), "--slug", slug, *options],
            ["template", "add", "Robin", "--merchant", slug],
            ["token", "--merchant", slug, "--role", "merchant_owner"],
        )
        return Furnished(merchant_id=merchant_id, template_id=template_id, token=token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Furnished:
    """What a caller needs to begin."""

    merchant_id: str
    template_id: str
    token: str


@contextmanager
def run_server(
    folder: Path, *options: str, environment: Mapping[str, str] | None = None, log: IO[str] | None = None
) -> Iterator[Running]:
    """A server on the folder, stopped at the end of the block. log: where what it says on standard error goes."""
    process = start_server(folder, *options, environment=environment, log=log)
    try:
        yield Running(url=read_ready(process), folder=folder, process=process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)


def start_server(
    folder: Path,
    *options: str,
    environment: Mapping[str, str] | None = None,
    port: int = 0,
    log: IO[str] | None = None,
) -> "subprocess.Popen[str]":
    """The process, which may not be ready yet."""
    command = [*PROGRAM, "serve", "--data", str(folder), "--port", str(port), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=own_environment(environment))


def read_ready(process: "subprocess.Popen[str]") -> str:
    """The address that it serves, once it can take calls."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line.startswith("ready http://"), f"the server said {line!r}"
    return line.removeprefix("ready ")


def run_program(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """The standard output of a command that ends well."""
    command = [*PROGRAM, *arguments, "--data", str(folder)]
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env=own_environment(environment)
    ).stdout


# Most of what a short command takes is to load what all of them load.
IN_ONE_PROCESS = """
import contextlib, io, json, sys
from vivavoce.cli import vivavoce
told = []
for arguments in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        vivavoce(arguments, prog_name="vivavoce", standalone_mode=False)
    told.append(said.getvalue().strip())
print(json.dumps(told))
"""


def run_programs(folder: Path, *commands: Sequence[str]) -> list[str]:
    """What each command says on standard output, without blanks around; all of them end well, in one process."""
    given = [[*command, "--data", str(folder)] for command in commands]
    program = [sys.executable, "-c", IN_ONE_PROCESS, json.dumps(given)]
    said = subprocess.run(program, check=True, stdout=subprocess.PIPE, text=True, env=own_environment(None)).stdout
    told: list[str] = json.loads(said)
    return told


def own_environment(changes: Mapping[str, str] | None) -> dict[str, str]:
    """The environment without the settings of whoever runs the tests, and without what they told `make`."""
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith("VIVAVOCE_") and name not in TOLD_MAKE
    }
    return plain | WITHOUT_VOICE | dict(changes or {})
