"""Faces marked in Lightroom: their areas and whose they are.

Each face has four corners as fractions of the image. In a Lightroom 14.3 catalog with unturned
images they were measured to be fractions of the picture as seen, x to the right and y down. For
turned images no catalog was at hand; a public face exporter crops the upright picture with them,
so they are taken as upright in the orientation that the face row itself states. Where the user
turned the image afterwards, the area is turned along.
"""

from photo_assets.catalogs.lightroom.database import Value
from photo_assets.catalogs.lightroom.values import number
from photo_assets.model.item import Region

_Point = tuple[float, float]


def face_region(corners: tuple[Value, ...], drawn_on: int | None, now: int | None) -> Region | None:
    """Return the area enclosing the corners (x and y of each in turn), None when they are unusable.

    `drawn_on` and `now` are the EXIF orientations when the face was found and of the image now.
    """
    numbers = [number(value) for value in corners]
    points = [
        (x, y)
        for x, y in zip(numbers[::2], numbers[1::2], strict=True)
        if x is not None and y is not None
    ]
    if len(points) < 2:
        return None
    if drawn_on is not None and now is not None and drawn_on != now:
        points = [_seen(_stored(point, drawn_on), now) for point in points]
    left, right = (pick(x for x, _ in points) for pick in (min, max))
    top, bottom = (pick(y for _, y in points) for pick in (min, max))
    left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in (left, top, right, bottom))
    if right <= left or bottom <= top:
        return None
    return Region(
        x=round((left + right) / 2, 6),
        y=round((top + bottom) / 2, 6),
        width=round(right - left, 6),
        height=round(bottom - top, 6),
    )


def _seen(point: _Point, orientation: int) -> _Point:
    """Return where a point of the stored image is seen (EXIF 2.32, tag 0x0112)."""
    x, y = point
    return {
        2: (1 - x, y),
        3: (1 - x, 1 - y),
        4: (x, 1 - y),
        5: (y, x),
        6: (1 - y, x),
        7: (1 - y, 1 - x),
        8: (y, 1 - x),
    }.get(orientation, point)


def _stored(point: _Point, orientation: int) -> _Point:
    """Undo `_seen`: quarter turns are each other's inverse, all else is its own."""
    return _seen(point, {6: 8, 8: 6}.get(orientation, orientation))
