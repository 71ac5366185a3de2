import shutil
import sqlite3
import zlib
from pathlib import Path

import pytest

from photo_assets.media.exif.containers import take_apart
from photo_assets.media.exif.window import ExifError, Window
from photo_assets.media.xmp.parse import parse_xmp
from photo_assets.model.item import Keyword


def catalog_packets(path: Path, scratch: Path) -> list[bytes]:
    """Return the packets in a Lightroom catalog: text, or length and zlib since version 6."""
    copy = scratch / path.name
    shutil.copyfile(path, copy)
    with sqlite3.connect(copy) as database:
        rows = database.execute("SELECT xmp FROM Adobe_AdditionalMetadata").fetchall()
    stored = [row[0] for row in rows if row[0]]
    return [x.encode() if isinstance(x, str) else zlib.decompress(x[4:]) for x in stored]


@pytest.mark.parametrize("name", ["lr5.lrcat", "lr14_fresh.lrcat", "lr14_metadata.lrcat"])
def test_packets_of_real_lightroom_catalogs(real_data: Path, tmp_path: Path, name: str) -> None:
    packets = catalog_packets(real_data / "lightroom" / name, tmp_path)
    records = [parse_xmp(packet) for packet in packets]
    assert len(records) >= 4
    assert all(record.document_id for record in records)


def test_what_was_typed_into_lightroom_14_is_found(real_data: Path, tmp_path: Path) -> None:
    packets = catalog_packets(real_data / "lightroom" / "lr14_metadata.lrcat", tmp_path)
    records = [parse_xmp(packet) for packet in packets]
    assert any(len(keyword.path) > 1 for record in records for keyword in record.keywords)
    assert any(record.gps_latitude is not None for record in records)
    for record in records:
        deep = {part for k in record.keywords if len(k.path) > 1 for part in k.path}
        assert not any(Keyword(path=(part,)) in record.keywords for part in deep)


def test_packets_inside_real_pictures(real_data: Path) -> None:
    read = 0
    for folder in ("lightroom/photos", "smugmug", "heic"):
        for path in sorted((real_data / folder).glob("*.*")):
            try:
                with path.open("rb") as stream:
                    packet = take_apart(Window(stream)).xmp
            except ExifError:
                continue
            if packet is not None:
                parse_xmp(packet)
                read += 1
    assert read >= 10
