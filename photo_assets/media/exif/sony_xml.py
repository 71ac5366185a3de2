"""The XML that Sony cameras write into an MP4: recording time on the camera's clock, camera model.

Sony's "non-real-time metadata" (XAVC S and HS): an `xml ` box in a `meta` box of the movie or of
the file. The movie's own header has only the time in UTC, and no camera.
"""

from lxml import etree

from photo_assets.media.exif.boxes import first, full_box_children
from photo_assets.media.exif.quicktime import Texts
from photo_assets.media.exif.window import Window
from photo_assets.media.xmp.packet import parse_tree
from photo_assets.model.names import clean_text

_MAX_BYTES = 256 * 1024
_ROOT = b"NonRealTimeMeta"
_VALUES = (
    ("recorded", "CreationDate", "value"),  # ISO 8601 with the camera's offset from UTC
    ("make", "Device", "manufacturer"),
    ("model", "Device", "modelName"),
)


def sony_texts(*containers: Window) -> Texts:
    """Return "recorded", "make" and "model" from the first XML in the windows' `meta` boxes.

    Raises `XmpError` when it cannot be parsed.
    """
    for window in containers:
        meta = first(window, b"meta")
        for box in full_box_children(meta) if meta else ():
            if box.kind == b"xml " and _ROOT in (data := box.data(_MAX_BYTES)):
                return _texts(data[4:])  # after version and flags
    return {}


def _texts(data: bytes) -> Texts:
    elements: dict[str, etree._Element] = {}
    for element in parse_tree(data).iter():
        if isinstance(element.tag, str):
            elements.setdefault(element.tag.rpartition("}")[2], element)
    stated = {
        name: clean_text((elements[element].get(attribute) or "")[:200]).strip()
        for name, element, attribute in _VALUES
        if element in elements
    }
    return {name: text for name, text in stated.items() if text}
