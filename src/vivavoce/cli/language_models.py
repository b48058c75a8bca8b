"""The language models of a server, of its worker and of its commands: out of the settings."""

from vivavoce.attempts.language_models import LanguageModels
from vivavoce.attempts.model_calls import ModelBudget
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.merchants.keys import Keys
from vivavoce.providers.language_models.chosen import settings_models
from vivavoce.providers.networks import read_networks
from vivavoce.settings import Settings


def open_models(settings: Settings, database: Database, keys: Keys) -> LanguageModels:
    """The language models of the settings, and whatever merchants choose. Raises BadSetting."""
    return LanguageModels(
        database,
        keys.sealer,
        chosen=settings_models(settings),
        budget=ModelBudget(
            per_attempt=settings.language_model_cost_per_attempt, per_day=settings.language_model_cost_per_day
        ),
        networks=read_networks(settings.merchant_networks),
        now=now,
    )
