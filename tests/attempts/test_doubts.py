"""Where in an answer's text the words stand that may have been misheard."""

import pytest

from vivavoce.attempts.answer import HeardWord, find_doubts


def words(*told: tuple[str, float | None]) -> tuple[HeardWord, ...]:
    return tuple(HeardWord(text=text, start=0.0, end=0.0, probability=sure) for text, sure in told)


@pytest.mark.parametrize(
    ("told", "doubted"),
    [
        ([(" I", 0.9), (" moved", 0.4), (" it.", 0.9)], ["moved"]),
        ([(" Naïve", 0.1), (" 🙂", 0.9), (" words", 0.49)], ["Naïve", "words"]),
        ([("我", 0.9), ("们", 0.2), ("走", 0.9)], ["们"]),
        ([(" Sure", 0.5), (" enough", None)], []),
        ([], []),
    ],
)
def test_doubts_are_cut_out_of_the_text_without_the_blanks_around(
    told: list[tuple[str, float | None]], doubted: list[str]
) -> None:
    text = "".join(word for word, _ in told).strip()
    assert [text[begin:end] for begin, end in find_doubts(words(*told))] == doubted
