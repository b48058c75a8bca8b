"""A judgement of an attempt: what was judged, and what it comes to, for whoever keeps, changes and tells it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from vivavoce.scoring.judged import JudgedAnswer, JudgedSession
from vivavoce.scoring.recommend import Feedback, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a judgement was made with. prompts: SHA-256 of what readers were told, by the prompt's name."""

    code_version: str
    code_sha256: str
    processor: str
    prompts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageBeside:
    """A passage that was read beside an answer. step_id: whose answer."""

    step_id: UUID
    document_id: UUID
    place: int
    source: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How an attempt was judged.

    is_rough: by a rough rater alone (providers/raters/port.py); so was every one that was kept before this was told.
    steps: whose answer each of the session's answers is. report: for the person who decides; feedback: for the one who
    practises; the other one is None. readers: the language models that read, none where the rater judged alone; cost:
    what that cost, US dollars. provenance: None: kept before this was told. passages: of documents, as they were then.
    """

    session: JudgedSession
    steps: tuple[UUID, ...]
    report: Report | None = None
    feedback: Feedback | None = None
    is_rough: bool = True
    readers: tuple[str, ...] = ()
    cost: Decimal = Decimal(0)
    provenance: Provenance | None = None
    passages: tuple[PassageBeside, ...] = ()

    def answer_of(self, step_id: UUID) -> JudgedAnswer | None:
        """How the answer to this step was judged; None where none was given."""
        return next(
            (
                answer
                for judged_step, answer in zip(self.steps, self.session.answers, strict=True)
                if judged_step == step_id
            ),
            None,
        )
