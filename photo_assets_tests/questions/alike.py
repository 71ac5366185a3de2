"""Pairs of photos that look alike, stored as the search stores them.

The search itself needs pictures; its own tests are in `identity.lookalikes`.
"""

import pyarrow as pa

from photo_assets.identity.lookalikes.inputs import ASSET
from photo_assets.model.tables import LOOKALIKE_GROUPS, LOOKALIKES
from photo_assets_tests.questions.library import Asked

Found = tuple[str, str, int]


def find(asked: Asked, *pairs: Found) -> None:
    """Store pairs of entries as the search stores them; the first pair is the most likely."""
    members = {row["native_id"]: row for row in asked.members()}
    rows, groups = [], []
    for place, (one, other, distance) in enumerate(pairs, 1):
        a, b = sorted((members[one], members[other]), key=lambda row: row["photo_id"])
        if a["photo_id"] == b["photo_id"]:
            continue  # one photo does not look like itself
        rows.append(
            {
                "a_photo_id": a["photo_id"],
                "b_photo_id": b["photo_id"],
                "a_sha256": a["sha256"],
                "b_sha256": b["sha256"],
                "distance": distance,
                "turn": "none",
                "group_id": f"{place:016x}",
            }
        )
        groups.append(
            {"group_id": f"{place:016x}", "kind": "star", "place": place, "photo_count": 2}
        )
    crowd = {"group_id": "c", "kind": "crowd", "place": 99, "photo_count": 500}
    for kind, found in ((LOOKALIKES, rows), (LOOKALIKE_GROUPS, [*groups, crowd])):
        table = pa.Table.from_pylist(found, schema=kind.schema)
        asked.workspace.lake.write(ASSET, kind.name, kind, table)
