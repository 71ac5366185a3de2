"""Figures about the stored data: layers, photos, open questions, sizes. Mostly from footers."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from photo_assets.identity.monthly import count_previews
from photo_assets.lake import Snapshot, read_footer
from photo_assets.lake.inputs import photo_table
from photo_assets.ledger import Decisions, MadeBy
from photo_assets.model.errors import StorageError
from photo_assets.model.months import FIRST_MONTH, month_key
from photo_assets.model.tables import ITEMS, MEMBERS, PHOTOS
from photo_assets.model.visible_text import shown
from photo_assets.model.vocabulary import MonthBasis
from photo_assets.model.wording import counted
from photo_assets.questions import Queue
from photo_assets.questions.asking import open_words
from photo_assets.workspace import Workspace

_PHOTOS = ("identity", "photos")


@dataclass(frozen=True, slots=True)
class Figures:
    """`photos` is None before the first join; `questions` counts open ones by kind.

    `answered` counts questions that have an answer, by who or what chose it (`ledger.MadeBy`).
    """

    photos: int | None
    questions: dict[str, int]
    before_first_month: int = 0  # items dated before the first month, stored in that month
    answered: dict[str, int] = field(default_factory=dict)
    previews: int = 0  # items compared by a preview of a service: their bytes are not known

    def sentence(self) -> str:
        """Return the figures as one line."""
        early = self.before_first_month
        kept = (
            f" {early:,} items date from before {FIRST_MONTH:%Y-%m} and are stored in that month."
        )
        items = counted(self.previews, "item is", "items are")
        compared = f" {items} compared by a preview of an online service; no bytes are known."
        return (
            self._photos()
            + answered_sentence(self.answered)
            + (kept if early else "")
            + (compared if self.previews else "")
        )

    def _photos(self) -> str:
        if self.photos is None:
            return "No photos have been joined yet."
        asked = "; `photosync resolve` asks you about them" if self.questions else ""
        return f"{counted(self.photos, 'photo')}; {open_words(self.questions)}{asked}."


def answered_sentence(answered: Mapping[str, int]) -> str:
    """Return how many questions have answers as a sentence after others, empty if there is none."""
    names = {
        MadeBy.PERSON: "by people one by one",
        MadeBy.RULE: "by rules that people applied",
        MadeBy.AUTOMATIC: "automatically",
    }
    parts = [f"{answered[by]:,} {name}" for by, name in names.items() if answered.get(by)]
    return f" Questions answered: {', '.join(parts)}." if parts else ""


@dataclass(slots=True)
class LayerFigures:
    """One asset of the lake: its tables (months, mostly), rows, bytes, and damaged files."""

    asset: str
    tables: int = 0
    rows: int = 0
    bytes: int = 0
    damaged: list[str] = field(default_factory=list)


def read_layers(workspace: Workspace) -> list[LayerFigures]:
    """Return the figures of every stored asset, by layer and name."""
    root = workspace.lake.root
    layers = sorted(p.name for p in root.iterdir() if p.is_dir()) if root.is_dir() else []
    return [
        _layer(workspace, layer, asset)
        for layer in layers
        for asset in workspace.lake.assets(layer)
    ]


def read_figures(workspace: Workspace) -> Figures:
    """Return the number of photos, of open questions, and of items before the first month."""
    lake = workspace.lake
    photos: int | None = None
    tables = Snapshot.of(lake)
    for name in tables.names(_PHOTOS):
        try:
            footer = tables.footer(_PHOTOS, name)
        except StorageError:
            continue  # `doctor` and `status` name damaged files
        if footer is not None and footer.table == PHOTOS.name:
            photos = (photos or 0) + footer.rows
    return Figures(
        photos,
        Queue(workspace).counts(pass_over_damaged=True),
        _before_first_month(workspace),
        previews=count_previews(lake),
        answered=Decisions(workspace.ledger).answered(),
    )


def _before_first_month(workspace: Workspace) -> int:
    lake, month = workspace.lake, month_key(FIRST_MONTH)
    found = 0
    for source in lake.catalogs():
        try:
            basis = lake.read(("catalog", source), month, ITEMS, ["month_basis"])["month_basis"]
        except StorageError:
            continue  # `doctor` and `status` name damaged files
        found += basis.to_pylist().count(MonthBasis.BEFORE_FIRST)
    return found


def folder_bytes(folder: Path) -> int:
    """Return the size of the files in `folder` (or of the file itself); links are not followed."""
    if folder.is_file():
        return folder.stat().st_size
    total = 0
    for directory, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(directory, name)).st_size
            except FileNotFoundError:
                continue  # a temporary file of an active run
    return total


def _layer(workspace: Workspace, layer: str, asset: str) -> LayerFigures:
    figures = LayerFigures(f"{layer}/{asset}")
    tables = workspace.lake.root.joinpath(layer, asset).rglob("*.parquet")
    for path in sorted(path for path in tables if not path.name.startswith(".")):
        try:
            footer = read_footer(path)
            if footer is None:
                continue
            figures.bytes += path.stat().st_size
            figures.rows += footer.rows
            figures.tables += 1
        except StorageError as error:
            figures.damaged.append(error.message)
    return figures


def example_of_one_photo(workspace: Workspace) -> tuple[str, str] | None:
    """Return two entries of different catalogs that are one photo, as arguments of `explain`.

    They need no escaping inside single quotes.
    """
    members = workspace.lake.read_all(
        photo_table(MEMBERS), MEMBERS, ["photo_id", "source", "catalog", "native_id"]
    )
    first: dict[str, dict[str, str]] = {}
    for row in members.to_pylist():
        if shown(_label(row)) != _label(row) or "'" in _label(row):
            continue
        other = first.setdefault(row["photo_id"], row)
        if other["source"] != row["source"]:
            return _label(other), _label(row)
    return None


def _label(row: dict[str, str]) -> str:
    return f"{row['source']}/{row['catalog']}/{row['native_id']}"
