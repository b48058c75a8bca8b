"""The page at a microphone: which one it is, whether it is heard, and what it is told."""

from collections.abc import Awaitable, Callable
from enum import Enum, auto

from vivavoce.sound.notices import Notice, SoundTaken

Tell = Callable[[Notice], Awaitable[None]]


class MicrophoneState(Enum):
    """What becomes of the sound that comes."""

    HEARD = auto()  # it is kept, and heard
    TYPING = auto()  # the candidate types: it is kept, and what was said before is still saved
    DEAF = auto()  # it is kept; nothing can be heard until a page opens the sound again
    CLOSED = auto()  # it is not taken; this state is final


class PageLine:
    """One page at a time; the one that came last is told."""

    def __init__(self) -> None:
        self._tell: Tell | None = None
        self._state = MicrophoneState.HEARD

    @property
    def state(self) -> MicrophoneState:
        """What becomes of its sound now."""
        return self._state

    async def attach(self, tell: Tell) -> None:
        """This page speaks from now on; the one before is told that another one does."""
        before, self._tell = self._tell, tell
        if before is not None and before != tell:
            await before(SoundTaken())
        self._turn(MicrophoneState.HEARD)

    def detach(self, tell: Tell) -> bool:
        """The page has gone; whether it was the one at the microphone."""
        if self._tell != tell:
            return False
        self._tell = None
        return True

    def is_at(self, tell: Tell) -> bool:
        """Whether this is the page at the microphone."""
        return self._tell == tell

    async def tell(self, notice: Notice) -> None:
        """Tells the page, where there is one."""
        if self._tell is not None:
            await self._tell(notice)

    def type(self) -> None:
        """The candidate types. Where nothing can be heard, that holds."""
        if self._state is MicrophoneState.HEARD:
            self._turn(MicrophoneState.TYPING)

    def go_deaf(self) -> None:
        """Nothing can be heard."""
        self._turn(MicrophoneState.DEAF)

    def close(self) -> bool:
        """Takes no sound any more; False where it was closed before."""
        was_open = self._state is not MicrophoneState.CLOSED
        self._turn(MicrophoneState.CLOSED)
        return was_open

    def _turn(self, state: MicrophoneState) -> None:
        if self._state is not MicrophoneState.CLOSED:
            self._state = state
