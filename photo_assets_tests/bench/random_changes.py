"""Holds what ten thousand random changes come to, joined part by part, against a whole computation.

    python -m photo_assets_tests.bench.random_changes [--items 20000] [--changes 10000]
        [--rounds 20] [--folder FOLDER] [--seed 1]

Over the synthetic lake, in rounds: items are edited, moved to other months, given the content of
others, given a content of their own, taken away and brought back, and questions are answered, also
whether two photos are the same; then photos and metadata are made as the assets make them. In the
end a copy of catalogs, fingerprints and ledger is computed as a whole, and every file of the
photos' and the metadata's tables has to be the same byte for byte. The exit code is 1 where one is
not.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from photo_assets.defs.identity.photos import join_photos
from photo_assets.defs.joins import metadata_months
from photo_assets.identity.answers import DIFFERENT, SAME
from photo_assets.identity.photos.made import KINDS
from photo_assets.identity.sides import LOOKALIKE, lookalike_id
from photo_assets.lake.inputs import photo_table
from photo_assets.lake.stored import AssetPath
from photo_assets.ledger.decisions import WITHDRAWN, Decision, Decisions
from photo_assets.library import open_workspace
from photo_assets.model.tables import CONFLICTS, FINGERPRINTS, ITEMS, PHOTOS, UNIFIED
from photo_assets.workspace import Workspace
from photo_assets_tests.bench.join_steps import CONFIGURATION
from photo_assets_tests.bench.lake.plan import Plan
from photo_assets_tests.bench.lake_at_scale import write_lake

PRINTS: AssetPath = ("identity", "fingerprints")
MADE: tuple[AssetPath, ...] = (
    *(photo_table(kind) for kind in KINDS),
    *(("metadata", kind.name) for kind in (UNIFIED, CONFLICTS)),
)
_CONTENT = ("sha256", "md5", "sha1", "image_data_sha256", "file_size", "phash", "dhash")
_WAYS = ("edit", "edit", "edit", "move", "merge", "split", "disappear", "return", "decide", "judge")

Key = tuple[str, str, str]


class Changing:
    """The items and fingerprints of a lake as rows, and random changes of them."""

    def __init__(self, workspace: Workspace, seed: int) -> None:
        self._lake = workspace.lake
        self._decisions = Decisions(workspace.ledger)
        self._draw = random.Random(seed)
        self._items: dict[Key, dict[str, Any]] = {}
        self._prints: dict[Key, dict[str, Any]] = {}
        self._away: dict[Key, tuple[dict[str, Any], dict[str, Any]]] = {}
        self.done: Counter[str] = Counter()
        for source in self._lake.catalogs():
            self._take(self._items, ("catalog", source), ITEMS.schema)
        self._take(self._prints, PRINTS, FINGERPRINTS.schema)
        self._touched: set[tuple[AssetPath, str]] = set()
        self._months = sorted({row["month"] for row in self._items.values()})
        self._keys: list[Key] = []

    def change(self, number: int) -> None:
        """Make so many changes and store the months they touch."""
        self._keys = sorted(self._items)
        wanted = self.done.total() + number
        while self.done.total() < wanted:
            way = self._draw.choice(_WAYS)
            key = self._draw.choice(self._keys)
            if way == "decide":
                happened = self._decide()
            elif way == "judge":
                happened = self._judge()
            elif way == "return":
                happened = self._bring_back()
            else:
                happened = key in self._items and getattr(self, f"_{way}")(key)
            self.done[way] += happened
        self._store()

    def _take(self, rows: dict[Key, dict[str, Any]], asset: AssetPath, schema: pa.Schema) -> None:
        kind = ITEMS if schema is ITEMS.schema else FINGERPRINTS
        for row in self._lake.read_all(asset, kind).to_pylist():
            rows[row["source"], row["catalog"], row["native_id"]] = row

    def _touch(self, key: Key) -> None:
        month = self._items[key]["month"]
        self._touched |= {(("catalog", key[0]), month), (PRINTS, month)}

    def _edit(self, key: Key) -> bool:
        field, value = self._draw.choice(
            [
                ("caption", f"Edited {self._draw.random():.6f}."),
                ("rating", self._draw.randint(0, 5)),
            ]
        )
        self._items[key][field] = value
        self._touch(key)
        return True

    def _move(self, key: Key) -> bool:
        month = self._draw.choice(self._months)
        self._touch(key)
        year, number, _ = map(int, month.split("-"))
        self._items[key]["capture_time"] = datetime(year, number, self._draw.randint(1, 28), 12)
        for rows in (self._items, self._prints):
            if key in rows:
                rows[key]["month"] = month
        self._touch(key)
        return True

    def _merge(self, key: Key) -> bool:
        other = self._draw.choice(self._keys)
        if key not in self._prints or other not in self._prints:
            return False
        self._prints[key] |= {name: self._prints[other][name] for name in _CONTENT}
        self._touch(key)
        return True

    def _split(self, key: Key) -> bool:
        if key not in self._prints or self._prints[key]["sha256"] is None:
            return False
        print_ = self._prints[key]
        print_["sha256"], print_["md5"] = self._draw.randbytes(32), self._draw.randbytes(16)
        print_["sha1"], print_["image_data_sha256"] = None, None
        self._touch(key)
        return True

    def _disappear(self, key: Key) -> bool:
        self._touch(key)
        self._away[key] = self._items.pop(key), self._prints.pop(key, {})
        return True

    def _bring_back(self) -> bool:
        if not self._away:
            return False
        key = self._draw.choice(sorted(self._away))
        self._items[key], print_ = self._away.pop(key)
        if print_:
            self._prints[key] = print_
        self._touch(key)
        return True

    def _decide(self) -> bool:
        month = self._draw.choice(self._months)
        asked = self._lake.read(("metadata", CONFLICTS.name), month, CONFLICTS).to_pylist()
        asked = [row for row in asked if row["field"] is not None]
        if not asked:
            return False
        row = self._draw.choice(asked)
        self._decisions.append(
            Decision(
                conflict_id=row["conflict_id"],
                evidence_digest=row["evidence_digest"].hex(),
                values_seen="[]",
                answer=orjson.dumps({"value": orjson.loads(row["proposal"])}).decode(),
                who="benchmark",
            )
        )
        return True

    def _judge(self) -> bool:
        """Say that two photos are one or different, or take an earlier answer back."""
        standing = self._decisions.standing_of(LOOKALIKE)
        answer = self._draw.choice((SAME, SAME, DIFFERENT, WITHDRAWN))
        if answer == WITHDRAWN and standing:
            question = self._draw.choice(sorted(standing))
        else:
            months = (self._draw.choice(self._months) for _ in range(2))
            rows = [self._lake.read(photo_table(PHOTOS), month, PHOTOS) for month in months]
            if not all(table.num_rows for table in rows):
                return False
            a, b = (self._draw.choice(table["photo_id"].to_pylist()) for table in rows)
            if a == b:
                return False
            question = lookalike_id(a, b)
        earlier = standing.get(question)
        self._decisions.append(
            Decision(
                conflict_id=question,
                evidence_digest="0" * 64,
                values_seen="{}",
                answer=answer,
                who="benchmark",
                supersedes=earlier.decision_id if earlier else None,
            )
        )
        return True

    def _store(self) -> None:
        for asset, month in sorted(self._touched):
            kind, rows = (FINGERPRINTS, self._prints) if asset == PRINTS else (ITEMS, self._items)
            mine = [
                row
                for key, row in sorted(rows.items())
                if row["month"] == month and (asset == PRINTS or key[0] == asset[1])
            ]
            self._lake.write(asset, month, kind, pa.Table.from_pylist(mine, schema=kind.schema))
        self._touched.clear()


def make(workspace: Workspace, *, everything: bool = False) -> int:
    """Do what the assets of photos and metadata do; return how many items were joined."""
    joined = join_photos(workspace, everything=everything).joined
    for kind in (UNIFIED, CONFLICTS):
        months = metadata_months(workspace, kind)
        months.clear()
        due = months.due()
        for month in due:
            months.make(month, due)
    return joined


def differing(one: Workspace, other: Workspace) -> Iterator[str]:
    """Yield which files of the two are not the same, by asset and month."""
    for asset in MADE:
        for month in sorted({*one.lake.names(asset), *other.lake.names(asset)}):
            files = [workspace.lake.path(asset, month) for workspace in (one, other)]
            if not all(map(Path.exists, files)) or files[0].read_bytes() != files[1].read_bytes():
                yield f"{'/'.join(asset)} {month}"


def run(folder: Path, items: int, changes: int, rounds: int, seed: int) -> dict[str, Any]:
    """Change, make and compare in the new folder `folder`; return what was done and found."""
    parts, whole = (folder / name for name in ("parts", "whole"))
    parts.mkdir(parents=True)
    (parts / "photosync.yaml").write_text(CONFIGURATION)
    workspace = open_workspace(parts / "photosync.yaml")
    write_lake(workspace.lake, Plan(items, months=60))
    everything = make(workspace)
    changing = Changing(workspace, seed)
    joined = []
    for number in range(rounds):
        changing.change(changes // rounds)
        joined.append(make(workspace))
        print(f"round {number + 1}: {joined[-1]:,} of {everything:,} joined", file=sys.stderr)
    shutil.copytree(parts, whole)
    for asset in MADE:
        shutil.rmtree(whole.joinpath("data", "lake", *asset))
    shutil.rmtree(whole / "data" / "cache")
    other = open_workspace(whole / "photosync.yaml")
    make(other, everything=True)
    found = list(differing(workspace, other))
    return {
        "items": everything,
        "changes": dict(changing.done),
        "rounds": rounds,
        "rounds_joined_in_part": sum(number < everything // 2 for number in joined),
        "files": sum(len(workspace.lake.names(asset)) for asset in MADE),
        "differing": found,
    }


def main() -> int:
    """Read the arguments, run, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--changes", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="a new folder, which is kept")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="photo_assets-bench-") as scratch:
        folder = (asked.folder or Path(scratch, "home")).absolute()
        result = run(folder, asked.items, asked.changes, asked.rounds, asked.seed)
    print(json.dumps(result, indent=2))
    return 1 if result["differing"] else 0


if __name__ == "__main__":
    sys.exit(main())
