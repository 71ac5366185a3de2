"""An alternative path for a folder whose own path contains characters that Dagster misinterprets.

Dagster finds dagster.yaml and its SQLite files with `glob`, so a folder `[nas]` is silently treated
as empty; and it puts their folder into a URL, where `?` starts a query and `%41` is an A. Only
Dagster needs this: photo_assets opens files by their own paths.
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
    """Return `folder`, or a link to it if Dagster would misinterpret its path.

    A folder always gets the same link, in the user's cache folder. Raises `ConfigurationError` if
    it cannot be created.
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
        f"Dagster cannot use {folder}: its path contains *, ?, [ or %, and no link to it can be "
        "created.",
        hint="Choose another folder, or set XDG_CACHE_HOME to a writable folder.",
    )


def _linked(link: Path, folder: Path) -> Path:
    link.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if link.parent.stat().st_uid != os.getuid():
        raise PermissionError(f"{link.parent} belongs to another user")
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
