"""`metadata/albums`: one row per album, with its canonical name, and the checks on names."""

import dagster as dg

from photo_assets.albums.checking import count_albums
from photo_assets.albums.collecting import collect_albums
from photo_assets.albums.table import ALBUM_FIELDS
from photo_assets.albums.table import ALBUMS as TABLE
from photo_assets.catalogs.registry import SOURCES
from photo_assets.defs.automation import follows
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.keys import ALBUMS, CATALOGS, UNIFIED, further_keys
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.workspace import Workspace

_LISTS = [key for source in SOURCES for key in further_keys(source)]


@dg.asset(
    key=ALBUMS,
    deps=[UNIFIED, *CATALOGS, *_LISTS],
    group_name="metadata",
    kinds={"parquet", "duckdb"},
    pool="albums",
    code_version=f"{TABLE.name}-{TABLE.version}",
    automation_condition=follows(UNIFIED, *_LISTS),
    freshness_policy=NIGHTLY,
    metadata={"dagster/column_schema": column_schema(ALBUM_FIELDS)},
    description="One row per album of every catalog: its name, its canonical name (the event and "
    "the days of its photos), and the distance of the two. Names are only changed by a plan: "
    "photosync albums plan",
)
def albums(library: PhotoLibrary) -> dg.MaterializeResult[None]:
    """Make the canonical names of all albums."""
    written = collect_albums(library.workspace)
    counts = _counts(library.workspace)
    return dg.MaterializeResult(
        data_version=dg.DataVersion(written.digest[:16]),
        metadata={
            "dagster/row_count": written.rows,
            "dagster/uri": dg.MetadataValue.path(str(written.path)),
            "changed": written.changed,
            **counts,
            "list_command": "photosync albums",
        },
    )


@dg.asset_check(
    asset=ALBUMS,
    name="names_are_near",
    description="No album's name is further from its canonical name than `albums.alarm_above`.",
)
def names_are_near(library: PhotoLibrary) -> dg.AssetCheckResult:
    """Warn of names with a high drift."""
    counts = _counts(library.workspace)
    return _result(counts, passed=not counts["above_alarm"])


@dg.asset_check(
    asset=ALBUMS, name="every_album_has_a_name", description="No album is without a name."
)
def every_album_has_a_name(library: PhotoLibrary) -> dg.AssetCheckResult:
    """Warn of albums without a name."""
    counts = _counts(library.workspace)
    return _result(counts, passed=not counts["without_a_name"])


def _counts(workspace: Workspace) -> dict[str, int]:
    settings = workspace.settings.albums
    found = count_albums(workspace.lake, settings.propose_above, settings.alarm_above)
    return {
        "albums": found.albums,
        "without_a_name": found.nameless,
        "above_proposal": found.proposed,
        "above_alarm": found.far,
    }


def _result(counts: dict[str, int], *, passed: bool) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=passed, severity=dg.AssetCheckSeverity.WARN, metadata=dict(counts)
    )
