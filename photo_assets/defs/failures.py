"""The reason a run failed, for messages and for the exit code of the command that started it."""

from dataclasses import dataclass

import dagster as dg

from photo_assets.configuration.redaction import redact
from photo_assets.model.errors import PhotoAssetsError, StorageError

_WRAPPERS = ("Dagster", "RetryRequested")


@dataclass(frozen=True, slots=True)
class RunFailure:
    """`reason` is one sentence without secrets; `by_storage`: disk, memory or ledger failed."""

    reason: str
    by_storage: bool


def failure_of(outcome: dg.ExecuteInProcessResult) -> RunFailure | None:
    """Return why a run failed, or None if no step recorded a reason."""
    for event in outcome.all_events:
        if not event.is_step_failure:
            continue
        data = event.step_failure_data
        if data.user_failure_data and data.user_failure_data.description:
            return RunFailure(redact(data.user_failure_data.description), by_storage=False)
        error = data.error
        # The project's own error names the file and the fix; its cause names neither.
        while error is not None and error.cause and (error.cls_name or "").startswith(_WRAPPERS):
            error = error.cause
        if error is not None:
            message = error.message.strip()
            reason = redact(message.partition(": ")[2] or message)
            return RunFailure(reason, error.cls_name in _names(StorageError))
    return None


def _names(kind: type[PhotoAssetsError]) -> set[str]:
    """Return the names of an error class and its subclasses: events record only the name."""
    return {kind.__name__}.union(*(_names(below) for below in kind.__subclasses__()))
