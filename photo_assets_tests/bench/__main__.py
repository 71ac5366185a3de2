"""Proves the speed of the program: against the floor, the seed's way, and other people's programs.

    make bench ARGS="--quick --json FILE"
    python -m photo_assets_tests.bench [--quick] [--huge] [--json FILE] [--photos FOLDER]
        [--corpus FOLDER] [--stage NAME ...] [--rows N ...] [--base COMMIT]

What is compared is measured in turn in one run. CPU time counts, with that of child processes,
except where two workers or two programs race; then it is wall time, which wants an idle machine. A
figure counts only if what was timed was done right: every stage has a gate, and one that fails
voids its figures and makes the exit code 1. Scratch files go to the temporary folder ($TMPDIR): up
to 2 GB with --quick, 15 GB without.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from photo_assets_tests.bench.against.commit import DEFAULT
from photo_assets_tests.bench.machine import machine
from photo_assets_tests.bench.report import table, write_json
from photo_assets_tests.bench.run import Run, amounts
from photo_assets_tests.bench.stages import STAGES, run_stages


def main(arguments: list[str] | None = None) -> int:
    """Measure what was asked for, print it, and return the exit code."""
    asked = _asked(arguments)
    chosen = [stage for stage in STAGES if not asked.stage or stage.name in asked.stage]
    measured = amounts(quick=asked.quick, huge=asked.huge)
    if asked.rows:
        measured = replace(measured, rows=tuple(sorted(asked.rows)))
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"[{time.monotonic() - began:5.0f} s] {line}", file=sys.stderr, flush=True)

    facts = machine()
    with tempfile.TemporaryDirectory(prefix="photo_assets-bench-") as scratch:
        corpus = asked.corpus.absolute() if asked.corpus else Path(scratch, "corpus")
        photos = asked.photos.absolute() if asked.photos else None
        run = Run(measured, Path(scratch), corpus, photos, say, asked.base)
        figures = run_stages(chosen, run)
    facts |= {"quick": asked.quick, "seconds": round(time.monotonic() - began)}
    for line in table(figures):
        print(line)
    if asked.json:
        write_json(asked.json, figures, facts)
    return 1 if figures.voided else 0


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="ten minutes on two idle cores")
    parser.add_argument("--huge", action="store_true", help="tables of ten million rows as well")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where all figures go")
    parser.add_argument("--photos", type=Path, metavar="FOLDER", help="real photos; only read")
    parser.add_argument("--corpus", type=Path, metavar="FOLDER", help="keep the corpus here")
    names = [stage.name for stage in STAGES]
    parser.add_argument("--stage", action="append", choices=names, help="only this; repeatable")
    parser.add_argument("--rows", type=int, nargs="+", metavar="N", help="sizes of the tables")
    parser.add_argument(
        "--base", default=DEFAULT, metavar="COMMIT", help="what `against` compares with"
    )
    asked = parser.parse_args(arguments)
    if asked.photos and not asked.photos.is_dir():
        parser.error(f"--photos: {asked.photos} is no folder")
    return asked


if __name__ == "__main__":
    sys.exit(main())
