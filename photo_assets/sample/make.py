"""Making the sample: written to a folder beside the target, then renamed.

An existing sample is replaced only if all its files are unchanged; see `_check_ours`.
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

import orjson

from photo_assets.model.canonical import canonical_json
from photo_assets.model.errors import StorageError
from photo_assets.model.names import to_text
from photo_assets.sample import expected, plan
from photo_assets.sample.catalogs.eagle import write_eagle
from photo_assets.sample.catalogs.folders import FoldersWriter
from photo_assets.sample.catalogs.lightroom import write_lightroom
from photo_assets.sample.catalogs.takeout import TakeoutWriter
from photo_assets.sample.ids import Ids
from photo_assets.sample.manifest import SampleManifest, build_manifest
from photo_assets.sample.online import write_uploads
from photo_assets.sample.picture_files import PictureFiles
from photo_assets.sample.shots import all_scans, all_shots
from photo_assets.sample.specimens import all_specimens
from photo_assets.sample.tree import Tree
from photo_assets.system.durable import sync_directory, write_bytes

MARKER = ".photo_assets_sample.json"


def make_sample(
    root: Path, seed: int = 20, wrote: Callable[[int], None] = lambda _count: None
) -> SampleManifest:
    """Write the sample library to `root` and return its manifest.

    The same seed gives the same bytes with the same versions of numpy, Pillow, pillow-heif and
    SQLite. `wrote` is called after each file with the number of files.

    Raises `StorageError` when `root` exists and is not a sample, contains added or changed files,
    or cannot be written.
    """
    root = Path(os.path.abspath(root))
    _check_ours(root)
    staging = root.parent / f".{root.name}.{secrets.token_hex(4)}.new"
    try:
        staging.mkdir(parents=True)
        manifest = _fill(Tree(staging, wrote=wrote), seed)
        write_bytes(staging / MARKER, canonical_json({"seed": seed, "files": manifest.files}))
        _exchange(staging, root)
    except OSError as error:
        raise StorageError(
            f"Could not write the sample to {root}: {error.strerror or error}.",
            hint="Free 60 MB on that disk or choose another folder; nothing was replaced.",
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return manifest


def _fill(tree: Tree, seed: int) -> SampleManifest:
    room, ids, shots, scans = PictureFiles(), Ids(seed), all_shots(seed), all_scans(seed)
    specimens = all_specimens(seed, ids)
    [movie] = (specimen for specimen in specimens if specimen.key == plan.UTC_MOVIE)
    entries = [
        *write_lightroom(tree, room, ids, shots, scans),
        *write_eagle(tree, room, ids, shots, movie),
        *FoldersWriter(tree, room, ids).write(shots, scans, specimens),
        *TakeoutWriter(tree, room, ids).write(shots, movie),
    ]
    related = {expected.Relation(*one.relates) for one in specimens if one.relates is not None}
    relations = expected.relations() | related
    online = write_uploads(tree, room, ids, shots)
    return build_manifest(seed, entries, online, relations, expected.conflicts(shots), tree.files)


def _check_ours(root: Path) -> None:
    """Raise `StorageError` if `root` exists and is not an unchanged sample."""
    if not os.path.lexists(root):
        return
    hint = "Choose another folder, or remove this one yourself."
    try:
        known: dict[str, str] = orjson.loads((root / MARKER).read_bytes())["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(f"{root} exists and is not a sample library.", hint=hint) from error
    for folder, _, names in os.walk(os.fsencode(root)):
        for name in names:
            full = os.path.join(folder, name)
            path = to_text(os.path.relpath(full, os.fsencode(root)))
            if path != MARKER and known.get(path) != _digest(full):
                raise StorageError(
                    f"{root} holds {path!r}, which does not belong to the sample library.",
                    hint=hint,
                )


def _digest(path: bytes) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _exchange(staging: Path, root: Path) -> None:
    """Replace `root` by `staging`; a crash in between leaves the old sample beside it."""
    old = root.parent / f".{root.name}.{secrets.token_hex(4)}.old"
    if root.exists():
        root.rename(old)
    staging.rename(root)
    sync_directory(root.parent)
    shutil.rmtree(old, ignore_errors=True)
