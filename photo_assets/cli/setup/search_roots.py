"""The usual folders of photos on a machine: the roots of a search without --path."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from photo_assets.cli.setup.search import Root

_PICTURES_DEPTH = 6
_VOLUME_DEPTH = 5
_HOME_DEPTH = 2
_NAMED_DEPTH = 12
_MOUNTS = ("/Volumes", "/media", "/run/media", "/mnt")
_XDG = re.compile(r'^XDG_(PICTURES|DOWNLOAD)_DIR="(.+)"', re.MULTILINE)


def search_roots(named: Sequence[Path], home: Path, mounts: Sequence[str] = _MOUNTS) -> list[Root]:
    """Return the folders to search: `named`, or else pictures in `home` and mounted volumes."""
    if named:
        return [
            Root(os.path.abspath(path.expanduser()), _NAMED_DEPTH, named=True) for path in named
        ]
    roots = [Root(str(path), _PICTURES_DEPTH) for path in _pictures(home)]
    roots += [Root(volume, _VOLUME_DEPTH) for mount in mounts for volume in _volumes(mount)]
    # Last and shallow: libraries directly in the home folder or in Documents.
    roots += [Root(str(path), _HOME_DEPTH, folders=False) for path in (*_downloads(home), home)]
    return [root for root in roots if os.path.isdir(root.path)]


def _pictures(home: Path) -> list[Path]:
    return list(
        dict.fromkeys([*_desktop_folder(home, "PICTURES"), home / "Pictures", home / "Photos"])
    )


def _downloads(home: Path) -> list[Path]:
    return list(dict.fromkeys([*_desktop_folder(home, "DOWNLOAD"), home / "Downloads"]))


def _desktop_folder(home: Path, which: str) -> list[Path]:
    """Return the folder by its localized name (xdg-user-dirs)."""
    try:
        text = (home / ".config" / "user-dirs.dirs").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    named = [m[2].replace("$HOME", str(home)) for m in _XDG.finditer(text) if m[1] == which]
    # A folder that was never set up is recorded as $HOME itself.
    return [Path(name) for name in named if name.rstrip("/") != str(home)]


def _volumes(mount: str) -> Iterator[str]:
    """Yield the mounted volumes in `mount`; /media and /run/media have one folder per user."""
    for entry in _folders(mount):
        if mount.endswith("media") and not os.path.ismount(entry):
            yield from _folders(entry)
        else:
            yield entry


def _folders(path: str) -> list[str]:
    try:
        with os.scandir(path) as entries:
            # /Volumes/Macintosh HD is a link to /; links lead only to folders searched anyway.
            return sorted(e.path for e in entries if e.is_dir(follow_symlinks=False))
    except OSError:
        return []
