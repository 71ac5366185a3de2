"""What is stored of a data source: its options, and the ids of our properties.

The options are those seen at Notion and those sent since; they are in the lake, so that choosing
needs no request. The ids are in the ledger, so that a renamed property stays ours. Both are derived
data: lost options are read again by the next connection, and properties are found by name again.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.lake import Lake
from photo_assets.lake.stored import AssetPath
from photo_assets.ledger import Ledger, SinkState, SinkStates
from photo_assets.model.plans import WRITTEN
from photo_assets.model.schema import Column as _Column
from photo_assets.model.schema import build_schema
from photo_assets.model.tables import TableKind
from photo_assets.sinks.engine.sink_tables import written_assets
from photo_assets.sinks.notion.fields import MORE
from photo_assets.sinks.notion.schema import Known
from photo_assets.sinks.notion.settings import NAME

OPTIONS_NAME: Final = "options"
OPTION_FIELDS: tuple[_Column, ...] = (
    _Column("field", pa.string(), "keywords, people, collections, camera or lens", "", "", False),
    _Column("name", pa.string(), "the option", "", "", False),
)
OPTIONS = TableKind("notion_options", 1, build_schema(OPTION_FIELDS))

OPTION_FIELD_NAMES: Final = (*MORE, "camera", "lens")
_ASSET: Final[AssetPath] = ("sink", "notion_pages")
_WITH_THOSE_SENT: Final = {"sent": "all"}

Options = Mapping[str, set[str]]


def keep_options(lake: Lake, options: Mapping[str, Sequence[str]]) -> None:
    """Store field -> the current options of the data source. Raises `StorageError`."""
    _store(lake, {field: set(names) for field, names in options.items()})


def existing_options(lake: Lake) -> Options:
    """Return field -> the existing options: those seen at Notion and those sent there.

    Older versions stored only the seen options; the sent ones are in the written rows. Raises
    `StorageError`.
    """
    existing: dict[str, set[str]] = defaultdict(set)
    for row in lake.read(_ASSET, OPTIONS_NAME, OPTIONS).to_pylist():
        existing[row["field"]].add(row["name"])
    footer = lake.footer(_ASSET, OPTIONS_NAME)
    if footer is None or footer.extra != _WITH_THOSE_SENT:
        for field, name in (one for text in _written(lake) for one in _options_in(text)):
            existing[field].add(name)
    return existing


class SentOptions:
    """Stores options before they are sent. Used from several threads at once."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._lock = threading.Lock()

    def keep(self, content: str) -> None:
        """Store the new options in a page's content. Raises `StorageError`."""
        with self._lock:
            existing = existing_options(self._lake)
            new = [(f, name) for f, name in _options_in(content) if name not in existing[f]]
            for field, name in new:
                existing[field].add(name)
            if new:
                _store(self._lake, existing)


def _options_in(content: str) -> Iterator[tuple[str, str]]:
    found = orjson.loads(content)
    for field in OPTION_FIELD_NAMES:
        names = found.get(field) or ()
        for name in [names] if isinstance(names, str) else names:
            yield field, name


def _store(lake: Lake, options: Options) -> None:
    pairs = sorted({(field, name) for field, names in options.items() for name in names})
    table = pa.table(
        {
            "field": pa.array([field for field, _ in pairs], pa.string()),
            "name": pa.array([name for _, name in pairs], pa.string()),
        }
    )
    lake.write(_ASSET, OPTIONS_NAME, OPTIONS, table, extra=_WITH_THOSE_SENT)


def _written(lake: Lake) -> Iterator[str]:
    old = [name for name in lake.names(_ASSET) if name.startswith(WRITTEN.name)]
    files = [lake.path(_ASSET, name) for name in old]
    files += [path for asset in written_assets(lake, NAME) for path in lake.files(asset)]
    for path in files:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(columns=["content"]):
                yield from filter(None, batch.column(0).to_pylist())


_PROPERTIES: Final = "properties"


def known_properties(ledger: Ledger, data_source: str) -> dict[str, Known]:
    """Return the remembered properties of a data source, by their names here."""
    state = _state_of(ledger, data_source)
    stored = state.detail.get(_PROPERTIES, {}) if state else {}
    return {field: Known(one["id"], one["name"]) for field, one in stored.items()}


def remember_properties(ledger: Ledger, data_source: str, seen: Mapping[str, Known]) -> None:
    """Store the properties that were seen. Missing properties stay remembered."""
    state = _state_of(ledger, data_source)
    if state is None:
        return
    stored: dict[str, Any] = state.detail.get(_PROPERTIES, {})
    new = {field: {"id": one.property_id, "name": one.name} for field, one in seen.items()}
    if stored | new != stored:
        SinkStates(ledger).note(NAME, {_PROPERTIES: stored | new})


def _state_of(ledger: Ledger, data_source: str) -> SinkState | None:
    """Return the sink's state, None if it is of another data source, whose ids do not apply."""
    state = SinkStates(ledger).get(NAME)
    return state if state is not None and state.destination == data_source else None
