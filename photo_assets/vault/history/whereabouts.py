"""Refusing to begin a second history where an earlier one is only out of reach.

A note outside the repository lists the folders that held a history. How a repository is created or
recognized does not belong here.
"""

from pathlib import Path

from photo_assets.model.errors import StorageError
from photo_assets.system.checked_json import read_json, write_json
from photo_assets.vault.history.repository import HistoryRepository


def require_reachable(repository: HistoryRepository, note: Path) -> None:
    """Raise `StorageError` if the folder's disk is not there, or the history that was on it.

    For a folder that a person chose; `note` is the file of `remember_folder`.
    """
    folder = repository.folder
    if repository.exists():
        return
    if str(folder) in _known(note):
        raise StorageError(
            f"The history in {folder} is not there any more.",
            hint="Connect its disk, then run again. If it is lost, bring it back from its remote "
            f"(docs/history.md), or delete {note} to begin a new history there.",
        )
    if not folder.parent.is_dir():
        raise StorageError(
            f"The history cannot be created: the folder {folder.parent} does not exist.",
            hint="Connect its disk, or create that folder, then run again.",
        )


def remember_folder(repository: HistoryRepository, note: Path) -> None:
    """Record that the folder holds a history. Raises `StorageError`."""
    known = _known(note)
    if str(repository.folder) not in known:
        write_json(note, {"folders": sorted([*known, str(repository.folder)])})


def _known(note: Path) -> list[str]:
    folders: list[str] = read_json(note).get("folders", [])
    return folders
