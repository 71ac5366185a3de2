"""One file of the tree as the directory listing shows it, before anything is opened."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A regular file. `name` opens it; `text` is the same name as valid Unicode (model.names)."""

    name: str
    text: str
    size: int
    mtime_ns: int
    ctime_ns: int | None  # None: the file system keeps none
    inode: int
    settled: bool  # False: changed so recently that it may still be being written

    @property
    def state(self) -> tuple[str, int, int, int | None, int]:
        """What must be equal for the file to count as unchanged."""
        return self.text, self.size, self.mtime_ns, self.ctime_ns, self.inode
