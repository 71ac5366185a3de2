"""The stages of `make bench` that measure tables and trees of growing size."""

from collections.abc import Mapping

from photo_assets_tests.bench.figures import Figures, GateError, Value
from photo_assets_tests.bench.growth import grown
from photo_assets_tests.bench.joins_scale import measure_photos
from photo_assets_tests.bench.lookalikes_scale import measure_lookalikes
from photo_assets_tests.bench.metadata_scale import measure_metadata
from photo_assets_tests.bench.run import Run
from photo_assets_tests.bench.scan_scale import measure_scan

SCAN_KEYS = ("nochange_scan_over_stat",)
JOIN_FIGURES = ("over_floor", "peak_mib")
"""What is measured of `photos` and `unified` at each size of the run."""
LOOKALIKE_KEYS = ("lookalikes_1m_seconds", "lookalikes_1m_peak_mib", "lookalikes_recall")

_HASHES = (10_000, 100_000, 1_000_000)


def measure_scans(run: Run) -> Figures:
    """Measure scans of an unchanged tree, and of one with a changed file."""
    figures = Figures()
    figures.put({**measure_scan(run.amounts.files, run.folder("scan"))})
    return figures


def measure_photo_joins(run: Run) -> Figures:
    """Measure `identity/photos`, ledger and writing included."""

    def measure(items: int) -> Mapping[str, Value]:
        months = min(300, max(items // 300, 6))
        return measure_photos(items, run.folder(f"photos-{items}"), months)

    return grown(run, "photos", JOIN_FIGURES, measure)


def measure_unified(run: Run) -> Figures:
    """Measure `metadata/unified` and `metadata/conflicts`, writing included."""

    def measure(items: int) -> Mapping[str, Value]:
        return measure_metadata(items, run.folder(f"unified-{items}"))

    return grown(run, "unified", JOIN_FIGURES, measure)


def measure_lookalike_search(run: Run) -> Figures:
    """Measure the search for look-alikes; a missed pair, or one too many, voids it."""

    def measure(hashes: int) -> Mapping[str, Value]:
        found = measure_lookalikes(hashes)
        if found["recall"] < 1 or found["extra"] > 0:
            raise GateError(f"recall {found['recall']}, {found['extra']:.0f} pairs too many")
        return found

    sizes = (*_HASHES, *(rows for rows in run.amounts.rows if rows > max(_HASHES)))
    headline = ["seconds", "peak_mib", "recall"]
    figures = grown(run, "lookalikes", headline, measure, sizes=sizes)
    key = "lookalikes_1m_recall"
    if key in figures.voided:
        figures.void(["lookalikes_recall"], figures.voided[key])
    else:
        figures.put({"lookalikes_recall": figures.values[key]})
    return figures
