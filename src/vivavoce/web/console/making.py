"""How the console makes and changes interviews: by the wire's own verbs, which whoever wires the house hands in."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from vivavoce.merchants.tokens import Caller


class InterviewMaking(Protocol):
    """Makes interviews with every check of the wire.

    Each raises what the wire's verb raises: Invalid names the field in the words of the form (`questions.2.text`), but
    for `take`, which names it as the sender wrote it.
    """

    async def create(self, caller: Caller, fields: Mapping[str, Any]) -> UUID:
        """The id of a new interview. fields: as api/interview_forms.py names them; None or '' is not sent."""
        ...

    async def change(self, caller: Caller, interview_id: UUID, fields: Mapping[str, Any]) -> None:
        """Writes the fields that are given."""
        ...

    async def take(self, caller: Caller, body: bytes) -> UUID:
        """The id of an interview that a JSON body of the create call describes."""
        ...
