"""Language models: one port, several behind it in their order. Which ones, the settings or a merchant say."""

from collections.abc import Sequence

from vivavoce.providers.language_models.ask import ModelPlace
from vivavoce.providers.language_models.chosen import ChosenModel
from vivavoce.providers.language_models.port import ModelLine, ModelRequest, RawCompletion
from vivavoce.providers.outgoing import Network


def open_places(chosen: Sequence[ChosenModel], *, guarded: Sequence[Network] | None) -> tuple[ModelPlace, ...]:
    """Each model in its place, none opened before it is asked.

    guarded: None: the operator named the addresses. Otherwise a merchant did, and only public ones and these networks
    are asked.
    """
    return tuple(ModelPlace(chosen=one, line=_LateModel(one, guarded=guarded)) for one in chosen)


class _LateModel:
    """A model that is opened when it is first asked: the SDK takes half a second and 40 MB."""

    def __init__(self, chosen: ChosenModel, *, guarded: Sequence[Network] | None) -> None:
        self._chosen = chosen
        self._guarded = guarded
        self._line: ModelLine | None = None

    async def complete(self, request: ModelRequest, *, seconds: float) -> RawCompletion:
        """The answer, whole. Raises ModelFailed."""
        if self._line is None:
            from vivavoce.providers.language_models.openai import OpenAIModel

            self._line = OpenAIModel(self._chosen, guarded=self._guarded)
        return await self._line.complete(request, seconds=seconds)

    async def close(self) -> None:
        """Closes its lines."""
        if self._line is not None:
            await self._line.close()
