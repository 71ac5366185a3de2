"""Reading sinks back for `photosync verify`, one after the other, each with its own result."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from photo_assets.cli.failures import AttentionError
from photo_assets.cli.planning import require_sink
from photo_assets.cli.terminal import print_json, say, shown
from photo_assets.model.errors import ConfigurationError
from photo_assets.model.wording import counted
from photo_assets.service_calls import ServiceError
from photo_assets.sinks.engine.verifying import verify_sink
from photo_assets.sinks.protocol import SinkNotReadyError, Verification
from photo_assets.sinks.registry import enabled_sinks, open_sink
from photo_assets.sinks.unavailable import ServiceUnavailableError
from photo_assets.workspace import Workspace

_SHOWN = 20


def run_verification(workspace: Workspace, sinks: tuple[str, ...], *, as_json: bool) -> None:
    """Read the sinks back and print the differences; all sinks that are set up if `sinks` is empty.

    Raises `SinkNotReadyError` for a named sink that is not set up, `ConfigurationError` if none is
    set up, `ServiceUnavailableError` if one did not respond (the others are read), and
    `AttentionError` if something differs.
    """
    names = list(dict.fromkeys(require_sink(name) for name in sinks))
    unanswered: list[str] = []
    found: dict[str, Verification] = {}
    documents: dict[str, dict[str, Any]] = {}

    def not_read(name: str, why: str) -> None:
        documents[name] = {"not_read": why}
        if not as_json:
            say(shown(f"{name}: {why}"))

    for name in names or enabled_sinks(workspace):
        try:
            verification = verify_sink(workspace, open_sink(workspace, name))
        except SinkNotReadyError as error:
            if names:
                raise
            not_read(name, f"not read. {error}")
        except ServiceError as error:
            not_read(name, f"not read completely. {error}")
            unanswered.append(name)
        else:
            found[name] = verification
            documents[name] = verification_document(verification)
            if not as_json:
                print_verification(name, verification)
    if as_json:
        print_json(documents)
    _judge(found, unanswered)


def _judge(found: Mapping[str, Verification], unanswered: Sequence[str]) -> None:
    if unanswered:
        raise ServiceUnavailableError(
            f"{' and '.join(unanswered)} could not be read completely; nothing was changed.",
            hint="Try again later: photosync verify",
        )
    if not found:
        raise ConfigurationError(
            "No sink is set up, so there is nothing to verify.",
            hint="What each sink is missing is listed above and by `photosync doctor`.",
        )
    if any(one.drifted or one.duplicates for one in found.values()):
        raise AttentionError


def verification_document(found: Verification) -> dict[str, Any]:
    """Return the verification of one sink for --json."""
    return {
        "rows": found.rows,
        "differ": [
            {
                "target": row.target,
                "key": row.key,
                "reason": row.why,
                "found": json.loads(row.found) if row.found else None,
            }
            for row in found.drifted
        ],
        "twice": list(found.duplicates),
        "other_entries": found.strangers,
        "notes": list(found.notes),
    }


def print_verification(name: str, found: Verification) -> None:
    """Print the verification of one sink."""
    say(
        f"{name}: {counted(found.rows, 'row')} read, "
        f"{counted(len(found.drifted), 'differs', 'differ')}, "
        f"{counted(len(found.duplicates), 'is', 'are')} duplicated, "
        f"{counted(found.strangers, 'was', 'were')} not written by this program."
    )
    for row in found.drifted[:_SHOWN]:
        say(f"  {row.target} {shown(row.key)}: {shown(row.why)}")
    if len(found.drifted) > _SHOWN:
        say(f"  and {len(found.drifted) - _SHOWN:,} more")
    for key in found.duplicates[:_SHOWN]:
        say(f"  duplicated: {shown(key)}")
    for note in found.notes:
        say(f"  {shown(note)}")
    if found.drifted:
        say(f"  To correct them: photosync replicate {name} --execute")
