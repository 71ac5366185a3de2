"""Distinguishing the entries of Google Photos in an export from those of other products.

Takeout writes each product to a separate folder: "Takeout/Drive", "Takeout/Google Fotos". Only the
folder with a known name of Google Photos is read. Where none has such a name (a renamed folder,
another language) the content decides: the folder that contains a photo's JSON. An export may also
begin below that folder, with the years and albums; there every folder belongs to Google Photos.
"""

from dataclasses import dataclass, field

from photo_assets.catalogs.google_takeout.part_names import TAKEOUT
from photo_assets.catalogs.google_takeout.product_names import (
    is_another_product,
    is_google_photos,
)

NOT_PHOTOS = "not Google Photos"
"""The discard reason of all other entries."""


def product_of(inner: str) -> str:
    """Return the product folder of a path inside an export: "Takeout/Google Fotos".

    Without a "Takeout" around it, its outermost folder; "" for a file without a folder.
    """
    folders = inner.split("/")[:-1]
    return "/".join(folders[: 2 if folders[:1] == [TAKEOUT] else 1])


def is_named_google_photos(inner: str) -> bool:
    """Return whether the product folder of a path has a name of Google Photos.

    Without a "Takeout" around it, a folder that directly contains files is an album of that name.
    """
    product = product_of(inner)
    below = inner.removeprefix(f"{product}/")
    in_place = product.startswith(f"{TAKEOUT}/") or "/" in below
    return in_place and is_google_photos(product.rpartition("/")[2])


@dataclass(slots=True)
class Products:
    """The product folders of one export, as found so far.

    `damaged`: parts are missing or unreadable, so that absence is not evidence.
    """

    damaged: bool = False
    _named: set[str] = field(default_factory=set)
    _proven: set[str] = field(default_factory=set)
    _begins_below: bool = False

    def see(self, inner: str) -> None:
        """Add the name of an entry."""
        if is_named_google_photos(inner):
            self._named.add(product_of(inner))

    def prove(self, inner: str) -> None:
        """Record that `inner` is a photo's JSON."""
        product = product_of(inner)
        self._proven.add(product)
        if "/" not in inner.removeprefix(f"{product}/"):
            self._begins_below = True

    def is_proven(self, inner: str) -> bool:
        """Return whether a photo's JSON was found in the product of an entry."""
        return product_of(inner) in self._proven

    def is_ruled_out(self, inner: str) -> bool:
        """Return whether the names seen so far show that an entry is not Google Photos."""
        product = product_of(inner)
        if self._named:
            return product not in self._named
        return product.startswith(f"{TAKEOUT}/") and _is_another(product)

    def is_known(self, inner: str) -> bool:
        """Return whether the names are sufficient to classify an entry."""
        return product_of(inner) in self._named or self.is_ruled_out(inner)

    def is_photos(self, inner: str) -> bool:
        """Return whether an entry is of Google Photos, after all entries were added.

        In doubt it is, except in a folder of another known product.
        """
        product = product_of(inner)
        if self.is_known(inner):
            return product in self._named
        if product in self._proven or self._begins_below:
            return True
        if self._proven and not self.damaged:
            return False
        return not _is_another(product)


def _is_another(product: str) -> bool:
    return is_another_product(product.rpartition("/")[2])
