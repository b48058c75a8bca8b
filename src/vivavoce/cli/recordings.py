"""Where recordings lie, from the settings."""

from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.merchants.keys import load_keys
from vivavoce.providers.files import open_files
from vivavoce.settings import Settings


def open_recordings(settings: Settings) -> RecordingStore:
    """The store of recordings. Raises BadSetting."""
    return RecordingStore(files=open_files(settings), data_dir=settings.data_dir, wrapping=load_keys(settings).wrapping)
