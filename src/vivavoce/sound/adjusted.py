"""How a candidate is heard: at the pace and in the accent that they chose, else as the interview says."""

from vivavoce.conversation.loop import Scene
from vivavoce.sound.turn_end import Pace


def find_pace(scene: Scene) -> Pace:
    """How long a silence ends their turn."""
    named = (scene.adjustments.pace or scene.definition.settings.pace or "").strip().lower()
    return Pace(named) if named in set(Pace) else Pace.NORMAL


def find_locale(scene: Scene | None, *, language: str, of_page: str | None) -> str | None:
    """The accent of this language to listen for; None where nobody named one.

    The candidate's own choice comes first, then what the page asked for, then the interview's.
    """
    if scene is not None and language in scene.adjustments.accents:
        return scene.adjustments.accents[language]
    named = [of_page, scene.definition.speech_locale if scene is not None else None]
    return next((locale for locale in named if locale is not None and locale.partition("-")[0] == language), None)
