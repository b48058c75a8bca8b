"""What the last words of an answer say about whether it is over."""

import pytest

from vivavoce.live.turn_words import Hint, find_hint


@pytest.mark.parametrize(
    ("language", "text", "hint"),
    [
        ("en", "", Hint.NOTHING),
        ("en", "…", Hint.NOTHING),
        ("en", "_", Hint.NOTHING),
        ("en", "We moved all the goods.", Hint.NOTHING),
        ("en", "It was because of me.", Hint.NOTHING),
        ("en", "The customer said that's all he needed.", Hint.NOTHING),
        ("en", "I let the others think about it.", Hint.NOTHING),
        ("en", "Let me think.", Hint.ONLY_THINKING),
        ("en", "Hmm, give me a second.", Hint.ONLY_THINKING),
        ("en", "I led the night shift. Let me think.", Hint.THINKING),
        ("en", "I was there for 5 years. Just a moment, please.", Hint.THINKING),
        ("en", "We moved the goods, and", Hint.UNFINISHED),
        ("en", "We moved the goods. Um.", Hint.UNFINISHED),
        ("en", "It happened because.", Hint.UNFINISHED),
        ("en", "We moved the goods, and that's all.", Hint.DONE),
        ("en", "We moved the goods. That's it.", Hint.DONE),
        ("en", "Okay, I'm done.", Hint.DONE),
        ("de", "Moment, ich überlege.", Hint.ONLY_THINKING),
        ("de", "Wir haben geliefert. Ich muss kurz nachdenken.", Hint.THINKING),
        ("de", "Ich habe das Team geführt, und ähm", Hint.UNFINISHED),
        ("de", "Da stieg ich ein.", Hint.NOTHING),
        ("de", "Das war's.", Hint.DONE),
        ("de", "Mehr fällt mir dazu nicht ein.", Hint.DONE),
        ("fr", "Laissez-moi réfléchir.", Hint.ONLY_THINKING),
        ("fr", "J'ai appelé le chauffeur, et euh", Hint.UNFINISHED),
        ("fr", "Voilà, c'est tout.", Hint.DONE),
        ("es", "Déjeme pensar.", Hint.ONLY_THINKING),
        ("es", "Llamé al conductor porque", Hint.UNFINISHED),
        ("es", "Eso es todo.", Hint.DONE),
        ("it", "Fammi pensare.", Hint.ONLY_THINKING),
        ("it", "Ho chiamato l'autista e", Hint.UNFINISHED),
        ("it", "Ho finito.", Hint.DONE),
        ("xx", "That's all.", Hint.NOTHING),
        ("xx", "um", Hint.NOTHING),
    ],
)
def test_the_last_words_say_whether_to_wait(language: str, text: str, hint: Hint) -> None:
    assert find_hint(text, language=language) is hint
