"""`ai/descriptions`: proposals of an AI model about the chosen photos, by month.

Nothing starts it but a person: it sends pictures, and may cost money.
"""

from collections.abc import Iterator
from functools import partial

import dagster as dg

from photo_assets.ai.describing import ASSET, Describing, input_digest
from photo_assets.ai.forecast import amount, where_sentence
from photo_assets.ai.openai_client import OpenAiDescriber
from photo_assets.defs.ai.rendering import (
    CEILING_CHECK,
    calls_stay_below_the_ceiling,
    describe_month,
)
from photo_assets.defs.checked_asset import checked_asset
from photo_assets.defs.keys import DESCRIPTIONS as KEY
from photo_assets.defs.keys import THUMBNAILS, UNIFIED
from photo_assets.defs.monthly import (
    BodyEvent,
    MonthDone,
    MonthlyAsset,
    finish,
    only_changed,
    requested_months,
)
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.defs.tags import RETRY_FAILED
from photo_assets.ledger import AiCalls, PartitionAttempts
from photo_assets.model.ai_table import AI_DESCRIPTION_FIELDS, AI_DESCRIPTIONS
from photo_assets.system.file_lock import file_lock

_MONTHLY = MonthlyAsset(KEY, {UNIFIED: False, THUMBNAILS: False})


@checked_asset(
    dg.AssetSpec(
        key=KEY,
        deps=[UNIFIED, THUMBNAILS],
        group_name="ai",
        kinds={"parquet", "openai"},
        code_version=f"ai_descriptions-{AI_DESCRIPTIONS.version}",
        metadata={"dagster/column_schema": column_schema(AI_DESCRIPTION_FIELDS)},
        description="Descriptions, tags and categories that an AI model proposes for the photos "
        "that `ai.photos` chooses. Only a thumbnail without metadata is sent, once per photo, "
        "within `ai.ceiling`. No value is shown outside until a person approves it: "
        "photosync ai review",
    ),
    [CEILING_CHECK],
    lambda workspace: [calls_stay_below_the_ceiling(workspace)],
    pool="ai",
)
def descriptions(context: dg.AssetExecutionContext, library: PhotoLibrary) -> Iterator[BodyEvent]:
    """Ask about the chosen photos of each month."""
    workspace, settings = library.workspace, library.workspace.settings.ai
    workspace.lake.sweep(ASSET)
    describer = OpenAiDescriber(settings, workspace.ledger)
    run = Describing(workspace, describer, again=RETRY_FAILED in context.run.tags)
    context.log.info(where_sentence(settings))
    chosen, months = set(run.choice.months), requested_months(context)
    if only_changed(context):
        months = [month for month in months if month in chosen] or months[-1:]

    def work(month: str) -> MonthDone:
        made = run.month(month, partial(library.listener.describing, month[:7]))
        return MonthDone(made.written.digest, describe_month(made))

    with file_lock(workspace.data_dir / "ai.lock"):  # `again` must not meet a call under way
        failures = yield from _MONTHLY.run(
            context,
            months,
            work,
            PartitionAttempts(workspace.ledger),
            partial(input_digest, workspace),
            set(months) - chosen,
        )
    context.log.info(f"Used by all runs: {amount(AiCalls(workspace.ledger).used(), settings)}.")
    if run.ceiling is not None:
        context.log.warning(f"ai.ceiling.{run.ceiling} is reached; the other photos wait.")

    yield calls_stay_below_the_ceiling(workspace)
    if run.ended is not None:  # the same for each month after it
        raise dg.Failure(str(run.ended), allow_retries=False)
    yield from finish(failures, len(months))
