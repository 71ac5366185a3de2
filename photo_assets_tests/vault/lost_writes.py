"""What a disk may hold after a power failure: writes that were not synced are lost, in part or whole.

The calls of a writer are recorded. `after_crash` then makes a folder as it may be if the power
failed after one of them: of each file, what was synced and perhaps some of the rest; of each
folder, the entries that were synced and perhaps the next ones. POSIX promises no more (fsync(2)).
"""

import os
import random
import stat
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from photo_assets.system import durable

Call = tuple[str, Any, Any]


@dataclass
class Recorder:
    """The calls that change a folder, in order, with inodes in place of files."""

    root: Path
    calls: list[Call] = field(default_factory=list)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record what this block does."""
        with pytest.MonkeyPatch.context() as patch:
            self._watch(patch)
            yield

    def _watch(self, patch: pytest.MonkeyPatch) -> None:
        real = {name: getattr(os, name) for name in ("open", "fsync", "replace", "mkdir", "link")}

        def opened(path: Any, flags: int, *more: Any, **options: Any) -> int:
            descriptor: int = real["open"](path, flags, *more, **options)
            if flags & os.O_CREAT:
                self.calls.append(("entry", Path(path), os.fstat(descriptor).st_ino))
            return descriptor

        def fsync(descriptor: int) -> None:
            real["fsync"](descriptor)
            about = os.fstat(descriptor)
            if stat.S_ISDIR(about.st_mode):
                folder = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
                self.calls.append(("sync folder", folder, None))
            else:
                self.calls.append(("sync file", about.st_ino, None))

        def replace(source: Any, target: Any) -> None:
            real["replace"](source, target)
            self.calls.append(("rename", Path(source), Path(target)))

        def mkdir(path: Any, *more: Any, **options: Any) -> None:
            real["mkdir"](path, *more, **options)
            self.calls.append(("entry", Path(path), None))

        def link(source: Any, target: Any, **options: Any) -> None:
            real["link"](source, target, **options)
            self.calls.append(("entry", Path(target), os.stat(target).st_ino))

        for name, fake in (
            ("open", opened),
            ("fsync", fsync),
            ("replace", replace),
            ("mkdir", mkdir),
            ("link", link),
        ):
            patch.setattr(os, name, fake)
        write = durable._Watched.write

        def written(file: Any, data: Any) -> int:
            count = write(file, data)
            self.calls.append(("write", os.fstat(file.fileno()).st_ino, bytes(data[:count])))
            return count

        patch.setattr(durable._Watched, "write", written)

    def after_crash(self, done: int, into: Path, chance: random.Random) -> None:
        """Make in `into` what `root` may be if the power failed after `done` calls."""
        content: dict[int, bytes] = defaultdict(bytes)
        synced: dict[int, int] = defaultdict(int)
        entries: dict[Path, list[Call]] = defaultdict(list)  # changes of each folder, in order
        kept: dict[Path, int] = defaultdict(int)
        for kind, one, other in self.calls[:done]:
            if kind == "write":
                content[one] += other
            elif kind == "sync file":
                synced[one] = len(content[one])
            elif kind == "sync folder":
                kept[one] = len(entries[one])
            else:
                entries[one.parent].append((kind, one, other))
        names: dict[Path, int | None] = {}
        for folder, changes in entries.items():
            number = chance.randint(kept[folder], len(changes))
            for kind, one, other in changes[:number]:
                if kind == "entry":
                    names[one] = other
                elif one in names:  # a rename whose file's entry was lost has no effect
                    names[other] = names.pop(one)
        into.mkdir()
        for path, inode in sorted(names.items()):
            target = into / path.relative_to(self.root)
            if not target.parent.is_dir():
                continue  # an entry of a folder that was lost is lost with it
            if inode is None:
                target.mkdir()
            else:
                whole = content[inode]
                target.write_bytes(whole[: chance.randint(synced[inode], len(whole))])
