"""Whether a program assesses what is answered: the rater that comes with Vivavoce, or a language model that is set."""

import logging
from collections.abc import Collection
from uuid import UUID

from vivavoce.attempts.language_models import LanguageModels
from vivavoce.errors import VivavoceError
from vivavoce.interviews.draft import Draft
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


async def is_any_assessed(
    models: LanguageModels | None, merchant_id: UUID, draft: Draft, languages: Collection[str]
) -> bool:
    """Whether a program assesses answers in any of these languages. Where none does, a person reads them.

    Nor does one where nobody wrote down what it should look for.
    """
    if not is_anything_expected(draft):
        return False
    return any(PARITY[code].is_assessed for code in languages) or await reads_for(models, merchant_id)


def is_anything_expected(draft: Draft) -> bool:
    """Whether it is written down what any answer that is scored, or the whole interview, should show."""
    scored = [step.question for step in draft.steps if step.question.is_scored]
    return any(expected.every for expected in (draft.settings.claims, *(question.claims for question in scored)))
