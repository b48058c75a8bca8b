"""Which signed addresses of recordings were opened at this server."""

from vivavoce.attempts.viewers import ADDRESS_LIFE

MOST_REMEMBERED = 10_000


class OpenedAddresses:
    """Which addresses were opened at this server, so that each opening is one event, however often a player seeks."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def is_first(self, token: str, *, now: float) -> bool:
        """Whether nobody has opened it here before."""
        if len(self._until) >= MOST_REMEMBERED:
            self._until = {opened: until for opened, until in self._until.items() if until > now}
        if self._until.get(token, 0) > now:
            return False
        self._until[token] = now + ADDRESS_LIFE.total_seconds()
        return True
