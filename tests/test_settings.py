"""Settings: a bad value stops the start by its name and by what is expected, and no secret is ever shown."""

import subprocess
import traceback
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.folding import folded
from tests.running import PROGRAM, own_environment
from vivavoce.errors import BadSetting
from vivavoce.settings import PREFIX, Settings, read_settings, unknown_variables

SECRET = "s3cr3t-that-nobody-may-see-in-any-message"
SECRETS = ["database_url", "database_admin_url", "jwt_secret", "seal_key"]
URL = f"postgresql://user:{SECRET}@host/database"


def variable(field: str) -> str:
    return PREFIX + field.upper()


def refusal(environment: dict[str, str], **given: Any) -> BadSetting:
    with pytest.raises(BadSetting) as caught:
        read_settings(environment, given=given)
    return caught.value


# --- Good ones -----------------------------------------------------------------------------------------------------


def test_nothing_need_be_set() -> None:
    settings = read_settings({})
    assert settings == Settings()
    assert (settings.host, settings.port, settings.log_level) == ("127.0.0.1", 8000, "info")
    assert [getattr(settings, name) for name in SECRETS] == [None] * 4, "no default secret"


@folded(
    ("field", "text", "value"),
    [
        ("port", "0", 0),
        ("port", "65535", 65535),
        ("database_connections", "2", 2),
        ("database_connections", "200", 200),
        ("log_level", "debug", "debug"),
        ("host", "::1", "::1"),
        ("public_url", "https://interviews.example", "https://interviews.example"),
        ("public_url", "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("database_url", URL, URL),
        ("database_url", URL.replace("postgresql", "postgres"), URL),
        ("database_url", URL.replace("postgresql", "postgresql+asyncpg"), URL),
        ("database_admin_url", URL.replace("postgresql", "postgresql+psycopg"), URL),
        ("jwt_secret", SECRET, SECRET),
        ("jwt_secret", "x" * 32, "x" * 32),
        ("data_dir", "/srv/vivavoce", Path("/srv/vivavoce")),
        ("data_dir", "here", Path.cwd() / "here"),
        ("data_dir", "~/there", Path.home() / "there"),
    ],
)
def test_a_value_is_read_from_its_variable(field: str, text: str, value: object) -> None:
    assert getattr(read_settings({variable(field): text}), field) == value


@folded("field", Settings.model_fields)
def test_an_empty_variable_is_none(field: str) -> None:
    """Compose files set what is not set to nothing."""
    assert read_settings({variable(field): ""}) == Settings()


def test_the_command_line_goes_first() -> None:
    environment = {"VIVAVOCE_PORT": "1", "VIVAVOCE_HOST": "one.example"}
    settings = read_settings(environment, given={"port": 2, "host": None})
    assert (settings.port, settings.host) == (2, "one.example")


def test_settings_stay_as_they_were_read() -> None:
    with pytest.raises(ValidationError):
        read_settings({}).port = 1  # type: ignore[misc]


# --- Bad ones ------------------------------------------------------------------------------------------------------

BAD = [
    ("port", "many", "valid integer"),
    ("port", "8000.5", "valid integer"),
    ("port", "-1", "greater than or equal to 0"),
    ("port", "65536", "less than or equal to 65535"),
    ("database_connections", "1", "greater than or equal to 2"),
    ("database_connections", "201", "less than or equal to 200"),
    ("log_level", "loud", "'debug', 'info', 'warning' or 'error'"),
    ("log_level", "INFO", "'debug', 'info', 'warning' or 'error'"),
    ("public_url", "interviews.example", "https://interviews.example"),
    ("public_url", "https://interviews.example/", "https://interviews.example"),
    ("public_url", "https://interviews.example/path", "https://interviews.example"),
    ("public_url", "ftp://interviews.example", "https://interviews.example"),
    ("database_url", f"mysql://user:{SECRET}@host/database", "postgresql://user:password@host/database"),
    ("database_url", f"user:{SECRET}@host/database", "postgresql://user:password@host/database"),
    ("database_url", f"postgresql:/user:{SECRET}@host", "postgresql://user:password@host/database"),
    ("database_admin_url", f"mysql://user:{SECRET}@host/database", "postgresql://user:password@host/database"),
    ("jwt_secret", SECRET[:31], "at least 32 characters"),
]


@folded(("field", "text", "expected"), BAD)
def test_a_bad_value_is_refused_by_its_name_and_by_what_is_expected(field: str, text: str, expected: str) -> None:
    error = refusal({variable(field): text})
    assert error.message.startswith(f"{variable(field)}: ")
    assert expected in error.message
    assert error.name == field


@pytest.mark.parametrize(("field", "text"), [(field, text) for field, text, _ in BAD if field in SECRETS])
def test_a_bad_secret_is_not_shown(field: str, text: str) -> None:
    shown = "".join(traceback.format_exception(refusal({variable(field): text})))
    assert "VIVAVOCE_" in shown
    assert SECRET not in shown
    assert SECRET[:31] not in shown


def test_the_first_bad_one_is_told_though_others_are_bad_too() -> None:
    error = refusal({"VIVAVOCE_PORT": "many", "VIVAVOCE_JWT_SECRET": SECRET[:8], "VIVAVOCE_LOG_LEVEL": "loud"})
    assert error.name == "jwt_secret"
    assert SECRET[:8] not in error.message


def test_settings_are_printed_without_their_secrets() -> None:
    environment = {variable(name): URL if name.endswith("url") else SECRET for name in SECRETS}
    settings = read_settings(environment)
    assert [getattr(settings, name) for name in SECRETS] == list(environment.values())
    assert SECRET not in f"{settings!r} {settings}"


# --- Files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [SECRET, f"{SECRET}\n", f"\n {SECRET} \r\n"])
def test_a_value_may_stand_in_a_file(tmp_path: Path, content: str) -> None:
    file = tmp_path / "secret"
    file.write_text(content)
    assert read_settings({"VIVAVOCE_JWT_SECRET_FILE": str(file)}).jwt_secret == SECRET


@folded("field", Settings.model_fields)
def test_any_setting_may(tmp_path: Path, field: str) -> None:
    with pytest.raises(BadSetting, match=rf"{variable(field)}_FILE: the file can't be read \(FileNotFoundError\)"):
        read_settings({f"{variable(field)}_FILE": str(tmp_path / "missing")})


def test_a_bad_value_in_a_file_is_refused_and_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET[:20])
    error = refusal({"VIVAVOCE_JWT_SECRET_FILE": str(file)})
    assert error.message.startswith("VIVAVOCE_JWT_SECRET: ")
    assert SECRET[:20] not in error.message


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe" + SECRET.encode(), None])
def test_a_file_without_a_value_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """None: a folder. An empty file must not mean that a secret is made."""
    file = tmp_path / "secret"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    error = refusal({"VIVAVOCE_JWT_SECRET_FILE": str(file)})
    assert error.message.startswith("VIVAVOCE_JWT_SECRET_FILE: the file ")
    assert error.message.endswith("It must hold the value alone.")
    assert SECRET not in "".join(traceback.format_exception(error))


def test_a_value_in_both_places_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET)
    error = refusal({"VIVAVOCE_JWT_SECRET": SECRET, "VIVAVOCE_JWT_SECRET_FILE": str(file)})
    assert error.message == "VIVAVOCE_JWT_SECRET and VIVAVOCE_JWT_SECRET_FILE are both set: keep one of them."


# --- At the command line -------------------------------------------------------------------------------------------


def test_variables_that_are_no_settings_are_named() -> None:
    environment = {
        "VIVAVOCE_PORT": "1", "VIVAVOCE_JWT_SECRET_FILE": "x", "VIVAVOCE_PROT": "1", "VIVAVOCE_PROT_FILE": "x",
        "vivavoce_port": "1", "PORT": "1", "VIVAVOCE_": "1",
    }  # fmt: skip
    assert unknown_variables(environment) == ["VIVAVOCE_", "VIVAVOCE_PROT", "VIVAVOCE_PROT_FILE"]


@pytest.mark.slow
@pytest.mark.parametrize("command", ["serve", "worker", "doctor", "db upgrade"])
def test_a_bad_value_stops_the_start_in_one_sentence(tmp_path: Path, command: str) -> None:
    environment = {"VIVAVOCE_JWT_SECRET": SECRET[:20], "VIVAVOCE_DATA_DIR": str(tmp_path / "data")}
    done = subprocess.run(
        [*PROGRAM, *command.split()], env=own_environment(environment), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("vivavoce: VIVAVOCE_JWT_SECRET: ")
    assert len(done.stderr.splitlines()) == 1
    assert SECRET[:20] not in done.stderr
    assert not (tmp_path / "data").exists()
