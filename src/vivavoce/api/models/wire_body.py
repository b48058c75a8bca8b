"""What every body of a call of ours has in common."""

from pydantic import BaseModel, ConfigDict


class WireBody(BaseModel):
    """Understood strictly; what nobody knows is passed over; nobody changes it.

    Its checks are put together when the first body of its kind comes: a server takes a few kinds a day, and those of
    all of them are 2 MB.
    """

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, defer_build=True)
