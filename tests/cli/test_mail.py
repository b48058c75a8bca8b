"""`vivavoce mail`: texts of a merchant's own, how a mail looks, and what came back."""

import subprocess

import pytest

from tests.bouncing import returned
from tests.running import PROGRAM, Running
from vivavoce.db.ids import new_id

pytestmark = pytest.mark.slow

TEXT = "Hello {name},\n\ncome and talk to us.\n\n{link}\n"


def mail(running: Running, *arguments: str, given: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PROGRAM, "mail", *arguments, "--merchant", "writers", "--data", str(running.folder)],
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_text_of_ones_own_is_set_seen_and_taken_back(running: Running) -> None:
    running.program("merchant", "add", "Writers", "--slug", "writers")
    preview = ("mail", "preview", "invitation", "--merchant", "writers")
    assert running.program(*preview).startswith("Writers invites you to an interview\n")
    assert "Guten Tag Sam Rivers," in running.program(*preview, "--language", "de")
    set_ = mail(running, "text", "invitation", "--subject", "A talk, {name}?", "--file", "-", given=TEXT)
    assert set_.returncode == 0, set_.stderr
    assert running.program(*preview).startswith("A talk, Sam Rivers?\n\nHello Sam Rivers,\n\ncome and talk to us.")
    assert running.program(*preview, "--html").startswith("<!doctype html>")
    assert running.program("mail", "texts", "--merchant", "writers") == "invitation\ten\tA talk, {name}?\n"
    bad = mail(running, "text", "invitation", "--subject", "So", "--file", "-", given="Hello {nickname}")
    assert (bad.returncode, bad.stderr.startswith("vivavoce: There is no place {nickname}.")) == (1, True)
    bounced = mail(running, "bounce", "-", given=returned(str(new_id())))
    assert (bounced.returncode, "Expected a delivery report" in bounced.stderr) == (1, True)
