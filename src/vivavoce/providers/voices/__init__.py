"""Voices: machines that speak. Which ones, and in which order, the settings say."""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial

from vivavoce.errors import ProviderError, UnknownLanguage
from vivavoce.providers.failover import Failover, Failure, MachinePlace, find_makers
from vivavoce.providers.voices.port import Spoken, Voice
from vivavoce.settings import Settings

GROUP = "vivavoce.voices"  # of entry points: name = "package.module:open_voice", called with the settings


def open_voices(settings: Settings, *, tell: Callable[[Failure], None]) -> "Voices":
    """The voices of the settings, none loaded before it is asked. Raises BadSetting for a name that nobody brings."""
    makers = find_makers(GROUP, settings.voices.split(","), setting="voices")
    return Voices([MachinePlace(name, partial(make, settings)) for name, make in makers.items()], tell=tell)


class Voices:
    """Several voices in their order: the next one where one fails. tell: is called for every failure."""

    def __init__(
        self,
        places: Sequence[MachinePlace[Voice]],
        *,
        tell: Callable[[Failure], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._order = Failover(places, clock=clock, tell=tell)

    def knows(self, language: str) -> bool:
        """Whether one of them speaks it, or may once it can be asked again."""
        try:
            return any(True for _ in self._order.each(language))
        except UnknownLanguage:
            return False
        except ProviderError:
            return True

    def say(self, text: str, *, language: str, locale: str | None = None) -> Generator[Spoken, None, None]:
        """The text by the first voice that knows the language and does not fail before its first sound.

        One that fails later raises its ProviderError: nobody wants to hear half a sentence twice. So it does when no
        voice can say it.
        """
        for place, voice in self._order.each(language):
            has_begun = False
            try:
                with closing(voice.say(text, language=language, locale=locale)) as saying:
                    for spoken in saying:
                        has_begun = True
                        yield spoken
            except ProviderError as error:
                self._order.went_wrong(place, error)
                if has_begun:
                    raise
            else:
                place.breaker.went_well()
                return
