"""Who decides, changes, rates or comments: a person with a name. Pure."""

from dataclasses import dataclass

from vivavoce.errors import Invalid

LONGEST_PERSON = 200  # characters of a name
LONGEST_REASON_GIVEN = 2_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """A person, by the account that they came with and by their name. Made by `name_decider` alone."""

    id: str
    name: str

    @property
    def actor(self) -> str:
        """As events name them."""
        return f"user {self.id}"


def name_decider(account: str, name: str, *, field: str = "person") -> Decider:
    """The person of this account. Raises Invalid, under that field's name, where nobody is named."""
    called = " ".join(name.replace("\0", "").split())
    if not called or not account:
        raise Invalid("Say who decides: the name of a person. No program decides about anybody.", name=field)
    if len(called) > LONGEST_PERSON:
        raise Invalid(f"Expected at most {LONGEST_PERSON} characters.", name=field)
    return Decider(id=account, name=called)


def check_reason(reason: str, *, field: str = "reason") -> str:
    """The reason as it is kept. Raises Invalid where there is none, or it is too long."""
    why = check_words(reason, field=field)
    if not why:
        raise Invalid("Say why, in a sentence: it stays with the decision.", name=field)
    return why


def check_words(text: str, *, field: str, most: int = LONGEST_REASON_GIVEN) -> str:
    """A text as it is kept; '' where there is none. Raises Invalid for one that is too long."""
    said = text.replace("\0", "").replace("\r\n", "\n").strip()
    if len(said) > most:
        raise Invalid(f"Expected at most {most:,} characters.", name=field)
    return said
