"""Facts of integrity: what was noticed during an interview, gathered into facts that a person may weigh. Pure.

    observations, each with its moment ──► one fact a kind, with its span, its evidence and how often it is wrong

A fact says what happened and never why. It is no part of a score, an order or a state. Most facts are weak whatever
there is of them, since honest people leave pages, paste their own words and change networks; strong ones are those that
went on through the interview and have hardly an everyday reason.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

LEAST_AWAY = 3.0  # seconds; less is a glance at a notification
LONGEST_AWAY = 600.0  # seconds; whoever is away for longer has paused
MOST_AWAY = 20.0  # seconds in all, or
MOST_TIMES_AWAY = 2  # times, which say nothing yet
LEAST_PASTED = 100  # characters; less is an address, or a name
MUCH_PASTED = 300  # characters
FASTEST_TYPING = 12.0  # characters a second: 144 words a minute, which hardly anybody types
TURNS_PASTED = 3  # with so much text that came faster than it can be typed; one or two may come from a CV
MOST_CHANGES = 2  # of the network, which a walk from one room to another makes
LEAST_WATCHED = 60.0  # seconds of a camera's picture in which faces were counted; less says nothing
MISSING_SHARE = 0.3  # of them, from which on it is said that nobody was seen (the contract's own)
LEAST_SEVERAL = 10.0  # seconds with several faces; less is somebody who walks by
MOST_MOMENTS = 50  # of one fact, which are told one by one

# As devices call themselves that show whatever they are told to. A telephone as a camera is none.
VIRTUAL_CAMERAS = (
    "obs virtual camera",
    "obs-camera",
    "manycam",
    "splitcam",
    "xsplit vcam",
    "cyberlink youcam",
    "sparkocam",
    "altercam",
    "e2esoft vcam",
    "vcam virtual camera",
    "webcammax",
    "camtwist",
    "vmix video",
    "unity video capture",
    "dummy video device",  # v4l2loopback
    "v4l2loopback",
    "akvirtualcamera",
    "streamlabs desktop virtual webcam",
    "prism live virtual camera",
    "deepfacelive",
)


class ObservationKind(StrEnum):
    """What can be noticed. seconds, amount and label of an observation mean what stands here."""

    HIDDEN = "hidden"  # the page was out of sight, for seconds
    PASTED = "pasted"  # an amount of characters came into an answer from elsewhere, seconds after its question
    VIRTUAL_CAMERA = "virtual_camera"  # label: as the camera calls itself
    WATCHED = "faces_watched"  # faces were counted, for seconds
    NO_FACE = "no_face"  # none was seen, for seconds of them
    SEVERAL_FACES = "several_faces"  # several were
    NETWORK = "network"  # by which network the page came; label: a mark of it that tells no address
    SAME_NAME = "same_name"  # another profile of this name sent an interview; label: its id
    SECOND_VOICE = "second_voice"  # somebody else is heard in an answer, for seconds; amount: ms of the session


class FactKind(StrEnum):
    """What can be said of an interview, once each."""

    PAGE_HIDDEN = "page_hidden"
    TEXT_PASTED = "text_pasted"
    NETWORK_CHANGED = "network_changed"
    SAME_NAME = "same_name"
    VIRTUAL_CAMERA = "virtual_camera"
    FACE_MISSING = "face_missing"
    SEVERAL_FACES = "several_faces"
    SECOND_VOICE = "second_voice"


class FactStrength(StrEnum):
    """How much there is of it. Neither says why."""

    WEAK = "weak"
    STRONG = "strong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Something that was noticed. at: when it began. number: in which turn; None: in none."""

    kind: ObservationKind
    at: datetime
    number: int | None = None
    seconds: float = 0.0
    amount: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityFact:
    """What observations of one kind come to. moments: the first MOST_MOMENTS of them; times: how many there are."""

    kind: FactKind
    strength: FactStrength
    first_at: datetime
    last_at: datetime
    times: int
    moments: tuple[Observation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRate:
    """In how many of the sessions that were tried a fact was found that had not happened."""

    wrong: int
    of: int


# Measured on scripted honest sessions (tests/attempts/honest_sessions.py): a test counts anew. None of it was measured
# on real candidates, and what is not here, nobody has measured at all.
_SEEN = frozenset({FactKind.FACE_MISSING, FactKind.SEVERAL_FACES})  # by a model, of which nobody measured it
# Of sessions put together of recorded speech, by voices that no limit was chosen on (training/voices/README.md).
_HEARD = {FactKind.SECOND_VOICE: ErrorRate(wrong=0, of=36)}
ERROR_RATES = {kind: ErrorRate(wrong=0, of=50) for kind in FactKind if kind not in _SEEN} | _HEARD


def find_facts(observations: Iterable[Observation]) -> tuple[IntegrityFact, ...]:
    """What there is to be said, in the order of FactKind; nothing is what most honest interviews come to."""
    noticed = sorted(observations, key=lambda observation: observation.at)
    return tuple(fact for kind in FactKind if (fact := _RULES[kind](noticed)) is not None)


def is_virtual_camera(label: str) -> bool:
    """Whether a camera of this name is known to show whatever it is told to."""
    called = label.casefold()
    return any(re.search(rf"\b{re.escape(name)}\b", called) for name in VIRTUAL_CAMERAS)


def _find_hidden(noticed: Sequence[Observation]) -> IntegrityFact | None:
    away = [
        observation
        for observation in noticed
        if observation.kind is ObservationKind.HIDDEN and LEAST_AWAY <= observation.seconds <= LONGEST_AWAY
    ]
    if len(away) <= MOST_TIMES_AWAY and sum(observation.seconds for observation in away) < MOST_AWAY:
        return None
    return _to_fact(FactKind.PAGE_HIDDEN, away)


def _find_pasted(noticed: Sequence[Observation]) -> IntegrityFact | None:
    pasted = [
        observation
        for observation in noticed
        if observation.kind is ObservationKind.PASTED and observation.amount >= LEAST_PASTED
    ]
    too_fast = {
        observation.number
        for observation in pasted
        if observation.amount >= MUCH_PASTED and observation.seconds * FASTEST_TYPING < observation.amount
    }
    return _to_fact(FactKind.TEXT_PASTED, pasted, is_strong=len(too_fast) >= TURNS_PASTED)


def _find_network(noticed: Sequence[Observation]) -> IntegrityFact | None:
    networks = [observation for observation in noticed if observation.kind is ObservationKind.NETWORK]
    changes = [after for before, after in pairwise(networks) if after.label != before.label]
    return _to_fact(FactKind.NETWORK_CHANGED, changes) if len(changes) > MOST_CHANGES else None


def _find_same_name(noticed: Sequence[Observation]) -> IntegrityFact | None:
    named = [observation for observation in noticed if observation.kind is ObservationKind.SAME_NAME]
    return _to_fact(FactKind.SAME_NAME, named)


def _find_virtual_camera(noticed: Sequence[Observation]) -> IntegrityFact | None:
    cameras = [
        observation
        for observation in noticed
        if observation.kind is ObservationKind.VIRTUAL_CAMERA and is_virtual_camera(observation.label)
    ]
    return _to_fact(FactKind.VIRTUAL_CAMERA, cameras)


def _find_face_missing(noticed: Sequence[Observation]) -> IntegrityFact | None:
    missing = [observation for observation in noticed if observation.kind is ObservationKind.NO_FACE]
    watched = _sum(noticed, ObservationKind.WATCHED)
    if watched < LEAST_WATCHED or _sum(missing, ObservationKind.NO_FACE) <= MISSING_SHARE * watched:
        return None
    return _to_fact(FactKind.FACE_MISSING, missing)


def _find_several_faces(noticed: Sequence[Observation]) -> IntegrityFact | None:
    several = [observation for observation in noticed if observation.kind is ObservationKind.SEVERAL_FACES]
    if _sum(several, ObservationKind.SEVERAL_FACES) < LEAST_SEVERAL:
        return None
    return _to_fact(FactKind.SEVERAL_FACES, several)


def _find_second_voice(noticed: Sequence[Observation]) -> IntegrityFact | None:
    # How much it takes was decided where it was heard (recordings/second_voice.py).
    voices = [observation for observation in noticed if observation.kind is ObservationKind.SECOND_VOICE]
    return _to_fact(FactKind.SECOND_VOICE, voices)


def _sum(noticed: Iterable[Observation], kind: ObservationKind) -> float:
    return sum(observation.seconds for observation in noticed if observation.kind is kind)


_RULES: dict[FactKind, Callable[[Sequence[Observation]], IntegrityFact | None]] = {
    FactKind.PAGE_HIDDEN: _find_hidden,
    FactKind.TEXT_PASTED: _find_pasted,
    FactKind.NETWORK_CHANGED: _find_network,
    FactKind.SAME_NAME: _find_same_name,
    FactKind.VIRTUAL_CAMERA: _find_virtual_camera,
    FactKind.FACE_MISSING: _find_face_missing,
    FactKind.SEVERAL_FACES: _find_several_faces,
    FactKind.SECOND_VOICE: _find_second_voice,
}


def _to_fact(kind: FactKind, moments: Sequence[Observation], *, is_strong: bool = False) -> IntegrityFact | None:
    if not moments:
        return None
    return IntegrityFact(
        kind=kind,
        strength=FactStrength.STRONG if is_strong else FactStrength.WEAK,
        first_at=moments[0].at,
        last_at=moments[-1].at,
        times=len(moments),
        moments=tuple(moments[:MOST_MOMENTS]),
    )
