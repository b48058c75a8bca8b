"""Whether a program assesses what is answered: the rater that comes with Vivavoce, or a language model that is set."""

import logging
from collections.abc import Collection
from uuid import UUID

from vivavoce.attempts.language_models import LanguageModels
from vivavoce.errors import VivavoceError
from vivavoce.providers.language_models.port import ModelPurpose
from vivavoce.text.parity import PARITY

log = logging.getLogger(__name__)


async def reads_for(models: LanguageModels | None, merchant_id: UUID) -> bool:
    """Whether a language model reads answers for this merchant, in every language; False while that can't be told."""
    try:
        return models is not None and (await models.of(merchant_id)).is_fit(ModelPurpose.READ)
    except VivavoceError as error:
        log.warning("whether a language model reads for %s can't be told: %s", merchant_id, error.message)
        return False


async def is_read_for(models: LanguageModels | None, merchant_id: UUID, languages: Collection[str]) -> bool:
    """The same, looked up only where one of these languages is not assessed without a model."""
    return not all(PARITY[code].is_assessed for code in languages) and await reads_for(models, merchant_id)


async def is_any_assessed(models: LanguageModels | None, merchant_id: UUID, languages: Collection[str]) -> bool:
    """Whether a program assesses answers in any of these languages. Where none does, a person reads them."""
    return any(PARITY[code].is_assessed for code in languages) or await reads_for(models, merchant_id)
