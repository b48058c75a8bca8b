"""Which passages are read in full: by their bits alone, the ones that a look at all vectors would choose."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from vivavoce.db.ids import new_id
from vivavoce.knowledge.bits import SIZE, USUAL, tell_nearness, to_meanings
from vivavoce.knowledge.near import DocumentBits, find_near
from vivavoce.knowledge.word_bits import WORD_ROWS, find_rows, to_word_rows


def of_rows(words: bytes, count: int, asked: Sequence[str]) -> bytes:
    """Of the rows of words, those that are asked for, as the database gives them."""
    size = (count + 7) // 8
    return b"".join(words[row * size : (row + 1) * size] for row in find_rows(asked))


def a_document(passages: Sequence[Sequence[str]], asked: Sequence[str] = (), **more: Any) -> DocumentBits:
    words = to_word_rows(passages)
    assert len(words) == WORD_ROWS * ((len(passages) + 7) // 8)
    given: dict[str, Any] = {"document_id": new_id(), "language": "en", "meanings": None} | more
    return DocumentBits(count=len(passages), words=of_rows(words, len(passages), asked), **given)


def usual() -> Any:
    """(2, 384): what is usual of passages, and of questions."""
    return np.array(USUAL.read_text().split(), dtype=np.float32).reshape(2, SIZE)


def test_the_nearest_in_full_are_among_the_nearest_by_bits() -> None:
    draw = np.random.default_rng(3)
    of_passages, of_questions = usual()
    meant = 0.03 * draw.standard_normal((5_000, SIZE)).astype(np.float32)
    vectors = of_passages + meant
    sizes = [1, 7, 8, 9, 475, 4_500]
    documents, begin = [], 0
    for size in sizes:
        documents.append(a_document([()] * size, meanings=to_meanings(vectors[begin : begin + size])))
        begin += size
    missed = 0
    for place in range(0, 5_000, 1_000):
        question = of_questions + meant[place : place + 1] + 0.03 * draw.standard_normal((1, SIZE)).astype(np.float32)
        in_full = np.argsort(-np.array(tell_nearness(question, [one.astype("<f2").tobytes() for one in vectors])))[:5]
        near = find_near(question, "en", documents, 150)
        assert len(near) == len(set(near)) == 150
        assert near == find_near(question, "en", documents, 150)
        assert near[0] == place
        missed += len(set(in_full.tolist()) - set(near))
    assert missed <= 3  # of 25


def test_without_a_machine_words_tell_and_the_rarer_ones_tell_more() -> None:
    common, rare = ["leave"], ["leave", "pension"]
    asked = ["pension", "leave", "absent"]
    one = a_document([common, rare, [], common], asked)
    other = a_document([common] * 9 + [["pension"]], asked)
    assert find_near(None, "en", [one, other], 3)[0] == 1
    assert set(find_near(None, "en", [one, other], 2)) == {1, 13}
    assert find_near(None, "en", [one, other], 100)[-1] == 2
    assert sorted(find_near(None, "en", [a_document([common], [])], 5)) == [0]  # a question without words


def test_a_document_that_no_machine_told_of_is_found_beside_one_that_it_did() -> None:
    draw = np.random.default_rng(5)
    of_passages, of_questions = usual()
    meant = 0.03 * draw.standard_normal((20, SIZE)).astype(np.float32)
    asked = ["pension", "bicycle", "yard"]
    told = a_document([[]] * 20, asked, meanings=to_meanings(of_passages + meant))
    untold = a_document([asked, ["leave"]], asked)
    near = find_near(of_questions + meant[4:5], "en", [told, untold], 6)
    assert near[0] == 4
    assert 20 in near


def test_of_alike_passages_the_one_in_the_question_s_language_comes_first() -> None:
    vector = np.full((1, SIZE), SIZE**-0.5, dtype=np.float32)
    documents = [
        a_document([[]], language=language, meanings=to_meanings(vector)) for language in ("de", None, "pt", "en")
    ]
    assert find_near(vector, "en", documents, 4)[0] == 3
    assert find_near(vector, "br", documents, 4)[0] == 2
