"""Measures `photosync restore` of a library of real files of which only history and store are left.

    python -m photo_assets_tests.bench.restore_drill 10000 FOLDER [--json FILE]

Two catalogs of small JPEG files, half of the photos in both, are discovered; then catalogs and data
are moved away, and the history is restored in an empty project. The tables are compared.
"""

import argparse
import json
import os
import resource
import time
from pathlib import Path

from photo_assets_tests.cli.lost_libraries import ledger_rows, tables_of, workspace_of
from photo_assets_tests.cli.running import Project, make_photos, make_project

_LONGEST_S = 4 * 3600.0


def measure_restore(photos: int, folder: Path) -> dict[str, float]:
    """Return the seconds and the CPU seconds of the restore, and the numbers of what it restored."""
    project = make_project(folder / "old")
    make_photos(folder / "catalogs" / "nas", photos)
    card = folder / "catalogs" / "card"
    card.mkdir()
    for number, path in enumerate(sorted((folder / "catalogs" / "nas").iterdir())):
        if number % 2:
            os.link(path, card / path.name)
    project.configure(
        "thumbnails: {enabled: false}\n"
        f"vault: {{stores: {{home: {{folder: '{folder}/store'}}}}}}\n"
        "catalogs:\n  folders:\n"
        f"    nas: {{path: '{folder}/catalogs/nas', settle_seconds: 0}}\n"
        f"    card: {{path: '{card}', settle_seconds: 0}}\n"
    )
    _run(project, "vault", "create")
    begun = time.perf_counter()
    _run(project, "discover")
    discovered = time.perf_counter() - begun
    (folder / "catalogs").rename(folder / "away")
    history = (project.home / "data" / "history.git").rename(folder / "history.git")
    new = make_project(folder / "new")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    result = json.loads(_run(new, "restore", str(history), "--json"))
    seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if result["failed"] or result["photos"] != photos:
        raise RuntimeError(f"Not everything was restored: {result}")
    _compare(project, new)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    figures = {"photos": float(photos), "items": float(result["items"]), "discover_s": discovered}
    return {**figures, "restore_s": seconds, "restore_cpu_s": cpu}


def _run(project: Project, *arguments: str) -> str:
    done = project.run(*arguments, seconds=_LONGEST_S)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


def _compare(old: Project, new: Project) -> None:
    """Raise unless ledger and tables are equal."""
    before, after = workspace_of(old), workspace_of(new)
    if ledger_rows(before) != ledger_rows(after):
        raise RuntimeError("The ledgers differ.")
    expected, found = (tables_of(one.lake.root) for one in (before, after))
    differing = [name for name in expected if not expected[name].equals(found.get(name))]
    if differing or expected.keys() != found.keys():
        raise RuntimeError(f"Tables differ: {differing}")


def main() -> None:
    """Measure, print, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True)
    figures = measure_restore(arguments.photos, arguments.folder.absolute())
    for name, value in figures.items():
        print(f"{name:<20} {value:,.1f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures))


if __name__ == "__main__":
    main()
