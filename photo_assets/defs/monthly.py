"""The body every monthly asset shares: one event a month, one failure costs one month.

`MaterializeResult` carries one data version for a whole range run, so bodies are generators that
yield one `AssetMaterialization` a month, with the tags Dagster computes staleness from.
"""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from photo_assets.defs.event_files import kept_open
from photo_assets.defs.events import latest_storage_ids, latest_versions
from photo_assets.defs.tags import CHANGED_ONLY, NOTHING, version_tags
from photo_assets.model.wording import counted
from photo_assets.store.ledger import Attempts, PartitionAttempts

MAX_ATTEMPTS = 2
"""How often automation tries one month with one input: once, and once more."""


@dataclass(frozen=True, slots=True)
class MonthDone:
    """What one month came to."""

    version: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MonthlyAsset:
    """One monthly asset as its body needs it. `inputs` says which upstream keys are observed."""

    key: dg.AssetKey
    code_version: str
    inputs: Mapping[dg.AssetKey, bool] = field(default_factory=dict)

    def run(
        self,
        context: dg.AssetExecutionContext,
        months: Sequence[str],
        work: Callable[[str], MonthDone],
        attempts: PartitionAttempts,
        input_digest: Callable[[str], str],
    ) -> Generator[dg.AssetMaterialization, None, dict[str, str]]:
        """Do `work` for each month and yield its event; return the errors of months that failed.

        The versions of the inputs are taken before the work: what changes meanwhile is stale.
        """
        with kept_open(context.instance, context.run.run_id):
            return (yield from self._each(context, months, work, attempts, input_digest))

    def _each(
        self,
        context: dg.AssetExecutionContext,
        months: Sequence[str],
        work: Callable[[str], MonthDone],
        attempts: PartitionAttempts,
        input_digest: Callable[[str], str],
    ) -> Generator[dg.AssetMaterialization, None, dict[str, str]]:
        instance = context.instance
        seen = {
            key: (
                latest_versions(instance, key, observed=observed),
                latest_storage_ids(instance, key, observed=observed),
            )
            for key, observed in self.inputs.items()
        }
        name = self.key.to_user_string()
        failures: dict[str, str] = {}
        succeeded: str | None = None
        for month in months:
            attempts.started(name, month, input_digest(month), succeeded=succeeded)
            succeeded = None
            started = time.monotonic()
            try:
                done = work(month)
            except Exception as error:
                failures[month] = f"{type(error).__name__}: {error}"
                attempts.failed(name, month, input_digest(month), failures[month])
                context.log.error(f"{name} {month} failed: {failures[month]}")
                continue
            inputs = {
                key: (versions.get(month, NOTHING), str(ids.get(month, NOTHING)))
                for key, (versions, ids) in seen.items()
            }
            yield dg.AssetMaterialization(
                asset_key=self.key,
                partition=month,
                metadata={**done.metadata, "duration_s": round(time.monotonic() - started, 3)},
                tags=version_tags(done.version, self.code_version, inputs),
            )
            succeeded = month
        if succeeded is not None:
            attempts.succeeded(name, succeeded)
        return failures


def raise_failures(failures: Mapping[str, str], months: int) -> None:
    """Fail the run if any of its months failed, naming each; the others are done."""
    if failures:
        raise dg.Failure(
            description=f"{len(failures)} of {counted(months, 'month')} failed; the others are "
            "done. Automation tries a failed month once more, then waits for a change or for you.",
            metadata={month: dg.MetadataValue.text(text) for month, text in failures.items()},
            allow_retries=False,
        )


def requested_months(context: dg.AssetExecutionContext) -> list[str]:
    """Return the partitions of the run, oldest first."""
    return sorted(context.partition_keys)


def only_changed(context: dg.AssetExecutionContext) -> bool:
    """Say whether automation started the run, so that months without change are passed over."""
    return CHANGED_ONLY in context.run.tags


def exhausted(attempts: Mapping[str, Attempts], partition: str, input_digest: str) -> bool:
    """Say whether automation has tried `partition` with this input as often as it may."""
    tried = attempts.get(partition)
    return (
        tried is not None and tried.input_digest == input_digest and tried.attempts >= MAX_ATTEMPTS
    )
