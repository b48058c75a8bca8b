"""Machines of one kind in the order in which they are asked, each with its breaker: the next one where one fails."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, Protocol, TypeVar

from vivavoce.errors import BadSetting, ProviderError, UnknownLanguage
from vivavoce.providers.breaker import Breaker
from vivavoce.settings import Settings


def find_makers(group: str, names: Sequence[str], *, setting: str) -> dict[str, Callable[[Settings], Any]]:
    """What makes each machine from the settings, by name, in the order of `names`.

    Raises BadSetting for a name that nobody brings.
    """
    return {name: entry.load() for name, entry in find_entries(group, names, setting=setting).items()}


def find_entries(group: str, names: Sequence[str], *, setting: str) -> dict[str, EntryPoint]:
    """The entry points of these names, none loaded yet: another package can bring more.

    Raises BadSetting for a name that nobody brings.
    """
    entries = {entry.name: entry for entry in entry_points(group=group)}
    unknown = [name for name in names if name not in entries]
    if unknown:
        there = ", ".join(sorted(entries)) or "none"
        raise BadSetting(f"There is no {unknown[0]!r} for {setting}. There are: {there}.", name=setting)
    return {name: entries[name] for name in names}


class Able(Protocol):
    """What says which languages it knows."""

    @property
    def languages(self) -> frozenset[str]:
        """The wire's codes."""


class Machine(Protocol):
    """A voice or an ear."""

    @property
    def abilities(self) -> Able:
        """What it can do."""


AnyMachine = TypeVar("AnyMachine", bound=Machine)


@dataclass(slots=True)
class MachinePlace(Generic[AnyMachine]):
    """One machine in its place. It is made when it is first asked: loading takes time and memory."""

    name: str
    make: Callable[[], AnyMachine]
    breaker: Breaker = field(default_factory=Breaker)
    _made: AnyMachine | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def machine(self) -> AnyMachine:
        """The machine. Raises ProviderError when it can't be made here, BadSetting when it is set wrongly."""
        with self._lock:
            if self._made is None:
                self._made = self.make()
            return self._made


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One machine failed, and was left for the next one."""

    provider: str
    error: ProviderError


class Failover(Generic[AnyMachine]):
    """The machines of one kind. clock: seconds that never go back. tell: is called for every failure."""

    def __init__(
        self, places: Sequence[MachinePlace[AnyMachine]], *, clock: Callable[[], float], tell: Callable[[Failure], None]
    ) -> None:
        self._places = tuple(places)
        self._clock = clock
        self._tell = tell

    def each(self, language: str) -> Iterator[tuple[MachinePlace[AnyMachine], AnyMachine]]:
        """Each one that knows the language and may be asked now.

        Raises UnknownLanguage when every machine was asked and none knows it, ProviderError when there was none left.
        """
        is_known = False
        asked = 0
        for place in self._places:
            if not place.breaker.may_pass(self._clock()):
                continue
            try:
                machine = place.machine()
            except ProviderError as error:
                self.went_wrong(place, error)
                continue
            asked += 1
            if language in machine.abilities.languages:
                is_known = True
                yield place, machine
        names = ", ".join(place.name for place in self._places)
        if is_known:
            raise ProviderError(f"All have failed, or rest after failures: {names}.", retryable=True)
        text = f"None that can be asked knows the language {language!r}: {names}. `vivavoce doctor` tells more."
        if asked == len(self._places):
            raise UnknownLanguage(text)
        raise ProviderError(text, retryable=False)

    def went_wrong(self, place: MachinePlace[AnyMachine], error: ProviderError) -> None:
        """Tells of a failure, and counts it against the machine where the same might work another time."""
        if error.retryable:
            place.breaker.went_wrong(self._clock())
        self._tell(Failure(provider=place.name, error=error))
