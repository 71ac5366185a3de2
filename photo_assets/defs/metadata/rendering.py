"""The metadata of the metadata assets in the UI: filled fields, settled and open conflicts."""

from collections import Counter
from typing import Any

import dagster as dg

from photo_assets.defs.row_totals import PARTITION_ROWS
from photo_assets.metadata import MetadataSummary
from photo_assets.metadata.monthly import MonthMade


def describe_unified(made: MonthMade) -> dict[str, Any]:
    """Return the metadata of a month of `metadata/unified`: only counts, no values or places."""
    summary = made.summary
    return {
        **_common(made),
        "photos": summary.photos,
        "share_without_conflict": round(summary.share_without_conflict, 4),
        "merged_automatically": summary.photos_merged_unasked,
        "filled": dg.MetadataValue.md(_table("field", "photos", summary.filled)),
        "resolved_by_rule": dg.MetadataValue.md(
            _table("field", "photos", summary.resolved_by_rule)
        ),
        **_answered(summary),
    }


def describe_conflicts(made: MonthMade) -> dict[str, Any]:
    """Return the metadata of a month of `metadata/conflicts`."""
    summary = made.summary
    kinds: Counter[str] = Counter()
    for name, count in summary.conflicts.items():
        kinds[name.split(":")[0]] += count
    return {
        **_common(made),
        **dict(sorted(kinds.items())),
        "photos_with_conflict": summary.photos_with_conflict,
        "reopened": summary.reopened,
        "conflicts": dg.MetadataValue.md(_table("conflict", "photos", summary.conflicts)),
        **_answered(summary),
        "examples": dg.MetadataValue.md(_examples(summary)),
        "list_command": "photosync conflicts",
        "answer_command": "photosync resolve",
    }


def _answered(summary: MetadataSummary) -> dict[str, Any]:
    """Return how many questions have an answer: a person's, by a person's rule, automatic."""
    names = {
        "person": "resolved_by_people",
        "rule": "resolved_by_people_at_once",
        "automatic": "resolved_automatically",
    }
    return {
        name: dg.MetadataValue.md(_table("field", "photos", summary.answered.get(by, Counter())))
        for by, name in names.items()
    }


def _examples(summary: MetadataSummary) -> str:
    if not summary.examples:
        return "None."
    lines = []
    for name, sentences in sorted(summary.examples.items()):
        lines.append(f"- {name}")
        # File names are untrusted text: they must not be parsed as markup.
        lines += [f"  - `{sentence.replace('`', chr(39))}`" for sentence in sentences]
    return "\n".join(lines)


def _common(made: MonthMade) -> dict[str, Any]:
    written = made.written
    return {
        PARTITION_ROWS: written.rows,
        "dagster/uri": dg.MetadataValue.path(str(written.path)),
        "size_bytes": written.bytes,
        "changed": written.changed,
        "items": made.summary.items,
    }


def _table(what: str, unit: str, counts: Counter[str]) -> str:
    if not counts:
        return "None."
    lines = [f"| {what} | {unit} |", "|---|---:|"]
    lines += [f"| {name} | {count:,} |" for name, count in sorted(counts.items())]
    return "\n".join(lines)
