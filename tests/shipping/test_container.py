"""The image and the compose file, line by line: what they copy, set, run and ask is there. Built where a builder is."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from click.testing import CliRunner
from psycopg import sql

from tests.architecture.tree import ROOT, kept_files
from tests.running import PROGRAM, own_environment, run_server
from vivavoce.cli import vivavoce
from vivavoce.db.embedded import hold
from vivavoce.db.postgres_binaries import find_binaries
from vivavoce.settings import PREFIX, Settings

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
BUILDER = shutil.which("docker") or shutil.which("podman") or shutil.which("buildah")


def _instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text()
    lines = re.sub(r"\\\n", " ", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines.splitlines() if line)]


def _settings(names: Any) -> set[str]:
    return {name.removeprefix(PREFIX).lower() for name in names if name.startswith(PREFIX)}


def test_what_is_copied_is_kept_here_and_sent_to_the_builder() -> None:
    kept = {str(path) for path in kept_files()}
    sent = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = [rest.split()[:-1] for word, rest in _instructions() if word == "COPY" and not rest.startswith("--from")]
    sources = {source for group in copied for source in group}
    assert sources == set(sent)
    assert all(source in kept or any(name.startswith(f"{source}/") for name in kept) for source in sources)


def test_every_package_comes_with_its_hash() -> None:
    installs = [part for word, rest in _instructions() if word == "RUN" for part in rest.split("&&") if "pip " in part]
    own = [part for part in installs if part.rstrip().endswith(" .")]
    assert len(own) == 1
    assert all("--require-hashes" in part for part in installs if part not in own)


def test_nothing_runs_as_root() -> None:
    users = [rest for word, rest in _instructions() if word == "USER"]
    assert users[-1].isdigit()
    assert users[-1] != "0"
    # PostgreSQL insists on an entry in /etc/passwd.
    assert any(f"useradd --system --uid {users[-1]} " in rest for word, rest in _instructions() if word == "RUN")


def test_what_the_image_sets_are_settings() -> None:
    (values,) = [rest for word, rest in _instructions() if word == "ENV" and "DATA_DIR" in rest]
    given = dict(part.split("=", 1) for part in shlex.split(values))
    assert _settings(given) == {"data_dir", "host", "port"}
    assert ("VOLUME", given[f"{PREFIX}DATA_DIR"]) in _instructions()
    assert ("EXPOSE", given[f"{PREFIX}PORT"]) in _instructions()


def test_what_the_containers_run_are_commands() -> None:
    (command,) = [rest for word, rest in _instructions() if word == "CMD"]
    commands = [yaml.safe_load(command), *(one["command"] for one in COMPOSE["services"].values() if "command" in one)]
    assert len(commands) == 4
    for arguments in commands:
        told = CliRunner().invoke(vivavoce, [*arguments, "--help"])
        assert told.exit_code == 0, told.output


def test_compose_sets_settings_and_says_what_it_lacks() -> None:
    fields = set(Settings.model_fields)
    for name in ("server", "worker", "upgrade"):
        assert _settings(COMPOSE["services"][name]["environment"]) <= fields
    asked = re.findall(r"\$\{(\w+)(:[?-][^}]*)?\}", (ROOT / "compose.yaml").read_text())
    assert {name for name, default in asked if not default} == set()


def test_only_the_upgrade_owns_the_tables() -> None:
    holders = {
        name
        for name, one in COMPOSE["services"].items()
        if "database_admin_url" in _settings(one.get("environment", {}))
    }
    assert holders == {"upgrade"}


@pytest.mark.slow
def test_the_health_check_asks_a_server_how_it_is(tmp_path: Path) -> None:
    (check,) = [rest for word, rest in _instructions() if word == "HEALTHCHECK"]
    _, code, script = yaml.safe_load(check[check.index("CMD") + 3 :])
    assert code == "-c"
    with run_server(tmp_path, "--no-worker", environment={"VIVAVOCE_VOICE": "off"}) as server:
        port = server.url.rpartition(":")[2]
        assert _ask(script, port).returncode == 0
    assert _ask(script, port).returncode != 0


def _ask(script: str, port: str) -> "subprocess.CompletedProcess[bytes]":
    environment = {**os.environ, f"{PREFIX}PORT": port}
    return subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=False)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's user may pass through; pytest's own is none."""
    path = Path(tempfile.mkdtemp(prefix="vv-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.mark.slow
def test_a_new_database_has_two_roles_and_takes_the_tables(folder: Path) -> None:
    script = ROOT / COMPOSE["services"]["database"]["volumes"][1].split(":")[0]
    server = hold(folder / "data", say=print)
    try:
        with psycopg.connect(f"postgresql://postgres@/postgres?host={server.socket_dir}", autocommit=True) as admin:
            admin.execute(sql.SQL("drop database {}").format(sql.Identifier(server.database)))
        environment = own_environment(
            {
                "PATH": f"{find_binaries()}:{os.environ['PATH']}",
                "PGHOST": str(server.socket_dir),
                "POSTGRES_USER": "postgres",
                "VIVAVOCE_OWNER_PASSWORD": 'it\'s "one" $password',
                "VIVAVOCE_APP_PASSWORD": "another",
            }
        )
        subprocess.run([script], env=environment, check=True)
        app_url, owner_url = (
            f"postgresql://{role}@/vivavoce?host={server.socket_dir}" for role in ("vivavoce_app", "vivavoce_owner")
        )
        given = own_environment({f"{PREFIX}DATABASE_URL": app_url, f"{PREFIX}DATABASE_ADMIN_URL": owner_url})
        upgrade = [*PROGRAM, *COMPOSE["services"]["upgrade"]["command"]]
        subprocess.run(upgrade, env=given, cwd=folder, check=True)
        with psycopg.connect(app_url) as app:
            assert app.execute("select count(*) from merchants").fetchone() == (0,)
            may = app.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user").fetchone()
        assert may == (False,)
    finally:
        server.leave()


@pytest.mark.nightly
@pytest.mark.skipif(BUILDER is None, reason="there is no docker, podman or buildah on this machine")
def test_the_image_is_built() -> None:
    assert BUILDER is not None
    subprocess.run([BUILDER, "build", "--tag", "vivavoce-test", "."], cwd=ROOT, check=True)
