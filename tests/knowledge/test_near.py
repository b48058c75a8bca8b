"""Which passages are read in full: by their bits alone, the ones that a look at all vectors would choose."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from vivavoce.knowledge.bits import (
    BLOCK,
    SIZE,
    USUAL,
    Usual,
    count_bits,
    find_usual,
    pack,
    tell_nearness,
    tell_nearness_around,
    to_meanings,
    usual_around,
    usual_of,
)
from vivavoce.knowledge.near import DocumentBits, NearPassage, find_near
from vivavoce.knowledge.search import SoughtQuestion
from vivavoce.knowledge.word_bits import WORD_ROWS, find_rows, to_word_rows


def of_rows(words: bytes, count: int, asked: Sequence[str]) -> bytes:
    """Of the rows of words, those that are asked for, as the database gives them."""
    size = (count + 7) // 8
    return b"".join(words[row * size : (row + 1) * size] for row in find_rows(asked))


def a_document(passages: Sequence[Sequence[str]], asked: Sequence[str] = (), **more: Any) -> DocumentBits:
    words = to_word_rows(passages)
    assert len(words) == WORD_ROWS * ((len(passages) + 7) // 8)
    given: dict[str, Any] = {"language": "en", "meanings": None} | more
    blocks = None if given["meanings"] is None else count_bits(given["meanings"]).blocks
    return DocumentBits(count=len(passages), blocks=blocks, words=of_rows(words, len(passages), asked), **given)


def usual_in(documents: Sequence[DocumentBits]) -> Usual:
    told = [(one.language, one.count, one.meanings) for one in documents]
    return find_usual((language, count, count_bits(bits).whole) for language, count, bits in told if bits is not None)


def near(vector: Any, language: str, documents: Sequence[DocumentBits], most: int) -> list[NearPassage]:
    return list(find_near(vector, language, documents, usual_in(documents), most).passages)


def numbers(*given: Any) -> list[int]:
    """The places of what is near, the nearest first."""
    return [passage.number for passage in near(*given)]


def usual() -> Any:
    """(2, 384): what is usual of passages, and of questions."""
    return np.array(USUAL.read_text().split(), dtype=np.float32).reshape(3, SIZE)[:2]


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
        nearness = tell_nearness(question, "en", [("en", pack(vector)) for vector in vectors], usual_in(documents))
        in_full = np.argsort(-np.array(nearness))[:5]
        likely = numbers(question, "en", documents, 150)
        assert len(likely) == len(set(likely)) == 150
        assert likely == numbers(question, "en", documents, 150)
        assert likely[0] == place
        missed += len(set(in_full.tolist()) - set(likely))
    assert missed <= 3  # of 25


def test_without_a_machine_words_tell_and_the_rarer_ones_tell_more() -> None:
    common, rare = ["leave"], ["leave", "pension"]
    asked = ["pension", "leave", "absent"]
    one = a_document([common, rare, [], common], asked)
    other = a_document([common] * 9 + [["pension"]], asked)
    assert numbers(None, "en", [one, other], 3)[0] == 1
    assert set(numbers(None, "en", [one, other], 2)) == {1, 13}
    assert numbers(None, "en", [one, other], 100)[-1] == 2
    assert numbers(None, "en", [a_document([common], [])], 5) == [0]  # a question without words


def test_a_document_that_no_machine_told_of_is_found_beside_one_that_it_did() -> None:
    draw = np.random.default_rng(5)
    of_passages, of_questions = usual()
    meant = 0.03 * draw.standard_normal((20, SIZE)).astype(np.float32)
    asked = ["pension", "bicycle", "yard"]
    told = a_document([[]] * 20, asked, meanings=to_meanings(of_passages + meant))
    untold = a_document([asked, ["leave"]], asked)
    likely = numbers(of_questions + meant[4:5], "en", [told, untold], 6)
    assert likely[0] == 4
    assert 20 in likely


def test_of_alike_passages_the_one_in_the_question_s_language_comes_first() -> None:
    vector = np.full((1, SIZE), SIZE**-0.5, dtype=np.float32)
    documents = [
        a_document([[]], language=language, meanings=to_meanings(vector)) for language in ("de", None, "pt", "en")
    ]
    assert numbers(vector, "en", documents, 4)[0] == 3
    assert numbers(vector, SoughtQuestion(stems=(), language="br").spoken, documents, 4)[0] == 2


def test_of_alike_passages_the_one_among_texts_on_work_answers_a_question_on_work() -> None:
    draw = np.random.default_rng(9)
    of_passages, of_questions = usual()
    kitchen, asked = 0.03 * draw.standard_normal((2, 1, SIZE)).astype(np.float32)
    strangers = of_passages + kitchen + 0.03 * draw.standard_normal((1_000, SIZE)).astype(np.float32)
    relatives = of_passages + 0.03 * draw.standard_normal((60, SIZE)).astype(np.float32)
    answer = of_passages + asked
    strangers[500] = relatives[30] = answer[0]
    alone = a_document([[]], meanings=to_meanings(answer))
    others = [a_document([[]] * len(vectors), meanings=to_meanings(vectors)) for vectors in (strangers, relatives)]
    likely = near(of_questions + asked, "en", [alone, *others], 1_061)
    assert likely[0].number == 1_031
    besides = {passage.number: passage.besides for passage in likely}
    assert besides[1_031] > besides[0] > besides[501]  # who has no neighbours loses nothing, and wins nothing
    # Neither a question on kitchens is asked of those, nor one on work in a store that is on nothing else.
    for question, documents in (
        (of_questions + asked + 1.2 * kitchen, [alone, *others]),
        (of_questions + asked, [alone, others[1]]),
    ):
        likely = near(question, "en", documents, 61)
        assert {passage.besides for passage in likely} == {likely[0].besides}


def test_what_stands_around_a_passage_ends_with_its_document() -> None:
    draw = np.random.default_rng(13)
    of_passages, of_questions = usual()
    kitchen, asked = 0.03 * draw.standard_normal((2, 1, SIZE)).astype(np.float32)
    strangers = of_passages + kitchen + 0.03 * draw.standard_normal((1_000, SIZE)).astype(np.float32)
    relatives = of_passages + asked + 0.03 * draw.standard_normal((2 * BLOCK + 5, SIZE)).astype(np.float32)
    documents = [a_document([[]] * len(vectors), meanings=to_meanings(vectors)) for vectors in (strangers, relatives)]
    counted = count_bits(to_meanings(relatives))
    assert counted.whole.tolist() == counted.blocks.sum(axis=0, dtype=int).tolist()
    assert len(counted.blocks) == 3
    assert counted.blocks[2].max() <= 5
    around = {
        passage.number - 1_000: passage.around
        for passage in near(of_questions + asked, "en", documents, 1_045)
        if passage.number >= 1_000
    }
    for place, blocks, passages in ((0, counted.blocks[:2], 2 * BLOCK), (2 * BLOCK, counted.blocks[1:], BLOCK + 5)):
        expected = usual_around(blocks.sum(axis=0, dtype=int), passages)
        middle = around[place]
        assert middle is not None
        assert np.array_equal(middle, expected)


def test_among_alike_passages_the_one_that_differs_from_them_as_the_question_does_is_nearest() -> None:
    draw = np.random.default_rng(17)
    of_passages, of_questions = usual()
    handbook, asked = 0.03 * draw.standard_normal((2, 1, SIZE)).astype(np.float32)
    vectors = of_passages + handbook + 0.01 * draw.standard_normal((60, SIZE)).astype(np.float32)
    vectors[7] += asked[0] / 2
    middle = usual_around(count_bits(to_meanings(vectors)).whole, len(vectors))
    nearness = tell_nearness_around(of_questions + asked, [pack(vector) for vector in vectors], [middle] * len(vectors))
    assert int(np.argmax(nearness)) == 7
    assert nearness[7] > 0.3 > sorted(nearness)[-2]


def test_what_all_of_a_store_and_all_of_a_language_have_in_common_counts_for_nothing() -> None:
    draw = np.random.default_rng(11)
    of_passages, of_questions = usual()
    work, kitchen, german = (0.03 * draw.standard_normal((1, SIZE)).astype(np.float32) for _ in range(3))
    # Nothing in this store is on work but two passages, and the one of them in German stands alone with its language.
    vectors = of_passages + kitchen - 2 * work + 0.03 * draw.standard_normal((4_000, SIZE)).astype(np.float32)
    vectors[2_000:] += german
    vectors[[7, 2_007]] += 2 * work
    documents = [
        a_document([[]] * 2_000, language=language, meanings=to_meanings(vectors[begin : begin + 2_000]))
        for language, begin in (("en", 0), ("de", 2_000))
    ]
    question = of_questions + 0.02 * draw.standard_normal((1, SIZE)).astype(np.float32)
    assert numbers(question, "en", documents, 4)[0] == 7
    assert numbers(question + german, "de", documents, 4)[0] == 2_007
    in_store = usual_in(documents)
    passages = [(language, pack(vectors[place])) for language, place in (("en", 7), ("de", 2_007), ("en", 8))]
    alike, foreign, strange = tell_nearness(question, "en", passages, in_store)
    assert alike > strange + 0.3
    assert abs(alike - foreign) < 0.15
    # A store of few passages is as texts on work usually are.
    few = usual_in([a_document([[]], meanings=to_meanings(vectors[:1]))])
    assert np.abs(usual_of(few, "en") - of_passages).max() < 0.01
