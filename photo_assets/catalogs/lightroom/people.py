"""The people in a picture: named faces with their areas, and person keywords without a face."""

from photo_assets.catalogs.lightroom.faces import face_region
from photo_assets.catalogs.lightroom.record import ImageRecord
from photo_assets.catalogs.lightroom.values import orientation
from photo_assets.model.item import Person


def people(record: ImageRecord) -> tuple[Person, ...]:
    """Return named faces in the order they were marked, then people only tagged.

    A face the user named is confirmed, the program's guess is not; for a person keyword without
    face the catalog does not say.
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
