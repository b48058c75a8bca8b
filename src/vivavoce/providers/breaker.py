"""A breaker: a machine that failed several times in a row is left alone for a while. Pure: the time is an argument.

closed ──3 failures in a row──► open ──its rest is over──► tried again ──► closed, or open for twice as long
"""

import threading

MOST_FAILURES = 3
FIRST_REST = 10.0  # seconds
LONGEST_REST = 300.0  # seconds


class Breaker:
    """Whether one machine may be asked. now: seconds of a clock that never goes back. Safe to share by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._rest = FIRST_REST
        self._rests_until = float("-inf")

    def may_pass(self, now: float) -> bool:
        """Whether it may be asked now."""
        with self._lock:
            return now >= self._rests_until

    def went_well(self) -> None:
        """It answered."""
        with self._lock:
            self._failures, self._rest = 0, FIRST_REST

    def went_wrong(self, now: float) -> None:
        """It failed. Of several that were under way when it opened, the first counts."""
        with self._lock:
            self._failures += 1
            if self._failures < MOST_FAILURES or now < self._rests_until:
                return
            self._rests_until = now + self._rest
            self._rest = min(2 * self._rest, LONGEST_REST)
