"""What follows once one has applied is told by what stands under such a heading."""

import pytest

from vivavoce.replies.onward import find_next_steps, is_onward
from vivavoce.text.languages import LANGUAGES
from vivavoce.words.catalog import find_words


@pytest.mark.parametrize(
    ("language", "text", "steps"),
    [
        (
            "en",
            "# The work\nYou bake.\n## 5. Next steps:\n* We read your answers.\n* You meet Ada.",
            ["We read your answers.", "You meet Ada."],
        ),
        (
            "en",
            "<h3>What happens next?</h3><ol><li>Ada rings you.</li><li>You come in.</li></ol>",
            ["Ada rings you.", "You come in."],
        ),
        (
            "en",
            "**How it goes on**\n\nMick rings you within a week. Then you see the depot.",
            ["Mick rings you within a week. Then you see the depot."],
        ),
        (
            "en",
            "## How it looks\nYou bake.\n## Trial\nA paid trial shift, then a chat. We aim to decide by 18 December.",
            ["A paid trial shift, then a chat. We aim to decide by 18 December."],
        ),
        ("en", "We bake. Ruth rings everyone within a week.", ["We bake. Ruth rings everyone within a week."]),
        (
            "de",
            "## Team\nWir sind acht. Frau Abt meldet sich bis Freitag.",
            ["Wir sind acht. Frau Abt meldet sich bis Freitag."],
        ),
        ("fr", "## Divers\nNous vous répondons sous dix jours.", ["Nous vous répondons sous dix jours."]),
        ("es", "## Otros\nLe llamaremos en una semana.", ["Le llamaremos en una semana."]),
        ("en", "You call customers back within two days. Late orders are answered by Friday.", []),
        ("en", "## Selection\n1. Online interview (today)\n2. A call with Ada", ["A call with Ada"]),
        ("en", "## What then?\n* This short interview: about ten minutes.\n* Ada rings you.", ["Ada rings you."]),
        ("en", "## Next steps\nThis short interview. Then Ada rings you.", ["Then Ada rings you."]),
        (
            "en",
            "## Next steps\n* An interview with Ada, online.\n* Trial.",
            ["An interview with Ada, online.", "Trial."],
        ),
        ("en", "## Next steps\n* This interview goes to Ada.\n* Trial.", ["This interview goes to Ada.", "Trial."]),
        ("en", "## Next steps\nThis short interview.", ["This short interview."]),
        ("de", "## Auswahl\n- Online-Interview (heute)\n- Probetag", ["Probetag"]),
        ("fr", "## Sélection\n- Cet entretien en ligne (10 minutes)\n- Une visite", ["Une visite"]),
        ("es", "## Selección\n- Esta breve entrevista\n- Un día de prueba", ["Un día de prueba"]),
        ("it", "## E poi?\n- Questo colloquio, oggi\n- Una prova", ["Una prova"]),
        ("ar", "## الخطوة التالية\n- هذه المقابلة القصيرة\n- نتصل بكم", ["نتصل بكم"]),
        ("de", "## So geht es weiter\nFrau Abt ruft Sie an.", ["Frau Abt ruft Sie an."]),
        ("fr", "## La suite\nOn vous appelle.", ["On vous appelle."]),
        ("ar", "## الخطوات التالية\nنتصل بكم.", ["نتصل بكم."]),
        ("de", "## Next steps\nWir rufen an.", ["Wir rufen an."]),
        ("en", "# Hours\nNine to five.", []),
        ("en", "# How to apply\nSend us your CV.", []),
        ("en", "# Next steps\nWe call.\n# The process\nWe write.", []),  # which of them is true?
        ("en", "# Next steps\n" + "\n".join(f"* Step {number}." for number in range(9)), []),
    ],
)
def test_the_position_s_own_steps_are_found(language: str, text: str, steps: list[str]) -> None:
    assert find_next_steps([text], language=language) == steps


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_s_own_heading_is_known_in_every_language(language: str) -> None:
    assert is_onward(find_words(language).say("What happens next"), language=language)
