"""An auditor's folder: what there is on record of how an interview judges, and what only its operator can add.

The skeleton of a technical file as the EU AI Act asks for one (Regulation (EU) 2024/1689, Article 11 and Annex IV). It
holds no word of a candidate and no name; what is counted is counted over the interview's attempts in one environment.
"""

import asyncio
import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from typing import Any
from uuid import UUID

import asyncpg

from vivavoce.attempts.consent import TEXT_VERSION
from vivavoce.db.database import Connection
from vivavoce.errors import NotFound
from vivavoce.interviews.versions import read_version
from vivavoce.scoring.blind import BlindAgreement, find_agreement
from vivavoce.scoring.calibrations import find_kept_calibration
from vivavoce.scoring.flags import RULES
from vivavoce.scoring.interval import find_width
from vivavoce.scoring.provenance import code_digest, processor_features
from vivavoce.scoring.total import WEIGHTS

FIGURES = """
select count(*) as attempts, count(*) filter (where submitted_at is not null) as sent,
    count(judged_at) as judged, count(*) filter (where judged_at is not null and score is null) as without_score,
    count(not_comparable_at) as not_comparable, count(erased_at) as erased,
    count(*) filter (where state = 'abandoned') as abandoned, count(*) filter (where state = 'failed') as failed,
    round(avg(score), 3) as mean_score, round(stddev_samp(score), 3) as deviation_of_scores
from attempts where interview_id = $1 and environment = $2 and not is_test
"""
JUDGEMENTS = """
select rater, rubric_digest, version, count(*) as judgements,
    count(*) filter (where (result -> 'session' ->> 'needs_review')::boolean) as need_a_person
from judgements join attempts on attempts.id = attempt_id
where interview_id = $1 and environment = $2 and not is_test group by 1, 2, 3 order by 1, 2, 3
"""
FAULTS = """
select kind, count(*) as faults, count(distinct attempt_id) as attempts from faults
join attempts on attempts.id = attempt_id where interview_id = $1 and environment = $2 group by 1 order by 1
"""
TASKS = """
select kind, state, count(*) as tasks from tasks
where interview_id = $1 and environment = $2 group by 1, 2 order by 1, 2
"""
CONSENTS = """
select purpose, is_given, text_version, consents.language, count(*) as people from consents
join attempts on attempts.id = attempt_id
where interview_id = $1 and environment = $2 group by 1, 2, 3, 4 order by 1, 2, 3, 4
"""
OVERTURNS = """
select 'verdict' as of, bracket, before, overturns.state as after,
    count(*) as changes, count(distinct attempt_id) as attempts
from overturns join attempts on attempts.id = attempt_id
where attempts.interview_id = $1 and environment = $2 and not is_test and bracket is not null group by 1, 2, 3, 4
union all
select 'score', null, null, null, count(*), count(distinct attempt_id)
from overturns join attempts on attempts.id = attempt_id
where attempts.interview_id = $1 and environment = $2 and not is_test and bracket is null having count(*) > 0
order by 1, 2, 3, 4
"""
DECISIONS = """
select kind, undone_at is not null as was_undone, shared_by > 1 as shared_a_reason, count(*) as decisions
from decisions join attempts on attempts.id = attempt_id
where interview_id = $1 and environment = $2 and not is_test group by 1, 2, 3 order by 1, 2, 3
"""
RECEIPTS = """
select judgement_receipts.number, judgement_receipts.version,
    case when overturn_id is null then 'judgement' else 'overturn' end as of, sha256, previous, key,
    record is null as is_erased
from judgement_receipts join attempts on attempts.id = attempt_id
where interview_id = $1 and environment = $2 order by judgement_receipts.number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings:
    """What the settings say that belongs in the file. keep_days: of the merchant; 0: nothing is erased by its age."""

    keep_days: int
    public_key: str


async def gather_folder(
    connection: Connection, interview_id: UUID, *, environment: str, keeping: AuditSettings, now: datetime
) -> dict[str, str]:
    """The files of the folder, by name. Raises NotFound for an interview that is not this tenant's or environment's."""
    name = await connection.fetchval(
        "select name from interviews where id = $1 and environment = $2", interview_id, environment
    )
    if name is None:
        raise NotFound("There is nothing with this id.")
    about = (interview_id, environment)
    files: dict[str, str] = {}
    revisions = await connection.fetch(
        "select revision from versions where interview_id = $1 order by revision", interview_id
    )
    rubrics = await connection.fetch(
        "select revision, digest, definition, made_at from rubrics where interview_id = $1 order by revision",
        interview_id,
    )
    for row in rubrics:
        files[f"rubrics/revision-{row['revision']}.json"] = _json(
            {"sha256": row["digest"], "made_at": row["made_at"], "rubrics": row["definition"]}
        )
    for row in revisions:
        definition = await read_version(connection, interview_id, row["revision"])
        files[f"texts/revision-{row['revision']}.json"] = _json(
            {
                "name": definition.name,
                "language": definition.language,
                "welcome": definition.settings.welcome,
                "thanks": definition.settings.thanks,
                "description": definition.description,
                "questions": [step.question.text for step in definition.steps],
                "consent_text_version": TEXT_VERSION,
            }
        )
    judgements = await connection.fetch(JUDGEMENTS, *about)
    figures = dict(await connection.fetchrow(FIGURES, *about) or {})
    files["figures/attempts.json"] = _json(figures)
    files["figures/judgements.csv"] = _csv(judgements)
    files["figures/overturns.csv"] = _csv(await connection.fetch(OVERTURNS, *about))
    files["figures/decisions.csv"] = _csv(await connection.fetch(DECISIONS, *about))
    files["figures/agreement.json"] = _json(_tell_agreement(await find_agreement(connection, interview_id)))
    files["figures/faults.csv"] = _csv(await connection.fetch(FAULTS, *about))
    files["figures/tasks.csv"] = _csv(await connection.fetch(TASKS, *about))
    files["figures/consents.csv"] = _csv(await connection.fetch(CONSENTS, *about))
    # In a thread: a hundred thousand of them take a second of a core.
    files["receipts.csv"] = await asyncio.to_thread(_csv, await connection.fetch(RECEIPTS, *about))
    files["model-card.json"] = _json([_card(rater) for rater in sorted({row["rater"] for row in judgements})])
    files["rules.json"] = _json(
        {
            "weights_of_brackets": {bracket.value: weight for bracket, weight in WEIGHTS.items()},
            "flags": {
                flag.value: {"effect": rule.effect.value, "needs_review": rule.needs_review, "why": rule.why}
                for flag, rule in RULES.items()
            },
        }
    )
    files["retention.json"] = _json(
        {"erased_after_days": keeping.keep_days or None, "erased_so_far": figures.get("erased", 0)}
    )
    files["README.md"] = _readme(name, interview_id, keeping, now)
    return dict(sorted(files.items()))


def pack_folder(files: Mapping[str, str]) -> bytes:
    """The folder as a ZIP archive; the same files make the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text.encode(), zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _card(rater: str) -> dict[str, Any]:
    """What is known of a rater, and what was measured of it."""
    calibration = find_kept_calibration(rater)
    width = None if calibration is None else find_width(calibration)
    return {
        "rater": rater,
        "program": {"version": metadata.version("vivavoce"), "sha256_of_what_judges": code_digest()},
        "written_on": processor_features(),
        "measured": None
        if calibration is None
        else {
            "against": "people's marks of the same answers, which it was not trained on",
            "corpora": list(calibration.corpora),
            "answers": len(calibration.residuals),
            "share_within_interval": calibration.level,
            "half_width_of_interval_on_1_to_5": None if width is None else float(width),
            "mean_distance_on_1_to_5": round(sum(calibration.residuals) / len(calibration.residuals), 4),
        },
        "gives": "a finding on each claim with the candidate's own words; the score is added up by code",
        "never": "accent, pronunciation, tone, speed, fillers, face, gaze, emotion; a decision",
    }


def _tell_agreement(agreement: BlindAgreement) -> dict[str, Any]:
    return {
        "of": "people who rated blind, and the program, requirement by requirement",
        "ratings": agreement.ratings,
        "requirements": agreement.claims,
        "agreed": agreement.agreed,
        "kappa": None if agreement.kappa is None else round(float(agreement.kappa), 4),
    }


def _readme(name: str, interview_id: UUID, keeping: AuditSettings, now: datetime) -> str:
    return f"""# {name}: an auditor's folder

Interview {interview_id}, gathered on {now:%d %B %Y} (UTC). It holds no word of a candidate and nobody's name.

| File | What it is | Annex IV |
|---|---|---|
| `model-card.json` | what judged, its version, what was measured of it and on what | 2, 3 |
| `rules.json` | weights, and what makes a person look | 2 b, 2 e |
| `rubrics/` | what answers were held against, revision by revision, with digests | 2 b |
| `texts/` | what candidates were shown and asked, revision by revision | 1 h, Art. 50 |
| `figures/attempts.json` | how many were sent, judged, left without a score; the spread of scores | 3 |
| `figures/judgements.csv` | by rater and rubric; how many need a person | 3, Art. 14 |
| `figures/agreement.json` | how far people who rate blind and the program agree; κ may be null | 3, Art. 14 |
| `figures/overturns.csv` | verdicts and scores that people changed, from what to what | 3, Art. 14 |
| `figures/decisions.csv` | what people decided, and how often it was undone or given one reason for several | Art. 14 |
| `figures/faults.csv` | what went wrong on our side | 3, Art. 15 |
| `figures/tasks.csv` | what candidates asked for, contests among it, and what became of it | Art. 14, 26 |
| `figures/consents.csv` | what was agreed to, by the version of its words | Art. 26 (11) |
| `receipts.csv` | the chain of judgements' receipts; `vivavoce receipt --chain` checks it | Art. 12 |
| `retention.json` | for how long what is kept | Art. 12, 19 |

Receipts are signed with the key `{keeping.public_key}`.

## What only you can add

- [ ] Who you are, and who is responsible (Annex IV, 1 a)
- [ ] What the interview is for, about which job, and what the result is used for (1 a)
- [ ] Who the people are that answer, and how you found that the expectations fit the job (2 d)
- [ ] How people who decide were trained, and that they can overrule what the program found (Art. 14, 26 (2))
- [ ] Whether results differ between groups of people, from your own data: nothing here knows a group (Art. 10, 26)
- [ ] Your impact assessment (Art. 27; GDPR, Art. 35), and whom you told: workers' representatives, candidates (26 (7))
- [ ] What you do when something goes wrong, and whom you tell (Art. 26 (5), 72, 73)
- [ ] How access to the server, its key and its backups is kept (Art. 15)
"""


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n"


def _csv(rows: Sequence[asyncpg.Record]) -> str:
    held = io.StringIO()
    if rows:
        writer = csv.writer(held, lineterminator="\n")
        writer.writerow(rows[0].keys())
        writer.writerows(row.values() for row in rows)
    return held.getvalue()
