"""What is remembered of language models' servers, so that a restart or another server does not ask them again."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from vivavoce.db.database import Database
from vivavoce.errors import Unavailable
from vivavoce.providers.language_models.abilities import Ability, AnswerForm

log = logging.getLogger(__name__)

HOLDS = timedelta(days=7)  # a server is brought up to date now and then, and may take more than it did
REMEMBER = """
insert into model_abilities (merchant_id, place, form, limit_key, takes_temperature, learnt_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (merchant_id, place) do update set form = excluded.form, limit_key = excluded.limit_key,
    takes_temperature = excluded.takes_temperature, learnt_at = excluded.learnt_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseAbilities:
    """What one merchant's models take, or, for nobody's, the server's own."""

    database: Database
    merchant_id: UUID
    now: Callable[[], datetime]

    async def recall(self, place: str) -> Ability | None:
        """What was learnt of the place within the week."""
        try:
            async with self.database.tenant(self.merchant_id) as connection:
                row = await connection.fetchrow(
                    "select form, limit_key, takes_temperature from model_abilities"
                    " where place = $1 and learnt_at > $2",
                    place,
                    self.now() - HOLDS,
                )
        except Unavailable as error:
            _tell(error)
            return None
        if row is None:
            return None
        return Ability(form=AnswerForm(row["form"]), limit=row["limit_key"], takes_temperature=row["takes_temperature"])

    async def remember(self, place: str, ability: Ability) -> None:
        """Keeps what was learnt; what is older than it may be goes with it."""
        at = self.now()
        try:
            async with self.database.tenant(self.merchant_id) as connection:
                await connection.execute("delete from model_abilities where learnt_at < $1", at - HOLDS)
                await connection.execute(
                    REMEMBER,
                    self.merchant_id,
                    place,
                    ability.form.value,
                    ability.limit,
                    ability.takes_temperature,
                    at,
                )
        except Unavailable as error:
            _tell(error)

    async def forget(self, place: str) -> None:
        """It is learnt anew by the next question."""
        try:
            async with self.database.tenant(self.merchant_id) as connection:
                await connection.execute("delete from model_abilities where place = $1", place)
        except Unavailable as error:
            _tell(error)


def _tell(error: Unavailable) -> None:
    log.warning("what a language model takes is not remembered: %s", error.message)
