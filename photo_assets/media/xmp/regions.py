"""Converting regions from the frame of the stored image to the frame of the upright image."""

from dataclasses import replace

from photo_assets.model.item import Person, Region


def upright(region: Region, orientation: int) -> Region:
    """Return `region` after the EXIF orientation (1..8, EXIF 2.32 tag 0x0112) is applied."""
    x, y, width, height = region.x, region.y, region.width, region.height
    turned = {
        2: (1 - x, y, width, height),
        3: (1 - x, 1 - y, width, height),
        4: (x, 1 - y, width, height),
        5: (y, x, height, width),
        6: (1 - y, x, height, width),
        7: (1 - y, 1 - x, height, width),
        8: (y, 1 - x, height, width),
    }.get(orientation)
    if turned is None:
        return region
    return Region(x=turned[0], y=turned[1], width=turned[2], height=turned[3])


def upright_people(
    people: tuple[Person, ...],
    orientation: int | None,
    stored: tuple[int, int] | None,
    applied_to: tuple[int, int] | None,
) -> tuple[Person, ...]:
    """Return people with regions in the upright frame, the frame of `Item`.

    `stored` is the image's own width and height, `applied_to` the dimensions that the packet states
    for the regions. Where the two differ by a quarter turn, the writer used the rotated image,
    against the guideline, and the regions are already upright.
    """
    if orientation is None or orientation == 1:
        return people
    drawn_upright = (
        orientation >= 5
        and stored is not None
        and applied_to is not None
        and stored[0] != stored[1]
        and (stored[0] > stored[1]) != (applied_to[0] > applied_to[1])
    )
    if drawn_upright:
        return people
    return tuple(
        person
        if person.region is None
        else replace(person, region=upright(person.region, orientation))
        for person in people
    )
