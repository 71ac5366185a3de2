"""Restoring a library from its history: configuration, ledger, catalogs, fingerprints, then joins.

What a record states is read by `vault.history`, and each room stores its own part. A marker in
data_dir stands from the first write to the last: a restore that was killed is run again.
"""

import os
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets import library
from photo_assets.catalogs import registry
from photo_assets.catalogs.discovery.restoring import RestoredCatalogs, staged_catalogs
from photo_assets.cli.progress import Stage
from photo_assets.configuration.loading import CONFIG_NAME, CONFIG_VARIABLE
from photo_assets.identity.restoring import RestoredFingerprints
from photo_assets.ledger.restoring import holds_rows, restoring
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.model.tables import FINGERPRINTS
from photo_assets.system.checked_json import read_json, write_json
from photo_assets.system.durable import require_directory, write_bytes
from photo_assets.system.file_lock import file_lock
from photo_assets.vault.history.cloning import clone, repository_at
from photo_assets.vault.history.reading_back import Fault, HistoryReader
from photo_assets.vault.history.records import ITEM_KEY
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets.vault.history.whereabouts import remember_folder, require_reachable
from photo_assets.workspace import Workspace

if TYPE_CHECKING:
    from photo_assets.cli.progress import Report

_LOCK: Final = "dagster.yaml"  # every project has it, so a refusal leaves no file
_FETCHED: Final = ".history-to-restore.git"
_EVERY: Final = 500
_TWICE: Final = "records have this item twice; it is restored once"
_LISTED: Final = 50_000


@dataclass(slots=True)
class Restored:
    """The result: found = `photos` + `merged` + `failed`, in files of photos.

    `rows`: the ledger's other rows by table. `stores`: how many `originals` each store lists, None
    if it is not connected. `configuration`: the file that was written from the history.
    """

    commit: str
    time: str
    found: int = 0
    photos: int = 0
    merged: int = 0
    items: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    originals: int = 0
    stores: dict[str, int | None] = field(default_factory=dict)
    configuration: Path | None = None

    @property
    def failed(self) -> int:
        """The files of photos that were not restored; a damaged folder counts as one."""
        return self.found - self.photos - self.merged


def restore(address: str, home: Path, report: "Report") -> Restored:
    """Restore the library of the project in `home` from the history at an address.

    Raises `StorageError`, also if the library is not empty, `RemoteError` and `ConfigurationError`.
    """
    with file_lock(home / _LOCK):
        report(Stage("fetching the history", 0, None, "photos"))
        fetched = home / _FETCHED
        shutil.rmtree(fetched, ignore_errors=True)
        try:
            known = {spec.source for spec in registry.SPECS}
            reader = HistoryReader(repository_at(address) or clone(address, fetched), known)
            result = Restored(reader.commit, reader.committed_at.isoformat())
            workspace = _restore_from(reader, home, result, report)
        finally:
            shutil.rmtree(fetched, ignore_errors=True)
    _list_stores(workspace, result)
    return result


def _restore_from(
    reader: HistoryReader, home: Path, result: Restored, report: "Report"
) -> Workspace:
    """Restore into the workspace of the project, or of the history's configuration; return it."""
    file, text = home / CONFIG_NAME, _configuration(home, reader)
    workspace = library.open_workspace() if text is None else _described(file, text)
    require_directory(workspace.data_dir)
    with file_lock(workspace.data_dir / "restore.lock"):
        _require_empty(workspace, reader.commit)
        _require_place(workspace, reader.repository)
        write_json(workspace.restore_marker, {"commit": reader.commit})
        if text is not None:
            write_bytes(file, text.encode())
            result.configuration = file
        _place(workspace, reader.repository)
        _restore(workspace, reader, result, report)
        workspace.restore_marker.unlink()
    return workspace


def _configuration(home: Path, reader: HistoryReader) -> str | None:
    """Return the configuration of the history, None if it has none or the project has one."""
    if os.environ.get(CONFIG_VARIABLE) or os.path.lexists(home / CONFIG_NAME):
        return None
    content = reader.file(CONFIG_NAME.encode())
    return None if content is None else content.decode(errors="replace")


def _described(file: Path, text: str) -> Workspace:
    """Return the workspace that a file with this text describes; it is not written yet."""
    try:
        return library.open_workspace(file, text)
    except ConfigurationError as error:
        raise ConfigurationError(
            f"The configuration in the history cannot be used as {error.message}",
            hint=f"Write {file} yourself, then run the restore again.",
        ) from error


def _require_empty(workspace: Workspace, commit: str) -> None:
    """Raise `StorageError` unless nothing is there but what a restore of `commit` left."""
    begun = read_json(workspace.restore_marker).get("commit")
    if begun == commit:
        return
    there = {
        "tables in its lake": next(workspace.lake.root.rglob("*.parquet"), None) is not None,
        "rows of catalogs": next(staged_catalogs(workspace.staging), None) is not None,
        f"photos or decisions in its ledger {workspace.ledger.name}": holds_rows(workspace.ledger),
    }
    if found := [name for name, holds in there.items() if holds]:
        other = f" A restore of the commit {begun[:12]} began there." if begun else ""
        raise StorageError(
            f"{workspace.data_dir} is not empty: it has {', '.join(found)}.{other} Nothing was "
            "restored.",
            hint="Set `data_dir` in photosync.yaml to an empty folder, or move that folder away. "
            "A library that is still there needs no restore.",
        )


def _goes_on_elsewhere(workspace: Workspace, source: HistoryRepository) -> bool:
    """Return whether this library is to have a copy of the history of its own."""
    enabled, own = workspace.settings.vault.history.enabled, workspace.history.folder
    return enabled and os.path.realpath(own) != os.path.realpath(source.folder)


def _require_place(workspace: Workspace, source: HistoryRepository) -> None:
    """Raise `StorageError` if no copy of the history can be put where this library has its own."""
    own = workspace.history
    if not _goes_on_elsewhere(workspace, source):
        return
    if not own.exists():
        if workspace.settings.vault.history.folder is not None:
            require_reachable(own, workspace.history_note)
    elif own.head() != source.head():
        raise StorageError(
            f"There is another history in {own.folder}. Nothing was restored.",
            hint="Restore that one, or move the folder away.",
        )


def _place(workspace: Workspace, source: HistoryRepository) -> None:
    """Put a copy of the history where this library goes on with it, unless it is there already."""
    own = workspace.history
    if not _goes_on_elsewhere(workspace, source):
        return
    if not own.exists():
        clone(str(source.folder), own.folder)
    if workspace.settings.vault.history.folder is not None:
        remember_folder(own, workspace.history_note)


def _restore(
    workspace: Workspace, reader: HistoryReader, result: Restored, report: "Report"
) -> None:
    from photo_assets.defs.sync import sync_restored

    catalogs = RestoredCatalogs(workspace.staging)
    files = RestoredFingerprints(workspace.scratch_for("restore"))
    seen: set[bytes] = set()  # digests: a million keys would take 200 MiB
    with restoring(workspace.ledger, reader.commit) as ledger:
        for one in reader.records():
            if result.found % _EVERY == 0:
                report(Stage("reading the history", result.found, None, "photos"))
            result.found += 1
            if isinstance(one, Fault):
                result.faults.append(one)
                continue
            if one.alias is not None:
                result.merged += 1
                ledger.add_alias(one.photo, one.alias, one.keys)
                continue
            result.photos += 1
            ledger.add_photo(one.photo, one.keys, present=bool(one.items))
            fresh = set()
            for row in one.items:
                if (digest := _digest(key := _key(row))) in seen:
                    result.faults.append(Fault("/".join(key), _TWICE))
                    continue
                seen.add(digest)
                fresh.add(key)
                catalogs.add(row)
            result.items += len(fresh)
            for row in one.fingerprints:
                if (key := _key(row)) in fresh:
                    fresh.remove(key)
                    files.add(row)
        lost = ledger.finish(_rows(reader, result))
    result.merged -= len(lost)
    result.faults += [Fault(old_id, "the photo that it was merged into is lost") for old_id in lost]
    catalogs.stage(result.time)
    done = sync_restored(workspace, report, lambda: files.store(workspace.lake))
    if done.failed_runs:
        why = "".join(f" {failure.reason}" for failure in done.failures)
        raise StorageError(
            f"The run {done.failed_runs[0]} failed.{why}",
            hint="The ledger is complete. Run the restore again.",
        )


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in ITEM_KEY)


def _digest(key: tuple[str, ...]) -> bytes:
    return blake2b("\0".join(key).encode(errors="surrogatepass"), digest_size=16).digest()


def _rows(reader: HistoryReader, result: Restored) -> dict[str, list[dict[str, object]]]:
    rows: dict[str, list[dict[str, object]]] = {}
    for one in reader.ledger_rows():
        if isinstance(one, Fault):
            result.faults.append(one)
        else:
            table, row = one
            rows.setdefault(table, []).append(row)
            result.rows[table] += 1
    return rows


def _list_stores(workspace: Workspace, result: Restored) -> None:
    """Count which originals each store lists. A list proves no copy, so no table states it."""
    asset = ("identity", "fingerprints")
    blobs = workspace.lake.read_all(asset, FINGERPRINTS, ("sha256",))["sha256"].unique()
    wanted = blobs.drop_null()
    result.originals = len(wanted)
    for store in workspace.stores:
        try:
            store.open()
            result.stores[store.name] = _listed([*store.list()], wanted)
        except StorageError:
            result.stores[store.name] = None


def _listed(names: Sequence[bytes], wanted: pa.Array) -> int:
    batches = (names[start : start + _LISTED] for start in range(0, len(names), _LISTED))
    here = (pc.is_in(pa.array(one, wanted.type), value_set=wanted) for one in batches)
    return sum(pc.sum(one).as_py() or 0 for one in here)
