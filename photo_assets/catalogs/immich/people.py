"""The people in an asset of Immich, with the areas of their faces where it states them."""

from typing import Any

from photo_assets.catalogs.online.service import Record
from photo_assets.model.item import Person, Region


def people_of(record: Record) -> tuple[Person, ...]:
    """Return the named people that the owner does not hide, in the order of their ids.

    Version 2 lists each person's faces; version 3 does not, and a person then has no area.
    """
    found = []
    for person in sorted(record.get("people") or (), key=lambda one: one["id"]):
        if not person["name"] or person["isHidden"]:
            continue
        regions = [_region(face) for face in person.get("faces") or ()] or [None]
        found += [Person(name=person["name"], region=region) for region in regions]
    return tuple(found)


def _region(face: dict[str, Any]) -> Region | None:
    """Return a face's area; the box is in pixels of the upright picture that Immich searched."""
    width, height = face["imageWidth"], face["imageHeight"]
    if not width or not height:
        return None
    left, right = face["boundingBoxX1"] / width, face["boundingBoxX2"] / width
    top, bottom = face["boundingBoxY1"] / height, face["boundingBoxY2"] / height
    return Region(
        x=(left + right) / 2, y=(top + bottom) / 2, width=right - left, height=bottom - top
    )
