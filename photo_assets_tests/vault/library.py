"""Files on the disk with their fingerprints in a lake, as the vault meets them."""

import random
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from photo_assets.lake import Lake
from photo_assets.model.tables import FINGERPRINTS, ORIGINALS
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.months import ASSET

MONTH = "2021-05-01"


@dataclass
class VaultLibrary:
    """A month of files, the lake, and stores of the vault."""

    root: Path
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def lake(self) -> Lake:
        return Lake(self.root / "lake")

    def store(self, name: str) -> FolderStore:
        """Return a store; it is created if it does not exist."""
        store = FolderStore(name, self.root / name)
        store.create()
        return store

    def add(self, name: str, content: bytes | None = None) -> bytes:
        """Write a file and its fingerprint; return the blob."""
        content = random.Random(name).randbytes(3000) if content is None else content
        path = self.root / "photos" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return self.list(str(path), content)

    def list(self, path: str, content: bytes, member: str | None = None) -> bytes:
        """Add the fingerprint of a file, or of an entry of an archive; return the blob."""
        blob = sha256(content).digest()
        item = {"source": "folders", "catalog": "nas", "native_id": f"{path}#{member}"}
        file = {"path": path, "member": member, "file_size": len(content), "sha256": blob}
        self.rows.append({**item, "month": MONTH, "status": "ok", **file})
        self.write()
        return blob

    def write(self) -> None:
        """Write the fingerprints of the month."""
        table = pa.Table.from_pylist(self.rows, schema=FINGERPRINTS.schema)
        self.lake.write(("identity", "fingerprints"), MONTH, FINGERPRINTS, table)

    def file(self, name: str) -> Path:
        return self.root / "photos" / name

    def table(self) -> dict[bytes, dict[str, Any]]:
        """Return the rows of the month's originals by blob."""
        rows = self.lake.read(ASSET, MONTH, ORIGINALS).to_pylist()
        return {row["sha256"]: row for row in rows}


def flip_bit(path: Path, place: int) -> None:
    """Change one bit of a read-only file, keeping its size and mode."""
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 1 << (place % 8)
    path.chmod(0o644)
    path.write_bytes(content)
    path.chmod(0o444)
