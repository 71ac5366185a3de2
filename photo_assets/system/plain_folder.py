"""A second name for a folder, for a program that takes characters of the first for something else.

Dagster looks for dagster.yaml and its SQLite files by `glob`, so that a folder `[nas]` is not found
and read as an empty one in silence; and it puts their folder into a URL, where `?` begins a query
and `%41` is an A. Nothing of ours needs this: our own calls name files as they are called.
"""

import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from photo_assets.model.errors import ConfigurationError

_SPECIAL = re.compile(r"[*?\[]|%[0-9A-Fa-f]{2}")


def plain_folder(folder: Path) -> Path:
    """Return `folder`, or a link to it where its name means something else to Dagster.

    The link is always the same one, in the person's cache folder. Raises `ConfigurationError` when
    it can be made nowhere.
    """
    if not _SPECIAL.search(str(folder)):
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    for place in _places():
        try:
            return _linked(place / name, folder)
        except OSError:
            continue
    raise ConfigurationError(
        f"Dagster cannot use {folder}: a name holds *, ?, [ or %, and no link to it can be made.",
        hint="Choose another folder, or make XDG_CACHE_HOME one that can be written.",
    )


def _linked(link: Path, folder: Path) -> Path:
    link.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if link.parent.stat().st_uid != os.getuid():
        raise PermissionError(f"{link.parent} is somebody else's")
    if not link.is_symlink() or os.readlink(link) != str(folder):
        made = link.with_name(f"{link.name}-{secrets.token_hex(4)}")
        made.symlink_to(folder)
        made.replace(link)
    return link


def _places() -> Iterator[Path]:
    """Yield the folders a link may be in: the cache folder (XDG's), else the temporary one."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    for place in (
        Path(cache) / "photo_assets" / "folders",
        Path(tempfile.gettempdir()) / f"photo_assets-{os.getuid()}",
    ):
        if not _SPECIAL.search(str(place)):
            yield place
