"""What the unpartitioned joins share: their inputs as files, and one digest over all of them."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from photo_assets.store.lake import Lake
from photo_assets.store.ledger import Decisions
from photo_assets.store.workspace import Workspace


def item_files(lake: Lake) -> tuple[Path, ...]:
    """Return the files of all catalogs' months."""
    return tuple(f for source in lake.assets("catalog") for f in lake.files(("catalog", source)))


def fingerprint_files(lake: Lake) -> tuple[Path, ...]:
    """Return the files of all months of fingerprints."""
    return tuple(lake.files(("identity", "fingerprints")))


def files_digest(lake: Lake, files: Sequence[Path], *recipe: str) -> str:
    """Return one digest over the content of `files` and the recipe applied to them.

    Content is told by the digests in the footers; no row is read.
    """
    entries = []
    for path in files:
        asset = (path.parent.parent.name, path.parent.name)
        entries.append((*asset, path.stem, lake.digest(asset, path.stem)))
    text = json.dumps([recipe, sorted(entries)])
    return hashlib.sha256(text.encode()).hexdigest()


def photos_inputs(workspace: Workspace) -> str:
    """Return one digest over everything `identity/photos` is made from."""
    lake = workspace.lake
    files = [*item_files(lake), *fingerprint_files(lake)]
    return files_digest(lake, files, *workspace.settings.identity.master_priority)


def lookalikes_inputs(workspace: Workspace) -> str:
    """Return one digest over everything `identity/lookalikes` is made from."""
    lake = workspace.lake
    tables = [lake.path(("identity", "photos"), name) for name in ("members", "relations")]
    files = [*item_files(lake), *fingerprint_files(lake), *tables]
    return files_digest(lake, files, workspace.settings.identity.lookalikes.model_dump_json())


def metadata_inputs_digest(workspace: Workspace) -> str:
    """Return one digest over everything the metadata assets are made from."""
    lake = workspace.lake
    tables = [lake.path(("identity", "photos"), name) for name in ("photos", "members")]
    files = [*item_files(lake), *fingerprint_files(lake), *tables]
    decided = [f"{d.decision_id} {d.at}" for d in Decisions(workspace.ledger).all()]
    return files_digest(lake, files, workspace.settings.metadata.model_dump_json(), *decided)
