"""HEIC, HEIF and AVIF: the items of the `meta` box (ISO 23008-12), without decoding anything."""

from dataclasses import dataclass, field

from photo_assets.media.exif.block_collector import BlockCollector
from photo_assets.media.exif.boxes import Box, boxes, first, full_box_children
from photo_assets.media.exif.heif_display import Display, display
from photo_assets.media.exif.movie import movie_facts, track_picture
from photo_assets.media.exif.parts import Parts
from photo_assets.media.exif.window import MAX_PACKET_BYTES, ExifError, Window

_MAX_ITEMS = 4096
_MAX_BLOCKS = 4  # EXIF items, and XMP items
_MAX_META_BYTES = 8 * 1024 * 1024


@dataclass(slots=True)
class _Meta:
    primary: int = 0
    kinds: dict[int, bytes] = field(default_factory=dict)
    extents: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    properties: list[Box] = field(default_factory=list)
    associations: dict[int, list[int]] = field(default_factory=dict)
    stored: Window | None = None  # idat


def heif_file(window: Window) -> Parts:
    """Return the parts: the primary image's size before rotation, and its orientation.

    HEIF readers apply `irot` and `imir` and ignore EXIF's orientation (ISO 23008-12, annex A), so
    the container's orientation is returned even when it is 1. Sequences also have the boxes of a
    movie, and may have no others. Raises `ExifError` without a `meta` or `moov` box.
    """
    collector = BlockCollector()
    moov = first(window, b"moov")
    movie = None if moov is None else movie_facts(moov, collector)
    box = first(window, b"meta")
    if box is None or box.body.length > _MAX_META_BYTES:
        if moov is None:
            raise ExifError("The HEIF file has no usable meta box: it is cut short or damaged.")
        width, height, orientation = track_picture(moov)
        return collector.parts(width=width, height=height, orientation=orientation, movie=movie)
    meta = _meta(box)
    shown = _display(meta)
    _blocks(collector, window, meta)
    if shown.size is None and collector.directories.main is None and moov is None:
        raise ExifError("The HEIF file names no picture.")
    width, height = shown.shown_size or (track_picture(moov)[:2] if moov else (None, None))
    return collector.parts(width=width, height=height, orientation=shown.orientation, movie=movie)


def heif_display(window: Window) -> tuple[Display, frozenset[bytes]]:
    """Return the primary picture's display properties and all item types (`hvc1`, `av01`, `grid`).

    Raises `ExifError` without a `meta` box.
    """
    box = first(window, b"meta")
    if box is None or box.body.length > _MAX_META_BYTES:
        raise ExifError("The HEIF file has no usable meta box: it is cut short or damaged.")
    meta = _meta(box)
    return _display(meta), frozenset(kind[:4] for kind in meta.kinds.values())


def _display(meta: _Meta) -> Display:
    listed = meta.associations.get(meta.primary, [])
    return display(
        meta.properties[index - 1] for index in listed if 0 < index <= len(meta.properties)
    )


def _blocks(collector: BlockCollector, window: Window, meta: _Meta) -> None:
    """Add the EXIF and XMP items."""
    for kind, name in ((b"Exif", "EXIF"), (b"rdf+xml", "XMP")):
        items = [item for item, described in meta.kinds.items() if kind in described]
        for item in items[:_MAX_BLOCKS]:
            content = _content(window, meta, item)
            if content is None:
                collector.problem(f"The {name} item of the HEIF file is not where it should be.")
            elif kind == b"Exif":
                # The first four bytes are the offset of the TIFF header after them.
                collector.exif(Window.of(content), 4 + int.from_bytes(content[:4]))
            elif meta.kinds[item].rstrip(b"\0").endswith(kind):
                collector.xmp(Window.of(content))
            else:
                collector.problem("The XMP item of the HEIF file is compressed and is not read.")


def _meta(box: Box) -> _Meta:
    meta = _Meta()
    for child in full_box_children(box):
        data = child.data(_MAX_META_BYTES)
        match child.kind:
            case b"pitm":
                meta.primary = int.from_bytes(data[4:6] if data[:1] == b"\0" else data[4:8])
            case b"iinf":
                _item_infos(child, data, meta)
            case b"iloc":
                _locations(data, meta)
            case b"idat":
                meta.stored = child.body
            case b"iprp":
                container = first(child.body, b"ipco")
                meta.properties = list(boxes(container.body)) if container else []
                for association in boxes(child.body):
                    if association.kind == b"ipma":
                        _associations(association.data(_MAX_META_BYTES), meta)
    return meta


def _item_infos(box: Box, data: bytes, meta: _Meta) -> None:
    for entry in boxes(box.body, 6 if data[:1] == b"\0" else 8):
        raw = entry.data(4096)
        if entry.kind == b"infe" and raw[:1] in {b"\x02", b"\x03"} and len(meta.kinds) < _MAX_ITEMS:
            wide = 4 if raw[:1] == b"\x03" else 2
            kind_at = 4 + wide + 2
            kind = raw[kind_at : kind_at + 4]
            rest = raw[kind_at + 4 :] if kind == b"mime" else b""
            meta.kinds.setdefault(int.from_bytes(raw[4 : 4 + wide]), kind + rest)


def _locations(data: bytes, meta: _Meta) -> None:
    if len(data) < 8:
        return
    version = data[0]
    offset_size, length_size = data[4] >> 4, data[4] & 15
    base_size, index_size = data[5] >> 4, data[5] & 15 if version else 0
    reader = _Reader(data, 6)
    wide = 4 if version == 2 else 2
    for _ in range(min(reader.take(wide), _MAX_ITEMS)):
        item = reader.take(wide)
        method = reader.take(2) & 15 if version else 0
        reader.take(2)
        base = reader.take(base_size)
        extents = []
        for _ in range(min(reader.take(2), 64)):
            reader.take(index_size)
            offset = reader.take(offset_size)
            extents.append((method, base + offset, reader.take(length_size)))
        if reader.exhausted:
            return
        meta.extents.setdefault(item, extents)


def _associations(data: bytes, meta: _Meta) -> None:
    if len(data) < 8:
        return
    wide = 2 if data[0] == 0 else 4
    long_index = bool(data[3] & 1)
    reader = _Reader(data, 4)
    for _ in range(min(reader.take(4), _MAX_ITEMS)):
        item, count = reader.take(wide), reader.take(1)
        mask = 0x7FFF if long_index else 0x7F
        indexes = [reader.take(2 if long_index else 1) & mask for _ in range(count)]
        if reader.exhausted:
            return
        meta.associations.setdefault(item, indexes)


def _content(window: Window, meta: _Meta, item: int) -> bytes | None:
    """Return an item's bytes, None when they are outside the file or beyond the limit."""
    out = b""
    for method, offset, length in meta.extents.get(item, []):
        place = meta.stored if method == 1 else window if method == 0 else None
        if place is None or length + len(out) > MAX_PACKET_BYTES:
            return None
        piece = place.at(offset, length or MAX_PACKET_BYTES)
        if len(piece) < length:
            return None
        out += piece
    return out or None


class _Reader:
    """Big-endian integers one after another; past the end they are 0 and `exhausted` is set."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data, self._position = data, position
        self.exhausted = False

    def take(self, size: int) -> int:
        self._position += size
        if self._position > len(self._data):
            self.exhausted = True
            return 0
        return int.from_bytes(self._data[self._position - size : self._position])
