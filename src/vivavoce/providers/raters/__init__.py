"""Raters: machines that say how far a piece of an answer confirms or rejects a claim. Which one, the settings say."""

from functools import cache

from vivavoce.providers.failover import find_makers
from vivavoce.providers.raters.port import Rater
from vivavoce.settings import Settings

GROUP = "vivavoce.raters"  # of entry points: name = "package.module:open_rater", called with the settings


def open_rater(settings: Settings) -> Rater:
    """The rater of the settings. Raises BadSetting for a name that nobody brings."""
    (make,) = find_makers(GROUP, [settings.rater], setting="rater").values()
    rater: Rater = make(settings)
    return rater


def open_embedded(settings: Settings) -> Rater:
    """The embedded one, which has nothing to set."""
    return embedded_rater()


@cache
def embedded_rater() -> Rater:
    """The rater that comes with Vivavoce, loaded once a process. Raises BadWeights when a file of it was changed."""
    # Only who judges loads the network: it takes a second and 200 MB.
    from vivavoce.providers.raters.embedded import load_rater

    return load_rater()
