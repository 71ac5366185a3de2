"""What the data source should hold: a page a photo, made from the lake's tables in batches."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import orjson
import pyarrow as pa

from photo_assets.model.disclosure import Disclosure
from photo_assets.model.plans import DESIRED, WRITTEN
from photo_assets.model.tables import MEMBERS, PHOTOS, RELATIONS, THUMBNAILS, UNIFIED, TableKind
from photo_assets.sinks.notion.content import PageWriter
from photo_assets.sinks.notion.fields import TREATMENTS, most_options, owned
from photo_assets.sinks.notion.known_options import OPTIONS, OPTIONS_NAME
from photo_assets.sinks.notion.options import Vocabulary, choose
from photo_assets.store.configuration.sinks import NotionSettings
from photo_assets.store.disclosing import open_disclosure
from photo_assets.store.lake import Lake
from photo_assets.store.lake.inputs import photo_files
from photo_assets.store.lake.views import view_stored
from photo_assets.store.query_engine import query_database, query_memory_mib

PAGES: Final = "pages"
_BATCH = 4096
_OUTCOME = ("sink", "notion_pages")

_COLUMNS = """
photo_id, uii, month, file_name, capture_time, capture_offset_min, capture_kind, capture_precision,
rating, title, caption, keywords, people, albums AS collections, gps_latitude, gps_longitude,
camera_model, lens, aperture, exposure_time_s, iso, visibility, archived, availability
"""
# The blob shown is the master's; where that gives no picture, another one of the same photo.
_ROWS = f"""
WITH drawn AS (SELECT DISTINCT sha256 FROM thumbnails WHERE status = 'drawn'),
others AS (
  SELECT photo_id,
         min(m.sha256) FILTER (WHERE d.sha256 IS NOT NULL) AS shown,
         list({{'catalog': catalog, 'native_id': native_id}})
           FILTER (WHERE source = 'lightroom') AS lightroom,
         list({{'catalog': catalog, 'native_id': native_id}})
           FILTER (WHERE source = 'eagle') AS eagle,
         list({{'catalog': catalog, 'native_id': native_id}})
           FILTER (WHERE source = 'google_drive') AS google_drive
  FROM marked_members m LEFT JOIN drawn d ON m.sha256 = d.sha256
  WHERE NOT m.withheld GROUP BY photo_id
)
SELECT u.*, p.sha256, p.master_path, o.lightroom, o.eagle, o.google_drive,
       lower(hex(coalesce(d.sha256, o.shown))) AS cover,
       u.photo_id IN (SELECT photo_id FROM locked_photos) AS withheld
FROM (SELECT {_COLUMNS} FROM unified) u
LEFT JOIN photos p ON u.photo_id = p.photo_id
LEFT JOIN others o ON u.photo_id = o.photo_id
LEFT JOIN drawn d ON p.sha256 = d.sha256
"""  # noqa: S608
_COUNTS: Final[Mapping[str, str]] = {
    "keywords": "SELECT unnest(keywords) AS name FROM shown",
    "people": "SELECT unnest(people) AS name FROM shown",
    "collections": "SELECT unnest(albums) AS name FROM shown",
    "camera": "SELECT camera_model AS name FROM shown",
    "lens": "SELECT lens AS name FROM shown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFiles:
    """The lake's files that pages are made from. A table that is not there yet has no rows.

    `written` (what was sent last) and `options` (what the data source knows) are there so that an
    option stays one.
    """

    unified: Sequence[Path]
    photos: Sequence[Path]
    members: Sequence[Path]
    relations: Sequence[Path]
    thumbnails: Sequence[Path]
    written: Path
    options: Path
    scratch: Path | None = None
    memory_mib: int = 0  # 0: a share of the machine's

    @classmethod
    def of(cls, lake: Lake, scratch: Path | None = None, memory_mib: int = 0) -> "PageFiles":
        """Return the files as the lake has them now."""
        return cls(
            unified=lake.files(("metadata", "unified")),
            photos=photo_files(lake, PHOTOS),
            members=photo_files(lake, MEMBERS),
            relations=photo_files(lake, RELATIONS),
            thumbnails=lake.files(("vault", "thumbnails")),
            written=lake.path(_OUTCOME, "written"),
            options=lake.path(_OUTCOME, OPTIONS_NAME),
            scratch=scratch,
            memory_mib=memory_mib,
        )


def desired_pages(
    files: PageFiles, settings: NotionSettings, people_roots: Sequence[str] = ()
) -> Iterator[pa.Table]:
    """Yield the content of every photo's page; the same files give the same rows.

    The page of a photo that may not be shown is withheld. Raises `StorageError` when a file cannot
    be read.
    """
    with _database(files) as connection:
        names = frozenset(owned(settings))
        disclosure = open_disclosure(connection, settings.policy, people_roots)
        vocabularies = _vocabularies(connection, settings, names, disclosure)
        writer = PageWriter(names, vocabularies, covers=settings.covers)
        for batch in connection.sql(_ROWS).to_arrow_reader(_BATCH):
            rows = [_row(row, disclosure, writer) for row in batch.to_pylist()]
            yield pa.Table.from_pylist(rows, schema=DESIRED.schema)


def _row(row: dict[str, Any], disclosure: Disclosure, writer: PageWriter) -> dict[str, Any]:
    photo = row["photo_id"]
    named = {"target": PAGES, "key": photo, "photo_id": photo, "month": row["month"]}
    shown = None if row["withheld"] else disclosure.show(row)
    if shown is None:
        return {**named, "content": writer.withhold(photo), "withheld": True}
    content, note = writer.write(shown)
    return {**named, "content": content, "note": note}


def _vocabularies(
    connection: duckdb.DuckDBPyConnection,
    settings: NotionSettings,
    names: frozenset[str],
    disclosure: Disclosure,
) -> dict[str, Vocabulary]:
    most = {field: count for field, count in most_options(settings).items() if field in names}
    standing = _standing(connection, frozenset(most))
    found = {}
    for field, count in most.items():
        query = f"SELECT name, count(*) FROM ({_COUNTS[field]}) GROUP BY name"  # noqa: S608
        rows = connection.execute(query).fetchall()
        found[field] = choose(_counts(field, rows, disclosure), standing[field], count)
    return found


def _counts(field: str, rows: Sequence[tuple[Any, int]], disclosure: Disclosure) -> dict[str, int]:
    """Return how often each name is used that may be shown; of a keyword its last level."""
    counts: Counter[str] = Counter()
    for name, count in rows:
        for shown in disclosure.show_names(TREATMENTS[field], [] if name is None else [name]):
            counts[shown if isinstance(shown, str) else shown[-1]] += count
    return counts


def _standing(connection: duckdb.DuckDBPyConnection, fields: frozenset[str]) -> dict[str, set[str]]:
    """Return the options that exist: those seen at Notion and those sent there."""
    standing: dict[str, set[str]] = {field: set() for field in fields}
    for field, name in connection.execute("SELECT field, name FROM options").fetchall():
        if field in standing:
            standing[field].add(name)
    query = "SELECT content FROM written WHERE content IS NOT NULL"
    for batch in connection.sql(query).to_arrow_reader(_BATCH):
        for text in batch.column(0).to_pylist():
            content = orjson.loads(text)
            for field in fields:
                found = content.get(field) or ()
                standing[field].update([found] if isinstance(found, str) else found)
    return standing


@contextmanager
def _database(files: PageFiles) -> Iterator[duckdb.DuckDBPyConnection]:
    tables: tuple[tuple[str, TableKind, Sequence[Path]], ...] = (
        ("unified", UNIFIED, files.unified),
        ("photos", PHOTOS, files.photos),
        ("members", MEMBERS, files.members),
        ("relations", RELATIONS, files.relations),
        ("thumbnails", THUMBNAILS, files.thumbnails),
        ("written", WRITTEN, [files.written]),
        ("options", OPTIONS, [files.options]),
    )
    with query_database(
        "The pages for Notion cannot be made",
        files.scratch,
        query_memory_mib("plans", files.memory_mib),
        hint="Materialize the asset whose file is named again.",
    ) as opened:
        for name, kind, paths in tables:
            view_stored(opened.connection, name, kind, [path for path in paths if path.exists()])
        yield opened.connection
