"""Stores of files: the data folder, or a bucket at somebody else's. Which one, the settings say."""

from vivavoce.providers.failover import find_makers
from vivavoce.providers.files.port import FileStore
from vivavoce.settings import Settings

GROUP = "vivavoce.files"  # of entry points: name of a URL's scheme = "package.module:open_files", with the settings
FOLDER = "folder"


def open_files(settings: Settings) -> FileStore:
    """The store of the settings. Raises BadSetting for a scheme that nobody brings, or a URL that can't be used."""
    scheme = FOLDER if settings.files_url is None else settings.files_url.partition("://")[0]
    (make,) = find_makers(GROUP, [scheme], setting="files_url").values()
    store: FileStore = make(settings)
    return store
