"""A library with everything that a restore must bring back, small, in a project's folder."""

import json
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from photo_assets.identity.answers import SAME
from photo_assets.identity.sides import lookalike_id
from photo_assets.ledger import (
    WITHDRAWN,
    AuditEntry,
    Decision,
    Decisions,
    Merge,
    PhotoRegistry,
    RegistryChange,
)
from photo_assets.ledger.keeping import BY_PHOTO, BY_TIME
from photo_assets.ledger.keys import item_key
from photo_assets.ledger.photos import KNOWN_KEYS, KNOWN_PHOTOS
from photo_assets.library import open_workspace
from photo_assets.model.errors import ExitCode
from photo_assets.vault.history.records import LEFT_OUT
from photo_assets.workspace import Workspace
from photo_assets_tests.cli.running import TAKEN, Project, make_photos

LIVING = ("nas", "card", "laptop")


def make_library(project: Project, root: Path, vault: dict[str, Any]) -> None:
    """Read four catalogs in three states, so that there are an alias, a decision, a lost entry.

    `vault`: the settings of the stores.
    """
    make_photos(root / "nas" / "2017", 4)
    make_photos(root / "card" / "DCIM", 2)  # the same bytes as the first two
    make_photos(root / "drop", 2, start=20)
    _shot(root / "nas" / "edited.jpg", seed=40, title=b"one")
    _shot(root / "laptop" / "edited.jpg", seed=41, title=b"another")
    catalogs = {name: {"path": str(root / name), "settle_seconds": 0} for name in (*LIVING, "drop")}
    settings = {"catalogs": {"folders": catalogs}, "vault": vault}
    project.configure(json.dumps({**settings, "thumbnails": {"enabled": False}}))
    _done(project, "vault", "create")
    _done(project, "discover")
    _merge(project, "laptop", "nas")
    first, second, third = _photos(project)
    _same(project, first, second, SAME)
    _shot(root / "nas" / "edited.jpg", seed=41, title=b"another", later=60)
    for path in sorted((root / "drop").iterdir()):
        path.unlink()
    (root / "nas" / "2017" / "IMG_0003.JPG").unlink()
    found = project.run_here("discover")
    assert found.returncode == ExitCode.ATTENTION, found.stdout + found.stderr
    _done(project, "confirm", "folders/drop", stdin="2\n")
    decide(project)
    _same(project, first, second, WITHDRAWN)
    _same(project, first, third, SAME)
    _done(project, "discover")


def _photos(project: Project) -> list[str]:
    """Return the photos of three pictures, the oldest ids first."""
    registry = PhotoRegistry(workspace_of(project).ledger)
    names = [item_key("folders", "nas", f"2017/IMG_000{number}.JPG") for number in range(3)]
    return sorted(str(registry.photo_of(name)) for name in names)


def _same(project: Project, a: str, b: str, answer: str) -> None:
    """Decide, or take back, that two photos are one."""
    decisions, question = Decisions(workspace_of(project).ledger), lookalike_id(a, b)
    earlier = decisions.standing().get(question)
    decisions.append(
        Decision(
            conflict_id=question,
            evidence_digest="0" * 64,
            values_seen="{}",
            answer=answer,
            who="me",
            supersedes=earlier.decision_id if earlier else None,
        )
    )


def _merge(project: Project, old: str, into: str) -> None:
    """Make the photo of one `edited.jpg` an alias of the other, whose file gets the same bytes."""
    registry = PhotoRegistry(workspace_of(project).ledger)
    keys = (item_key("folders", name, "edited.jpg") for name in (old, into))
    old_id, photo_id = (str(registry.photo_of(key)) for key in keys)
    none = (KNOWN_PHOTOS.empty_table(), KNOWN_KEYS.empty_table())
    audited = [AuditEntry(who="me", action="merge", subject=photo_id, detail="{}")]
    with registry.session() as session:
        session.apply(RegistryChange(*none, [Merge(old_id, photo_id, "one picture")], audited))


def decide(project: Project) -> None:
    """Append a decision and one that supersedes it."""
    decisions = Decisions(workspace_of(project).ledger)
    first = Decision(
        conflict_id="a conflict",
        evidence_digest="0" * 64,
        values_seen="[]",
        answer='"this"',
        who="me",
    )
    number = decisions.append(first).decision_id
    decisions.append(replace(first, answer='"that"', why="?", supersedes=number))


def workspace_of(project: Project) -> Workspace:
    """Return the project's workspace."""
    return open_workspace(project.home / "photosync.yaml")


def ledger_rows(workspace: Workspace) -> dict[str, list[Any]]:
    """Return the irreplaceable rows by table."""
    with workspace.ledger.reading() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(table.select())), key=str)
            for table in (*BY_PHOTO, *BY_TIME)
        }


def tables_of(lake: Path) -> dict[str, pa.Table]:
    """Return the tables that a restore makes; of catalogs without the columns it cannot know."""
    return dict(_tables(lake))


def _tables(lake: Path) -> Iterator[tuple[str, pa.Table]]:
    for layer in ("catalog", "identity", "metadata"):
        for file in sorted((lake / layer).rglob("*.parquet")):
            table = pq.read_table(file)
            known = [n for n in table.schema.names if layer != "catalog" or n not in LEFT_OUT]
            yield str(file.relative_to(lake)), table.select(known)


def _shot(path: Path, *, seed: int, title: bytes, later: int = 0) -> None:
    """Write a picture of one camera and moment; another seed is another picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    exif[0x0110], exif[0x9003], exif[0x010E] = "D750", "2017:01:02 03:04:05", title.decode()
    exif.get_ifd(0x8769)[0x9003] = "2017:01:02 03:04:05"
    pixels = random.Random(seed).randbytes(64 * 48 * 3)
    Image.frombytes("RGB", (64, 48), pixels).save(path, exif=exif)
    os.utime(path, (TAKEN + later, TAKEN + later))


def _done(project: Project, *arguments: str, stdin: str = "") -> None:
    done = project.run_here(*arguments, stdin=stdin)
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
