"""What a run says: a table for people and one flat object for programs."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from photo_assets_tests.bench.figures import Figures, Value

MEANINGS: dict[str, str] = {
    "fingerprint_over_floor": "our fingerprint with thumbnails, CPU over the floor's",
    "fingerprint_over_floor_without_startup": "the same without the start of the worker",
    "fingerprint_real_over_floor": "our fingerprint with thumbnails on real photos, CPU over the floor's",
    "hashes_over_floor": "our fingerprint without thumbnails, CPU over its own floor",
    "hashes_real_over_floor": "without thumbnails on real photos",
    "seed_over_floor": "the same results in the seed's way, CPU over the floor's",
    "seed_over_fingerprint": "the same results in the seed's way, CPU over ours",
    "seed_as_written_over_fingerprint": "the seed's script, which gives less, CPU over ours",
    "fingerprint_two_workers_speedup": "wall time with one worker over two",
    "floor_cpu_ms": "the floor, milliseconds of CPU a photo",
    "fingerprint_cpu_ms": "ours, milliseconds of CPU a photo, start of the worker included",
    "fingerprint_startup_cpu_seconds": "a run over next to nothing, CPU",
    "fingerprint_startup_wall_seconds": "a run over next to nothing, wall",
    "asset_over_engine": "the Dagster job over the bare engine, CPU",
    "asset_over_engine_wall": "the Dagster job over the bare engine, wall",
    "near_ours_recall": "our share of the planted pairs that was found",
    "near_ours_false_pairs": "our pairs of pictures that have nothing in common",
    "exact_ours_recall": "our share of the exact duplicates that was found",
}
"""What a key means; those of sizes and peers are composed below."""


def meaning(key: str) -> str:
    """Return what a key says, for people."""
    if key in MEANINGS or not key.startswith("peer_"):
        return MEANINGS.get(key, "")
    for ending, words in (
        ("_over_ours", "wall time over ours"),
        ("_over_ours_cpu", "CPU over ours"),
        ("_recall", "share of the planted pairs found"),
        ("_false_pairs", "pairs of pictures that have nothing in common"),
    ):
        if key.endswith(ending):
            return f"{key.removeprefix('peer_').removesuffix(ending)}: {words}"
    return ""


def table(figures: Figures) -> Iterator[str]:
    """Yield the lines of the table, the reasons for what is not there, and the notes."""
    keys = [key for key in figures.values if not key.startswith("version_")]
    width = max(map(len, keys), default=0)
    for key in keys:
        yield f"{key:<{width}}  {_shown(figures.values[key]):>10}  {meaning(key)}".rstrip()
    for title, reasons in (("VOID", figures.voided), ("not here", figures.absent)):
        for key, reason in reasons.items():
            yield f"{title}: {key}: {reason}"
    for note in figures.notes:
        yield f"note: {note}"


def write_json(path: Path, figures: Figures, facts: Mapping[str, Value]) -> None:
    """Write all figures and facts beside each other, then `voided`, `absent` and `notes`."""
    document: dict[str, object] = {**figures.values, **facts}
    document |= {"voided": figures.voided, "absent": figures.absent, "notes": figures.notes}
    path.write_text(json.dumps(document, indent=2, allow_nan=False) + "\n")


def _shown(value: Value) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value}"
