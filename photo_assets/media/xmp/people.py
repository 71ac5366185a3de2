"""People named in a packet, with their areas in the frame of the stored image.

MWG Guidelines 2.0, section 5.9: region metadata applies to the stored image, so a viewer that
rotates the picture by its EXIF orientation must rotate the regions with it. Regions are returned as
stated; `regions.upright` rotates them.
"""

import math

from photo_assets.media.xmp import namespaces as ns
from photo_assets.media.xmp.properties import Properties
from photo_assets.model.item import Person, Region

Size = tuple[float, float]


def people(packet: Properties) -> tuple[Person, ...]:
    """Return the people of MWG regions, then of Microsoft's, then people without a region.

    The same name in two of the lists is one person: digiKam writes every face in both.
    """
    found = _mwg(packet)
    known = {person.name for person in found}
    for batch in (_microsoft(packet), _named(packet)):
        found += [person for person in batch if person.name not in known]
        known |= {person.name for person in batch}
    return tuple(dict.fromkeys(found))


def applied_to_dimensions(packet: Properties) -> tuple[int, int] | None:
    """Return the width and height in pixels of the picture that the MWG regions refer to."""
    info = packet.struct(ns.MWG_REGIONS, "Regions")
    size = None if info is None else _size(info)
    return None if size is None else (round(size[0]), round(size[1]))


def _mwg(packet: Properties) -> list[Person]:
    info = packet.struct(ns.MWG_REGIONS, "Regions")
    if info is None:
        return []
    size = _size(info)
    found = []
    for entry in info.structs(ns.MWG_REGIONS, "RegionList"):
        name = entry.text(ns.MWG_REGIONS, "Name")
        if name and (entry.text(ns.MWG_REGIONS, "Type") or "Face").lower() == "face":
            area = entry.struct(ns.MWG_REGIONS, "Area")
            found.append(Person(name=name, region=None if area is None else _area(area, size)))
    return found


def _microsoft(packet: Properties) -> list[Person]:
    info = packet.struct(ns.MP, "RegionInfo")
    found = []
    for entry in [] if info is None else info.structs(ns.MP_INFO, "Regions"):
        name = entry.text(ns.MP_REGION, "PersonDisplayName")
        if name:
            text = entry.text(ns.MP_REGION, "Rectangle")
            found.append(Person(name=name, region=_rectangle(text) if text else None))
    return found


def _named(packet: Properties) -> list[Person]:
    names = packet.texts(ns.IPTC_EXT, "PersonInImage")
    for entry in packet.structs(ns.IPTC_EXT, "PersonInImageWDetails"):
        names.append(entry.text(ns.IPTC_EXT, "PersonName") or "")
    return [Person(name=name) for name in names if name]


def _size(info: Properties) -> Size | None:
    dimensions = info.struct(ns.MWG_REGIONS, "AppliedToDimensions")
    if dimensions is None:
        return None
    width, height = (_number(dimensions.text(ns.ST_DIM, side)) for side in ("w", "h"))
    return (width, height) if width and height and width > 0 and height > 0 else None


def _area(area: Properties, size: Size | None) -> Region | None:
    """Return an MWG area: x and y are its center; unit "pixel" refers to AppliedToDimensions."""
    numbers = [_number(area.text(ns.ST_AREA, part)) for part in ("x", "y", "w", "h")]
    x, y, width, height = numbers
    if x is None or y is None:
        return None
    if width is None or height is None:  # a circle has a diameter, a point has no size
        width = height = _number(area.text(ns.ST_AREA, "d")) or 0.0
    if area.text(ns.ST_AREA, "unit") == "pixel":
        if size is None:
            return None
        x, y, width, height = x / size[0], y / size[1], width / size[0], height / size[1]
    return _region(x, y, width, height)


def _rectangle(text: str) -> Region | None:
    """Return Microsoft's `left, top, width, height` as a region around its center."""
    numbers = [_number(part) for part in text.split(",")]
    if len(numbers) != 4:
        return None
    left, top, width, height = numbers
    if left is None or top is None or width is None or height is None:
        return None
    return _region(left + width / 2, top + height / 2, width, height)


def _region(x: float, y: float, width: float, height: float) -> Region | None:
    if not all(0.0 <= value <= 1.0 for value in (x, y, width, height)):
        return None
    return Region(x=x, y=y, width=width, height=height)


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text and len(text) < 40 else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None
