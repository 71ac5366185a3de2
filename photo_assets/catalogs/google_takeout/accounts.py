"""Whose export it is, as far as exports state it: what tells two accounts in one folder apart.

The index page of an export ("archive_browser.html", named in the user's language) says for which
address it was made. Without it, the addresses of the photos tell: "photos.google.com/photo/<id>"
is an item of one account's library and the same in each of its exports. Other addresses are made
again each time and tell nothing.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from photo_assets.catalogs.google_takeout.part_names import TAKEOUT

INDEX_BYTES = 1 << 20
"""How far into an index page its heading is looked for."""

_HEADING = re.compile(rb'class="header_title">([^<]{1,400})<')
_ADDRESS = re.compile(rb"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_PHOTO = re.compile(r"https://photos\.google\.com/(?:[^?#]*/)?photo/([^/?#]+)")


def is_index(inner: str) -> bool:
    """Say whether a path inside an export is where its index page lies."""
    folder, _, name = inner.rpartition("/")
    return folder == TAKEOUT and name.lower().endswith(".html")


def stated_account(page: bytes) -> bytes | None:
    """Return a digest of the address for which an index page says the export was made."""
    heading = _HEADING.search(page)
    address = _ADDRESS.search(heading[1]) if heading is not None else None
    return hashlib.sha256(address[0].lower()).digest() if address is not None else None


def photo_id(url: str | None) -> str | None:
    """Return the id of the library's item in a photo's address, None where it names none."""
    match = _PHOTO.match(url or "")
    return match[1] if match is not None else None


@dataclass(slots=True)
class Whose:
    """What an export, or a piece of one, states of its account: addresses, and items by name.

    A name is a photo's folder and its title.
    """

    accounts: set[bytes] = field(default_factory=set)
    photo_ids: dict[str, str] = field(default_factory=dict)

    def is_another(self, other: "Whose") -> bool:
        """Say whether the two are of different accounts; not when nothing tells.

        By their addresses where both state one. Else by the items of the same names: in exports of
        one account most of them have the same id.
        """
        if self.accounts and other.accounts:
            return self.accounts.isdisjoint(other.accounts)
        few, many = sorted((self.photo_ids, other.photo_ids), key=len)
        shared = [many[name] == item for name, item in few.items() if name in many]
        return 2 * sum(shared) < len(shared)


def by_account(stated: Mapping[str, Whose]) -> list[list[str]]:
    """Return the names of what states it, in groups of one account each, in their order."""
    groups: list[list[str]] = []
    for name, whose in stated.items():
        for group in groups:
            if not any(whose.is_another(stated[member]) for member in group):
                group.append(name)
                break
        else:
            groups.append([name])
    return groups
