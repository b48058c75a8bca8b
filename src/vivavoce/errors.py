"""Everything that can go wrong on purpose, as one tree.

    VivavoceError                 500
    ├── BadSetting                the start stops: a setting has a wrong value
    ├── Unavailable               503: a part that we need does not answer now
    │   └── NoSpace               503: the disk is full
    ├── ProviderError             502: an outside machine failed (`retryable` says whether to try again)
    └── Refused                   the caller asked for something we do not do
        ├── NotUnderstood         400
        ├── NotAuthenticated      401
        ├── NotAllowed            403
        ├── NotFound              404
        ├── Conflict              409
        ├── TooLarge              413
        ├── Invalid               422, with the name of the field
        └── TooManyRequests               429

The docstring of a class is its message where none is given. No message ever holds what a candidate said.
"""

import errno
from typing import ClassVar


class VivavoceError(Exception):
    """Something failed on our side. Nothing was changed; please try again."""

    status: ClassVar[int] = 500
    retry_after: int | None = None  # seconds until it is worth while to ask again; None: nobody knows

    def __init__(self, message: str | None = None, *, name: str | None = None) -> None:
        self.message = message or (self.__doc__ or "").strip()
        self.name = name
        super().__init__(self.message)

    def to_envelope(self) -> dict[str, str]:
        """The wire's envelope: `error`, and `name` where one field is to blame."""
        return {"error": self.message} if self.name is None else {"error": self.message, "name": self.name}


class BadSetting(VivavoceError):
    """A setting has a value that can't be used."""


class Unavailable(VivavoceError):
    """A part that this needs does not answer right now. Please try again in a moment."""

    status = 503
    retry_after = 2


class NoSpace(Unavailable):
    """The server's disk is full. Nothing of this was stored; please try again later."""

    # 503 and not 507: clients' libraries try again after it by themselves, and heed Retry-After.
    retry_after = 60


class ProviderError(VivavoceError):
    """An outside service failed."""

    status = 502

    def __init__(self, message: str | None = None, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


class UnknownLanguage(ProviderError):
    """No machine of the settings knows this language: it is used without one, and nothing is wrong."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=False)


class Refused(VivavoceError):
    """This can't be done as it was asked for."""

    status = 400


class NotUnderstood(Refused):
    """The request could not be read."""


class NotAuthenticated(Refused):
    """A valid token is required: send `Authorization: Bearer <token>`."""

    status = 401


class NotAllowed(Refused):
    """This token does not permit that."""

    status = 403


class NotFound(Refused):
    """There is no such thing here."""

    status = 404


class Conflict(Refused):
    """This no longer fits what is stored. Read it again and retry."""

    status = 409


class BeingErased(Conflict):
    """What is kept of this person here is being erased, or was: nothing can be added to it. Try again in a minute."""


class TooLarge(Refused):
    """The request is too large."""

    status = 413


class Invalid(Refused):
    """A field has a value that can't be used."""

    status = 422


class TooManyRequests(Refused):
    """Too many requests came in too short a time. Please wait as long as `Retry-After` says."""

    status = 429

    def __init__(self, *, wait: int) -> None:
        super().__init__(f"Too many requests came in too short a time. Please try again in {wait} s.")
        self.retry_after = wait


def is_disk_full(error: BaseException) -> bool:
    """Whether a file could not be written for want of room: the disk's, or the quota of the user that we run as."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
