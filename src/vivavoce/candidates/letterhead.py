"""What stands on every mail of a merchant: whom to write to, and its colour."""

from dataclasses import dataclass
from uuid import UUID

from vivavoce.candidates.mails.word import COLOUR, ON_COLOUR
from vivavoce.db.database import Database
from vivavoce.merchants.accent import make_accent
from vivavoce.merchants.look import find_look
from vivavoce.merchants.reach import find_reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """contact: '': nobody is named. colour, on_colour: of the link that is pressed."""

    contact: str
    colour: str
    on_colour: str


async def find_letterhead(database: Database, merchant_id: UUID) -> Letterhead:
    """The merchant's, or its parent's."""
    reach = await find_reach(database, merchant_id)
    look = await find_look(database, merchant_id)
    if look is None or look.colour is None:
        return Letterhead(contact=reach.email, colour=COLOUR, on_colour=ON_COLOUR)
    shade = make_accent(look.colour).day
    return Letterhead(contact=reach.email, colour=shade.accent, on_colour=shade.on_accent)
