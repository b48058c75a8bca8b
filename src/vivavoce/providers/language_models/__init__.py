"""Language models: one port, several behind it in their order. Which ones, the settings or a merchant say."""

import asyncio
import logging
from collections.abc import Sequence

from vivavoce.providers.failover import find_entries
from vivavoce.providers.language_models.abilities import AbilityMemory
from vivavoce.providers.language_models.ask import ModelPlace
from vivavoce.providers.language_models.chosen import GROUP, ChosenModel, find_scheme
from vivavoce.providers.language_models.port import ModelLine, ModelRequest, RawCompletion
from vivavoce.providers.networks import Network


def open_places(
    chosen: Sequence[ChosenModel], *, guarded: Sequence[Network] | None, memory: AbilityMemory | None = None
) -> tuple[ModelPlace, ...]:
    """Each model in its place, none opened before it is asked.

    guarded: None: the operator named the addresses. Otherwise a merchant did, and only public ones and these networks
    are asked. memory: of what their servers take; None: they are asked by each program anew.
    """
    return tuple(ModelPlace(chosen=model, line=_LateModel(model, guarded=guarded, memory=memory)) for model in chosen)


class _LateModel:
    """A model that is opened when it is first asked: the SDK takes half a second and 40 MB."""

    def __init__(self, chosen: ChosenModel, *, guarded: Sequence[Network] | None, memory: AbilityMemory | None) -> None:
        self._chosen = chosen
        self._guarded = guarded
        self._memory = memory
        self._line: ModelLine | None = None

    async def complete(self, request: ModelRequest, *, seconds: float) -> RawCompletion:
        """The answer, whole. Raises ModelFailed."""
        return await (await self._open()).complete(request, seconds=seconds)

    async def is_known(self) -> bool:
        """Whether it is known what the server takes, without asking it."""
        return self._memory is not None and await (await self._open()).is_known()

    async def close(self) -> None:
        """Closes its lines."""
        if self._line is not None:
            await self._line.close()

    async def _open(self) -> ModelLine:
        if self._line is None:
            # In a thread: a server goes on meanwhile.
            self._line = await asyncio.to_thread(_load, self._chosen, self._guarded, self._memory)
        return self._line


def _load(chosen: ChosenModel, guarded: Sequence[Network] | None, memory: AbilityMemory | None) -> ModelLine:
    # It would tell of every request; what fails we tell ourselves.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    scheme = find_scheme(chosen.url)
    line: ModelLine = find_entries(GROUP, [scheme], setting="language_models")[scheme].load()(
        chosen, guarded=guarded, memory=memory
    )
    return line
