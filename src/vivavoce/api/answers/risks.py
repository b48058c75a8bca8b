"""Facts of integrity in the contract's words: `recruiter_risks` by key, and those that a person has struck out."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.parts import Id, Moment
from vivavoce.api.models.deciding import RiskWord
from vivavoce.attempts.facts import KeptFact
from vivavoce.attempts.integrity import (
    ERROR_RATES,
    FactKind,
    FactStrength,
    IntegrityFact,
    Observation,
    ObservationKind,
)

RISK_KEYS: dict[FactKind, RiskWord] = {
    FactKind.PAGE_HIDDEN: "page_hidden",
    FactKind.TEXT_PASTED: "answer_pasted",
    FactKind.NETWORK_CHANGED: "connection_changed",
    FactKind.SAME_NAME: "profile_same_name",
    FactKind.VIRTUAL_CAMERA: "video_virtual_camera",
    FactKind.FACE_MISSING: "video_not_visible",
    FactKind.SEVERAL_FACES: "video_multiple_people",
    FactKind.SECOND_VOICE: "audio_multiple_voices",
}
RISK_KINDS = {key: kind for kind, key in RISK_KEYS.items()}
RiskLevel = Literal["warning", "issue"]
LEVELS: dict[FactStrength, RiskLevel] = {FactStrength.WEAK: "warning", FactStrength.STRONG: "issue"}


class RiskMoment(TypedDict):
    """One of the moments that a fact rests on. What does not belong to it is null."""

    at: Annotated[Moment, Field(description="When it began.")]
    question_number: Annotated[int | None, Field(description="In which turn, from 1.", examples=[2])]
    seconds: Annotated[
        float | None,
        Field(description="How long it lasted; of a paste, how soon after its question.", ge=0),
    ]
    characters: Annotated[int | None, Field(description="How much text was pasted; never which.", ge=0)]
    camera: Annotated[str | None, Field(description="As the camera calls itself.", examples=["OBS Virtual Camera"])]
    recording_seconds: Annotated[
        float | None,
        Field(description="Where the session's recording has it, in seconds; of a second voice.", examples=[312.4]),
    ]
    profile_interview_id: Annotated[Id | None, Field(description="The other candidate of the same name.")]


class RiskErrors(TypedDict):
    """How often a fact was found that had not happened."""

    wrong: Annotated[int, Field(description="In so many sessions.", ge=0, examples=[0])]
    of: Annotated[int, Field(description="Of so many, all of them scripted: no real ones.", ge=0, examples=[50])]


class Risk(TypedDict):
    """A fact for a person to weigh: what happened, never why. No score, order or state takes it in."""

    level: Annotated[
        RiskLevel,
        Field(description="issue: there is so much of it that it has hardly an everyday reason; warning: any other."),
    ]
    first_at: Annotated[Moment, Field(description="When it was noticed first.")]
    last_at: Annotated[Moment, Field(description="When it was noticed last.")]
    times: Annotated[int, Field(description="How often.", ge=1, examples=[3])]
    moments: Annotated[list[RiskMoment], Field(description="The first 50 of them.")]
    error_rate: Annotated[RiskErrors | None, Field(description="As it was measured; null: nobody has.")]


class StruckOutRisk(TypedDict):
    """A fact that stands no more."""

    risk: Annotated[RiskWord, Field(description="Its key.")]
    person: Annotated[str, Field(description="Who struck it out.", examples=["Noor Haddad"])]
    reason: Annotated[str, Field(description="Why.")]
    at: Annotated[Moment, Field(description="When.")]


Risks = dict[RiskWord, Risk]


class RisksNow(TypedDict):
    """What stands after a change."""

    recruiter_risks: Annotated[Risks | None, Field(description="By key; null: none.")]
    recruiter_risks_struck_out: Annotated[list[StruckOutRisk], Field(description="Those that were struck out.")]


def to_wire_risks(facts: Iterable[IntegrityFact]) -> Risks | None:
    """Facts by their keys; None where there is none."""
    return {RISK_KEYS[fact.kind]: _to_risk(fact) for fact in facts} or None


def to_wire_risks_now(facts: Sequence[KeptFact]) -> RisksNow:
    """Those that stand, and those that were struck out."""
    return {
        "recruiter_risks": to_wire_risks(kept.fact for kept in facts if not kept.is_struck),
        "recruiter_risks_struck_out": [
            {
                "risk": RISK_KEYS[kept.fact.kind],
                "person": kept.strike.person,
                "reason": kept.strike.reason,
                "at": kept.strike.at.isoformat(),
            }
            for kept in facts
            if kept.strike is not None and kept.is_struck
        ],
    }


def _to_risk(fact: IntegrityFact) -> Risk:
    rate = ERROR_RATES.get(fact.kind)
    return {
        "level": LEVELS[fact.strength],
        "first_at": fact.first_at.isoformat(),
        "last_at": fact.last_at.isoformat(),
        "times": fact.times,
        "moments": [_to_moment(moment) for moment in fact.moments],
        "error_rate": None if rate is None else {"wrong": rate.wrong, "of": rate.of},
    }


def _to_moment(moment: Observation) -> RiskMoment:
    untimed = (ObservationKind.VIRTUAL_CAMERA, ObservationKind.NETWORK, ObservationKind.SAME_NAME)
    return {
        "at": moment.at.isoformat(),
        "question_number": moment.number,
        "seconds": None if moment.kind in untimed else moment.seconds,
        "characters": moment.amount if moment.kind is ObservationKind.PASTED else None,
        "camera": moment.label if moment.kind is ObservationKind.VIRTUAL_CAMERA else None,
        "recording_seconds": moment.amount / 1000 if moment.kind is ObservationKind.SECOND_VOICE else None,
        "profile_interview_id": moment.label if moment.kind is ObservationKind.SAME_NAME else None,
    }
