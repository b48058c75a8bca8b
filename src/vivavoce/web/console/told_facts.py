"""Facts of integrity as a result's page tells them: what happened, and what everyday reasons look the same."""

from collections.abc import Sequence
from typing import Any

from vivavoce.attempts.facts import KeptFact
from vivavoce.attempts.integrity import ERROR_RATES, FactKind, FactStrength, Observation, ObservationKind
from vivavoce.words.mark import mark

FACT_WORDS = {
    FactKind.PAGE_HIDDEN: mark("Left the page"),
    FactKind.TEXT_PASTED: mark("Pasted text"),
    FactKind.NETWORK_CHANGED: mark("Switched networks"),
    FactKind.SAME_NAME: mark("Same name on another profile"),
    FactKind.VIRTUAL_CAMERA: mark("Virtual camera"),
    FactKind.FACE_MISSING: mark("No face in the picture"),
    FactKind.SEVERAL_FACES: mark("Several faces in the picture"),
    FactKind.SECOND_VOICE: mark("A second voice"),
}
EVERYDAY = {
    FactKind.PAGE_HIDDEN: mark("A phone call or a look at the job ad or a dictionary looks the same."),
    FactKind.TEXT_PASTED: mark("Their own words, written in an editor or taken from a CV, look the same."),
    FactKind.NETWORK_CHANGED: mark("A train ride or a weak Wi-Fi looks the same."),
    FactKind.SAME_NAME: mark("Many people share a name."),
    FactKind.FACE_MISSING: mark(
        "A dark room, a camera that points elsewhere or a face the program misses looks the same."
    ),
    FactKind.SEVERAL_FACES: mark("A child, somebody who walks by or a picture on the wall looks the same."),
    FactKind.SECOND_VOICE: mark("Somebody in the room, a television or a changed microphone looks the same."),
    FactKind.VIRTUAL_CAMERA: mark("Some people only use one to blur what is behind them."),
}

LASTING = frozenset(
    {
        ObservationKind.HIDDEN,
        ObservationKind.NO_FACE,
        ObservationKind.SEVERAL_FACES,
        ObservationKind.SECOND_VOICE,
    }
)


def tell_facts(facts: Sequence[KeptFact]) -> list[dict[str, Any]]:
    """Those that stand first, then those that were struck out."""
    return [_tell(kept) for kept in sorted(facts, key=lambda kept: kept.is_struck)]


def _tell(kept: KeptFact) -> dict[str, Any]:
    fact = kept.fact
    return {
        "name": fact.kind.value,
        "word": FACT_WORDS[fact.kind],
        "everyday": EVERYDAY[fact.kind],
        "is_strong": fact.strength is FactStrength.STRONG,
        "times": fact.times,
        "first_at": fact.first_at,
        "last_at": fact.last_at,
        "moments": [_tell_moment(moment) for moment in fact.moments],
        "errors": ERROR_RATES.get(fact.kind),
        "strike": kept.strike,
        "is_struck": kept.is_struck,
    }


def _tell_moment(moment: Observation) -> dict[str, Any]:
    is_pasted = moment.kind is ObservationKind.PASTED
    lasted = moment.kind in LASTING
    return {
        "at": moment.at,
        "number": moment.number,
        "seconds": round(moment.seconds) if lasted else None,
        "characters": moment.amount if is_pasted else None,
        "camera": moment.label if moment.kind is ObservationKind.VIRTUAL_CAMERA else None,
        "play": moment.amount / 1000 if moment.kind is ObservationKind.SECOND_VOICE else None,
        "candidate": moment.label if moment.kind is ObservationKind.SAME_NAME else None,
    }
