"""Fifty scripted sessions of honest people, as their pages and the server would notice them: ten ways of five lengths.

Each says what truly went on long enough to be told, so that a fact that says anything else is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tests.builders import NOW
from vivavoce.attempts.integrity import FactKind, Observation, ObservationKind

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class HonestSession:
    """What was noticed of somebody honest, and which facts are true of it."""

    name: str
    noticed: tuple[Observation, ...]
    true: frozenset[FactKind] = frozenset()


def hidden(at: float, seconds: float, *, number: int = 1) -> Observation:
    kind = ObservationKind.HIDDEN
    return Observation(kind=kind, at=NOW + timedelta(seconds=at), number=number, seconds=seconds)


def pasted(at: float, characters: int, *, after: float, number: int = 1) -> Observation:
    kind, moment = ObservationKind.PASTED, NOW + timedelta(seconds=at)
    return Observation(kind=kind, at=moment, number=number, seconds=after, amount=characters)


def network(at: float, mark: str) -> Observation:
    return Observation(kind=ObservationKind.NETWORK, at=NOW + timedelta(seconds=at), label=mark)


def same_name(at: float, whose: str) -> Observation:
    return Observation(kind=ObservationKind.SAME_NAME, at=NOW + timedelta(seconds=at), label=whose)


def camera(at: float, name: str, *, number: int = 1) -> Observation:
    kind = ObservationKind.VIRTUAL_CAMERA
    return Observation(kind=kind, at=NOW + timedelta(seconds=at), number=number, label=name)


def faces(at: float, watched: float, *, none: float = 0.0, several: float = 0.0, number: int = 1) -> list[Observation]:
    """What was counted in a turn."""
    seconds = {
        ObservationKind.WATCHED: watched,
        ObservationKind.NO_FACE: none,
        ObservationKind.SEVERAL_FACES: several,
    }
    return [
        Observation(kind=kind, at=NOW + timedelta(seconds=at), number=number, seconds=lasted)
        for kind, lasted in seconds.items()
        if lasted
    ]


def another_voice(at: float, seconds: float, *, number: int = 1) -> Observation:
    kind, second = ObservationKind.SECOND_VOICE, round(1000 * at)
    return Observation(kind=kind, at=NOW + timedelta(seconds=at), number=number, seconds=seconds, amount=second)


def nothing_at_all(length: int) -> HonestSession:
    return HonestSession("stays on the page", (network(0, "home"), *(hidden(90 * n, 1.5) for n in range(length))))


def looks_up_the_advert(length: int) -> HonestSession:
    away = 12.0 * (length + 1)
    noticed = (network(0, "home"), hidden(2 * MINUTE, away))
    return HonestSession("reads the advert again", noticed, frozenset({FactKind.PAGE_HIDDEN} if away >= 20 else ()))


def is_called(length: int) -> HonestSession:
    calls = [hidden(4 * MINUTE * (n + 1), 25.0 + 10 * length, number=n + 1) for n in range(2)]
    turned_away = faces(0, 240, none=50.0 + length)
    child = [another_voice(300.0 * (n + 1), 4.0 + n, number=n + 1) for n in range(length)]
    noticed = (*calls, *turned_away, *child)
    true = frozenset({FactKind.PAGE_HIDDEN, *([FactKind.SECOND_VOICE] if child else [])})
    return HonestSession("is called on the telephone, twice, and a child comes in", noticed, true)


def comes_back_later(length: int) -> HonestSession:
    away = 40 * MINUTE * (length + 1)
    noticed = (network(0, "home"), hidden(5 * MINUTE, away, number=2), network(5 * MINUTE + away, "work"))
    return HonestSession("goes on after a break", noticed)


def uses_a_dictionary(length: int) -> HonestSession:
    noticed = tuple(hidden(100 * n, 6.0 + length, number=n) for n in range(1, 7 + length))
    return HonestSession("looks words up at each question", noticed, frozenset({FactKind.PAGE_HIDDEN}))


def writes_in_an_editor(length: int) -> HonestSession:
    noticed: list[Observation] = []
    for number in range(1, 7):
        characters = 350 + 180 * length
        seconds = characters / (3.0 + length)  # at the pace of somebody who types
        began = number * 600.0
        noticed.append(hidden(began + 5, min(seconds, 590.0), number=number))
        noticed.append(pasted(began + seconds + 8, characters, after=seconds + 8, number=number))
    true = frozenset({FactKind.PAGE_HIDDEN, FactKind.TEXT_PASTED})
    return HonestSession("writes every answer with a spelling checker", tuple(noticed), true)


def pastes_from_the_cv(length: int) -> HonestSession:
    noticed = (pasted(30, 420 + 200 * length, after=4.0), pasted(300, 60, after=12.0, number=4))
    return HonestSession("pastes a paragraph of the CV, and an address", noticed, frozenset({FactKind.TEXT_PASTED}))


def has_prepared_two(length: int) -> HonestSession:
    noticed = tuple(pasted(60 * n, 500 + 300 * length, after=3.0, number=n) for n in (1, 2))
    return HonestSession("has prepared two answers", noticed, frozenset({FactKind.TEXT_PASTED}))


def sits_in_a_train(length: int) -> HonestSession:
    walked_by = faces(0, 300, several=9.0)
    noticed = (*(network(MINUTE * n, f"mast {n}") for n in range(2 + 2 * length)), *walked_by)
    true = frozenset({FactKind.NETWORK_CHANGED} if length else ())
    return HonestSession("sits in a train", noticed, true)


def has_a_common_name(length: int) -> HonestSession:
    others = [same_name(n, f"another {n}") for n in range(1 + length)]
    poster = faces(0, 400, several=400.0)
    true = frozenset({FactKind.SAME_NAME, FactKind.VIRTUAL_CAMERA, FactKind.SEVERAL_FACES})
    return HonestSession(
        "has a common name, a virtual camera and a poster behind",
        (*others, camera(30, "OBS Virtual Camera"), *poster),
        true,
    )


WAYS: tuple[Callable[[int], HonestSession], ...] = (
    nothing_at_all,
    looks_up_the_advert,
    is_called,
    comes_back_later,
    uses_a_dictionary,
    writes_in_an_editor,
    pastes_from_the_cv,
    has_prepared_two,
    sits_in_a_train,
    has_a_common_name,
)
HONEST_SESSIONS = tuple(way(length) for way in WAYS for length in range(5))
