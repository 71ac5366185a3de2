"""People in a picture: faces marked in Lightroom with their areas, and person keywords.

Each face has four corners as fractions of the image. Measured in a Lightroom 14.3 catalog with
unrotated images, they are fractions of the displayed picture, x to the right and y down. No catalog
with rotated images was available; a public face exporter crops the upright picture with them, so
they are taken as upright in the orientation that the face row states. Where the user rotated the
image afterwards, the area is rotated with it.
"""

from photo_assets.catalogs.lightroom.database import Value
from photo_assets.catalogs.lightroom.record import ImageRecord
from photo_assets.catalogs.lightroom.values import number, orientation
from photo_assets.model.item import Person, Region


def people(record: ImageRecord) -> tuple[Person, ...]:
    """Return named faces in the order in which they were marked, then people without a face.

    A face named by the user is confirmed, a guess of the program is not; for a person keyword
    without a face it is not stated.
    """
    now = orientation(record.image.get("orientation"))
    found = [
        Person(
            name=face.person,
            region=face_region(face.corners, orientation(face.orientation), now),
            confirmed=face.confirmed,
        )
        for face in record.faces
        if face.person is not None
    ]
    named = {person.name for person in found if person.confirmed}
    tagged = dict.fromkeys(key.path[-1] for key in record.keywords if key.person)
    found += [Person(name=name) for name in tagged if name not in named]
    return tuple(dict.fromkeys(found))


_Point = tuple[float, float]


def face_region(corners: tuple[Value, ...], drawn_on: int | None, now: int | None) -> Region | None:
    """Return the area enclosing the corners (x and y of each), None when they are unusable.

    `drawn_on` and `now` are the EXIF orientations of the image when the face was found and now.
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
    """Return the position of a point of the stored image in the displayed one (EXIF tag 0x0112)."""
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
    """Undo `_seen`: the two quarter turns invert each other, all others invert themselves."""
    return _seen(point, {6: 8, 8: 6}.get(orientation, orientation))
