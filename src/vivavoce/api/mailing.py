"""What the calls that invite people have in common: how their links are mailed."""

from vivavoce.api.parts import ApiParts
from vivavoce.candidates.mailed_invitations import Mailing
from vivavoce.merchants.tokens import Caller

NO_MAIL = "off"  # no mail server is set: links have to be handed on by whoever asked for them


def to_mailing(parts: ApiParts, caller: Caller, *, link_query: str = "", message: str = "") -> Mailing:
    """How it is mailed."""
    return Mailing(
        link_base=parts.public_url,
        client=caller.user_id,
        link_query=link_query,
        message=message,
        limits=parts.mail_limits,
    )
