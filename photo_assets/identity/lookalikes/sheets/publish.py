"""Writing the sheets and their page: only changes are written, and outdated sheets removed."""

import hashlib
import json
import os
import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from photo_assets.identity.lookalikes.inputs import LookalikeInputs, LookalikeTables
from photo_assets.identity.lookalikes.sheets.drawing import RECIPE, draw_sheet, encode, preview
from photo_assets.identity.lookalikes.sheets.page import render_page
from photo_assets.identity.lookalikes.sheets.subjects import Group, read_groups
from photo_assets.system.durable import require_directory, sweep_temporaries, write_bytes
from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree

PAGE = "index.html"
_SHEET_NAME = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}\.jpg")
_SHARPEST_FIRST = (ThumbnailSize.SMALL, ThumbnailSize.TINY)
_PREVIEWS, _PREVIEW_WIDTH, _PREVIEW_BYTES = 3, 512, 32_768
_ABANDONED_S = 3600.0


@dataclass(frozen=True, slots=True)
class SheetCounts:
    """The counts of the sheets. `previews` are small JPEGs of the first sheets."""

    page: Path
    sheets: tuple[Path, ...]
    written: int
    removed: int
    not_drawn: int
    without_picture: int  # photos on sheets without a thumbnail yet
    previews: tuple[bytes, ...]


def publish_sheets(
    inputs: LookalikeInputs,
    tables: LookalikeTables,
    thumbnails: ThumbnailTree,
    folder: Path,
    most: int,
) -> SheetCounts:
    """Draw up to `most` groups, most likely matches first, into `folder`, and the page of sheets.

    A sheet's name is a digest of its content, so an existing one is up to date. Sheets of removed
    or changed groups are deleted; other files in the folder are left alone. Raises `StorageError`
    if a table cannot be read or a file cannot be written.
    """
    groups = read_groups(inputs, tables, most)
    require_directory(folder)
    sweep_temporaries(folder, _ABANDONED_S, time.time())
    sheets: list[tuple[Group, str]] = []
    previews: list[bytes] = []
    written = bare = 0
    for group in groups:
        found = _thumbnails(group, thumbnails)
        bare += sum(subject.sha256 not in found for subject in group.subjects)
        name = _name(group, found)
        target = folder / name
        is_new = not target.is_file()
        if is_new or len(sheets) < _PREVIEWS:
            sheet = draw_sheet(group, found)
            if is_new:
                write_bytes(target, encode(sheet))
                written += 1
            if len(sheets) < _PREVIEWS:
                small = preview(sheet, min(_PREVIEW_WIDTH, sheet.width), _PREVIEW_BYTES)
                previews += [small] if small else []
        sheets.append((group, name))
    not_drawn = tables.groups.num_rows - len(sheets)
    page = folder / PAGE
    _write_if_changed(page, render_page(sheets, not_drawn).encode())
    removed = _sweep(folder, {name for _, name in sheets})
    paths = tuple(folder / name for _, name in sheets)
    return SheetCounts(page, paths, written, removed, not_drawn, bare, tuple(previews))


def _thumbnails(group: Group, tree: ThumbnailTree) -> dict[bytes, Path]:
    """Return the largest existing thumbnail of each blob of a group."""
    found: dict[bytes, Path] = {}
    for subject in group.subjects:
        for size in _SHARPEST_FIRST:
            if subject.sha256 is not None and (path := tree.path(size, subject.sha256)).is_file():
                found[subject.sha256] = path
                break
    return found


def _name(group: Group, found: dict[bytes, Path]) -> str:
    facts = [asdict(subject) for subject in group.subjects]
    drawn = [found[s.sha256].parts[-3] if s.sha256 in found else None for s in group.subjects]
    text = json.dumps([RECIPE, group.kind, group.photo_count, facts, drawn], default=_plain)
    return f"{group.group_id}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.jpg"


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _write_if_changed(target: Path, content: bytes) -> None:
    if not target.is_file() or target.read_bytes() != content:
        write_bytes(target, content)


def _sweep(folder: Path, current: set[str]) -> int:
    stale = [
        entry.name
        for entry in os.scandir(folder)
        if _SHEET_NAME.fullmatch(entry.name) and entry.name not in current
    ]
    for name in stale:
        (folder / name).unlink(missing_ok=True)
    return len(stale)
