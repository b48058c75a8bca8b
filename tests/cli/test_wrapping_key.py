"""A wrapping key is rotated in two steps, with a restart in between, and nobody is without a key that opens."""

import base64
from pathlib import Path

import pytest
from click.testing import CliRunner

from vivavoce.cli.wrapping_key import new
from vivavoce.merchants.keys import keep_wrapping_keys, load_keys
from vivavoce.settings import Settings, read_settings


def kept(folder: Path) -> str:
    return (folder / "secrets" / "wrapping-key").read_text()


def test_a_new_key_wraps_from_now_on_and_the_old_one_still_opens(tmp_path: Path) -> None:
    before = load_keys(Settings(data_dir=tmp_path)).wrapping
    wrapped = before.wrap(b"x" * 32, place="here")
    done = CliRunner().invoke(new, ["--data", str(tmp_path)], catch_exceptions=False)
    assert done.exit_code == 0
    after = load_keys(Settings(data_dir=tmp_path)).wrapping
    assert after.current != before.current
    assert after.unwrap(wrapped, place="here") == b"x" * 32
    keep_wrapping_keys(tmp_path, kept(tmp_path).split(",")[:1])
    assert load_keys(Settings(data_dir=tmp_path)).wrapping.current == after.current
    assert "," not in kept(tmp_path)
    assert [one.name for one in (tmp_path / "secrets").iterdir() if "wrapping-key" in one.name] == ["wrapping-key"]
    assert (tmp_path / "secrets" / "wrapping-key").stat().st_mode & 0o777 == 0o600


def test_servers_with_one_seal_key_have_one_wrapping_key(tmp_path: Path) -> None:
    one, other = (
        load_keys(Settings(data_dir=tmp_path / name, seal_key=make_key_text_of(7))).wrapping for name in ("a", "b")
    )
    assert one.current == other.current
    assert load_keys(Settings(data_dir=tmp_path, seal_key=make_key_text_of(8))).wrapping.current != one.current


@pytest.mark.parametrize("setting", ["VIVAVOCE_SEAL_KEY", "VIVAVOCE_WRAPPING_KEY"])
def test_where_keys_are_settings_the_new_value_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv(setting, make_key_text_of(7))
    before = load_keys(read_settings(given={"data_dir": tmp_path})).wrapping
    told = CliRunner().invoke(new, ["--data", str(tmp_path)], catch_exceptions=False).stdout.strip()
    monkeypatch.setenv("VIVAVOCE_WRAPPING_KEY", told)
    after = load_keys(read_settings(given={"data_dir": tmp_path})).wrapping
    assert after.current != before.current
    assert after.unwrap(before.wrap(b"x", place="here"), place="here") == b"x"
    assert not (tmp_path / "secrets" / "wrapping-key").exists()


def make_key_text_of(byte: int) -> str:
    return base64.urlsafe_b64encode(bytes([byte]) * 32).decode()
