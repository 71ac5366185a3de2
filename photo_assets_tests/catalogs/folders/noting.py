"""Folders with notes of Picasa and copies of iCloud Photos, for tests."""

from pathlib import Path

from photo_assets_tests.catalogs.folders.trees import SETTLED_NS, place

DETAILS = "imgName,fileChecksum,favorite,hidden,deleted,originalCreationDate,viewCount,importDate\n"
CREATED, IMPORTED = "Tuesday April 7,2020 3:40 PM GMT", "Wednesday April 8,2020 12:05 AM GMT"
PICASA_HEAD = "[Picasa]\nname=Lake\n"


def picasa(root: Path, folder: str, text: str, mtime_ns: int = SETTLED_NS) -> str:
    return place(root, f"{folder}/.picasa.ini", (PICASA_HEAD + text).encode(), mtime_ns)


def row(name: str, flags: str = "no,no,no", checksum: str = "", dated: bool = True) -> str:
    """Return a line of `Photo Details.csv`. `flags`: favorite, hidden, deleted."""
    times = (CREATED, IMPORTED) if dated else ("", "")
    return f'"{name}",{checksum},{flags},"{times[0]}",3,"{times[1]}"\n'


def details(root: Path, folder: str, *rows: str, mtime_ns: int = SETTLED_NS) -> str:
    content = (DETAILS + "".join(rows)).encode()
    return place(root, f"{folder}/Photo Details.csv", content, mtime_ns)


def album(root: Path, path: str, *names: str, mtime_ns: int = SETTLED_NS) -> str:
    lines = "".join(f'"{name}"\n' for name in names)
    return place(root, path, f"imgName\n{lines}".encode(), mtime_ns)
