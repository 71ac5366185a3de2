"""The few error classes of the project; each has an exit code that never changes.

An error message states what happened, to which item, what was done about it, and what the person
can do. Errors of a single item are not raised: readers report them as `Failed` events.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit status of `photosync`. Documented in docs/cli.md; values are stable."""

    OK = 0
    ATTENTION = 1
    USAGE = 2
    CONFIGURATION = 3
    STORAGE = 4
    SOURCE = 5
    CONFLICT = 6
    INTERNAL = 70
    INTERRUPTED = 130


class PhotoAssetsError(Exception):
    """Base class of the project's errors. `hint` is a sentence with the action to take."""

    exit_code: ExitCode = ExitCode.INTERNAL

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        if not self.hint:
            return self.message
        end = "" if self.message.endswith((".", ":", "?", "!")) else "."
        return f"{self.message}{end} {self.hint}"


class ConfigurationError(PhotoAssetsError):
    """photosync.yaml or an environment variable is wrong: names the key, the value and the fix."""

    exit_code = ExitCode.CONFIGURATION


class ProgramChangedError(PhotoAssetsError):
    """photo_assets was updated while this process ran: it cannot continue and must be restarted."""


class StorageError(PhotoAssetsError):
    """The lake, the ledger or a disk failed to read or write: names the path."""

    exit_code = ExitCode.STORAGE


class SchemaMismatchError(StorageError):
    """A stored table was written by a version whose schema this version does not read."""


class CatalogUnavailableError(PhotoAssetsError):
    """A catalog cannot be read now (disk unplugged, folder unmounted). Never an empty catalog."""

    exit_code = ExitCode.SOURCE


class CatalogUnreadableError(PhotoAssetsError):
    """A catalog exists but is corrupt, of an unknown version, or not a catalog of this kind."""

    exit_code = ExitCode.SOURCE


class DisappearanceError(PhotoAssetsError):
    """A catalog lost more items at once than the guard accepts without confirmation."""

    exit_code = ExitCode.ATTENTION
