"""Which language models are asked for a merchant, for what money: its own choice, its parent's, or the server's.

The whole list is sealed, for the keys in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit
from uuid import UUID

from vivavoce.db.database import Database
from vivavoce.errors import Invalid
from vivavoce.events.record import Event, record
from vivavoce.merchants.keys import Sealer
from vivavoce.merchants.look import MOST_GENERATIONS
from vivavoce.providers.language_models.chosen import ChosenModel, find_scheme, parse_models, write_models
from vivavoce.providers.networks import Network, NotReachable, check_named

FIND = """
select m.parent_id, c.* from merchants m left join model_choices c on c.merchant_id = m.id where m.id = $1
"""
KEEP = """
insert into model_choices (merchant_id, sealed_models, cost_per_attempt, cost_per_day, keeps_texts, changed_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (merchant_id) do update set sealed_models = excluded.sealed_models,
    cost_per_attempt = excluded.cost_per_attempt, cost_per_day = excluded.cost_per_day,
    keeps_texts = excluded.keeps_texts, changed_at = excluded.changed_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """A merchant's choice. models: in their order; none: no model is asked. Costs: US dollars; None: the server's."""

    models: tuple[ChosenModel, ...]
    cost_per_attempt: Decimal | None = None
    cost_per_day: Decimal | None = None
    keeps_texts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChoice:
    """A choice as it is kept. merchant_id: whose it is; a sub-merchant may have its parent's."""

    choice: ModelChoice
    merchant_id: UUID
    changed_at: datetime


async def find_choice(database: Database, sealer: Sealer, merchant_id: UUID) -> KeptChoice | None:
    """The merchant's choice, or its parent's; None: the server's. Raises VivavoceError where it does not open."""
    asked: UUID | None = merchant_id
    for _ in range(MOST_GENERATIONS):
        if asked is None:
            return None
        async with database.tenant(asked) as connection:
            row = await connection.fetchrow(FIND, asked)
        if row is None:
            return None
        if row["merchant_id"] is not None:
            choice = ModelChoice(
                models=parse_models(sealer.open(row["sealed_models"], place=_place(asked))),
                cost_per_attempt=row["cost_per_attempt"],
                cost_per_day=row["cost_per_day"],
                keeps_texts=row["keeps_texts"],
            )
            return KeptChoice(choice=choice, merchant_id=asked, changed_at=row["changed_at"])
        asked = row["parent_id"]
    return None


async def set_choice(
    database: Database,
    sealer: Sealer,
    choice: ModelChoice | None,
    *,
    merchant_id: UUID,
    networks: Sequence[Network],
    actor: str,
    now: datetime,
) -> None:
    """Keeps the choice; None: its parent's or the server's from now on. networks: of ours that it may name.

    Raises Invalid for an address that is not public, and for one that would send a key in the clear.
    """
    for number, chosen in enumerate(() if choice is None else choice.models):
        await _require_reachable(chosen, number, networks)
    async with database.tenant(merchant_id) as connection:
        if choice is None:
            await connection.execute("delete from model_choices where merchant_id = $1", merchant_id)
        else:
            await connection.execute(
                KEEP,
                merchant_id,
                sealer.seal(write_models(choice.models), place=_place(merchant_id)),
                choice.cost_per_attempt,
                choice.cost_per_day,
                choice.keeps_texts,
                now,
            )
        await record(
            connection,
            Event.MODELS_CHANGED,
            merchant_id=merchant_id,
            environment=None,
            subject_id=merchant_id,
            actor=actor,
            data={"models": None if choice is None else [_name(chosen) for chosen in choice.models]},
        )


# Of the other kinds nobody knows where they lead, so only an operator can name them.
GUARDED = ("http", "https")


def _place(merchant_id: UUID) -> str:
    return f"models of merchant {merchant_id}"


def _name(chosen: ChosenModel) -> str:
    return f"{chosen.model} at {urlsplit(chosen.url).hostname}"


async def _require_reachable(chosen: ChosenModel, number: int, networks: Sequence[Network]) -> None:
    """It is looked at again whenever it is asked: a name may lead elsewhere by then."""
    if find_scheme(chosen.url) not in GUARDED:
        raise Invalid("Expected an address that begins with https:// or http://.", name=f"models.{number}.url")
    try:
        await check_named(chosen.url, allowed=networks)
    except NotReachable as error:
        raise Invalid(error.message, name=f"models.{number}.url") from None
