"""What lies in the data folder is the server's alone: whatever the umask, whoever made it, and however old it is."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from tests.builders import store_in
from tests.running import PROGRAM
from vivavoce.attempts.film_file import FilmFile
from vivavoce.private import OURS, create_file, make_folder, tighten
from vivavoce.providers.mail.folder import FolderMailer
from vivavoce.providers.mail.port import Mail
from vivavoce.sound.sound_file import SoundFile, sound_folder

WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(64)


@pytest.fixture(params=[0o000, 0o022, 0o077])
def mask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that PostgreSQL's own user can reach, unlike pytest's."""
    made = Path(tempfile.mkdtemp(prefix="vivavoce-test-"))
    made.chmod(0o755)
    yield made / "data"
    shutil.rmtree(made, ignore_errors=True)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def open_to_others(root: Path) -> list[str]:
    """What anybody but its owner has a right to, with its mode."""
    paths = [root, *root.rglob("*")]
    return [f"{oct(mode_of(path))} {path.relative_to(root)}" for path in paths if mode_of(path) & 0o077]


def keep_sound(folder: Path) -> None:
    place = sound_folder(folder, merchant_id=uuid4(), attempt_id=uuid4())
    file = SoundFile(place)
    file.append([bytes(640)], [{"kind": "turn"}])
    file.close()


def keep_film(folder: Path) -> None:
    film = FilmFile(store_in(folder), bytes(32), merchant_id=uuid4(), attempt_id=uuid4())
    film.write(WEBM)
    film.complete(now=datetime.now(UTC))
    film.leave()


def keep_mail(folder: Path) -> None:
    mail = Mail(to="sam@example.com", subject="A code", text="123456", html="<p>123456</p>", language="en")
    for _ in range(2):
        FolderMailer(folder / "mails").send(mail, key="one")


@pytest.mark.parametrize("keep", [keep_sound, keep_film, keep_mail], ids=lambda keep: keep.__name__)
def test_what_a_candidate_gives_is_nobody_elses_under_any_umask(
    tmp_path: Path, mask: int, keep: Callable[[Path], None]
) -> None:
    root = tmp_path / "deep" / "data"
    keep(root)
    assert [path for path in root.rglob("*") if path.is_file()]
    assert open_to_others(tmp_path / "deep") == []


def test_a_folder_is_made_with_all_that_is_missing_above_it_and_one_that_is_there_stays(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    there.chmod(0o755)
    for _ in range(2):
        make_folder(there / "a" / "b")
    assert [mode_of(path) for path in (there, there / "a", there / "a" / "b")] == [0o755, 0o700, 0o700]


def test_a_file_is_made_once(tmp_path: Path) -> None:
    os.close(create_file(tmp_path / "file"))
    with pytest.raises(FileExistsError):
        create_file(tmp_path / "file")


def an_old_folder(root: Path) -> None:
    """As an earlier version left it under the usual umask."""
    for name in OURS:
        (root / name / "merchant").mkdir(parents=True)
        (root / name / "merchant" / "file").write_text("something")
    (root / "postgres").mkdir()
    (root / "postgres" / "elsewhere").write_text("/var/lib/vivavoce/x")
    (root / "notes.txt").write_text("the operator's own")
    (root / "sound" / "link").symlink_to(root / "notes.txt")
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.parametrize(("is_passed", "passed_mode"), [(False, 0o700), (True, 0o711)])
def test_what_an_earlier_version_left_open_is_closed(tmp_path: Path, is_passed: bool, passed_mode: int) -> None:
    root = tmp_path / "data"
    an_old_folder(root)
    for _ in range(2):
        assert tighten(root, is_passed=is_passed) == []
    assert [mode_of(root), mode_of(root / "postgres")] == [passed_mode, passed_mode]
    assert [found for name in OURS for found in open_to_others(root / name) if "link" not in found] == []
    assert mode_of(root / "postgres" / "elsewhere") == 0o600
    assert mode_of(root / "notes.txt") == 0o644, "neither in the folder nor by a link"


def test_a_folder_that_everybody_shares_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    assert tighten(shared, is_passed=False) == []
    assert mode_of(shared) == 0o1777


def test_a_folder_that_is_not_there_yet_is_nothing_to_close(tmp_path: Path) -> None:
    assert tighten(tmp_path / "nowhere", is_passed=False) == []


@pytest.mark.slow
def test_after_an_interview_nothing_in_the_data_folder_is_open_to_others(folder: Path) -> None:
    """Found laxer, taken into use under the laxest umask, and walked through whole."""
    (folder / "voice").mkdir(parents=True)
    for path in (folder, folder / "voice"):
        path.chmod(0o755)
    done = subprocess.run(
        [*PROGRAM, "demo", "--once", "--data", str(folder)],
        env={**os.environ, "VIVAVOCE_MAIL_URL": "folder:"},
        umask=0,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "secrets" / "seal-key").is_file()
    ways = {".", "postgres"} if os.geteuid() == 0 else set()
    found = [path for path in (folder, *folder.rglob("*")) if mode_of(path) & 0o077]
    assert {str(path.relative_to(folder)): mode_of(path) for path in found} == dict.fromkeys(ways, 0o711)
