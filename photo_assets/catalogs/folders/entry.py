"""One file of the tree as found in the directory listing, without opening it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A regular file. `name` opens it; `text` is the same name as valid Unicode (model.names)."""

    name: str
    text: str
    size: int
    mtime_ns: int
    ctime_ns: int | None  # None: the file system does not record it
    inode: int
    settled: bool  # False: changed so recently that it may be incomplete

    @property
    def state(self) -> tuple[str, int, int, int | None, int]:
        """Equal while the file is unchanged."""
        return self.text, self.size, self.mtime_ns, self.ctime_ns, self.inode
