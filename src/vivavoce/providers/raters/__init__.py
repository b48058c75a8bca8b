"""Raters: machines that say how far a piece of an answer confirms or rejects a claim."""

from functools import cache

from vivavoce.providers.raters.port import Rater


@cache
def embedded_rater() -> Rater:
    """The rater that comes with Vivavoce, loaded once a process. Raises BadWeights when a file of it was changed."""
    # Only who judges loads the network: it takes a second and 200 MB.
    from vivavoce.providers.raters.embedded import load_rater

    return load_rater()
