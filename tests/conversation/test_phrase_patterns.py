"""How a text is folded and a pattern compiled: words, or signs where no space parts words."""

import pytest

from tests.folding import folded
from vivavoce.conversation.phrase_patterns import compile_any, compile_phrase, fold_words, split_clauses


@pytest.mark.parametrize(
    ("language", "text", "folded"),
    [
        ("zh", "请再说一遍，OK吗？", "请 再 说 一 遍 ok 吗 "),
        ("zh", "請再說一遍", "请 再 说 一 遍 "),
        ("ja", "AIで作った、ﾃﾞｰﾀが2019年", "ai で 作 っ た デ ー タ が 2019 年 "),
        ("th", "ไม่รู้ครับ 24ชม.", "ไ ม่ รู้ ค รั บ 24 ช ม "),
        ("ko", "다시 말씀해 주세요.", "다 시 말 씀 해 주 세 요 "),
        # A mark is part of its word, and joints that nobody sees are none.
        ("hi", "ज़रूरत नहीं है। हाँ", "जरूरत नहीं है हां "),
        ("ta", "எனக்குத் தெரியாது.", "எனக்கு தெரியாது "),
        ("ar", "الْعَمَلُ أَوَّلًا ـــ إجابة", "العمل اولا اجابه "),
        # The two ways to set a tone.
        ("vi", "Hòa, hoà: KHÔNG", "hoà hoà không "),
    ],
)
def test_a_text_is_read_as_these_words(language: str, text: str, folded: str) -> None:
    assert fold_words(text, language=language) == folded


@folded(
    ("typed", "is_met"),
    [("dừng", True), ("dung", False), ("đừng", False), ("dừng lại", True), ("dung lai", True), ("đừng lại", False)],
)
def test_vietnamese_is_met_without_its_accents_but_where_it_would_be_another_word(typed: str, is_met: bool) -> None:
    pattern = compile_any(["dừng!", "dừng lại"], language="vi")
    assert (pattern.fullmatch(fold_words(typed, language="vi")) is not None) is is_met


@pytest.mark.parametrize(
    ("text", "is_met"),
    [
        ("没有这方面的经验", True),
        ("没有一二三四五六七八经验", True),
        ("没有一二三四五六七八九经验", False),  # a gap is four words, of two signs each
        ("没有但是经验", False),
    ],
)
def test_a_gap_is_bounded_in_signs(text: str, is_met: bool) -> None:
    pattern = compile_phrase("没有 ... 经验", language="zh")
    assert (pattern.fullmatch(fold_words(text, language="zh")) is not None) is is_met


@pytest.mark.parametrize(
    ("language", "text", "clauses"),
    [
        ("zh", "不，从来没有。好！", ["不", "从来没有", "好"]),
        ("hi", "नहीं। कभी नहीं", ["नहीं", " कभी नहीं"]),
        ("ar", "لا، أبدا؟", ["لا", " أبدا"]),
        ("th", "ไม่ ไม่เคย", ["ไม่", "ไม่เคย"]),
        ("en", "No, never (ever).", ["No", " never ", "ever"]),
    ],
)
def test_a_text_is_parted_into_clauses(language: str, text: str, clauses: list[str]) -> None:
    assert split_clauses(text, language=language) == clauses
