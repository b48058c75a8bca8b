"""In which language somebody is spoken to."""

from tests.folding import folded
from vivavoce.words.choose import choose_language


@folded(
    ("accepted", "code"),
    [
        ("", "en"),
        ("de", "de"),
        ("DE-at,en;q=0.5", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("tlh,fr;q=0.4", "fr"),
        ("fr;q=0.4,nl;q=0.7", "nl"),
        ("de;q=0,nl;q=0.1", "nl"),
        ("de;q=lots,nl;q=0.1", "nl"),
        ("pt-PT", "pt"),
        ("pt-BR,pt;q=0.9", "br"),
        ("br", "en"),  # Breton, which is none of ours
        ("nn-NO", "no"),
        ("zh-TW,zh;q=0.9", "zh"),
        ("ar-EG", "ar"),
        ("*", "en"),
        (";;,,=q", "en"),
        ("x" * 100_000, "en"),
    ],
)
def test_a_browser_is_answered_in_what_it_likes_best_of_what_we_speak(accepted: str, code: str) -> None:
    assert choose_language(accepted) == code
