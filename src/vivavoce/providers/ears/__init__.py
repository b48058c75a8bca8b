"""Ears: machines that listen. Which ones, and in which order, the settings say."""

import contextlib
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from functools import partial

from vivavoce.errors import ProviderError
from vivavoce.providers.ears.port import Ear, SoundWindow, TimedWord
from vivavoce.providers.failover import Failover, Failure, MachinePlace, find_makers
from vivavoce.settings import Settings
from vivavoce.text.languages import CODES

GROUP = "vivavoce.ears"  # of entry points: name = "package.module:open_ear", called with the settings


def open_ears(settings: Settings, *, tell: Callable[[Failure], None]) -> "Ears":
    """The ears of the settings; none is loaded before it is asked. Raises BadSetting for a name that nobody brings."""
    makers = find_makers(GROUP, settings.ears.split(","), setting="ears")
    return Ears([MachinePlace(name, partial(make, settings)) for name, make in makers.items()], tell=tell)


class Ears:
    """Several ears in their order: what one fails to hear, the next one hears. tell: is called for every failure."""

    def __init__(
        self,
        places: Sequence[MachinePlace[Ear]],
        *,
        tell: Callable[[Failure], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._order = Failover(places, clock=clock, tell=tell)

    def hear(
        self, windows: Iterable[SoundWindow], *, language: str, locale: str | None = None
    ) -> Generator[TimedWord, None, None]:
        """The words of each window, all of them from one ear. Raises ProviderError when no ear can hear it."""
        for window in windows:
            yield from self._hear(window, language=language, locale=locale)

    def find_weak(self) -> frozenset[str]:
        """The languages that nobody hears well: whoever is asked first mishears so much there, or nobody knows them.

        It loads ears until every language has one.
        """
        weak, unknown = set[str](), set(CODES)
        with contextlib.suppress(ProviderError):  # there is none left
            for _, ear in self._order.each("en"):
                weak |= ear.abilities.weak & unknown
                unknown -= ear.abilities.languages
                if not unknown:
                    break
        return frozenset(weak | unknown)

    def _hear(self, window: SoundWindow, *, language: str, locale: str | None) -> list[TimedWord]:
        for place, ear in self._order.each(language):
            try:
                words = list(ear.hear([window], language=language, locale=locale))
            except ProviderError as error:
                self._order.went_wrong(place, error)
            else:
                place.breaker.went_well()
                return words
        raise AssertionError("the order raises when there is none left")
