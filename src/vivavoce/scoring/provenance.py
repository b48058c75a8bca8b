"""What a judgement was made with: the files that judge, the processor they ran on, and what readers were told."""

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from vivavoce.scoring.judgement import Provenance

FEATURES = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm")  # that change int8 results
SOURCES = ("scoring", "text", "providers/raters")
SUFFIXES = (".py", ".toml", ".json", ".txt", ".gz", ".md")


def find_provenance(prompts: Mapping[str, str]) -> Provenance:
    """Of a judgement that is made here and now. prompts: SHA-256 of each prompt, by its name. Reads files, once."""
    return Provenance(
        code_version=metadata.version("vivavoce"),
        code_sha256=code_digest(),
        processor=processor_features(),
        prompts=dict(prompts),
    )


@cache
def code_digest() -> str:
    """SHA-256 over the files that judge, by their names."""
    root = Path(__file__).parents[1]
    whole = hashlib.sha256()
    for folder in SOURCES:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in SUFFIXES and file.is_file():
                whole.update(f"{file.relative_to(root).as_posix()}\n".encode())
                whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


@cache
def processor_features() -> str:
    """The machine, and which of the features that change int8 results its processor has."""
    try:
        words = set(Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").split())
    except OSError:
        words = set()
    return " ".join([platform.machine(), *(feature for feature in FEATURES if feature in words)])
