"""The server's own secrets: made once, kept to ourselves, each for its own purpose."""

import base64
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from vivavoce.errors import BadSetting, VivavoceError
from vivavoce.merchants.keys import Keys, Sealer, load_keys
from vivavoce.settings import Settings

SEAL_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
JWT_SECRET = "a-shared-secret-of-forty-characters-here"


def parts(keys: Keys) -> tuple[bytes, bytes, bytes]:
    return keys.jwt, keys.link, keys.cookie


def load(folder: Path, **settings: Any) -> Keys:
    return load_keys(Settings(data_dir=folder, **settings))


# --- Made once -----------------------------------------------------------------------------------------------------


def test_keys_are_made_once_and_found_again(tmp_path: Path) -> None:
    first, second = load(tmp_path), load(tmp_path)
    assert parts(first) == parts(second)
    assert second.sealer.open(first.sealer.seal(b"secret", place="here"), place="here") == b"secret"


def test_two_servers_have_nothing_in_common(tmp_path: Path) -> None:
    one, other = load(tmp_path / "one"), load(tmp_path / "other")
    assert set(parts(one)) & set(parts(other)) == set()


def test_eight_threads_that_make_them_at_once_take_the_same(tmp_path: Path) -> None:
    for attempt in range(5):
        folder = tmp_path / str(attempt)
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: parts(load(folder)), range(8)))  # noqa: B023
        assert set(made) == {parts(load(folder))}
        assert sorted(path.name for path in (folder / "secrets").iterdir()) == ["jwt-secret", "seal-key"]


MAKER = """
import sys
from pathlib import Path
from vivavoce.merchants.keys import load_keys
from vivavoce.settings import Settings

sys.stdin.readline()
keys = load_keys(Settings(data_dir=Path(sys.argv[1])))
print(keys.jwt.hex(), keys.link.hex(), keys.cookie.hex())
"""


@pytest.mark.slow
def test_eight_processes_that_make_them_at_once_take_the_same(tmp_path: Path) -> None:
    makers = [
        subprocess.Popen(
            [sys.executable, "-c", MAKER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(8)
    ]
    for maker in makers:
        assert maker.stdin is not None
        maker.stdin.write("go\n")
        maker.stdin.flush()
    said = {maker.communicate(timeout=60)[0].strip() for maker in makers}
    assert said == {" ".join(key.hex() for key in parts(load(tmp_path)))}


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_nobody_else_can_read_them(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        load(tmp_path)
    finally:
        os.umask(before)
    folder = tmp_path / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {
        "jwt-secret": 0o600,
        "seal-key": 0o600,
    }


def test_what_the_settings_name_is_not_made(tmp_path: Path) -> None:
    keys = load(tmp_path, jwt_secret=JWT_SECRET, seal_key=SEAL_KEY)
    assert keys.jwt == JWT_SECRET.encode()
    assert not (tmp_path / "secrets").exists()


# --- Each for its own purpose --------------------------------------------------------------------------------------


def test_no_key_is_another(tmp_path: Path) -> None:
    keys = load(tmp_path, jwt_secret=JWT_SECRET, seal_key=SEAL_KEY)
    assert len({*parts(keys), base64.urlsafe_b64decode(SEAL_KEY)}) == 4
    assert all(len(key) >= 32 for key in parts(keys))


def test_the_secret_of_tokens_says_nothing_of_the_others(tmp_path: Path) -> None:
    one = load(tmp_path, jwt_secret=JWT_SECRET, seal_key=SEAL_KEY)
    other = load(tmp_path, jwt_secret=JWT_SECRET[::-1], seal_key=SEAL_KEY)
    assert (one.link, one.cookie) == (other.link, other.cookie)


def test_the_same_key_gives_the_same_keys_in_every_version(tmp_path: Path) -> None:
    """Links that are out in the world, and what is sealed, must go on working."""
    keys = load(tmp_path, jwt_secret=JWT_SECRET, seal_key=SEAL_KEY)
    assert keys.link.hex() == "9e489c23f4b0adaa118f85e3a713e4d8f51eb4ca4a02fbfd57d86f8d804b67b3"
    assert keys.cookie.hex() == "16691de84956cfb8e978972b766b5c66242cc4cebb2618b070632fbfb68a56f5"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "short",
        base64.urlsafe_b64encode(bytes(31)).decode(),
        base64.urlsafe_b64encode(bytes(33)).decode(),
        "x" * 64,
        "ключ" * 11,
    ],
)
def test_a_seal_key_of_another_size_stops_the_start_without_being_shown(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadSetting, match="VIVAVOCE_SEAL_KEY: expected 32 bytes in base64url") as caught:
        load(tmp_path, jwt_secret=JWT_SECRET, seal_key=text or " ")
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("text", [SEAL_KEY, SEAL_KEY.rstrip("=")])
def test_a_seal_key_may_go_without_its_padding(tmp_path: Path, text: str) -> None:
    keys = load(tmp_path, jwt_secret=JWT_SECRET, seal_key=text)
    assert keys.link == load(tmp_path, jwt_secret=JWT_SECRET, seal_key=SEAL_KEY).link


def test_keys_are_not_shown(tmp_path: Path) -> None:
    keys = load(tmp_path, jwt_secret=JWT_SECRET, seal_key=SEAL_KEY)
    assert repr(keys) == "Keys()"


# --- Sealed --------------------------------------------------------------------------------------------------------

SEALER = Sealer(b"s" * 32)


@pytest.mark.parametrize("secret", [b"", b"x", b"0" * 64, bytes(range(256))])
def test_what_was_sealed_opens_in_its_place(secret: bytes) -> None:
    sealed = SEALER.seal(secret, place="embed 1")
    assert SEALER.open(sealed, place="embed 1") == secret
    assert len(sealed) == 12 + len(secret) + 16


def test_the_same_secret_is_never_sealed_alike() -> None:
    assert len({SEALER.seal(b"secret", place="here") for _ in range(100)}) == 100


def test_it_opens_in_no_other_place_with_no_other_key_and_not_when_altered() -> None:
    sealed = SEALER.seal(b"secret", place="embed 1")
    spoiled = [sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :] for place in range(len(sealed))]
    attempts = [(SEALER, sealed, "embed 2"), (SEALER, sealed, ""), (Sealer(b"x" * 32), sealed, "embed 1")]
    attempts += [
        (SEALER, other, "embed 1") for other in [*spoiled, sealed[:-1], sealed + b"x", sealed[:20], b"x" * 12, b""]
    ]
    for sealer, what, place in attempts:
        with pytest.raises(VivavoceError, match="does not open"):
            sealer.open(what, place=place)
