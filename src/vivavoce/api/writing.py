"""Whether a language model is set to write a merchant's texts."""

from uuid import UUID

from vivavoce.attempts.language_models import LanguageModels
from vivavoce.providers.language_models.port import ModelPurpose


async def writes_for(models: LanguageModels | None, merchant_id: UUID) -> bool:
    """Whether a language model writes for this merchant. Raises Unavailable while the database is away."""
    return models is not None and (await models.of(merchant_id)).is_fit(ModelPurpose.WRITE)
