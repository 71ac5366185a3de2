"""Packing the members of an export into zip and tgz parts, with fixed times."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from photo_assets.sample.tree import LAST_TOUCHED


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an export: its path in the archive, its content and the number of its part."""

    name: str
    content: bytes
    part: int


def packed(name: str, members: Iterable[Member]) -> bytes:
    """Return the archive of a part; its format follows from its name."""
    return _tgz(members) if name.endswith(".tgz") else _zip(members)


def _zip(members: Iterable[Member]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            about = zipfile.ZipInfo(member.name, LAST_TOUCHED.timetuple()[:6])
            about.create_system = 3
            about.external_attr = 0o644 << 16
            archive.writestr(about, member.content)
    return out.getvalue()


def _tgz(members: Iterable[Member]) -> bytes:
    out = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=out, mtime=0) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for member in members:
            about = tarfile.TarInfo(member.name)
            about.size = len(member.content)
            about.mtime = int(LAST_TOUCHED.timestamp())
            archive.addfile(about, io.BytesIO(member.content))
    return out.getvalue()
