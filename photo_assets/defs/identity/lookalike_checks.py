"""Checks on look-alikes: pairs of two photos, as close as stated, and none of flat pictures."""

import dagster as dg
import duckdb

from photo_assets.defs.identity.lookalikes import ASSET
from photo_assets.defs.joins import lookalikes_inputs
from photo_assets.defs.keys import LOOKALIKES
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.identity.lookalikes import Turn
from photo_assets.store.lake.inputs import fingerprint_files
from photo_assets.store.workspace import Workspace

_PLAIN = str(Turn.NONE)
_OF_PAIRS = """
with f as (select sha256, any_value(phash) as phash, bool_or(flat) as flat
           from read_parquet($files) where phash is not null group by sha256)
{select}
from read_parquet($pairs) join f a on a.sha256 = a_sha256 join f b on b.sha256 = b_sha256
"""


@dg.asset_check(asset=LOOKALIKES, blocking=True)
def pairs_are_of_two_photos(library: PhotoLibrary) -> dg.AssetCheckResult:
    """No pair is within one photo or listed twice, and each has its group."""
    workspace = library.workspace
    with duckdb.connect() as connection:
        rows, within, different, without = connection.execute(
            """
            with p as (from read_parquet($pairs)), g as (from read_parquet($groups))
            select (select count(*) from p),
                   (select count(*) from p where a_photo_id >= b_photo_id),
                   (select count(distinct (a_photo_id, b_photo_id)) from p),
                   (select count(*) from p anti join g using (group_id))
            """,
            {
                "pairs": _path(workspace, "lookalikes"),
                "groups": _path(workspace, "lookalike_groups"),
            },
        ).fetchall()[0]
    return dg.AssetCheckResult(
        passed=within == 0 and different == rows and without == 0,
        metadata={"pairs": rows, "within_one_photo": within, "without_group": without},
    )


@dg.asset_check(asset=LOOKALIKES)
def pairs_are_as_close_as_stated(library: PhotoLibrary) -> dg.AssetCheckResult:
    """Counted anew from the fingerprints, the bits that differ are those stated and allowed."""
    workspace = library.workspace
    most = workspace.settings.identity.lookalikes.distance
    wrong, far = _count(
        workspace,
        """
        select count(*) filter (turn = $plain and bit_count(xor(a.phash, b.phash)) <> distance),
               count(*) filter (distance > $most)
        """,
        {"plain": _PLAIN, "most": most},
    )
    return dg.AssetCheckResult(
        passed=(wrong == 0 and far == 0) or superseded(workspace),
        metadata={"other_distance": wrong, "too_far": far, "allowed_bits": most},
    )


@dg.asset_check(asset=LOOKALIKES)
def no_flat_picture_is_in_a_pair(library: PhotoLibrary) -> dg.AssetCheckResult:
    """Pictures without contrast have hashes that mean nothing: they are in no pair."""
    workspace = library.workspace
    query = "select count(*) filter (a.flat or b.flat), count(*)"
    flat, pairs = _count(workspace, query, {})
    return dg.AssetCheckResult(
        passed=flat == 0 or superseded(workspace), metadata={"pairs": pairs, "flat": flat}
    )


def superseded(workspace: Workspace) -> bool:
    """Say whether anything changed since the search: then the next one decides."""
    footer = workspace.lake.footer(ASSET, "lookalikes")
    return footer is None or footer.extra.get("inputs") != lookalikes_inputs(workspace)


def _count(workspace: Workspace, select: str, values: dict[str, object]) -> tuple[int, int]:
    """Return two numbers about the pairs, joined with what the fingerprints say of their blobs."""
    files = [str(path) for path in fingerprint_files(workspace.lake)]
    if not files:
        return 0, 0
    values = {**values, "files": files, "pairs": _path(workspace, "lookalikes")}
    with duckdb.connect() as connection:
        ((one, other),) = connection.execute(_OF_PAIRS.format(select=select), values).fetchall()
    return one, other


def _path(workspace: Workspace, name: str) -> str:
    return str(workspace.lake.path(ASSET, name))
