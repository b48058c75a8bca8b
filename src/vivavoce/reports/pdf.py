"""A sheet as a PDF: set by a program of its own (typeset.py), in a bounded time, beside the loop."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from vivavoce.errors import TooLarge, Unavailable
from vivavoce.reports.fonts import find_fonts, fonts_folder, wanted_families
from vivavoce.reports.sheet import Sheet

log = logging.getLogger(__name__)

MOST_SECONDS = 90.0
MOST_BYTES = 40 * 1024 * 1024  # of a sheet: some thousand results
REPORT, OWN = "report.typ", "own.typ"
PROGRAM = (sys.executable, "-m", "vivavoce.reports.typeset")
# What the engine frees goes back at once (glibc): 15 of some 400 MB for a hundred results, by `make bench-report`.
MEMORY = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_TOP_PAD_": "0"}
AT_ONCE = asyncio.Semaphore(1)  # of one server: setting takes a core


class NotSet(Unavailable):
    """This report can't be set as a PDF right now. Please try again in a minute, or ask for `html`."""

    retry_after = 60


async def to_pdf(sheet: Sheet) -> bytes:
    """The sheet as a tagged PDF. Raises NotSet, NoFonts, and TooLarge."""
    return await set_pdf(asdict(sheet), layout=REPORT)


async def set_pdf(sheet: Mapping[str, Any], *, layout: str) -> bytes:
    """Plain values in one of our layouts. Raises NotSet, NoFonts, and TooLarge."""
    given = json.dumps(sheet, ensure_ascii=False)
    if len(given) > MOST_BYTES:
        raise TooLarge("This report would be too long for a PDF: ask for fewer results at once, or for `html`.")
    files = await asyncio.to_thread(lambda: find_fonts(wanted_families(given)))
    async with AT_ONCE:
        with fonts_folder(files) as folder:
            return await _set(given.encode(), layout, str(folder))


async def _set(given: bytes, layout: str, fonts: str) -> bytes:
    program = await asyncio.create_subprocess_exec(
        *PROGRAM,
        layout,
        fonts,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | MEMORY,
    )
    try:
        async with asyncio.timeout(MOST_SECONDS):
            pdf, said = await program.communicate(given)
    except TimeoutError:
        log.error("a report was not set within %d s", MOST_SECONDS)
        raise NotSet from None
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
    if program.returncode != 0:
        # What was said may quote what somebody said: only its last line's kind goes into the log.
        last = said.decode(errors="replace").strip().rpartition("\n")[2].partition(":")[0]
        log.error("a report could not be set: %s (exit %s)", last, program.returncode)
        raise NotSet
    return pdf
