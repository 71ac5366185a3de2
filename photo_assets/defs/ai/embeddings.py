"""`ai/embeddings`: the vectors of all pictures by a local model, by month. Nothing is sent."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import dagster as dg

from photo_assets.ai.embeddings.model import find_model
from photo_assets.ai.embeddings.monthly import (
    ASSET,
    Embedding,
    MonthEmbedded,
    all_months,
    count_statuses,
    due_months,
    input_digest,
    months_to_embed,
)
from photo_assets.defs.checked_asset import checked_asset
from photo_assets.defs.follow_sensor import Following, following_sensor
from photo_assets.defs.identity.options import fingerprint_options
from photo_assets.defs.jobs import EMBED
from photo_assets.defs.keys import EMBEDDINGS as KEY
from photo_assets.defs.keys import PHOTOS, THUMBNAILS
from photo_assets.defs.monthly import (
    BodyEvent,
    MonthDone,
    MonthlyAsset,
    finish,
    months_to_make,
)
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.ledger import PartitionAttempts
from photo_assets.model.embedding_table import EMBEDDING_FIELDS, EMBEDDINGS
from photo_assets.workspace import Workspace

_MONTHLY = MonthlyAsset(KEY, {PHOTOS: False, THUMBNAILS: False})
_CHECK = dg.AssetCheckSpec(
    "every_thumbnail_has_its_vector",
    asset=KEY,
    description="The model gave a vector of every picture that has a thumbnail.",
)


@checked_asset(
    dg.AssetSpec(
        key=KEY,
        deps=[PHOTOS, THUMBNAILS],
        group_name="ai",
        kinds={"parquet", "onnx"},
        code_version=f"embeddings-{EMBEDDINGS.version}",
        metadata={"dagster/column_schema": column_schema(EMBEDDING_FIELDS)},
        description="One vector per photo, computed from its thumbnail by the model that "
        "`ai.embeddings` names, on this machine. `photosync search` compares them.",
    ),
    [_CHECK],
    lambda workspace: [_every_thumbnail_has_its_vector(workspace)],
    pool="fingerprints",
)
def embeddings(context: dg.AssetExecutionContext, library: PhotoLibrary) -> Iterator[BodyEvent]:
    """Compute the missing vectors of each month."""
    workspace = library.workspace
    workspace.lake.sweep(ASSET)
    model = find_model(workspace)
    months = months_to_make(context, KEY, lambda: months_to_embed(workspace, model), lambda: ())
    with Embedding(workspace, model, fingerprint_options(workspace).threads) as run:

        def work(month: str) -> MonthDone:
            made = run.month(month, partial(library.listener.describing, month[:7]))
            return MonthDone(made.written.digest, _describe(made, model.id))

        failures = yield from _MONTHLY.run(
            context,
            months,
            work,
            PartitionAttempts(workspace.ledger),
            partial(input_digest, workspace, model),
            set(months) - set(all_months(workspace.lake)),
        )
    yield _every_thumbnail_has_its_vector(workspace)
    yield from finish(failures, len(months))


def _describe(made: MonthEmbedded, model: str) -> dict[str, Any]:
    return {
        "dagster/partition_row_count": made.written.rows,
        "dagster/uri": dg.MetadataValue.path(str(made.written.path)),
        "changed": made.written.changed,
        "model": model,
        "computed": made.computed,
        **dict(sorted(made.counts.items())),
    }


def _every_thumbnail_has_its_vector(workspace: Workspace) -> dg.AssetCheckResult:
    counts: Counter[str] = count_statuses(workspace.lake)
    return dg.AssetCheckResult(
        check_name=_CHECK.name,
        passed=not counts["failed"],
        severity=dg.AssetCheckSeverity.WARN,
        description=f"Without a vector: {counts['failed']:,}" if counts["failed"] else None,
        metadata=dict(counts),
    )


follow_thumbnails = following_sensor(
    "follow_thumbnails",
    EMBED["all"],
    "Starts one run over the months whose photos or thumbnails changed, once no run changes any.",
    Following(
        asset=_MONTHLY,
        layers=("source", "catalog", "fingerprints", "thumbnails", "joins", "embeddings"),
        waits="A run over embeddings or a layer before them is in progress.",
        differ=lambda workspace: due_months(workspace, find_model(workspace)),
        input_digest=lambda workspace, month: input_digest(workspace, find_model(workspace), month),
    ),
)
